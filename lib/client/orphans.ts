import type { CommandEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import type { Outbox, StoryTransport, SyncOptions } from './story-sync-ports.ts'

interface OrphanOptions {
  readonly outbox: Pick<Outbox, 'orphans' | 'remove'>
  readonly transport: Pick<StoryTransport, 'send'>
  readonly later: SyncOptions['later']
  /** Something was found or has left. */
  readonly onChange: () => void
  readonly onOutcome: (envelope: CommandEnvelope, outcome: Outcome) => void
  /** The server misses a number before this one: the command goes under a number of this tab. */
  readonly onGap: (envelope: CommandEnvelope) => Promise<void>
}

/** What closed tabs of this person left behind for a story: found, counted, sent in order under their own numbers. */
export function createOrphans({ outbox, transport, later, onChange, onOutcome, onGap }: OrphanOptions) {
  let waiting: readonly CommandEnvelope[] = []
  /** Answered, in case their rows cannot be removed. */
  const answered = new Set<string>()
  let pass: Promise<void> | null = null
  let stopped = false

  async function find(): Promise<void> {
    waiting = (await outbox.orphans()).filter((envelope) => !answered.has(envelope.commandId))
    if (waiting.length > 0 && !stopped) onChange()
  }

  async function sendAll(): Promise<void> {
    await find()
    for (const envelope of waiting) {
      if (stopped) return
      const outcome = await ask(envelope)
      // Broken off: what is left is counted and tried again.
      if (outcome === null || stopped) return
      answered.add(envelope.commandId)
      if (outcome.status === 'gap') await onGap(envelope)
      else await outbox.remove(envelope)
      waiting = waiting.filter((other) => other !== envelope)
      onOutcome(envelope, outcome)
      onChange()
    }
  }

  async function ask(envelope: CommandEnvelope): Promise<Outcome | null> {
    for (;;) {
      const outcome = await transport.send(envelope).catch(() => null)
      if (outcome?.status !== 'unavailable' || stopped) return outcome
      await new Promise<void>((go) => later(go, outcome.retryAfterMs))
    }
  }

  return {
    count: () => waiting.length,
    find,
    /** One pass over all; ends early where no answer comes. */
    send: (): Promise<void> =>
      (pass ??= sendAll().finally(() => {
        pass = null
      })),
    stop: () => {
      stopped = true
    },
  }
}
