import type { Clock } from '#lib/kernel/ports.ts'

/** A rate limit with a burst. `take` answers 0 when there was a token, else how many ms until there is one. */
export interface TokenBucket {
  readonly take: () => number
}

/** Builds a full bucket. `perSecond` tokens flow in, at most `burst` are kept. */
export function createTokenBucket(
  { perSecond, burst }: { perSecond: number; burst: number },
  clock: Clock,
): TokenBucket {
  let tokens = burst
  let at = clock()
  return {
    take: () => {
      const now = clock()
      tokens = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond)
      at = now
      if (tokens >= 1) {
        tokens -= 1
        return 0
      }
      return Math.ceil(((1 - tokens) / perSecond) * 1000)
    },
  }
}
