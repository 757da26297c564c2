import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { io } from 'socket.io-client'
import type { Scope } from '#lib/accounts/policy.ts'
import { hashToken } from '#lib/server/auth/tokens.ts'
import { routes } from '#lib/server/http/registry.ts'
import { rawClient } from '../support/prose-client.ts'
import { type Answer, type Browser, OWNER, startServer, type TestServer } from './server.ts'

const DAY_MS = 24 * 3_600_000

let server: TestServer
let owner: Browser
let ilse: Browser
let now = Date.UTC(2026, 0, 1)

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const withKey = (key: string, method: string, path: string, body?: unknown) =>
  server.browser().call(method, path, body, bearer(key))
const codeOf = (answer: Answer) => answer.json['code'] as unknown as string

interface Made {
  readonly id: string
  readonly key: string
}
async function make(browser: Browser, wish: Record<string, unknown> = {}): Promise<Made> {
  const answer = await browser.call('POST', '/api/auth/keys', {
    name: 'a script',
    scopes: ['stories.read'],
    days: 30,
    ...wish,
  })
  expect(answer.status, answer.text).toBe(201)
  return answer.json as unknown as Made
}
async function newStory(browser: Browser, title: string): Promise<string> {
  return String((await browser.call('POST', '/api/stories', { title })).json['storyId'])
}
async function person(login: string): Promise<{ readonly id: string; readonly browser: Browser }> {
  const { passwordHash } = await server.services.app.user.findFirstOrThrow({ where: { owner: true } })
  const id = `us_${login}`
  const at = new Date(now)
  await server.services.app.user.create({
    data: { id, name: login, login, passwordHash, roles: '["editor"]', createdAt: at, changedAt: at },
  })
  const browser = server.browser()
  expect((await browser.call('POST', '/api/auth/sign-in', { login, password: OWNER.password })).status).toBe(200)
  return { id, browser }
}

beforeAll(async () => {
  server = await startServer({
    clock: () => now,
    unlimited: true,
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
  owner = await server.owner()
  ilse = (await person('ilse')).browser
})
afterAll(() => server.close())
beforeEach(async () => {
  // Access tokens live ten minutes and some tests move the clock.
  await owner.call('POST', '/api/auth/refresh')
  await ilse.call('POST', '/api/auth/refresh')
})

describe('making a key', () => {
  test('[AC45] [B10] a key is loom_, an id and 32 random bytes; shown once, its SHA-256 at rest', async () => {
    const { id, key } = await make(ilse, {
      name: '  backup ',
      scopes: ['stories.export', 'stories.read'],
      perMinute: 7,
    })
    const secret = key.slice(`loom_${id}_`.length)
    expect(key.startsWith(`loom_${id}_`)).toBe(true)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)

    const row = await server.services.app.apiKey.findUniqueOrThrow({ where: { id } })
    expect(row.hash).toBe(hashToken(key))
    expect(JSON.stringify(row)).not.toContain(secret)

    const list = await ilse.call('GET', '/api/auth/keys')
    expect(list.text).not.toContain(secret)
    expect((list.json['keys'] as unknown as unknown[])[0]).toEqual({
      id,
      name: 'backup',
      scopes: ['stories.read', 'stories.export'],
      storyId: null,
      storyTitle: null,
      perMinute: 7,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + 30 * DAY_MS).toISOString(),
      lastUsedAt: null,
      revokedAt: null,
    })
    expect((await make(ilse)).key).not.toBe((await make(ilse)).key)
  })

  it.each([
    ['no name', { name: '  ' }],
    ['no scope', { scopes: [] }],
    ['a scope that is none', { scopes: ['admin'] }],
    ['a scope twice', { scopes: ['writer', 'writer'] }],
    ['no days', { days: 0 }],
    ['more than a year', { days: 366 }],
    ['half a day', { days: 0.5 }],
    ['no requests', { perMinute: 0 }],
    ['too many requests', { perMinute: 601 }],
    ['an owner of its own', { userId: 'us_other' }],
    ['a story that makes stories', { scopes: ['stories.create'], storyId: 'self' }],
  ])('[B10] refuses %s', async (_name, wish) => {
    const storyId = 'storyId' in wish ? { storyId: await newStory(ilse, 'Mine') } : {}
    const before = await server.services.app.apiKey.count()
    const body = { name: 'x', scopes: ['stories.read'], days: 1, ...wish, ...storyId }
    const answer = await ilse.call('POST', '/api/auth/keys', body)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-input'])
    expect(await server.services.app.apiKey.count()).toBe(before)
  })

  it('[B10] refuses a key of a story its maker may not know', async () => {
    const storyId = await newStory(owner, 'Not hers')
    const body = { name: 'x', scopes: ['stories.read'], days: 1, storyId }
    expect((await ilse.call('POST', '/api/auth/keys', body)).status).toBe(404)
  })

  it('[B10] stops at fifty keys in use; a removed one makes room', async () => {
    const { browser } = await person('collector')
    const made: Made[] = []
    for (let i = 0; i < 50; i++) made.push(await make(browser, { name: `key ${i}` }))
    const body = { name: 'one more', scopes: ['writer'], days: 1 }
    const full = await browser.call('POST', '/api/auth/keys', body)
    expect([full.status, codeOf(full)]).toEqual([409, 'conflict'])
    expect((await browser.call('DELETE', `/api/auth/keys/${made[0]?.id}`)).status).toBe(204)
    expect((await browser.call('POST', '/api/auth/keys', body)).status).toBe(201)
  })
})

