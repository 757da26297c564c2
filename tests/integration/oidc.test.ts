import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { SIGN_IN_PROBLEMS } from '#lib/accounts/sign-in-problem.ts'
import { CLIENT, type Forgery, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { REDIRECT_PAYLOADS } from '../support/redirects.ts'
import { type Answer, type Browser, freePort, OWNER, startServer, type TestServer } from './server.ts'

// Signing in at a real OpenID Connect provider that the test starts. Google is the same code with another issuer.

let provider: OpenIdProvider
let server: TestServer
let owner: Browser
/** Minutes by which the app's clock is ahead. */
let ahead = 0

beforeAll(async () => {
  provider = await startOpenIdProvider()
  server = await startServer({
    unlimited: true,
    clock: () => Date.now() + ahead * 60_000,
    settings: {
      LOOM_OIDC_ISSUER: provider.issuer,
      LOOM_OIDC_CLIENT_ID: CLIENT.id,
      LOOM_OIDC_CLIENT_SECRET: CLIENT.secret,
      LOOM_OIDC_NAME: 'The house',
    },
  })
  provider.register(`${server.origin}/api/auth/oidc/openid/callback`)
  owner = await server.owner()
})
afterAll(async () => {
  await server.close()
  await provider.close()
})
beforeEach(() => {
  provider.person = { sub: 'sub-mara', name: 'Mara Elsewhere', email: OWNER.login, preferred_username: OWNER.login }
})
afterEach(async () => {
  ahead = 0
  provider.forgery = null
  const { app } = server.services
  await app.identity.deleteMany()
  await app.setting.deleteMany()
})

const START = '/api/auth/oidc/openid/start'
const location = (answer: Answer) => String(answer.headers.location)
/** The path and query of an address, as the browser of the tests asks for it. */
const pathOf = (address: string) => address.slice(new URL(address).origin.length)
const signedIn = async (browser: Browser) => (await browser.call('GET', '/api/auth/me')).status === 200
const identities = () => server.services.app.identity.findMany()
const people = () => server.services.app.user.count()

/** Begins, visits the provider and answers the address of the callback, not yet followed. */
async function callbackFor(browser: Browser, query = ''): Promise<string> {
  const started = await browser.call('GET', `${START}${query}`)
  expect(started.status, started.text).toBe(302)
  return pathOf(await provider.visit(location(started)))
}
async function arrive(browser: Browser, query = ''): Promise<Answer> {
  return browser.call('GET', await callbackFor(browser, query))
}
async function link(browser: Browser): Promise<void> {
  expect(location(await arrive(browser, '?mode=link&next=/settings'))).toBe('/settings')
}
const problem = (answer: Answer) => new URL(location(answer), server.origin).searchParams.get('problem')

describe('beginning', () => {
  test('the state tells which providers there are', async () => {
    expect((await server.browser().call('GET', '/api/auth/state')).json['providers']).toEqual([
      { id: 'openid', name: 'The house' },
    ])
  })

  test('[AC52] asks for a code with PKCE, state and nonce; the cookie is HttpOnly and short-lived', async () => {
    const answer = await server.browser().call('GET', START)
    const asked = new URL(location(answer))
    expect(asked.origin).toBe(provider.issuer)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${server.origin}/api/auth/oidc/openid/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(asked.searchParams.get(name)?.length).toBeGreaterThanOrEqual(43)
    const [cookie = ''] = answer.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax; Max-Age=600$/)
    expect(location(answer)).not.toContain(CLIENT.secret)
  })

  test('the description of the API says that the way out and the way back are redirects', async () => {
    const { paths } = (await server.browser().call('GET', '/api/openapi.json')).json as unknown as {
      paths: Record<string, Record<string, { responses: object }>>
    }
    for (const step of ['start', 'callback'])
      expect(Object.keys(paths[`/api/auth/oidc/{provider}/${step}`]?.['get']?.responses ?? {})).toEqual([
        '302',
        'default',
      ])
  })

  test('an unknown provider is absent, and so is one that is not set up', async () => {
    for (const name of ['google', 'elsewhere', '__proto__']) {
      expect((await server.browser().call('GET', `/api/auth/oidc/${name}/start`)).status).toBe(404)
      expect((await server.browser().call('GET', `/api/auth/oidc/${name}/callback?state=x`)).status).toBe(404)
    }
  })

  test('linking needs a session; a key is none', async () => {
    expect((await server.browser().call('GET', `${START}?mode=link`)).status).toBe(401)
    const made = await owner.call('POST', '/api/auth/keys', { name: 'k', scopes: ['stories.read'], days: 1 })
    const headers = { authorization: `Bearer ${made.json['key']}` }
    expect((await server.browser().call('GET', `${START}?mode=link`, undefined, headers)).status).toBe(401)
  })
})

