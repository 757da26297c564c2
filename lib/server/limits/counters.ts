import { createClient } from '@redis/client'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Log } from '../log.ts'

/** A counter that fills up to `points` within `seconds` and then empties. */
export interface CounterSpec {
  /** Its own name; counters of one name share their counts. */
  readonly name: string
  readonly points: number
  readonly seconds: number
}

/** Where counts are kept: in this process, or in Redis, where all processes share them. */
export interface Counters {
  readonly store: 'memory' | 'redis'
  readonly counter: (spec: CounterSpec) => RateLimiterAbstract
  readonly close: () => Promise<void>
}

const CONNECT_MS = 5_000
const COMMAND_MS = 1_000

/**
 * Builds the counters. With a Redis address every count is shared; while Redis does not answer each process counts for
 * itself, so that limits hold without it (R20), and says so in the log.
 */
export function createCounters({ redisUrl, log }: { readonly redisUrl: string | null; readonly log: Log }): Counters {
  if (redisUrl === null) {
    return {
      store: 'memory',
      counter: (spec) => new RateLimiterMemory(optionsOf(spec)),
      close: () => Promise.resolve(),
    }
  }
  const client = createClient({
    url: redisUrl,
    disableOfflineQueue: true,
    // One that took the connection and fell silent counts as gone.
    commandOptions: { timeout: COMMAND_MS },
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: (tries) => Math.min(10_000, 100 * 2 ** tries) },
  })
  let told = false
  client.on('error', (err: unknown) => {
    if (!told) log.warn({ err }, 'Redis does not answer; limits are counted in this process until it does')
    told = true
  })
  client.on('ready', () => {
    told = false
  })
  // A failed first try is an 'error' like any other; the client goes on trying.
  void client.connect().catch(() => undefined)
  return {
    store: 'redis',
    counter: (spec) =>
      new RateLimiterRedis({
        ...optionsOf(spec),
        storeClient: client,
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(optionsOf(spec)),
      }),
    close: async () => void client.destroy(),
  }
}

function optionsOf({ name, points, seconds }: CounterSpec) {
  return { keyPrefix: `loom:${name}`, points, duration: seconds }
}

/** True for the rejection rate-limiter-flexible throws when a limit is reached. */
export function isLimitReached(cause: unknown): cause is RateLimiterRes {
  return cause instanceof RateLimiterRes
}