test('[H5] making and removing a key stand in the audit log, without its secret', async () => {
  const { id: userId, browser } = await person('noted')
  const { id, key } = await make(browser, { scopes: ['writer'], days: 3, perMinute: 5 })
  await browser.call('DELETE', `/api/auth/keys/${id}`)
  const entries = await server.services.app.auditEntry.findMany({ where: { subject: id }, orderBy: { seq: 'asc' } })
  expect(entries.map(({ action, actor, facts }) => [action, actor, JSON.parse(facts) as unknown])).toEqual([
    ['key-made', userId, { userId, scopes: ['writer'], storyId: null, days: 3, perMinute: 5 }],
    ['key-revoked', userId, { userId }],
  ])
  expect(JSON.stringify(entries)).not.toContain(key.slice(-43))
})

describe('using a key', () => {
  test('[B10] opens what its scope names and its person holds, and notes its last use once a minute', async () => {
    const mine = await newStory(ilse, 'Hers')
    const other = await newStory(owner, 'Not hers')
    const { id, key } = await make(ilse)
    const used = now
    expect((await withKey(key, 'GET', `/api/stories/${mine}/snapshot`)).status).toBe(200)
    expect((await withKey(key, 'GET', `/api/stories/${other}/snapshot`)).status).toBe(404)
    expect((await withKey(key, 'POST', '/api/stories', { title: 'No' })).status).toBe(403)
    const shelf = await withKey(key, 'GET', '/api/stories')
    expect(shelf.text).toContain(mine)
    expect(shelf.text).not.toContain(other)

    const noted = async () => (await server.services.app.apiKey.findUniqueOrThrow({ where: { id } })).lastUsedAt
    expect((await noted())?.getTime()).toBe(used)
    now += 59_000
    await withKey(key, 'GET', '/api/stories')
    expect((await noted())?.getTime()).toBe(used)
    now += 1_000
    await withKey(key, 'GET', '/api/stories')
    expect((await noted())?.getTime()).toBe(now)
  })

  test('[A2] a key of one story lists and opens that story alone', async () => {
    const one = await newStory(ilse, 'The one')
    const two = await newStory(ilse, 'The other')
    const { key } = await make(ilse, { storyId: one, scopes: ['stories.read', 'stories.write', 'stories.export'] })
    expect((await withKey(key, 'GET', `/api/stories/${one}/snapshot`)).status).toBe(200)
    expect((await withKey(key, 'GET', `/api/stories/${two}/snapshot`)).status).toBe(404)
    expect((await withKey(key, 'GET', `/api/stories/${two}/export?format=archive`)).status).toBe(404)
    const { stories } = (await withKey(key, 'GET', '/api/stories')).json as unknown as { stories: { id: string }[] }
    expect(stories.map((story) => story.id)).toEqual([one])
  })

  test('[AC45] [B10] a key is not read from a cookie, a body or another scheme', async () => {
    const { key } = await make(ilse)
    const names = server.services.auth.cookies
    const tries = [
      { cookie: `${names.access}=${key}` },
      { cookie: `${names.refresh}=${key}` },
      { authorization: key },
      { authorization: `Basic ${Buffer.from(`key:${key}`).toString('base64')}` },
      { authorization: `Bearer ${key}x` },
      { authorization: `Bearer ${key.slice(0, -1)}` },
      { 'x-api-key': key },
    ]
    for (const headers of tries)
      expect((await server.browser().call('GET', '/api/stories', undefined, headers)).status).toBe(401)
  })

  test('[B10] the id of one key with the secret of another opens nothing', async () => {
    const [one, two] = [await make(ilse), await make(ilse)]
    const mixed = `loom_${one.id}_${two.key.slice(-43)}`
    expect((await withKey(mixed, 'GET', '/api/stories')).status).toBe(401)
  })

  it.each(['key', 'api_key', 'access_token', 'token', 'q'])('[AC45] [B1] refuses a key in ?%s=', async (name) => {
    const { key } = await make(ilse)
    for (const path of ['/api/stories', '/api/auth/state', '/api/livez']) {
      const answer = await server.browser().call('GET', `${path}?${name}=${key}`)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'key-in-address'])
      expect(answer.text).not.toContain(key)
      // A cookie beside it does not help.
      expect((await ilse.call('GET', `${path}?${name}=${key}`)).status).toBe(400)
    }
  })

  test('[B1] refuses a worker key in the address', async () => {
    const { token } = await server.services.workers.createToken(
      'chatty',
      { kinds: ['render_panel'], stories: null },
      'command-line',
    )
    expect(codeOf(await server.browser().call('GET', `/api/worker/v1/hello?token=${token}`))).toBe('key-in-address')
  })

  test('[A2] no key reaches the account of its person', async () => {
    const scopes: Scope[] = ['stories.read', 'stories.write', 'stories.create', 'stories.export', 'writer', 'panels']
    const { id, key } = await make(owner, { scopes })
    const account = routes.filter((route) => route.permission === 'account' || route.permission === 'admin')
    expect(account.length).toBeGreaterThan(3)
    for (const route of account) {
      const path = route.path.replaceAll(/:\w+/g, id)
      const answer = await withKey(key, route.method.toUpperCase(), path, route.method === 'get' ? undefined : {})
      expect([route.path, answer.status]).toEqual([route.path, 403])
    }
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(200)
  })

  test('[A2] a key that may write trashes nothing, over whichever door', async () => {
    const storyId = await newStory(owner, 'Kept')
    const { key } = await make(owner, { scopes: ['stories.read', 'stories.write'] })
    expect((await withKey(key, 'DELETE', `/api/stories/${storyId}`)).status).toBe(403)
    const send = (commandId: string, command: unknown) =>
      withKey(key, 'POST', `/api/stories/${storyId}/commands`, {
        ...{ commandId, storyId, clientId: `cl_${commandId}`, seq: 1 },
        command,
      })
    const trash = { type: 'TrashStory' }
    expect((await send('co_trash', trash)).status).toBe(403)
    expect((await send('co_batch', { type: 'Batch', commands: [trash] })).status).toBe(403)
    expect((await send('co_title', { type: 'UpdateStory', fields: { title: 'Kept still' } })).json).toMatchObject({
      status: 'committed',
    })
    expect((await owner.call('GET', '/api/stories')).text).toContain('Kept still')
  })
})

