import { expect, test } from 'vitest'
import { createTokenBucket } from './token-bucket.ts'

function bucket() {
  let now = 5_000
  const { take } = createTokenBucket({ perSecond: 10, burst: 3 }, () => now)
  /** How many of ten tries pass. */
  const passing = () => Array.from({ length: 10 }, take).filter((waitMs) => waitMs === 0).length
  return { take, passing, pass: (ms: number) => (now += ms) }
}

test('[D3] a burst passes at once, and the next one is told how long to wait', () => {
  const { passing, take } = bucket()
  expect(passing()).toBe(3)
  expect(take()).toBe(100)
})

test('[D3] tokens flow in with time, never beyond the burst', () => {
  const { passing, take, pass } = bucket()
  expect(passing()).toBe(3)
  pass(99)
  expect(take()).toBeGreaterThan(0)
  pass(1)
  expect(take()).toBe(0)
  pass(200)
  expect(passing()).toBe(2)
  pass(60_000)
  expect(passing()).toBe(3)
})

test('[D3] a clock that is set back gives nothing and takes nothing', () => {
  const { passing, pass } = bucket()
  expect(passing()).toBe(3)
  pass(-1_000)
  expect(passing()).toBe(0)
  pass(100)
  expect(passing()).toBe(1)
})
