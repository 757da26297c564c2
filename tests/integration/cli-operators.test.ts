import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rotateSecrets } from '#lib/server/auth/rotate-secrets.ts'
import { cliCommands } from '#lib/server/cli/registry.ts'
import { runCli } from '#lib/server/cli/run.ts'
import { openAppDb } from '#lib/server/app-db.ts'
import { openDataFolder } from '#lib/server/data-folder.ts'
import { OWNER, startServer, temporaryFolder, type Browser, type TestServer } from './server.ts'

// What operators do on the machine, on a real data folder: the program is stopped for it and started again afterwards.

let folder = temporaryFolder()
let dataDir = ''
let server: TestServer | null = null
const before = process.env['LOOM_DATA_DIR']

beforeEach(() => {
  folder = temporaryFolder()
  dataDir = join(folder.path, 'data')
  process.env['LOOM_DATA_DIR'] = dataDir
})
afterEach(async () => {
  await stop()
  folder.remove()
  if (before === undefined) delete process.env['LOOM_DATA_DIR']
  else process.env['LOOM_DATA_DIR'] = before
})

async function start(): Promise<TestServer> {
  server = await startServer({ dataDir })
  return server
}
async function stop(): Promise<void> {
  await server?.close()
  server = null
}
async function loom(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(argv, cliCommands, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
async function loomJson(...argv: string[]): Promise<Record<string, never>> {
  const { code, out, err } = await loom(...argv, '--json')
  expect(code, out + err).toBe(0)
  return JSON.parse(out) as Record<string, never>
}
const signIn = async (login: string, password: string) => {
  const browser = (server ?? (await start())).browser()
  const answer = await browser.call('POST', '/api/auth/sign-in', { login, password })
  return { browser, status: answer.status, user: answer.json['user'] as unknown as Record<string, unknown> }
}
/** A browser as it was before the restart: cookies carry the port in their name, and the new server has another one. */
function again(old: Browser): Browser {
  if (!server) throw new Error('start the server first')
  const browser = server.browser()
  for (const [name, value] of old.cookies) browser.cookies.set(name.replace(/\d+$/, String(server.port)), value)
  return browser
}
const me = async (browser: Browser) => (await browser.call('GET', '/api/auth/me')).status
const actions = async () =>
  (await server?.services.app.auditEntry.findMany({ orderBy: { seq: 'asc' } }))?.map(
    (row) => `${row.actor} ${row.action}`,
  )

/** An installation with its owner and one editor, stopped again. */
async function installed(): Promise<{ readonly owner: Browser; readonly editorId: string }> {
  const { services } = await start()
  const owner = await (server as TestServer).owner()
  const { passwordHash } = await services.app.user.findFirstOrThrow()
  const at = new Date()
  const editorId = 'us_ilse'
  await services.app.user.create({
    data: {
      id: editorId,
      name: 'Ilse',
      login: 'ilse',
      passwordHash,
      roles: '["editor"]',
      createdAt: at,
      changedAt: at,
    },
  })
  await stop()
  return { owner, editorId }
}

describe('owner', () => {
  it('[S5] makes the first owner; the set-up link is dead afterwards', async () => {
    expect(await loom('owner')).toMatchObject({ code: 64 })
    expect(await loom('owner', '--login', 'mara', '--name', '')).toMatchObject({ code: 64 })
    const made = await loomJson('owner', '--login', 'Mara', '--name', 'Mara Quill')
    expect(made).toMatchObject({ login: 'mara', created: true })
    const { status, user } = await signIn('mara', String(made['password']))
    expect([status, user]).toMatchObject([200, { name: 'Mara Quill', owner: true, roles: ['admin'] }])
    expect((await server?.browser().call('POST', '/api/setup', {}))?.status).toBe(404)
    // Only the sign-in just made is open: the command line left no session behind.
    expect(await server?.services.app.session.count({ where: { endedAt: null } })).toBe(1)
  })

  it('[S5] gives an owner a new password, shown once, and ends their sessions', async () => {
    const { owner } = await installed()
    await start()
    expect(await me(again(owner))).toBe(200)
    await stop()
    const { password } = await loomJson('owner')
    expect((await signIn(OWNER.login, OWNER.password)).status).toBe(401)
    expect(await me(again(owner))).toBe(401)
    expect((await signIn(OWNER.login, String(password))).status).toBe(200)
    expect(await actions()).toContain('command-line owner-recovered')
    expect(readFileSync(join(dataDir, 'app.db')).includes(String(password))).toBe(false)
    await stop()
    expect((await loom('owner', '--name', 'Another')).code).toBe(64)
  })

  it('[S5] makes somebody else the owner, also one who was suspended; the old one stays an admin', async () => {
    const { editorId } = await installed()
    await start()
    await server?.services.auth.accounts.revoke(editorId, { suspendedAt: new Date() }, 'suspended')
    await stop()
    expect(await loom('owner', '--login', 'nobody')).toMatchObject({ code: 1 })
    const found = await loomJson('owner', '--login', 'ilse')
    const ilse = await signIn('ilse', String(found['password']))
    expect(ilse.user).toMatchObject({ owner: true, roles: ['admin'] })
    const old = await signIn(OWNER.login, OWNER.password)
    expect(old.user).toMatchObject({ owner: false, roles: ['admin'] })
    expect(await server?.services.app.user.count({ where: { owner: true } })).toBe(1)
  })
})

describe('reset-password', () => {
  it('[S5] gives somebody a new password; without a name it says so', async () => {
    await installed()
    expect(await loom('reset-password')).toMatchObject({ code: 64 })
    expect(await loom('reset-password', 'nobody')).toMatchObject({ code: 1 })
    const { password } = await loomJson('reset-password', 'ILSE')
    expect((await signIn('ilse', String(password))).status).toBe(200)
    expect((await signIn('ilse', OWNER.password)).status).toBe(401)
  })
})

describe('sessions', () => {
  it('[B4] lists them, ends one, ends all of a person, and ends all', async () => {
    await installed()
    const ilse = await signIn('ilse', OWNER.password)
    const maras = [await signIn(OWNER.login, OWNER.password), await signIn(OWNER.login, OWNER.password)]
    await stop()

    const list = async (...of: string[]) =>
      (await loomJson('sessions', ...of))['sessions'] as unknown as { id: string; login: string }[]
    // One more than signed in here: the owner's from setting up.
    expect((await list()).map((row) => row.login).sort()).toEqual(['ilse', OWNER.login, OWNER.login, OWNER.login])
    const [hers] = await list('--user', 'ilse')
    expect(await loom('sessions', '--user', OWNER.login, '--end', hers?.id ?? '')).toMatchObject({ code: 1 })
    expect(await loomJson('sessions', '--end', hers?.id ?? '')).toEqual({ ended: 1 })
    expect(await list('--user', 'ilse')).toEqual([])
    expect(await loomJson('sessions', '--user', OWNER.login, '--end-all')).toEqual({ ended: 3 })
    expect(await loomJson('sessions', '--end-all')).toEqual({ ended: 0 })
    expect(await loom('sessions', '--user', 'nobody')).toMatchObject({ code: 1 })
    expect(await loom('sessions', '--end', 'x', '--end-all')).toMatchObject({ code: 64 })

    await start()
    for (const browser of [ilse, ...maras].map((one) => again(one.browser))) {
      expect(await me(browser)).toBe(401)
      expect((await browser.call('POST', '/api/auth/refresh')).status).toBe(401)
    }
    expect(await actions()).toContain('command-line session-ended')
    expect(await actions()).toContain('command-line sessions-ended')

    await signIn('ilse', OWNER.password)
    const last = await signIn(OWNER.login, OWNER.password)
    await stop()
    expect(await loomJson('sessions', '--end-all')).toEqual({ ended: 2 })
    await start()
    expect(await me(again(last.browser))).toBe(401)
  })
})

describe('key', () => {
  it('[B10] makes a key that works within its scopes, lists it without its text, and removes it', async () => {
    await installed()
    const wish = ['--user', 'ilse', '--scopes', 'stories.read,stories.create', '--days', '7', '--name', 'nightly']
    const { id, key } = await loomJson('key', ...wish)
    const ask = async (method: string, path: string, body?: unknown) =>
      (await (server ?? (await start())).browser().call(method, path, body, { authorization: `Bearer ${key}` })).status
    expect([await ask('GET', '/api/stories'), await ask('POST', '/api/stories', { title: 'Hers' })]).toEqual([200, 201])
    expect(await ask('GET', '/api/auth/keys')).toBe(403)
    expect(await actions()).toContain('command-line key-made')
    await stop()

    const listed = await loom('key', '--user', 'ilse', '--json')
    expect(JSON.parse(listed.out)).toMatchObject({ keys: [{ id, name: 'nightly', perMinute: 60, revokedAt: null }] })
    expect(listed.out).not.toContain(String(key).slice(-43))
    expect((await loom('key', '--user', OWNER.login)).out).toContain('has no keys')
    expect(await loom('key', '--user', OWNER.login, '--revoke', String(id))).toMatchObject({ code: 1 })
    expect(await loomJson('key', '--user', 'ilse', '--revoke', String(id))).toEqual({ revoked: id })
    expect(await ask('GET', '/api/stories')).toBe(401)
  })

  it.each([
    ['nobody named', ['--scopes', 'writer', '--days', '1'], 64, '--user'],
    ['an unknown person', ['--user', 'nobody', '--scopes', 'writer', '--days', '1'], 1, 'nobody with that'],
    ['an unknown scope', ['--user', 'ilse', '--scopes', 'admin', '--days', '1'], 64, 'Scopes are stories.read'],
    ['no days', ['--user', 'ilse', '--scopes', 'writer'], 64, '--days'],
    ['too many days', ['--user', 'ilse', '--scopes', 'writer', '--days', '366'], 64, '--days'],
    [
      'an unknown story',
      ['--user', 'ilse', '--scopes', 'writer', '--days', '1', '--story', 'st_x'],
      1,
      'no such story',
    ],
  ])('[B10] refuses %s', async (_name, argv, code, words) => {
    await installed()
    const answer = await loom('key', ...argv)
    expect(answer.code).toBe(code)
    expect(answer.err).toContain(words)
    await start()
    expect(await server?.services.app.apiKey.count()).toBe(0)
  })
})

describe('rotate-secrets', () => {
  const NAMES = ['access.key', 'refresh.key', 'oidc.key', 'provider-keys']
  const secrets = () => NAMES.map((name) => readFileSync(join(dataDir, 'secrets', name)).toString('hex'))
  const provider = async (browser: Browser) =>
    ((await browser.call('GET', '/api/providers')).json['providers'] as unknown as Record<string, unknown>[]).find(
      (one) => one['kind'] === 'anthropic',
    )
  const wish = { enabled: false, baseUrl: 'https://api.anthropic.com', model: 'any', key: 'a-key-of-the-tests-9f3c' }

  async function withProviderKey(): Promise<Browser> {
    await installed()
    const { browser } = await signIn(OWNER.login, OWNER.password)
    const stored = await browser.call('PUT', '/api/providers/anthropic', wish)
    expect(stored.status, stored.text).toBe(200)
    expect(await provider(browser)).toMatchObject({ keyLast4: '9f3c' })
    await stop()
    return browser
  }

  it('[S2] every secret is a new one, every session is over, provider keys are kept', async () => {
    const browser = await withProviderKey()
    const old = secrets()
    const done = await loomJson('rotate-secrets')
    expect(done).toEqual({ sessions: 2, providerKeys: 1, unreadable: [] })
    expect(secrets().filter((secret) => old.includes(secret))).toEqual([])
    for (const name of NAMES) expect(statSync(join(dataDir, 'secrets', name)).mode & 0o777).toBe(0o600)

    await start()
    expect(await me(again(browser))).toBe(401)
    expect((await again(browser).call('POST', '/api/auth/refresh')).status).toBe(401)
    const signed = await signIn(OWNER.login, OWNER.password)
    expect(await provider(signed.browser)).toMatchObject({ keyLast4: '9f3c' })
    expect(await actions()).toContain('command-line secrets-rotated')
  })

  it('[S2] an interrupted run is finished by the next one', async () => {
    await withProviderKey()
    const data = openDataFolder(dataDir, Date.now)
    const app = await openAppDb(data.appDb)
    const crash = () => {
      throw new Error('the power went out')
    }
    const parts = { app, clock: Date.now, audit: { record: () => Promise.resolve() } }
    await expect(rotateSecrets({ ...parts, folder: { ...data, moveSecret: crash } }, 'test')).rejects.toThrow('power')
    await app.$disconnect()
    data.release()

    expect(await loomJson('rotate-secrets')).toMatchObject({ providerKeys: 1, unreadable: [] })
    const { browser } = await signIn(OWNER.login, OWNER.password)
    expect(await provider(browser)).toMatchObject({ keyLast4: '9f3c' })
  })

  it('[S2] a key that opens with no secret is named and left alone', async () => {
    await withProviderKey()
    const data = openDataFolder(dataDir, Date.now)
    const app = await openAppDb(data.appDb)
    const garbage = new Uint8Array(randomBytes(60))
    await app.providerSetting.update({ where: { kind: 'anthropic' }, data: { keyCipher: garbage } })
    await app.$disconnect()
    data.release()
    expect(await loomJson('rotate-secrets')).toMatchObject({ providerKeys: 0, unreadable: ['anthropic'] })
    expect((await loom('rotate-secrets')).out).toContain('Set it again')
  })
})

describe('worker-token', () => {
  it('[JO22] makes a key, lists it with its last use, and revokes it', async () => {
    await installed()
    const made = await loomJson('worker-token', 'attic')
    expect(String(made['token'])).toMatch(/^loomw_[A-Za-z0-9_-]{43}$/)
    const listed = await loom('worker-token', '--list', '--json')
    expect(JSON.parse(listed.out)).toMatchObject([{ id: made['id'], name: 'attic', lastUsedAt: null, revokedAt: null }])
    expect(listed.out).not.toContain(String(made['token']))
    await loomJson('worker-token', '--revoke', String(made['id']))
    await start()
    const answer = await server
      ?.browser()
      .call('GET', '/api/worker/v1/hello', undefined, { authorization: `Bearer ${made['token']}` })
    expect(answer?.status).toBe(401)
  })
})

describe('worker-token for chosen stories', () => {
  it('[JO26] binds a key to kinds and stories, and refuses what is not there', async () => {
    await installed()
    const owner = (await signIn(OWNER.login, OWNER.password)).browser
    const storyId = String((await owner.call('POST', '/api/stories', { title: 'Bound' })).json['storyId'])
    await stop()
    await loomJson('worker-token', 'attic', '--kinds', 'render_panel', '--story', storyId)
    const listed = await loom('worker-token', '--list', '--json')
    expect(JSON.parse(listed.out)).toMatchObject([{ kinds: ['render_panel'], stories: [storyId] }])
    expect((await loom('worker-token', '--list')).out).toContain(`render_panel  ${storyId}  attic`)
    expect(await loom('worker-token', 'cellar', '--kinds', 'anything')).toMatchObject({ code: 64 })
    expect((await loom('worker-token', 'cellar', '--story', 'st_nowhere')).code).not.toBe(0)
    expect(JSON.parse((await loom('worker-token', '--list', '--json')).out)).toHaveLength(1)
  })
})

describe('the command line as a whole', () => {
  it('[EX112] says what is wrong in JSON as well, and touches nothing', async () => {
    await installed()
    for (const argv of [['owner', 'x'], ['sessions', 'x'], ['key', 'x'], ['rotate-secrets', 'x'], ['reset-password']]) {
      const answer = await loom(...argv, '--json')
      expect([argv, answer.code]).toEqual([argv, 64])
      expect(JSON.parse(answer.out)).toMatchObject({ error: { code: 'usage' } })
    }
    expect((await signIn('ilse', OWNER.password)).status).toBe(200)
  })
})
