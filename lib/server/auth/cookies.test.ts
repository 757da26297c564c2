import { describe, expect, test } from 'vitest'
import { cookieNames, readCookie } from './cookies.ts'

const tokens = { access: 'a.b.c', refresh: 'se_1.0.x' }

describe('names', () => {
  test('[B1] on HTTPS they are host-bound and secure', () => {
    const cookies = cookieNames({ publicUrl: 'https://loom.example', port: 3000 })
    for (const line of cookies.set(tokens)) {
      expect(line).toMatch(/^__Host-loom_(access|refresh)=/)
      expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=\d+$/)
      expect(line).not.toMatch(/Domain/i)
    }
  })

  test('[B1] on plain HTTP two installations on one machine do not share them', () => {
    const [first, second] = [3000, 3001].map((port) => cookieNames({ publicUrl: `http://127.0.0.1:${port}`, port }))
    expect(first?.access).not.toBe(second?.access)
    expect(first?.set(tokens)[0]).not.toContain('Secure')
  })

  test('[B1] clearing takes back both', () => {
    const cookies = cookieNames({ publicUrl: 'https://loom.example', port: 3000 })
    expect(cookies.clear().map((line) => /^([^=]+)=;.*Max-Age=0$/.exec(line)?.[1])).toEqual([
      cookies.access,
      cookies.refresh,
    ])
  })
})

describe('reading', () => {
  test.each<[string | null, string | null]>([
    ['a=1; loom=2; b=3', '2'],
    ['loom=2', '2'],
    ['loom=first; loom=second', 'first'],
    ['xloom=1', null],
    ['loom', null],
    ['loom=a=b', 'a=b'],
    ['', null],
    [null, null],
  ])('%s gives %s', (header, value) => expect(readCookie(header, 'loom')).toBe(value))
})
