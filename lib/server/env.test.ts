import { describe, expect, test } from 'vitest'
import { parseEnv, settingLines } from './env.ts'
import { StartFailure } from './start-failure.ts'

function refusal(source: Record<string, string>): string {
  try {
    parseEnv(source)
  } catch (cause) {
    if (cause instanceof StartFailure && cause.kind === 'wrong-setting' && cause.exitCode === 64) return cause.message
    throw cause
  }
  throw new Error('it was taken')
}

test('[S1] without settings it listens on loopback, port 3000', () => {
  expect(parseEnv({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    plainHttpWarning: false,
  })
})

test('[S1] the worker’s own settings are none of ours', () => {
  expect(parseEnv({ LOOM_WORKER_TOKEN: 'x' }).port).toBe(3000)
})

describe('the four ways to start', () => {
  test('[S1] loopback needs nothing', () => {
    expect(parseEnv({ LOOM_HOST: '::1' }).publicUrl).toBe('http://[::1]:3000')
    expect(parseEnv({ LOOM_HOST: 'localhost', LOOM_PORT: '8080' }).publicUrl).toBe('http://localhost:8080')
  })
  test('[S1] another address without a public one is refused', () => {
    expect(refusal({ LOOM_HOST: '0.0.0.0' })).toMatch(/^LOOM_PUBLIC_URL: is needed/)
  })
  test('[S1] plain HTTP beyond this machine is refused', () => {
    expect(refusal({ LOOM_HOST: '0.0.0.0', LOOM_PUBLIC_URL: 'http://loom.example' })).toMatch(
      /^LOOM_PUBLIC_URL: is plain HTTP/,
    )
    expect(refusal({ LOOM_PUBLIC_URL: 'http://loom.example' })).toMatch(/plain HTTP/)
    expect(refusal({ LOOM_HOST: '192.168.1.5', LOOM_PUBLIC_URL: 'http://127.0.0.1:3000' })).toMatch(/plain HTTP/)
  })
  test('[S1] the flag allows it and a banner stays; TLS needs no flag', () => {
    const plain = { LOOM_HOST: '0.0.0.0', LOOM_PUBLIC_URL: 'http://loom.example', LOOM_ALLOW_PLAIN_HTTP: '1' }
    expect(parseEnv(plain)).toMatchObject({ publicUrl: 'http://loom.example', plainHttpWarning: true })
    const tls = { LOOM_HOST: '0.0.0.0', LOOM_PUBLIC_URL: 'https://loom.example/' }
    expect(parseEnv(tls)).toMatchObject({ publicUrl: 'https://loom.example', plainHttpWarning: false })
  })
})

describe('private addresses', () => {
  test('[F6] this machine is allowed only while the app is used on this machine alone', () => {
    expect(parseEnv({}).outboundAllow).toEqual(['127.0.0.0/8', '::1'])
    expect(parseEnv({ LOOM_PUBLIC_URL: 'https://loom.example' }).outboundAllow).toEqual([])
    expect(parseEnv({ LOOM_HOST: '0.0.0.0', LOOM_PUBLIC_URL: 'https://loom.example' }).outboundAllow).toEqual([])
  })
  test('[F6] the admin adds addresses, ranges and names', () => {
    const list = { LOOM_OUTBOUND_ALLOW: ' 10.0.0.0/8, Ollama.lan ,192.168.1.20,' }
    expect(parseEnv(list).outboundAllow.slice(2)).toEqual(['10.0.0.0/8', 'ollama.lan', '192.168.1.20'])
  })
})

describe('a wrong setting', () => {
  test.each([
    ['LOOM_PORT', 'abc', 'whole number'],
    ['LOOM_PORT', '0', 'between 1 and 65535'],
    ['LOOM_PORT', '70000', 'between 1 and 65535'],
    ['LOOM_PORT', '30 00', 'whole number'],
    ['LOOM_PORT', '', 'whole number'],
    ['LOOM_HOST', 'no such/host', 'not an address'],
    ['LOOM_HOST', '', 'not an address'],
    ['LOOM_DATA_DIR', '  ', 'folder name'],
    ['LOOM_PUBLIC_URL', 'loom.example', 'write an origin'],
    ['LOOM_PUBLIC_URL', 'ftp://loom.example', 'write an origin'],
    ['LOOM_PUBLIC_URL', 'https://loom.example/path', 'write an origin'],
    ['LOOM_PUBLIC_URL', 'https://me:secret@loom.example', 'write an origin'],
    ['LOOM_ALLOW_PLAIN_HTTP', 'yes', '1 or 0'],
    ['LOOM_LOG', 'loud', 'one of'],
    ['LOOM_OUTBOUND_ALLOW', '10.0.0.0/99', 'not an address range'],
    ['LOOM_OUTBOUND_ALLOW', '10.0.0.1, http://x', 'not an address, range or host name'],
    ['LOOM_OUTBOUND_ALLOW', '169.254.169.254', 'never allowed'],
    ['LOOM_PROT', '3000', 'no such setting'],
    ['LOOM_OIDC_ISSUER', 'http://sign-in.example', 'write an https address'],
    ['LOOM_OIDC_ISSUER', 'https://me:secret@sign-in.example', 'write an https address'],
    ['LOOM_OIDC_CLIENT_SECRET', 'changeme', 'the value of an example'],
    ['LOOM_GOOGLE_CLIENT_SECRET', '<your secret>', 'the value of an example'],
    ['LOOM_SMTP_URL', 'https://mail.example', 'write an address such as'],
    ['LOOM_MAIL_FROM', 'The Loom', 'write a mail address'],
  ])('[S1] %s=%s is named with its reason', (name, value, reason) => {
    const message = refusal({ [name]: value })
    expect(message.startsWith(`${name}: `)).toBe(true)
    expect(message).toContain(reason)
    expect(message).not.toContain('secret')
  })
})

describe('sign-in elsewhere and mail', () => {
  const openid = { LOOM_OIDC_ISSUER: 'https://sign-in.example/realm', LOOM_OIDC_CLIENT_ID: 'loom' }

  test('none of it is on by default', () => {
    expect(parseEnv({})).toMatchObject({ signInProviders: [], mail: null })
  })

  test('any issuer, and Google as a preset', () => {
    const google = { LOOM_GOOGLE_CLIENT_ID: 'g-1', LOOM_GOOGLE_CLIENT_SECRET: 'g-2' }
    expect(parseEnv({ ...openid, ...google, LOOM_OIDC_NAME: 'House' }).signInProviders).toEqual([
      { id: 'openid', name: 'House', issuer: 'https://sign-in.example/realm', clientId: 'loom', clientSecret: null },
      {
        ...{ id: 'google', name: 'Google', issuer: 'https://accounts.google.com' },
        ...{ clientId: 'g-1', clientSecret: 'g-2' },
      },
    ])
    expect(parseEnv({ ...openid, LOOM_OIDC_ISSUER: 'http://127.0.0.1:4000' }).signInProviders).toHaveLength(1)
  })

  test.each([
    [{ LOOM_OIDC_ISSUER: 'https://sign-in.example' }, 'LOOM_OIDC_CLIENT_ID: is needed because LOOM_OIDC_ISSUER'],
    [{ LOOM_OIDC_CLIENT_ID: 'loom' }, 'LOOM_OIDC_ISSUER: is needed'],
    [{ LOOM_OIDC_CLIENT_SECRET: 'good-one' }, 'LOOM_OIDC_ISSUER: is needed'],
    [{ LOOM_GOOGLE_CLIENT_ID: 'g-1' }, 'LOOM_GOOGLE_CLIENT_SECRET: is needed'],
    [{ LOOM_SMTP_URL: 'smtp://127.0.0.1' }, 'LOOM_MAIL_FROM: is needed'],
    [{ LOOM_MAIL_FROM: 'loom@mail.example' }, 'LOOM_SMTP_URL: is needed'],
  ])('[S1] half of a group is refused: %o', (settings, message) => {
    expect(refusal(settings)).toContain(message)
  })
})

test('every setting has a meaning for the table', () => {
  for (const line of settingLines) expect(line.meaning.length).toBeGreaterThan(15)
  expect(settingLines.map((line) => line.name)).toContain('LOOM_DATA_DIR')
})
