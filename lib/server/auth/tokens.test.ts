import { createHmac, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokens } from './tokens.ts'

const key = Buffer.alloc(32, 7)
const start = Date.UTC(2026, 0, 1)
let now = start
const tokens = createTokens(key, Buffer.alloc(32, 9), () => now)
const seconds = start / 1000
const good = { sub: 'us_1', sid: 'se_1', ep: 0, iss: 'the-loom', aud: 'the-loom/web', iat: seconds, exp: seconds + 600 }
const header = { alg: 'HS256', typ: 'loom-access+jwt' }

/** A token of any header and payload, signed with HMAC-SHA256 (or `hash`) under `signer`. */
function forge(head: object, payload: object, signer: Buffer | string = key, hash = 'sha256'): string {
  const body = [head, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${body}.${createHmac(hash, signer).update(body).digest('base64url')}`
}

test('[B3] a good token says who it is', async () => {
  now = start
  const token = await tokens.signAccess({ userId: 'us_1', sessionId: 'se_1', epoch: 3 })
  expect(await tokens.readAccess(token)).toEqual({ userId: 'us_1', sessionId: 'se_1', epoch: 3 })
  expect(await tokens.readAccess(forge(header, good))).toEqual({ userId: 'us_1', sessionId: 'se_1', epoch: 0 })
})

test('[AC9] [B3] a token that was good before runs out like any other, and one that was changed is not known', async () => {
  now = start
  const token = await tokens.signAccess({ userId: 'us_1', sessionId: 'se_1', epoch: 3 })
  expect(await tokens.readAccess(token)).not.toBeNull()
  expect(await tokens.readAccess(`${token.slice(0, -2)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull()
  now = start + 600_000 - 1
  expect(await tokens.readAccess(token)).toEqual({ userId: 'us_1', sessionId: 'se_1', epoch: 3 })
  now = start + 600_000
  expect(await tokens.readAccess(token)).toBeNull()
  now = start - 60_000
  expect(await tokens.readAccess(token)).toBeNull()
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = publicKey.export({ type: 'spki', format: 'pem' })

const wrong: readonly [string, () => string | Promise<string>][] = [
  [
    'alg none',
    () =>
      `${forge({ ...header, alg: 'none' }, good)
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
  ],
  ['alg None with a signature', () => forge({ ...header, alg: 'None' }, good)],
  ['alg HS512', () => forge({ ...header, alg: 'HS512' }, good, key, 'sha512')],
  ['alg RS256', () => new SignJWT(good).setProtectedHeader({ alg: 'RS256', typ: header.typ }).sign(privateKey)],
  ['HMAC with a public key', () => forge(header, good, String(pem))],
  ['another key', () => forge(header, good, Buffer.alloc(32, 8))],
  ['an empty key named by kid', () => forge({ ...header, kid: '../../../dev/null' }, good, '')],
  ['a key set by jku', () => forge({ ...header, jku: 'https://evil.example/keys.json' }, good, Buffer.alloc(32, 8))],
  [
    'its own key in jwk',
    () =>
      forge(
        { ...header, jwk: { kty: 'oct', k: Buffer.alloc(32, 8).toString('base64url') } },
        good,
        Buffer.alloc(32, 8),
      ),
  ],
  ['a critical extension', () => forge({ ...header, crit: ['x'], x: 1 }, good)],
  ['typ JWT', () => forge({ ...header, typ: 'JWT' }, good)],
  ['no typ', () => forge({ alg: 'HS256' }, good)],
  ['another audience', () => forge(header, { ...good, aud: 'the-loom/worker' })],
  ['another issuer', () => forge(header, { ...good, iss: 'elsewhere' })],
  ['expired', () => forge(header, { ...good, iat: seconds - 700, exp: seconds - 100 })],
  ['expired this second', () => forge(header, { ...good, iat: seconds - 600, exp: seconds })],
  ['made in the future', () => forge(header, { ...good, iat: seconds + 120, exp: seconds + 600 })],
  ['not yet good', () => forge(header, { ...good, nbf: seconds + 60 })],
  ['good for a year', () => forge(header, { ...good, iat: seconds - 3600, exp: seconds + 31_536_000 })],
  ['without exp', () => forge(header, { ...good, exp: undefined })],
  ['without session', () => forge(header, { ...good, sid: undefined })],
  ['an epoch as text', () => forge(header, { ...good, ep: '0' })],
  ['a refresh token', () => tokens.refreshToken({ sessionId: 'se_1', generation: 0 })],
  ['a ticket', () => Buffer.alloc(32, 1).toString('base64url')],
  ['oversized', () => forge(header, { ...good, x: 'x'.repeat(4_000) })],
  ['cut short', () => forge(header, good).slice(0, -4)],
  ['nothing', () => ''],
  ['three dots', () => '...'],
  ['no base64', () => '§.§.§'],
]

describe('[B3] wrong access tokens', () => {
  test.each(wrong)('[B3] %s is nobody', async (_, make) => {
    now = start
    expect(await tokens.readAccess(await make())).toBeNull()
  })
})

describe('refresh tokens', () => {
  test('[B2] the same generation is the same token, another one another', () => {
    const token = tokens.refreshToken({ sessionId: 'se_1', generation: 3 })
    expect(tokens.refreshToken({ sessionId: 'se_1', generation: 3 })).toBe(token)
    expect(tokens.refreshToken({ sessionId: 'se_1', generation: 4 })).not.toBe(token)
    expect(tokens.refreshToken({ sessionId: 'se_2', generation: 3 })).not.toBe(token)
    expect(tokens.readRefresh(token)).toEqual({ sessionId: 'se_1', generation: 3 })
  })

  test.each<[string, (token: string) => string]>([
    ['another generation', (token) => token.replace('.3.', '.4.')],
    ['another session', (token) => token.replace('se_1', 'se_2')],
    ['another end', (token) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['a tail', (token) => `${token}A`],
    ['a huge generation', (token) => token.replace('.3.', '.99999999999.')],
    ['nothing', () => ''],
  ])('[B2] one with %s is not ours', (_, change) => {
    expect(tokens.readRefresh(change(tokens.refreshToken({ sessionId: 'se_1', generation: 3 })))).toBeNull()
  })
})
