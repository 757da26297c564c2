import type { Random } from '#lib/kernel/ports.ts'
import type { Failure, Job } from './job.ts'

export const LEASE_MS = 60_000
export const HEARTBEAT_MS = 10_000
/** Beats closer together than this are answered but not stored (JO1). */
export const MIN_BEAT_GAP_MS = 500
/** Leases lost before a job is set aside (JO4). */
export const LOSSES_TO_QUARANTINE = 2
export const MAX_ATTEMPTS = 3

const BACKOFF_FIRST_MS = 2_000
const BACKOFF_MAX_MS = 300_000

/** What follows from a failed try (JO6). */
export type AfterFailure =
  | {
      readonly state: 'queued'
      readonly runAfter: number
      /** The try did not count: nothing was run. */
      readonly attemptBack: boolean
      readonly frugal: boolean
      readonly notOn: readonly string[]
    }
  | { readonly state: 'failed' }
  | { readonly state: 'cancelled' }

/**
 * Waiting time before try `attempt + 1`, in ms: 2 s, 8 s, 32 s ... up to 5 min, each shortened by up to half at random
 * so that many jobs failing together do not return together.
 */
export function backoffMs(attempt: number, random: Random): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 4 ** Math.max(0, attempt - 1))
  return Math.round(full * (1 - random() / 2))
}

/** Decides by the failure's class what happens to a job (JO6). Cancellation asked for wins over any retry (JO7). */
export function afterFailure(
  job: Pick<Job, 'attempt' | 'maxAttempts' | 'frugal' | 'notOn' | 'workerId' | 'cancelRequestedAt'>,
  failure: Failure,
  now: number,
  random: Random,
): AfterFailure {
  if (job.cancelRequestedAt !== null) return { state: 'cancelled' }
  const again = { state: 'queued', runAfter: now, attemptBack: false, frugal: job.frugal, notOn: job.notOn } as const
  switch (failure.class) {
    case 'cancelled':
      return { state: 'cancelled' }
    case 'invalid':
    case 'unsafe':
      return { state: 'failed' }
    case 'oom':
      return job.frugal ? { state: 'failed' } : { ...again, frugal: true }
    case 'missing_model': {
      const notOn = job.workerId === null ? job.notOn : [...new Set([...job.notOn, job.workerId])]
      return { ...again, attemptBack: true, notOn }
    }
    case 'transient':
      if (job.attempt >= job.maxAttempts) return { state: 'failed' }
      return { ...again, runAfter: now + backoffMs(job.attempt, random) }
  }
}
