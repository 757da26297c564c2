import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openKey, sealKey } from './keys.ts'

const secret = randomBytes(32)
const KEY = 'sk-0123456789-abcd'

test('[G6] a sealed key opens with its secret and its row alone', () => {
  const sealed = sealKey(KEY, secret, 'anthropic')
  expect(openKey(sealed, secret, 'anthropic')).toBe(KEY)
  expect(openKey(sealed, randomBytes(32), 'anthropic')).toBeNull()
  expect(openKey(sealed, secret, 'ollama')).toBeNull()
})

test('[G6] a changed byte anywhere, a cut or nothing at all opens nothing', () => {
  const sealed = sealKey(KEY, secret, 'anthropic')
  for (let place = 0; place < sealed.length; place++) {
    const changed = sealed.map((byte, at) => (at === place ? byte ^ 1 : byte))
    expect([place, openKey(changed, secret, 'anthropic')]).toEqual([place, null])
    expect([place, openKey(sealed.subarray(0, place), secret, 'anthropic')]).toEqual([place, null])
  }
})

test('[G6] the same key sealed twice shows nothing in common', () => {
  const [one, two] = [sealKey(KEY, secret, 'anthropic'), sealKey(KEY, secret, 'anthropic')]
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false)
  expect(Buffer.from(one.subarray(0, 12)).equals(Buffer.from(two.subarray(0, 12)))).toBe(false)
  expect(Buffer.from(one).includes(KEY)).toBe(false)
})