describe('keys open HTTP only', () => {
  const failure = (options: Parameters<typeof io>[1]) =>
    new Promise<string>((resolve) => {
      const socket = io(server.origin, { transports: ['websocket'], reconnection: false, forceNew: true, ...options })
      socket.on('connect', () => {
        socket.close()
        resolve('connected')
      })
      socket.on('connect_error', (error) => {
        socket.close()
        resolve(error.message)
      })
    })

  test('[AC45] [D1] /socket.io takes a key neither as a header nor as auth data nor in the address', async () => {
    const { key } = await make(owner)
    const cookie = owner.cookieHeader()
    const origin = server.origin
    expect(await failure({ extraHeaders: { cookie, origin } })).toBe('connected')
    expect(await failure({ extraHeaders: { ...bearer(key), origin } })).not.toBe('connected')
    expect(await failure({ extraHeaders: { origin }, auth: { token: key } })).not.toBe('connected')
    expect(await failure({ extraHeaders: { origin }, query: { key } })).not.toBe('connected')
  })

  test('[AC45] [D1] a key gets no ticket for /yjs, and opens it with nothing of its own', async () => {
    const storyId = await newStory(owner, 'Live')
    const branchId = [...(server.services.events.state(storyId)?.branches.keys() ?? [])][0]
    const scene = { type: 'CreateScene', sceneId: 'sc_live', branchId, x: 0, y: 0 }
    await server.services.stories.act(storyId, scene as Parameters<typeof server.services.stories.act>[1], {
      id: 'us_test',
      kind: 'system',
    })
    const { key } = await make(owner, { scopes: ['stories.read', 'stories.write'] })
    const path = `/api/stories/${storyId}/scenes/sc_live/prose/ticket`
    const refused = await withKey(key, 'POST', path)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden'])

    const open = (ticket: string) => rawClient({ port: server.port, sceneId: 'sc_live', origin: server.origin, ticket })
    const first = open(String((await owner.call('POST', path)).json['ticket']))
    await first.synced
    first.stop()
    const second = open(key)
    const outcome = await Promise.race([second.synced.then(() => 'opened'), second.closed.then(() => 'refused')])
    expect(outcome).toBe('refused')
    second.stop()
  })
})

