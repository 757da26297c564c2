import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { RateLimitedError } from '#lib/kernel/errors.ts'

/** Wrong tries that are free, per account and address, within the window (B6). */
const FREE_TRIES = 5
const WINDOW_S = 15 * 60
const FIRST_WAIT_S = 15
/** Wrong tries of one address over all accounts. */
const FREE_TRIES_PER_ADDRESS = 50

export interface SignInGuard {
  /** Throws RateLimitedError while this pair of account and address, or this address, has to wait. */
  readonly check: (login: string, address: string) => Promise<void>
  readonly failed: (login: string, address: string) => Promise<void>
  readonly succeeded: (login: string, address: string) => Promise<void>
}

/**
 * Backs off after wrong passwords. It counts the pair of account and address, so a stranger who guesses from elsewhere
 * cannot lock the honest person out; each further wrong try doubles the wait, up to the window.
 */
export function createSignInGuard(): SignInGuard {
  const pairs = new RateLimiterMemory({ keyPrefix: 'pair', points: FREE_TRIES, duration: WINDOW_S })
  const addresses = new RateLimiterMemory({ keyPrefix: 'address', points: FREE_TRIES_PER_ADDRESS, duration: WINDOW_S })
  const waits = new RateLimiterMemory({ keyPrefix: 'wait', points: 1, duration: 1 })
  return {
    check: async (login, address) => {
      const waiting = await waits.get(key(login, address))
      if (waiting && waiting.msBeforeNext > 0 && waiting.consumedPoints > 1)
        throw new RateLimitedError(waiting.msBeforeNext, tooMany)
      const byAddress = await addresses.get(address)
      if (byAddress && byAddress.consumedPoints >= FREE_TRIES_PER_ADDRESS)
        throw new RateLimitedError(byAddress.msBeforeNext, tooMany)
    },
    failed: async (login, address) => {
      await addresses.penalty(address)
      const pair = await pairs.penalty(key(login, address))
      const beyond = pair.consumedPoints - FREE_TRIES
      if (beyond >= 0) await waits.block(key(login, address), Math.min(WINDOW_S, FIRST_WAIT_S * 2 ** beyond))
    },
    succeeded: async (login, address) => {
      await pairs.delete(key(login, address))
      await waits.delete(key(login, address))
    },
  }
}

const tooMany = 'Too many wrong tries. Wait a moment before the next one.'

function key(login: string, address: string): string {
  return `${login}\n${address}`
}

/** True for the rejection rate-limiter-flexible throws when a limit is reached. */
export function isLimitReached(cause: unknown): cause is RateLimiterRes {
  return cause instanceof RateLimiterRes
}