describe('signing in', () => {
  test('[AC53] an account that was linked opens, and comes back to where it wanted to go', async () => {
    await link(owner)
    const browser = server.browser()
    expect(location(await arrive(browser, '?next=/stories/st_1/graph?branch=br_2'))).toBe(
      '/stories/st_1/graph?branch=br_2',
    )
    expect((await browser.call('GET', '/api/auth/me')).json['user']).toMatchObject({ login: OWNER.login, owner: true })
    // The cookie of the flow is gone; the session's cookies are as strict as those of a password.
    expect([...browser.cookies.keys()].filter((name) => name.includes('oidc'))).toEqual([])
  })

  test('[AC51] an unknown person is refused, also one with the mail address of an account', async () => {
    const before = await people()
    const browser = server.browser()
    const answer = await arrive(browser)
    expect([answer.status, location(answer)]).toEqual([302, '/sign-in?problem=unknown'])
    expect(await signedIn(browser)).toBe(false)
    expect([await identities(), await people()]).toEqual([[], before])
    const noted = await vi.waitFor(
      () => server.services.app.auditEntry.findFirstOrThrow({ where: { action: 'sign-in-failed' } }),
      { timeout: 60_000 },
    )
    expect(noted.actor).toBe('nobody')
    expect(JSON.parse(noted.facts)).toMatchObject({ provider: 'openid', problem: 'unknown' })
  })

  test('a suspended person is refused like an unknown one', async () => {
    const id = await admit('sub-away')
    await server.services.auth.accounts.revoke(id, { suspendedAt: new Date() }, 'suspended')
    const browser = server.browser()
    expect(problem(await arrive(browser))).toBe('unknown')
    expect(await signedIn(browser)).toBe(false)
  })

  test('[AC51] with an invitation an unknown person gets an account, once', async () => {
    const invited = await owner.call('POST', '/api/admin/invitations', { role: 'editor', note: 'Ilse', days: 3 })
    const token = String(invited.json['link']).split('#')[1] ?? ''
    provider.person = { sub: 'sub-ilse', name: 'Ilse Reed', email: 'ilse@example.org', preferred_username: 'ilse' }
    const begin = (browser: Browser) => browser.call('POST', START, { invitation: token, next: '/stories/st_2' })
    const first = server.browser()
    const started = await begin(first)
    expect(started.status).toBe(200)
    expect(started.text).not.toContain(token)
    const answer = await first.call('GET', pathOf(await provider.visit(String(started.json['location']))))
    expect(location(answer)).toBe('/stories/st_2')
    expect((await first.call('GET', '/api/auth/me')).json['user']).toMatchObject({
      name: 'Ilse Reed',
      login: 'ilse',
      roles: ['editor'],
      owner: false,
    })
    // The link is used up for the next one.
    provider.person = { sub: 'sub-guest', name: 'A Guest' }
    const second = server.browser()
    const again = await begin(second)
    const late = await second.call('GET', pathOf(await provider.visit(String(again.json['location']))))
    expect(location(late)).toBe('/sign-in?problem=invitation&next=%2Fstories%2Fst_2')
    expect(await signedIn(second)).toBe(false)
  })

  test('[AC51] open registration takes anybody in, under a sign-in name of their own', async () => {
    await openDoors()
    const browser = server.browser()
    expect(location(await arrive(browser))).toBe('/')
    const { user } = (await browser.call('GET', '/api/auth/me')).json as unknown as { user: Record<string, unknown> }
    // The provider told the owner's mail address; the account is a new one all the same.
    expect(user).toMatchObject({ login: `${OWNER.login}-2`, owner: false, roles: ['viewer'] })
    const known = server.browser()
    await arrive(known)
    expect((await known.call('GET', '/api/auth/me')).json['user']).toMatchObject({ id: user['id'] })
  })

  test('[AC51] who has no password cannot sign in by one, whatever is typed', async () => {
    await openDoors()
    provider.person = { sub: 'sub-bare', preferred_username: 'bare' }
    await arrive(server.browser())
    for (const password of ['', ' ', 'null', OWNER.password]) {
      const answer = await server.browser().call('POST', '/api/auth/sign-in', { login: 'bare', password })
      expect([400, 401]).toContain(answer.status)
    }
  })

  test('a person who says no comes back to the sign-in page', async () => {
    provider.person = null
    expect(location(await arrive(server.browser(), '?next=/stories/st_1'))).toBe(
      '/sign-in?problem=declined&next=%2Fstories%2Fst_1',
    )
  })
})

