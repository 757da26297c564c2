import { beforeEach, describe, expect, test } from 'vitest'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Principal } from '#lib/accounts/policy.ts'
import type { CounterSpec } from '../limits/counters.ts'
import { createRateGate, PEOPLE_PER_ADDRESS, RATE_LIMITS, type RateGate } from './rate.ts'

// Requests per minute of every class, by person, by address and by key (H2).

type RateClass = keyof typeof RATE_LIMITS
const CLASSES = Object.keys(RATE_LIMITS) as RateClass[]
/** Those counted by person; trying to sign in is counted by address alone. */
const OF_PEOPLE = CLASSES.filter((name) => name !== 'sign-in')
/** Small, so that ten people at their limit are few requests. */
const LIMITS = { read: 3, write: 4, generate: 2, upload: 2, export: 2, 'sign-in': 3 }

let gate: RateGate
beforeEach(() => {
  const counter = ({ name, points, seconds }: CounterSpec) =>
    new RateLimiterMemory({ keyPrefix: name, points, duration: seconds })
  gate = createRateGate({ counter }, LIMITS)
})

const person = (id: string, key: { id: string; perMinute: number } | null = null): Principal => ({
  ...{ userId: id, sessionId: `se_${id}`, name: id, roles: ['editor'], owner: false },
  key: key && { ...key, scopes: ['stories.read'], storyId: null },
})

interface Told {
  readonly refused: { readonly status: number; readonly detail: { readonly retryAfterMs?: number } } | null
  readonly headers: Readonly<Record<string, string>>
}

async function ask(rate: RateClass | 'none', principal: Principal | null, address = '192.0.2.1'): Promise<Told> {
  const headers: Record<string, string> = {}
  const refused = await gate
    .count(rate, { principal, address }, (name, value) => (headers[name] = value))
    .then(
      () => null,
      (cause: unknown) => cause as Told['refused'],
    )
  return { refused, headers }
}

/** How many of so many requests pass. */
async function passing(count: number, ...asked: Parameters<typeof ask>): Promise<number> {
  let passed = 0
  for (let i = 0; i < count; i++) if ((await ask(...asked)).refused === null) passed++
  return passed
}

describe('[H2] a person', () => {
  for (const rate of OF_PEOPLE) {
    test(`[H2] ${rate}: the limit passes, one more is refused with the time to wait`, async () => {
      expect(await passing(LIMITS[rate], rate, person('us_a'))).toBe(LIMITS[rate])
      const { refused, headers } = await ask(rate, person('us_a'))
      expect(refused?.status).toBe(429)
      expect(refused?.detail.retryAfterMs).toBeGreaterThan(0)
      expect(refused?.detail.retryAfterMs).toBeLessThanOrEqual(60_000)
      expect(headers['RateLimit-Policy']).toBe(`"${rate}";q=${LIMITS[rate]};w=60`)
      expect(headers['RateLimit']).toMatch(new RegExp(`^"${rate}";r=0;t=\\d+$`))
    })
  }

  test('[H2] what is left is told with every answer', async () => {
    const left = []
    for (let i = 0; i < 3; i++) left.push((await ask('read', person('us_a'))).headers['RateLimit'])
    expect(left.map((one) => /r=(\d+)/.exec(one ?? '')?.[1])).toEqual(['2', '1', '0'])
  })

  test('[H2] is counted wherever they ask from, and class by class', async () => {
    expect(await passing(2, 'read', person('us_a'), '192.0.2.1')).toBe(2)
    expect(await passing(2, 'read', person('us_a'), '192.0.2.2')).toBe(1)
    expect(await passing(4, 'write', person('us_a'))).toBe(4)
  })
})

describe('[H2] an address', () => {
  test('[H2] two people behind one address have a limit each', async () => {
    expect(await passing(4, 'read', person('us_a'))).toBe(3)
    expect(await passing(4, 'read', person('us_b'))).toBe(3)
  })

  for (const rate of OF_PEOPLE) {
    test(`[H2] ${rate}: ten people fill it, the eleventh is refused from there and served elsewhere`, async () => {
      for (let i = 0; i < PEOPLE_PER_ADDRESS; i++) {
        expect(await passing(LIMITS[rate], rate, person(`us_${i}`))).toBe(LIMITS[rate])
      }
      const { refused, headers } = await ask(rate, person('us_late'))
      expect(refused?.status).toBe(429)
      expect(headers['RateLimit-Policy']).toBe(`"${rate}-address";q=${LIMITS[rate] * PEOPLE_PER_ADDRESS};w=60`)
      expect((await ask(rate, person('us_late'), '192.0.2.2')).refused).toBeNull()
    })
  }

  test('[H2] strangers behind one address share what one person has', async () => {
    expect(await passing(4, 'read', null)).toBe(3)
    expect(await passing(4, 'read', null, '192.0.2.2')).toBe(3)
  })

  test('[H2] signing in is counted by address, whoever asks', async () => {
    expect(await passing(2, 'sign-in', person('us_a'))).toBe(2)
    expect(await passing(2, 'sign-in', null)).toBe(1)
    expect((await ask('sign-in', person('us_b'))).refused?.status).toBe(429)
  })
})

describe('[B10] [H2] a key', () => {
  test('[B10] has a rate of its own over all classes, below that of its person', async () => {
    const key = { id: 'ke_a', perMinute: 2 }
    expect((await ask('read', person('us_a', key))).refused).toBeNull()
    expect((await ask('write', person('us_a', key))).refused).toBeNull()
    const { refused, headers } = await ask('read', person('us_a', key))
    expect([refused?.status, headers['RateLimit-Policy']]).toEqual([429, '"key";q=2;w=60'])
    expect((await ask('write', person('us_a'))).refused).toBeNull()
  })

  test('[B10] gives no more than its person has', async () => {
    expect(await passing(5, 'read', person('us_a', { id: 'ke_a', perMinute: 100 }))).toBe(3)
    expect(await passing(5, 'read', person('us_a', { id: 'ke_b', perMinute: 100 }))).toBe(0)
  })
})

test('[H2] what has no rate is not counted', async () => {
  const { refused, headers } = await ask('none', null)
  expect([refused, headers]).toEqual([null, {}])
  expect(await passing(100, 'none', null)).toBe(100)
})
