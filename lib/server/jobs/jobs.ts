import { createHash } from 'node:crypto'
import type { Claimant } from '#lib/jobs/choose.ts'
import { isFinished, type Job, type JobClass, type Needs } from '#lib/jobs/job.ts'
import { kindSpec } from '#lib/jobs/kinds.ts'
import type { JobFilter, JobStore } from '#lib/jobs/ports.ts'
import { type JobView, viewJob, whatItWaitsFor } from '#lib/jobs/view.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '#lib/kernel/errors.ts'
import type { StoryId, UserId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'

/** A wish for work from a screen or a reactor. */
interface JobRequest {
  readonly id: Job['id']
  readonly kind: string
  readonly class: JobClass
  readonly storyId: StoryId
  readonly userId: UserId
  readonly subject: string | null
  readonly input: unknown
  readonly needs: Needs
  /** Blobs of the input that whoever runs it must read. */
  readonly inputs: readonly string[]
  /** Take over a finished result of the same input instead of working again. */
  readonly reuse: boolean
}

/** Queue, questions and live frames: what routes, screens and other parts use. */
export interface Jobs {
  /** The store, with every change fanned out to the listeners. */
  readonly store: JobStore
  /** Queues work. Throws InvalidInputError for an unknown kind or an input that does not fit it. Same id: the job as it is. */
  readonly enqueue: (request: JobRequest) => Promise<JobView>
  /** Throws NotFoundError, ConflictError where it has ended already. */
  readonly cancel: (storyId: string, id: string) => Promise<JobView>
  readonly retry: (storyId: string, id: string) => Promise<JobView>
  readonly get: (storyId: string, id: string) => Promise<JobView>
  readonly list: (filter: JobFilter) => Promise<readonly JobView[]>
  /** Calls back after each change of a job. Volatile: nothing is kept for late listeners. Answers how to stop listening. */
  readonly onProgress: (listener: (view: JobView) => void) => () => void
}

interface Deps {
  readonly store: JobStore
  readonly clock: Clock
  /** Everybody who could claim now: this process and the workers seen lately. */
  readonly claimants: () => Promise<readonly Claimant[]>
}

/** Builds the job service over a store. */
export function createJobs({ store: plain, clock, claimants }: Deps): Jobs {
  const listeners = new Set<(view: JobView) => void>()
  const store = withFrames(plain, (job) => {
    const view = viewJob(job)
    for (const listener of listeners) listener(view)
  })

  async function present(jobs: readonly Job[]): Promise<readonly JobView[]> {
    const able = jobs.some((job) => job.state === 'queued') ? await claimants() : []
    return Promise.all(
      jobs.map(async (job) =>
        isFinished(job.state)
          ? viewJob(job)
          : viewJob(job, { ahead: await store.ahead(job.id), waitingFor: whatItWaitsFor(job, able, clock()) }),
      ),
    )
  }

  async function one(job: Job): Promise<JobView> {
    const [view] = await present([job])
    return view ?? viewJob(job)
  }

  async function owned(storyId: string, id: string): Promise<Job> {
    const job = await store.get(id)
    if (!job || job.storyId !== storyId) throw new NotFoundError('There is no such job in this story.')
    return job
  }

  async function enqueue(request: JobRequest): Promise<JobView> {
    const spec = kindSpec(request.kind)
    if (!spec) throw new InvalidInputError('There is no such kind of job.', { kind: request.kind })
    const input = spec.input.safeParse(request.input)
    if (!input.success) {
      const issue = input.error.issues[0]
      throw new InvalidInputError('The job input does not fit its kind.', {
        field: issue?.path.join('.'),
        reason: issue?.message,
      })
    }
    const inputHash = hashInput(request.kind, input.data, request.needs)
    const { job } = await store.enqueue({ ...request, input: input.data, inputHash, followUp: true })
    return one(job)
  }

  return {
    store,
    enqueue,
    cancel: async (storyId, id) => {
      await owned(storyId, id)
      const answer = await store.requestCancel(id)
      if (answer.kind === 'absent') throw new NotFoundError('There is no such job in this story.')
      if (answer.kind === 'unchanged' && answer.job.cancelRequestedAt === null) {
        throw new ConflictError('The job has already ended.', { state: answer.job.state })
      }
      return one(answer.job)
    },
    retry: async (storyId, id) => {
      await owned(storyId, id)
      const answer = await store.retry(id)
      if (answer.kind === 'absent') throw new NotFoundError('There is no such job in this story.')
      if (answer.kind === 'unchanged') {
        throw new ConflictError('Only a failed, cancelled or set-aside job can be queued again.', {
          state: answer.job.state,
        })
      }
      return one(answer.job)
    },
    get: async (storyId, id) => one(await owned(storyId, id)),
    list: async (filter) => present(await store.list(filter)),
    onProgress: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** SHA-256 over kind, input and needs with sorted keys; ids that only name the result are left out (JO11). */
function hashInput(kind: string, input: unknown, needs: Needs): string {
  const { versionId: _own, parentVersionId: _from, reason: _why, ...drawn } = Object(input)
  return createHash('sha256')
    .update(canonical({ kind, input: drawn, needs }))
    .digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .join()}}`
}

/** The same store, telling `emit` of every job that changed. */
function withFrames(store: JobStore, emit: (job: Job) => void): JobStore {
  const told = <A>(answer: A, pick: (answer: A) => Job | null): A => {
    const job = pick(answer)
    if (job) emit(job)
    return answer
  }
  return {
    ...store,
    enqueue: async (wish) => told(await store.enqueue(wish), ({ job, fresh }) => (fresh ? job : null)),
    claim: async (claimant, max) => {
      const answer = await store.claim(claimant, max)
      answer.jobs.forEach(emit)
      return answer
    },
    beat: async (lease, progress) => told(await store.beat(lease, progress), (a) => (a.kind === 'held' ? a.job : null)),
    complete: async (lease, attempt, outcome) =>
      told(await store.complete(lease, attempt, outcome), (a) => ('job' in a ? a.job : null)),
    fail: async (lease, failure) => told(await store.fail(lease, failure), (a) => ('job' in a ? a.job : null)),
    release: async (lease, reason) => told(await store.release(lease, reason), (a) => ('job' in a ? a.job : null)),
    requestCancel: async (id) => told(await store.requestCancel(id), (a) => (a.kind === 'changed' ? a.job : null)),
    retry: async (id) => told(await store.retry(id), (a) => (a.kind === 'changed' ? a.job : null)),
    sweepExpired: async () => {
      const moved = await store.sweepExpired()
      moved.forEach(emit)
      return moved
    },
    settleFollowUp: async (id, state, note) => {
      await store.settleFollowUp(id, state, note)
      const job = await store.get(id)
      if (job) emit(job)
    },
  }
}