describe('[AC53] [B8] where it may lead', () => {
  test('every payload in next ends at home', { timeout: 120_000 }, async () => {
    await link(owner)
    for (const next of REDIRECT_PAYLOADS) {
      if (next === null || next.length > 2_000) continue
      const answer = await arrive(server.browser(), `?next=${encodeURIComponent(next)}`)
      expect([next, location(answer)]).toEqual([next, '/'])
    }
    expect((await server.browser().call('GET', `${START}?next=/${'a'.repeat(3_000)}`)).status).toBe(400)
  })

  test('a refusal carries no payload either', async () => {
    for (const next of ['//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)']) {
      const query = `?next=${encodeURIComponent(next)}`
      expect(location(await arrive(server.browser(), query))).toBe('/sign-in?problem=unknown')
      expect(location(await arrive(owner, `${query}&mode=link`))).toBe('/')
      await server.services.app.identity.deleteMany()
    }
  })
})

describe('[AC52] a callback that is not what it seems opens nothing', () => {
  beforeEach(() => link(owner))

  async function refuses(answer: Answer, browser: Browser, why: string): Promise<void> {
    expect([answer.status, problem(answer)]).toEqual([302, why])
    expect(SIGN_IN_PROBLEMS).toContain(why)
    expect((answer.headers['set-cookie'] ?? []).join()).not.toMatch(/loom_(access|refresh)/)
    expect(await signedIn(browser)).toBe(false)
  }

  test('no cookie, and the cookie of another browser', async () => {
    const victim = server.browser()
    const attacker = server.browser()
    const callback = await callbackFor(attacker)
    const answer = await victim.call('GET', callback)
    await refuses(answer, victim, 'expired')
    expect(answer.headers['set-cookie']).toBeUndefined()
    await callbackFor(victim)
    await refuses(await victim.call('GET', callback), victim, 'expired')
  })

  test('a wrong state', async () => {
    const browser = server.browser()
    const callback = await callbackFor(browser)
    const wrong = callback.replace(/state=[^&]+/, 'state=another')
    await refuses(await browser.call('GET', wrong), browser, 'expired')
    expect((await browser.call('GET', callback.replace(/state=[^&]+/, 'x=1'))).status).toBe(400)
  })

  test('a changed cookie, and one that is too old', async () => {
    const browser = server.browser()
    const callback = await callbackFor(browser)
    const [name = '', value = ''] = [...browser.cookies].find(([one]) => one.includes('oidc')) ?? []
    const [head, , mac] = value.split('.')
    const flow = { provider: 'openid', state: /state=([^&]+)/.exec(callback)?.[1], next: '/', linkFor: null }
    const forged = Buffer.from(JSON.stringify({ flow, iat: 1, exp: 9e9 })).toString('base64url')
    browser.cookies.set(name, `${head}.${forged}.${mac}`)
    await refuses(await browser.call('GET', callback), browser, 'expired')
    browser.cookies.set(name, value)
    ahead = 11
    await refuses(await browser.call('GET', callback), browser, 'expired')
    ahead = 9
    expect(location(await browser.call('GET', callback))).toBe('/')
  })

  test('a replayed code: with its cookie, and in a new flow', async () => {
    const browser = server.browser()
    const callback = await callbackFor(browser)
    const cookies = [...browser.cookies]
    expect(location(await browser.call('GET', callback))).toBe('/')
    const replay = server.browser()
    for (const [name, value] of cookies) replay.cookies.set(name, value)
    await refuses(await replay.call('GET', callback), replay, 'expired')

    const other = server.browser()
    const fresh = await callbackFor(other)
    const code = /code=([^&]+)/.exec(callback)?.[1] ?? ''
    await refuses(await other.call('GET', fresh.replace(/code=[^&]+/, `code=${code}`)), other, 'provider')
  })

  test('a code that was begun with another verifier', async () => {
    const [one, two] = [server.browser(), server.browser()]
    const [first, second] = [await callbackFor(one), await callbackFor(two)]
    const stolen = /code=([^&]+)/.exec(second)?.[1] ?? ''
    await refuses(await one.call('GET', first.replace(/code=[^&]+/, `code=${stolen}`)), one, 'provider')
  })

  const forgeries: readonly (readonly [string, Forgery])[] = [
    ['a wrong nonce', (claims, sign) => sign({ ...claims, nonce: 'another' })],
    ['no nonce', ({ nonce: _nonce, ...claims }, sign) => sign(claims)],
    ['a wrong audience', (claims, sign) => sign({ ...claims, aud: 'another-app' })],
    ['a second audience', (claims, sign) => sign({ ...claims, aud: [CLIENT.id, 'another-app'], azp: 'another-app' })],
    ['a wrong issuer', (claims, sign) => sign({ ...claims, iss: 'https://elsewhere.example' })],
    ['an expired token', (claims, sign) => sign({ ...claims, iat: 1_000, exp: 2_000 })],
    ['no expiry', ({ exp: _exp, ...claims }, sign) => sign(claims)],
    ['nobody', ({ sub: _sub, ...claims }, sign) => sign(claims)],
    [
      'an unsigned token',
      (claims) => {
        const text = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
        return `${text({ alg: 'none' })}.${text(claims)}.`
      },
    ],
    [
      'a broken signature',
      async (claims, sign) => {
        const [head = '', , mac = ''] = (await sign(claims)).split('.')
        return `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'sub-mara' })).toString('base64url')}.${mac.replace(/^.{8}/, 'AAAAAAAA')}`
      },
    ],
  ]
  test.each(forgeries)('an ID token with %s', async (_name, forgery) => {
    provider.forgery = forgery
    const browser = server.browser()
    await refuses(await arrive(browser), browser, 'provider')
  })

  test('the forger is no sham: a token signed again without change is taken', async () => {
    provider.forgery = (claims, sign) => sign(claims)
    const browser = server.browser()
    expect(location(await arrive(browser))).toBe('/')
    expect(await signedIn(browser)).toBe(true)
  })
})

