import { describe, expect, test } from 'vitest'
import { originRules } from './origin.ts'

describe('a server behind a TLS proxy', () => {
  const rules = originRules({ host: '0.0.0.0', port: 3000, publicUrl: 'https://loom.example' })

  test.each([
    ['loom.example', true],
    ['LOOM.example', true],
    ['loom.example:443', true],
    ['loom.example:3000', false],
    ['127.0.0.1:3000', false],
    ['localhost:3000', false],
    ['loom.example.evil.example', false],
    ['evil.example', false],
    ['', false],
    [undefined, false],
  ])('[C4] Host %s: %s', (host, allowed) => expect(rules.hostAllowed(host)).toBe(allowed))

  test.each([
    ['https://loom.example', true],
    ['http://loom.example', false],
    ['https://loom.example:8443', false],
    ['https://sub.loom.example', false],
    ['null', false],
    [undefined, false],
  ])('[C3] Origin %s: %s', (origin, allowed) => expect(rules.originAllowed(origin)).toBe(allowed))
})

test('[C4] on loopback behind a TLS proxy both names work', () => {
  const rules = originRules({ host: '127.0.0.1', port: 3000, publicUrl: 'https://loom.example' })
  expect(['loom.example', '127.0.0.1:3000', 'localhost:3000', '[::1]:3000'].every(rules.hostAllowed)).toBe(true)
  expect(rules.hostAllowed('127.0.0.1:3001')).toBe(false)
})

test('[C4] port 80 may be left out', () => {
  const rules = originRules({ host: '127.0.0.1', port: 80, publicUrl: 'http://127.0.0.1' })
  expect(rules.hostAllowed('127.0.0.1')).toBe(true)
  expect(rules.hostAllowed('127.0.0.1:80')).toBe(true)
})