describe('a key ends', () => {
  test('[AC46] [A6] removed: dead at the next request, and noted in its row', async () => {
    const { id, key } = await make(ilse)
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(200)
    expect((await ilse.call('DELETE', `/api/auth/keys/${id}`)).status).toBe(204)
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(401)
    expect((await ilse.call('DELETE', `/api/auth/keys/${id}`)).status).toBe(404)
    expect((await server.services.app.apiKey.findUniqueOrThrow({ where: { id } })).revokedAt?.getTime()).toBe(now)
  })

  test('[A3] nobody removes or sees the keys of somebody else', async () => {
    const { id, key } = await make(ilse)
    expect((await owner.call('DELETE', `/api/auth/keys/${id}`)).status).toBe(404)
    expect((await owner.call('GET', '/api/auth/keys')).text).not.toContain(id)
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(200)
  })

  test('[AC46] [B10] expired: to the millisecond', async () => {
    const { key } = await make(ilse, { days: 1 })
    now += DAY_MS - 1
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(200)
    now += 1
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(401)
  })

  test('[AC46] [A6] its person is suspended: dead at once, alive again when restored', async () => {
    const { id, browser } = await person('away')
    const { key } = await make(browser)
    const { accounts } = server.services.auth
    await accounts.revoke(id, { suspendedAt: new Date(now) }, 'suspended')
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(401)
    await accounts.change(id, { suspendedAt: null })
    expect((await withKey(key, 'GET', '/api/stories')).status).toBe(200)
  })

  test('[AC46] [A6] its person holds less: so does the key, at once', async () => {
    const { id, browser } = await person('member')
    const storyId = await newStory(owner, 'Shared')
    await server.services.members.put(storyId, id, { role: 'editor', rights: [] }, 'us_owner')
    const { key } = await make(browser, { scopes: ['stories.read', 'stories.export'] })
    const snapshot = () => withKey(key, 'GET', `/api/stories/${storyId}/snapshot`)
    const download = () => withKey(key, 'GET', `/api/stories/${storyId}/export?format=archive`)
    expect([(await snapshot()).status, (await download()).status]).toEqual([200, 200])
    await server.services.members.put(storyId, id, { role: 'viewer', rights: [] }, 'us_owner')
    expect([(await snapshot()).status, (await download()).status]).toEqual([200, 403])
    await server.services.members.remove(storyId, id)
    expect([(await snapshot()).status, (await download()).status]).toEqual([404, 404])
  })
})

