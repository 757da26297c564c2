import { jobClientId, type Job } from '#lib/jobs/job.ts'
import type { JobStore } from '#lib/jobs/ports.ts'
import type { Actor, CommandEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import { clientId, commandId } from '#lib/kernel/ids.ts'
import type { Log } from '../log.ts'
import type { JobHandler } from './handler.ts'

interface Deps {
  readonly store: JobStore
  readonly handlers: readonly JobHandler[]
  readonly submit: (command: CommandEnvelope, actor: Actor) => Promise<Outcome>
  readonly log: Log
}

const AT_ONCE = 50
const RETRY_MS = 2_000

/**
 * Tells stories what their finished jobs brought (JO8). A done job stays `due` until its commands were answered; they
 * carry the client id `job-<id>` and sequence numbers from 1, so a crash between app.db and events.db changes nothing:
 * the stored outcome comes back.
 */
export function startFollowUps({ store, handlers, submit, log }: Deps): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  const loop = run()

  async function run(): Promise<void> {
    // Jobs whose last telling came to nothing. They are tried again with every look and stand in nobody's way.
    const stuck = new Set<string>()
    while (!stopping.signal.aborted) {
      let settled = false
      for (const job of await due(stuck.size)) {
        if (stopping.signal.aborted) return
        if (await tried(job, stuck.has(job.id))) {
          settled = true
          stuck.delete(job.id)
        } else stuck.add(job.id)
      }
      if (!settled) await store.wait(RETRY_MS, stopping.signal)
    }
  }

  async function due(stuck: number): Promise<readonly Job[]> {
    try {
      return await store.followUpsDue(AT_ONCE + stuck)
    } catch (cause) {
      log.error({ err: cause }, 'the results of jobs could not be read; they stay due')
      return []
    }
  }

  /** One bad result must not hold up the others: it stays due alone, and is told of once. */
  async function tried(job: Job, again: boolean): Promise<boolean> {
    try {
      return await tellStory(job)
    } catch (cause) {
      if (!again)
        log.error({ err: cause, jobId: job.id }, 'the result of a job could not be told to its story; it stays due')
      return false
    }
  }

  /** True when the job is settled; false when it must be tried again. */
  async function tellStory(job: Job): Promise<boolean> {
    const handler = handlers.find((one) => one.kind === job.kind)
    if (!handler) return false
    const commands = await handler.followUp(job)
    for (const [index, command] of commands.entries()) {
      const outcome = await submit(envelope(job, index + 1, command), { id: job.userId, kind: 'system' })
      if (outcome.status === 'committed' || outcome.status === 'no-effect') continue
      if (outcome.status === 'unavailable') return false
      const note = outcome.status === 'refused' ? outcome.refusal.kind : outcome.status
      log.warn({ jobId: job.id, note }, 'a story refused the result of a job')
      await store.settleFollowUp(job.id, 'refused', note)
      return true
    }
    await store.settleFollowUp(job.id, 'sent', null)
    return true
  }

  function envelope(job: Job, seq: number, command: { readonly type: string }): CommandEnvelope {
    return {
      clientId: clientId.parse(jobClientId(job.id)),
      seq,
      commandId: commandId.parse(`${jobClientId(job.id)}-${seq}`),
      storyId: job.storyId,
      command,
    }
  }

  return {
    stop: async () => {
      stopping.abort()
      await loop
    },
  }
}
