import type { Claimant, Skipped } from './choose.ts'
import type { Failure, Job, JobClass, JobKind, JobState, JobUsage, Needs, Progress } from './job.ts'

/** A wish for work. Asking again with the same id changes nothing and answers the job as it is (JO12). */
export interface NewJob {
  readonly id: Job['id']
  readonly kind: JobKind
  readonly class: JobClass
  readonly storyId: Job['storyId']
  readonly userId: Job['userId']
  readonly subject: string | null
  readonly input: unknown
  readonly inputHash: string
  readonly inputs: readonly string[]
  readonly needs: Needs
  /** Answer from a finished job with the same input hash where there is one (JO11). */
  readonly reuse: boolean
  /** True when the story hears of the result. */
  readonly followUp: boolean
  readonly runAfter?: number
}

/** Which try of which job a writer holds. Every write carries it (JO2). */
export interface Lease {
  readonly jobId: string
  readonly leaseId: string
}

export interface ClaimAnswer {
  readonly jobs: readonly Job[]
  /** Queued jobs this claimant could not take, by reason; empty when it took something. */
  readonly skipped: Skipped
}

/** `stale`: the lease is no longer held, nothing was changed (JO2). */
export type BeatAnswer =
  | { readonly kind: 'held'; readonly job: Job; readonly leaseUntil: number; readonly cancel: boolean }
  | { readonly kind: 'stale' }
export type CompleteAnswer =
  | { readonly kind: 'done'; readonly job: Job; readonly again: boolean }
  | { readonly kind: 'cancelled'; readonly job: Job }
  | { readonly kind: 'different' }
  | { readonly kind: 'stale' }
export type EndAnswer = { readonly kind: 'ended'; readonly job: Job } | { readonly kind: 'stale' }
export type ChangeAnswer =
  | { readonly kind: 'changed'; readonly job: Job }
  | { readonly kind: 'unchanged'; readonly job: Job }
  | { readonly kind: 'absent' }

export interface JobFilter {
  readonly storyId?: string
  readonly subject?: string
  readonly states?: readonly JobState[]
  /** Newest first; default 100, at most 500. */
  readonly limit?: number
}

/** One try, kept after it ended. */
export interface AttemptRow {
  readonly attempt: number
  readonly leaseId: string
  readonly workerId: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly outcome: 'running' | 'done' | 'failed' | 'lost' | 'released' | 'cancelled'
  readonly failure: Failure | null
}

/**
 * The queue as its callers see it; the worker cannot tell which engine runs. Every method is one guarded change:
 * a late or losing caller gets an answer that says so and changes nothing. Held to conformance by store-conformance.ts.
 */
export interface JobStore {
  readonly enqueue: (job: NewJob) => Promise<{ readonly job: Job; readonly fresh: boolean }>
  readonly claim: (claimant: Claimant, max: number) => Promise<ClaimAnswer>
  readonly beat: (lease: Lease, progress: Progress | null) => Promise<BeatAnswer>
  readonly complete: (
    lease: Lease,
    attempt: number,
    outcome: { readonly result: unknown; readonly usage: JobUsage },
  ) => Promise<CompleteAnswer>
  readonly fail: (lease: Lease, failure: Failure) => Promise<EndAnswer>
  readonly release: (lease: Lease, reason: string) => Promise<EndAnswer>
  readonly requestCancel: (id: string) => Promise<ChangeAnswer>
  /** A person queues a failed, cancelled or quarantined job again. */
  readonly retry: (id: string) => Promise<ChangeAnswer>
  /** Ends expired leases; answers the jobs it moved. */
  readonly sweepExpired: () => Promise<readonly Job[]>
  readonly get: (id: string) => Promise<Job | null>
  readonly list: (filter: JobFilter) => Promise<readonly Job[]>
  readonly attempts: (id: string) => Promise<readonly AttemptRow[]>
  readonly counts: (storyId?: string) => Promise<Readonly<Record<JobState, number>>>
  /** How many queued jobs of at least its urgency stand before it in the fair order; null when it is not queued. */
  readonly ahead: (id: string) => Promise<number | null>
  /** Done jobs whose story has not answered yet. */
  readonly followUpsDue: (limit: number) => Promise<readonly Job[]>
  readonly settleFollowUp: (id: string, state: 'sent' | 'refused', note: string | null) => Promise<void>
  /** Resolves at the next enqueue or re-queue, after `timeoutMs`, or when the signal aborts; never rejects. */
  readonly wait: (timeoutMs: number, signal: AbortSignal) => Promise<void>
}