describe('links', () => {
  test('are listed, made once, and taken away again', async () => {
    await link(owner)
    const list = async () => (await owner.call('GET', '/api/auth/identities')).json['identities'] as unknown
    expect(await list()).toMatchObject([{ provider: 'openid', name: 'The house' }])
    expect((await owner.call('GET', '/api/auth/identities')).text).not.toContain('sub-mara')
    await link(owner)
    expect(await identities()).toHaveLength(1)
    expect((await owner.call('DELETE', '/api/auth/identities/openid')).status).toBe(204)
    expect(await list()).toEqual([])
    expect((await owner.call('DELETE', '/api/auth/identities/openid')).status).toBe(404)
    expect(problem(await arrive(server.browser()))).toBe('unknown')
    const rows = await server.services.app.auditEntry.findMany({ where: { action: { startsWith: 'identity-' } } })
    expect(rows.slice(-2).map((row) => row.action)).toEqual(['identity-linked', 'identity-unlinked'])
    expect(JSON.stringify(rows)).not.toContain('sub-mara')
  })

  test('[AC54] one person there opens one account here, and one account has one person there', async () => {
    const other = server.browser()
    await openDoors()
    provider.person = { sub: 'sub-other', preferred_username: 'other-one' }
    await arrive(other)
    expect(location(await arrive(owner, '?mode=link&next=/settings%23sign-ins'))).toBe(
      '/settings?problem=taken#sign-ins',
    )
    provider.person = { sub: 'sub-third' }
    expect(problem(await arrive(other, '?mode=link&next=/settings'))).toBe('taken')
    expect((await identities()).map((row) => row.subject)).toEqual(['sub-other'])
  })

  test('a session that ended meanwhile links nothing', async () => {
    const leaving = await server.owner()
    const callback = await callbackFor(leaving, '?mode=link&next=/settings')
    const flow = [...leaving.cookies].filter(([name]) => name.includes('oidc'))
    await leaving.call('POST', '/api/auth/sign-out')
    for (const [name, value] of flow) leaving.cookies.set(name, value)
    expect(problem(await leaving.call('GET', callback))).toBe('signed-out')
    expect(await identities()).toEqual([])
  })

  test('[AC54] the only way in is not taken away', async () => {
    await openDoors()
    provider.person = { sub: 'sub-only', preferred_username: 'only' }
    const browser = server.browser()
    await arrive(browser)
    const refused = await browser.call('DELETE', '/api/auth/identities/openid')
    expect([refused.status, refused.json['code']]).toEqual([409, 'conflict'])
    expect(await identities()).toHaveLength(1)
  })
})

