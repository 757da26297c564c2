import { createServer, type Socket } from 'node:net'
import { randomUUID } from 'node:crypto'
import { createClient } from '@redis/client'
import { afterEach, describe, expect, test } from 'vitest'
import pino from 'pino'
import { createCounters, type Counters, isLimitReached } from './counters.ts'

const REDIS = 'redis://127.0.0.1:6379'
const log = pino({ level: 'silent' })
const open: Counters[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

function counters(redisUrl: string | null): Counters {
  const made = createCounters({ redisUrl, log })
  open.push(made)
  return made
}

/** How many of `tries` were let through. */
async function passed(limiter: ReturnType<Counters['counter']>, key: string, tries: number): Promise<number> {
  let count = 0
  for (let i = 0; i < tries; i++) {
    const outcome = await limiter.consume(key).catch((cause: unknown) => cause)
    if (isLimitReached(outcome) && outcome.consumedPoints > limiter.points) continue
    if (outcome instanceof Error) throw outcome
    count++
  }
  return count
}

const spec = { name: 'test', points: 5, seconds: 60 }
const redisAnswers = await createClient({ url: REDIS, socket: { reconnectStrategy: false, connectTimeout: 1_000 } })
  .on('error', () => undefined)
  .connect()
  .then(
    (client) => (client.destroy(), true),
    () => false,
  )

test('[H2] in memory, every process counts for itself', async () => {
  const key = randomUUID()
  expect(await passed(counters(null).counter(spec), key, 8)).toBe(5)
  expect(await passed(counters(null).counter(spec), key, 8)).toBe(5)
})

describe.skipIf(!redisAnswers)('with Redis (needs Redis on 127.0.0.1:6379)', () => {
  test('[H2] two processes share one count', async () => {
    const key = randomUUID()
    const [one, two] = [counters(REDIS), counters(REDIS)]
    await connected(one)
    await connected(two)
    expect(await passed(one.counter(spec), key, 3)).toBe(3)
    expect(await passed(two.counter(spec), key, 8)).toBe(2)
  })
})

test('[R20] while Redis does not answer, limits hold in this process', async () => {
  // A port that takes connections and never says a word.
  const sockets = new Set<Socket>()
  const mute = createServer((socket) => void sockets.add(socket))
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as { port: number }
  expect(await passed(counters(`redis://127.0.0.1:${port}`).counter(spec), randomUUID(), 8)).toBe(5)
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => mute.close(resolve))
})

/** Waits until what one connection counts another one sees, so that the test does not count in the insurance. */
async function connected(made: Counters): Promise<void> {
  const key = randomUUID()
  const client = createClient({ url: REDIS })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await expect
      .poll(
        async () => {
          await made.counter({ ...spec, name: 'probe', points: 1_000_000 }).consume(key)
          return client.get(`loom:probe:${key}`)
        },
        { timeout: 20_000 },
      )
      .not.toBeNull()
  } finally {
    client.destroy()
  }
}
