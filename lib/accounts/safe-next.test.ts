import { describe, expect, it } from 'vitest'
import { REDIRECT_PAYLOADS } from '#tests/support/redirects.ts'
import { safeNext } from './safe-next.ts'

describe('after signing in', () => {
  it.each(['/', '/stories/st_1/graph?branch=br_2', '/account#keys', '/stories/st_1/prose/sc_1?x=a%2Fb', '/apis'])(
    '[UI50] leads back to a path of our own: %s',
    (next) => expect(safeNext(next)).toBe(next),
  )

  it('[B8] thirty payloads and more are tried', () => expect(REDIRECT_PAYLOADS.length).toBeGreaterThanOrEqual(30))

  it.each(REDIRECT_PAYLOADS)('[B8] [UI50] ends at home: %j', (next) => expect(safeNext(next)).toBe('/'))

  it.each(REDIRECT_PAYLOADS)('[B8] what is answered never leaves the site, wherever it is followed: %j', (next) => {
    const base = 'https://loom.example/sign-in'
    expect(new URL(safeNext(next), base).origin).toBe('https://loom.example')
  })
})