test('a provider that is down is said on the sign-in page, and by a problem to a program', async () => {
  const port = await freePort()
  const alone = await startServer({
    settings: { LOOM_OIDC_ISSUER: `http://127.0.0.1:${port}`, LOOM_OIDC_CLIENT_ID: 'x' },
  })
  try {
    await alone.owner()
    const answer = await alone.browser().call('GET', START)
    expect([answer.status, location(answer)]).toEqual([302, '/sign-in?problem=provider'])
    const asked = await alone.browser().call('POST', START, { invitation: 'x' })
    expect([asked.status, asked.json['code']]).toEqual([502, 'provider-down'])
  } finally {
    await alone.close()
  }
})

test('before there is an owner nobody signs in elsewhere', async () => {
  const fresh = await startServer({ settings: { LOOM_OIDC_ISSUER: provider.issuer, LOOM_OIDC_CLIENT_ID: 'x' } })
  try {
    const answer = await fresh.browser().call('GET', START)
    expect([answer.status, answer.json['code']]).toEqual([403, 'setup-needed'])
  } finally {
    await fresh.close()
  }
})

async function openDoors(): Promise<void> {
  const wish = { registration: 'open', openRole: 'viewer' }
  expect((await owner.call('PUT', '/api/admin/registration', wish)).status).toBeLessThan(300)
}

/** Somebody who came by the provider under open registration; answers their id. */
async function admit(sub: string): Promise<string> {
  await openDoors()
  provider.person = { sub, preferred_username: sub }
  await arrive(server.browser())
  const row = await server.services.app.identity.findFirstOrThrow({ where: { subject: sub } })
  return row.userId
}
