import { expect, it } from 'vitest'
import { timeAgo } from './time-text.ts'

it('[UI5] a moment is told in the largest whole unit', () => {
  const now = Date.UTC(2026, 4, 2, 12)
  expect(timeAgo(now - 20_000, now)).toBe('now')
  expect(timeAgo(now - 61_000, now)).toBe('1 minute ago')
  expect(timeAgo(now - 26 * 3_600_000, now)).toBe('yesterday')
  expect(timeAgo(now - 400 * 86_400_000, now)).toBe('last year')
})
