import { expect, test } from 'vitest'
import { createSlowReader } from './slow-reader.ts'

const MB = 1024 * 1024

test('[D3] 16 MB unread are borne, one byte more is too slow at once', () => {
  const tooSlow = createSlowReader()
  expect([tooSlow(16 * MB, 0), tooSlow(16 * MB + 1, 1)]).toEqual([false, true])
})

test('[D3] 4 MB unread are too slow when they stay longer than ten seconds', () => {
  const tooSlow = createSlowReader()
  expect([0, 5_000, 10_000, 10_001].map((at) => tooSlow(4 * MB, at))).toEqual([false, false, false, true])
})

test('[D3] a reader that caught up in between starts anew', () => {
  const tooSlow = createSlowReader()
  expect([tooSlow(5 * MB, 0), tooSlow(MB, 9_000), tooSlow(5 * MB, 9_500), tooSlow(5 * MB, 12_000)]).toEqual([
    ...[false, false, false, false],
  ])
})
