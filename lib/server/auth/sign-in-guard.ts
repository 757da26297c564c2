import { createHash } from 'node:crypto'
import { RateLimitedError } from '#lib/kernel/errors.ts'
import { countedBy } from '../http/address.ts'
import type { Counters } from '../limits/counters.ts'

/** Wrong tries that are free, per account and address, within the window (B6). */
const FREE_TRIES = 5
const WINDOW_S = 15 * 60
const FIRST_WAIT_S = 15
/** Wrong tries of one address over all accounts. */
const FREE_TRIES_PER_ADDRESS = 50

export interface SignInGuard {
  /**
   * Judges one try and counts it; `judge` answers null for a wrong one. Tries of one pair are judged one after another:
   * many at once are no more than many in a row. Throws RateLimitedError instead of judging while one has to wait.
   */
  readonly attempt: <T>(login: string, address: string, judge: () => Promise<T | null>) => Promise<T | null>
  /** Throws RateLimitedError while this pair of account and address, or this address, has to wait. */
  readonly check: (login: string, address: string) => Promise<void>
  readonly failed: (login: string, address: string) => Promise<void>
}

/**
 * Backs off after wrong passwords. It counts the pair of account and address (IPv6 by its /64), so a stranger who guesses from elsewhere
 * cannot lock the honest person out; each further wrong try doubles the wait, up to the window.
 */
export function createSignInGuard({ counter }: Pick<Counters, 'counter'>): SignInGuard {
  const pairs = counter({ name: 'wrong-pair', points: FREE_TRIES, seconds: WINDOW_S })
  const addresses = counter({ name: 'wrong-address', points: FREE_TRIES_PER_ADDRESS, seconds: WINDOW_S })
  const waits = counter({ name: 'wrong-wait', points: 1, seconds: 1 })
  const lines = new Map<string, Promise<unknown>>()

  async function check(login: string, address: string): Promise<void> {
    const waiting = await waits.get(key(login, address))
    if (waiting && waiting.msBeforeNext > 0 && waiting.consumedPoints > 1)
      throw new RateLimitedError(waiting.msBeforeNext, tooMany)
    const byAddress = await addresses.get(countedBy(address))
    if (byAddress && byAddress.consumedPoints >= FREE_TRIES_PER_ADDRESS)
      throw new RateLimitedError(byAddress.msBeforeNext, tooMany)
  }

  async function failed(login: string, address: string): Promise<void> {
    await addresses.penalty(countedBy(address))
    const pair = await pairs.penalty(key(login, address))
    const beyond = pair.consumedPoints - FREE_TRIES
    if (beyond >= 0) await waits.block(key(login, address), Math.min(WINDOW_S, FIRST_WAIT_S * 2 ** beyond))
  }

  async function judged<T>(login: string, address: string, judge: () => Promise<T | null>): Promise<T | null> {
    await check(login, address)
    const right = await judge()
    if (right === null) await failed(login, address)
    else {
      await pairs.delete(key(login, address))
      await waits.delete(key(login, address))
    }
    return right
  }

  return {
    check,
    failed,
    attempt: (login, address, judge) => {
      const line = key(login, address)
      const mine = (lines.get(line) ?? Promise.resolve()).then(() => judged(login, address, judge))
      const settled = mine.then(
        () => undefined,
        () => undefined,
      )
      lines.set(line, settled)
      void settled.then(() => lines.get(line) === settled && lines.delete(line))
      return mine
    },
  }
}

const tooMany = 'Too many wrong tries. Wait a moment before the next one.'

/** Hashed, because counts may lie in a store of their own, where nobody would think of erasing a name (H6). */
function key(login: string, address: string): string {
  return createHash('sha256')
    .update(`${login}\n${countedBy(address)}`)
    .digest('base64url')
}
