import type { RateLimiterRes } from 'rate-limiter-flexible'
import type { Principal } from '#lib/accounts/policy.ts'
import { RateLimitedError } from '#lib/kernel/errors.ts'
import { type Counters, isLimitReached } from '../limits/counters.ts'
import type { RateClass } from './route.ts'

/** Requests per minute of each class (H2), per person, or per address where nobody is signed in. */
export const RATE_LIMITS: Readonly<Record<Exclude<RateClass, 'none'>, number>> = {
  read: 1200,
  write: 600,
  generate: 20,
  upload: 30,
  export: 30,
  'sign-in': 30,
}

/** How many people's worth of one class may come from one address. */
export const PEOPLE_PER_ADDRESS = 10
const WINDOW_S = 60

/** Who asks, from where. */
interface Asker {
  readonly principal: Principal | null
  readonly address: string
}

export interface RateGate {
  /**
   * Counts one request and answers the RateLimit headers of the tightest limit. Throws RateLimitedError, whose problem
   * carries Retry-After.
   */
  readonly count: (rate: RateClass, asker: Asker, setHeader: (name: string, value: string) => void) => Promise<void>
}

interface Counted {
  readonly policy: string
  readonly points: number
  readonly outcome: RateLimiterRes
}

/** Counts requests per class by person and by address, and per API key over all classes. */
export function createRateGate(counters: Pick<Counters, 'counter'>, limits = RATE_LIMITS): RateGate {
  const classes = new Map(
    Object.entries(limits).map(([name, points]) => [
      name,
      {
        person: counters.counter({ name: `person:${name}`, points, seconds: WINDOW_S }),
        address: counters.counter({ name: `address:${name}`, points: points * PEOPLE_PER_ADDRESS, seconds: WINDOW_S }),
      },
    ]),
  )
  // The points of a key are its own; the counter only counts.
  const keys = counters.counter({ name: 'key', points: Number.MAX_SAFE_INTEGER, seconds: WINDOW_S })

  return {
    count: async (rate, { principal, address }, setHeader) => {
      const limiters = rate === 'none' ? undefined : classes.get(rate)
      if (!limiters) return
      const known = principal !== null && rate !== 'sign-in'
      const counted: Counted[] = [
        await take(rate, limiters.person, known ? `u:${principal.userId}` : `a:${address}`),
        ...(known ? [await take(`${rate}-address`, limiters.address, address)] : []),
        ...(principal?.key
          ? [{ ...(await take('key', keys, principal.key.id)), points: principal.key.perMinute }]
          : []),
      ]
      const tightest = counted.reduce((a, b) => (leftOf(b) < leftOf(a) ? b : a))
      const resetS = Math.ceil(tightest.outcome.msBeforeNext / 1000)
      setHeader('RateLimit-Policy', `"${tightest.policy}";q=${tightest.points};w=${WINDOW_S}`)
      setHeader('RateLimit', `"${tightest.policy}";r=${Math.max(0, leftOf(tightest))};t=${resetS}`)
      if (leftOf(tightest) < 0) throw new RateLimitedError(tightest.outcome.msBeforeNext)
    },
  }
}

async function take(policy: string, limiter: ReturnType<Counters['counter']>, key: string): Promise<Counted> {
  const outcome = await limiter.consume(key).catch((cause: unknown) => {
    if (isLimitReached(cause)) return cause
    throw cause
  })
  return { policy, points: limiter.points, outcome }
}

/** Requests left in this minute; below zero this one was too many. */
function leftOf({ points, outcome }: Counted): number {
  return points - outcome.consumedPoints
}
