import { beforeEach, expect, test } from 'vitest'
import { createLiveSessions, type LiveSessions } from './live-sessions.ts'

let now = 0
let live: LiveSessions
let ended: string[]
beforeEach(() => {
  now = 1_000
  ended = []
  live = createLiveSessions(() => now)
  live.onEnded((sessionId) => ended.push(sessionId))
  live.putUser({ id: 'us_a', name: 'A', login: 'a', roles: ['editor'], owner: false, epoch: 0, suspended: false })
  live.putSession('se_short', 'us_a', 2_000)
  live.putSession('se_long', 'us_a', 9_000)
})
const claims = { userId: 'us_a', sessionId: 'se_short', epoch: 0 }

test('[D5] a session lives until its very end and is over at it, for tokens and for sockets', () => {
  now = 1_999
  expect([live.isLive('se_short'), live.principalOf(claims)?.userId]).toEqual([true, 'us_a'])
  now = 2_000
  expect([live.isLive('se_short'), live.principalOf(claims)]).toEqual([false, null])
  expect(live.isLive('se_long')).toBe(true)
})

test('[AC9] a token of an older epoch speaks for nobody, also where its session was kept', () => {
  const mara = { id: 'us_a', name: 'A', login: 'a', roles: ['editor'], owner: false, suspended: false } as const
  live.putUser({ ...mara, epoch: 1 }, 'se_short')
  expect([live.isLive('se_short'), live.isLive('se_long')]).toEqual([true, false])
  expect(live.principalOf(claims)).toBeNull()
  expect(live.principalOf({ ...claims, epoch: 1 })?.userId).toBe('us_a')
  live.end('se_short')
  expect(live.principalOf({ ...claims, epoch: 1 })).toBeNull()
})

test('[D5] whoever notices first ends it, and its listeners hear that once', () => {
  const principal = live.principalOf(claims)
  now = 2_000
  expect(principal && live.today(principal)).toBeNull()
  live.endExpired()
  expect(ended).toEqual(['se_short'])
})

test('[D5] the round ends what nobody asked about', () => {
  now = 9_000
  live.endExpired()
  expect(ended.sort()).toEqual(['se_long', 'se_short'])
})

test('[D5] a rotated token moves the end, and brings nothing back that was ended', () => {
  live.extend('se_short', 5_000)
  now = 4_999
  live.endExpired()
  expect(ended).toEqual([])
  live.end('se_short')
  live.extend('se_short', 9_000)
  expect(live.isLive('se_short')).toBe(false)
})
