import type { Clock } from '../../kernel/ports.ts'

/** Numbers of writer.md 2.4: five failures in 60 s open the circuit for 30 s; then one probe decides. */
const FAILURES = 5
const WINDOW_MS = 60_000
const OPEN_MS = 30_000
/** When to ask again while a probe is under way. */
const PROBE_WAIT_MS = 1000
/** Retries are at most a tenth of the calls, with a small start so that the first calls may retry at all. */
const RETRY_SHARE = 0.1
const RETRY_START = 6

export interface Circuit {
  /** Milliseconds until a call is allowed again; 0 when it is allowed now. Asking changes nothing. */
  readonly waitMs: () => number
  /** Counts a call; answers whether it is the probe, on which everybody else waits. */
  readonly called: () => boolean
  /** The probe ended without saying anything about the provider: the next call is the probe. */
  readonly released: () => void
  readonly succeeded: () => void
  readonly failed: () => void
  /** Takes one retry from the budget; false when the budget is spent. */
  readonly mayRetry: () => boolean
}

/** One circuit breaker and retry budget, kept per provider and key. */
export function createCircuit(clock: Clock): Circuit {
  let failures: number[] = []
  let openedAt: number | null = null
  let probing = false
  let retries = RETRY_START
  return {
    waitMs: () => {
      if (openedAt === null) return 0
      const left = openedAt + OPEN_MS - clock()
      if (left > 0) return left
      return probing ? PROBE_WAIT_MS : 0
    },
    called: () => {
      retries = Math.min(RETRY_START, retries + RETRY_SHARE)
      if (openedAt === null || probing) return false
      probing = true
      return true
    },
    released: () => {
      probing = false
    },
    succeeded: () => {
      failures = []
      openedAt = null
      probing = false
    },
    failed: () => {
      const now = clock()
      failures = [...failures.filter((at) => at > now - WINDOW_MS), now]
      if (probing || failures.length >= FAILURES) openedAt = now
      probing = false
    },
    mayRetry: () => {
      if (retries < 1) return false
      retries -= 1
      return true
    },
  }
}
