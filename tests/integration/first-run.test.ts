import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { routes } from '#lib/server/http/registry.ts'
import { OWNER, startServer, temporaryFolder, type TestServer } from './server.ts'

let server: TestServer
let now = Date.UTC(2026, 0, 1)

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  server = await startServer({
    clock: () => now,
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
})
afterEach(() => server.close())

function token(): string {
  return (server.services.auth.setupLink() ?? '').split('#')[1] ?? ''
}

const filled = (path: string) => path.replace(/:\w+/g, 'some-id')

describe('first run', () => {
  test('[S2] keys are made at first start, 32 random bytes each, readable by this user alone', () => {
    const folder = join(server.dataDir, 'secrets')
    const names = readdirSync(folder)
    expect(names.length).toBeGreaterThan(0)
    const seen = new Set<string>()
    for (const name of names) {
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
      const bytes = readFileSync(join(folder, name))
      expect(bytes.length).toBe(32)
      seen.add(bytes.toString('hex'))
    }
    expect(seen.size).toBe(names.length)
  })

  test('[S2] there is no account before the set-up', async () => {
    expect(await server.services.app.user.count()).toBe(0)
  })

  test.each(['/socket.io/?EIO=4&transport=websocket', '/yjs/prose:sc_1:1?ticket=x'])(
    '[S3] without an owner the socket %s is refused',
    async (path) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { origin: server.origin })
      const status = await new Promise((resolve) => {
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.on('open', () => resolve('open'))
        socket.on('error', () => undefined)
      })
      socket.terminate()
      expect(status).toBe(403)
    },
  )

  test('[S3] without an owner every route but set-up, health and documentation is refused', async () => {
    const open = routes.filter((route) => route.permission === 'public').map((route) => route.path)
    expect([...new Set(open)].sort()).toEqual([
      '/api/auth/forgot',
      '/api/auth/oidc/:provider/callback',
      '/api/auth/oidc/:provider/start',
      '/api/auth/refresh',
      '/api/auth/register',
      '/api/auth/reset',
      '/api/auth/sign-in',
      '/api/auth/state',
      '/api/invitations/look',
      // A file of the program, the same for everybody.
      '/api/lettering/font',
      '/api/livez',
      '/api/readyz',
    ])
    for (const route of routes) {
      if (open.includes(route.path) || route.permission === 'setup') continue
      const answer = await server
        .browser()
        .call(route.method.toUpperCase(), filled(route.path), route.method === 'get' ? undefined : {})
      expect([route.path, answer.status, answer.json['code']]).toEqual([route.path, 403, 'setup-needed'])
    }
    const signIn = await server.browser().call('POST', '/api/auth/sign-in', { login: 'nobody', password: 'nothing' })
    expect([signIn.status, signIn.json['code']]).toEqual([403, 'setup-needed'])
    const refresh = await server.browser().call('POST', '/api/auth/refresh')
    expect(refresh.status).toBe(401)
    // The other ways in know nobody yet, and make nobody.
    const token = 'a'.repeat(43)
    const person = { name: 'Ilse', login: 'ilse', password: 'four grey herons' }
    const ask = (path: string, body: unknown) => server.browser().call('POST', path, body)
    expect((await ask('/api/auth/register', person)).status).toBe(403)
    expect((await ask('/api/auth/reset', { token, password: person.password })).status).toBe(404)
    expect((await ask('/api/invitations/look', { token })).status).toBe(404)
    expect((await ask('/api/auth/forgot', { login: 'ilse' })).status).toBe(202)
    expect((await server.browser().call('GET', '/api/auth/oidc/openid/start')).status).toBe(404)
    expect(await server.services.app.user.count()).toBe(0)
  })

  test('[S4] the link holds 256 bits in its fragment and only their hash is stored', async () => {
    const link = server.services.auth.setupLink() ?? ''
    expect(link).toMatch(new RegExp(`^${server.origin}/setup#[A-Za-z0-9_-]{43}$`))
    const stored = await server.services.app.setupToken.findMany()
    expect(stored).toHaveLength(1)
    expect(JSON.stringify(stored)).not.toContain(token())
  })

  test('[S4] the link works once', async () => {
    const used = token()
    expect((await server.browser().call('POST', '/api/setup', { token: used, ...OWNER })).status).toBe(201)
    expect((await server.browser().call('POST', '/api/setup', { token: used, ...OWNER })).status).toBe(404)
    expect(server.services.auth.setupLink()).toBeNull()
  })

  test('[S4] the link is good for 30 minutes', async () => {
    const kept = token()
    now += 30 * 60_000
    const answer = await server.browser().call('POST', '/api/setup', { token: kept, ...OWNER })
    expect([answer.status, answer.json['code']]).toEqual([403, 'setup-link'])
    expect(await server.services.app.user.count()).toBe(0)
  })

  test('[S4] a new start makes a new link and the old one is refused', async () => {
    const folder = temporaryFolder()
    const first = await startServer({ dataDir: folder.path })
    const old = (first.services.auth.setupLink() ?? '').split('#')[1]
    await first.close()
    const second = await startServer({ dataDir: folder.path })
    const fresh = (second.services.auth.setupLink() ?? '').split('#')[1]
    expect(fresh).not.toBe(old)
    expect((await second.browser().call('POST', '/api/setup', { token: old, ...OWNER })).status).toBe(403)
    expect((await second.browser().call('POST', '/api/setup', { token: fresh, ...OWNER })).status).toBe(201)
    await second.close()
    folder.remove()
  })

  test('[S5] of 20 set-ups at once one makes the owner and the others find nothing', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        server.browser().call('POST', '/api/setup', { token: token(), ...OWNER, login: `person-${i}@example.org` }),
      ),
    )
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 404)).toHaveLength(19)
    expect(await server.services.app.user.count()).toBe(1)
    expect(await server.services.app.ownership.count()).toBe(1)
  })

  test('[S5] a guessed token makes no owner', async () => {
    const answer = await server.browser().call('POST', '/api/setup', { token: 'x'.repeat(43), ...OWNER })
    expect([answer.status, answer.json['code']]).toEqual([403, 'setup-link'])
  })

  test('[S6] afterwards nothing is open to somebody on this machine who is not signed in', async () => {
    await server.owner()
    for (const route of routes) {
      if (route.permission === 'public' || route.permission === 'setup') continue
      const answer = await server
        .browser()
        .call(route.method.toUpperCase(), filled(route.path), route.method === 'get' ? undefined : {})
      expect([route.path, answer.status]).toEqual([route.path, 401])
    }
  })

  test('[S5] the way back in is a command on the machine, which ends every session', async () => {
    const owner = await server.owner()
    await expect(server.services.auth.resetPassword('stranger')).rejects.toMatchObject({ code: 'not-found' })
    const { login, password } = await server.services.auth.resetPassword(OWNER.login)
    expect(login).toBe(OWNER.login)
    expect((await owner.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await owner.call('POST', '/api/auth/refresh')).status).toBe(401)
    const browser = server.browser()
    expect((await browser.call('POST', '/api/auth/sign-in', { login, password: OWNER.password })).status).toBe(401)
    expect((await browser.call('POST', '/api/auth/sign-in', { login, password })).status).toBe(200)
    expect((await browser.call('GET', '/api/auth/me')).status).toBe(200)
    expect(routes.filter((route) => /recover/.test(route.path))).toEqual([])
  })

  test('[B1] the session lives in HttpOnly cookies of this host and in no answer', async () => {
    const browser = server.browser()
    const answer = await browser.call('POST', '/api/setup', { token: token(), ...OWNER })
    const lines = answer.headers['set-cookie'] ?? []
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
      expect(line.length).toBeLessThan(4096)
    }
    for (const value of browser.cookies.values()) expect(answer.text).not.toContain(value)
  })
})