describe('keys over a restart', () => {
  test('[B10] the table is read again: good keys open, removed ones do not, the last use is kept', async () => {
    const first = await startServer({ clock: () => now })
    const dataDir = first.dataDir
    const browser = await first.owner()
    const [good, gone] = [await make(browser), await make(browser)]
    await browser.call('DELETE', `/api/auth/keys/${gone.id}`)
    await browser.call('GET', '/api/stories', undefined, bearer(good.key))
    await first.services.close()
    const second = await startServer({ clock: () => now, dataDir })
    try {
      const ask = (key: string) => second.browser().call('GET', '/api/stories', undefined, bearer(key))
      expect([(await ask(good.key)).status, (await ask(gone.key)).status]).toEqual([200, 401])
      const again = await second.owner()
      const { keys } = (await again.call('GET', '/api/auth/keys')).json as unknown as {
        keys: { id: string; lastUsedAt: string | null; revokedAt: string | null }[]
      }
      expect(keys.find((key) => key.id === good.id)).toMatchObject({ lastUsedAt: new Date(now).toISOString() })
      expect(keys.find((key) => key.id === gone.id)?.revokedAt).toBe(new Date(now).toISOString())
    } finally {
      await second.close()
      await first.close()
    }
  })
})

test('[A2] a worker key opens the routes of workers and nothing else', async () => {
  const token = String((await owner.call('POST', '/api/workers/keys', { name: 'attic' })).json['token'])
  const storyId = await newStory(owner, 'Not for machines')
  const closed = routes.filter(({ permission }) => !['public', 'setup', 'worker'].includes(permission))
  expect(closed.length).toBeGreaterThan(30)
  const opened: string[] = []
  for (const route of closed) {
    const path = route.path.replace(':storyId', storyId).replaceAll(/:\w+/g, 'x_1')
    const answer = await withKey(token, route.method.toUpperCase(), path, route.method === 'get' ? undefined : {})
    if (answer.status !== 403) opened.push(`${route.method} ${route.path}: ${answer.status}`)
  }
  expect(opened).toEqual([])
  expect((await withKey(token, 'GET', '/api/worker/v1/hello')).status).toBe(200)
})

describe('the rate of a key', () => {
  test('[H2] a key has its own requests a minute over all routes; its person is not slowed', async () => {
    const limited = await startServer({ clock: () => now })
    try {
      const browser = await limited.owner()
      const { key } = await make(browser, { perMinute: 3, scopes: ['stories.read', 'stories.create'] })
      const other = await make(browser, { perMinute: 3 })
      const ask = (text: string, method = 'GET', path = '/api/stories', body?: unknown) =>
        limited.browser().call(method, path, body, bearer(text))
      expect((await ask(key)).headers['ratelimit']).toContain('"key";r=2')
      expect((await ask(key, 'POST', '/api/stories', { title: 'Two' })).status).toBe(201)
      expect((await ask(key, 'GET', '/api/auth/me')).status).toBe(200)
      const refused = await ask(key)
      expect([refused.status, codeOf(refused)]).toEqual([429, 'rate-limited'])
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect((await ask(other.key)).status).toBe(200)
      expect((await browser.call('GET', '/api/stories')).status).toBe(200)
    } finally {
      await limited.close()
    }
  })
})
