import { RateLimiterMemory } from 'rate-limiter-flexible'
import { RateLimitedError } from '#lib/kernel/errors.ts'
import { isLimitReached } from '../auth/sign-in-guard.ts'
import type { RateClass } from './route.ts'

/** Requests per minute of each class (H2). */
export const RATE_LIMITS: Readonly<Record<Exclude<RateClass, 'none'>, number>> = {
  read: 1200,
  write: 600,
  generate: 60,
  upload: 60,
  export: 60,
  'sign-in': 30,
}

const WINDOW_S = 60

export interface RateGate {
  /** Counts one request; answers the RateLimit headers. Throws RateLimitedError with those headers attached to `headers`. */
  readonly count: (rate: RateClass, key: string, headers: (name: string, value: string) => void) => Promise<void>
}

/** Counts per process and class. `key` names the person, or the address where nobody is signed in. */
export function createRateGate(limits: Readonly<Record<Exclude<RateClass, 'none'>, number>> = RATE_LIMITS): RateGate {
  const limiters = new Map(
    Object.entries(limits).map(([name, points]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points, duration: WINDOW_S }),
    ]),
  )
  return {
    count: async (rate, key, setHeader) => {
      const limiter = limiters.get(rate)
      if (rate === 'none' || !limiter) return
      const outcome = await limiter.consume(key).catch((cause: unknown) => {
        if (isLimitReached(cause)) return cause
        throw cause
      })
      const reset = Math.ceil(outcome.msBeforeNext / 1000)
      setHeader('RateLimit-Policy', `"${rate}";q=${limiter.points};w=${WINDOW_S}`)
      setHeader('RateLimit', `"${rate}";r=${Math.max(0, outcome.remainingPoints)};t=${reset}`)
      if (outcome.consumedPoints > limiter.points) throw new RateLimitedError(outcome.msBeforeNext)
    },
  }
}
