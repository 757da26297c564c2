import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { io } from 'socket.io-client'
import { OWNER, startServer, type Browser, type TestServer } from './server.ts'

let server: TestServer
let owner: Browser
let now = 0
const start = Date.UTC(2026, 0, 1)

beforeEach(async () => {
  now = start
  server = await startServer({
    clock: () => now,
    doors: (services) => [{ path: '/socket.io', handleUpgrade: services.realtime.handleUpgrade }],
  })
  owner = await server.owner()
})
afterEach(() => server.close())

const refreshName = () => server.services.auth.cookies.refresh
const copyOf = (browser: Browser) => {
  const copy = server.browser()
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value)
  return copy
}
const signedIn = async (browser: Browser) => (await browser.call('GET', '/api/auth/me')).status === 200

describe('access', () => {
  test('[AC9] [B1] an access token is dead after ten minutes and one refresh brings a new one', async () => {
    now += 10 * 60_000
    expect(await signedIn(owner)).toBe(false)
    expect((await owner.call('POST', '/api/auth/refresh')).status).toBe(200)
    expect(await signedIn(owner)).toBe(true)
  })

  test('[B3] a refresh token is no access token, and the other way round', async () => {
    const names = server.services.auth.cookies
    const swapped = server.browser()
    swapped.cookies.set(names.access, owner.cookies.get(names.refresh) ?? '')
    swapped.cookies.set(names.refresh, owner.cookies.get(names.access) ?? '')
    expect((await swapped.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await swapped.call('POST', '/api/auth/refresh')).status).toBe(401)
  })
})

describe('refresh', () => {
  test('[B2] fifty at once are one rotation, and nobody is signed out', async () => {
    const before = owner.cookies.get(refreshName())
    const answers = await Promise.all(Array.from({ length: 50 }, () => copyOf(owner).call('POST', '/api/auth/refresh')))
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 50 }, () => 200))
    const successors = new Set(
      answers.map((answer) => /loom_refresh_\d+=([^;]+)/.exec((answer.headers['set-cookie'] ?? []).join())?.[1]),
    )
    expect(successors.size).toBe(1)
    expect(successors.has(before)).toBe(false)
    const [session] = await server.services.app.session.findMany()
    expect(session?.generation).toBe(1)
  })

  test('[B2] the token before the last one gets the same successor for ten seconds', async () => {
    const lost = copyOf(owner)
    await owner.call('POST', '/api/auth/refresh')
    now += 9_999
    expect((await lost.call('POST', '/api/auth/refresh')).status).toBe(200)
    expect(lost.cookies.get(refreshName())).toBe(owner.cookies.get(refreshName()))
  })

  test('[B2] the token before the last one used after eleven seconds ends the whole family', async () => {
    const thief = copyOf(owner)
    await owner.call('POST', '/api/auth/refresh')
    now += 11_000
    expect((await thief.call('POST', '/api/auth/refresh')).status).toBe(401)
    expect(await signedIn(owner)).toBe(false)
    expect((await owner.call('POST', '/api/auth/refresh')).status).toBe(401)
  })

  test('[B2] an older token ends the family even within ten seconds', async () => {
    const thief = copyOf(owner)
    await owner.call('POST', '/api/auth/refresh')
    await owner.call('POST', '/api/auth/refresh')
    expect((await thief.call('POST', '/api/auth/refresh')).status).toBe(401)
    expect(await signedIn(owner)).toBe(false)
  })

  test('[B2] a made-up token ends nothing', async () => {
    const [session] = await server.services.app.session.findMany()
    const forged = server.browser()
    forged.cookies.set(refreshName(), `${session?.id}.0.${'A'.repeat(43)}`)
    expect((await forged.call('POST', '/api/auth/refresh')).status).toBe(401)
    expect(await signedIn(owner)).toBe(true)
  })

  test('[B2] only hashes of refresh tokens are stored', async () => {
    const rows = JSON.stringify(await server.services.app.session.findMany())
    expect(rows).not.toContain(owner.cookies.get(refreshName())?.split('.')[2])
  })

  test('[B4] a session ends after 7 idle days', async () => {
    now += 7 * 24 * 3_600_000
    expect((await owner.call('POST', '/api/auth/refresh')).status).toBe(401)
  })

  test('[B4] a session ends after 30 days however much it is used', async () => {
    for (let day = 0; day < 25; day += 5) {
      now += 5 * 24 * 3_600_000
      expect((await owner.call('POST', '/api/auth/refresh')).status).toBe(200)
    }
    now += 5 * 24 * 3_600_000
    expect((await owner.call('POST', '/api/auth/refresh')).status).toBe(401)
  })
})

describe('sessions', () => {
  test('[B4] the list shows every open session and ending one works at once', async () => {
    const phone = await server.owner()
    const { sessions } = (await owner.call('GET', '/api/auth/sessions')).json as unknown as {
      sessions: { id: string; current: boolean }[]
    }
    expect(sessions.map((session) => session.current).sort()).toEqual([false, true])
    const other = sessions.find((session) => !session.current)
    expect((await owner.call('DELETE', `/api/auth/sessions/${other?.id}`)).status).toBe(204)
    expect(await signedIn(phone)).toBe(false)
    expect((await phone.call('POST', '/api/auth/refresh')).status).toBe(401)
    expect(await signedIn(owner)).toBe(true)
  })

  test('[A4] somebody else’s session is not found', async () => {
    const at = new Date(now)
    await server.services.app.user.create({
      data: {
        id: 'us_other',
        name: 'Other',
        login: 'other',
        passwordHash: 'x',
        roles: '[]',
        createdAt: at,
        changedAt: at,
      },
    })
    await server.services.app.session.create({
      data: {
        id: 'se_other',
        userId: 'us_other',
        refreshHash: 'h',
        rotatedAt: at,
        userAgent: '',
        address: '',
        createdAt: at,
        expiresAt: new Date(now + 1e9),
      },
    })
    expect((await owner.call('DELETE', '/api/auth/sessions/se_other')).status).toBe(404)
    expect((await server.services.app.session.findUnique({ where: { id: 'se_other' } }))?.endedAt).toBeNull()
  })

  test('[A6] signing out ends the session and closes its sockets', async () => {
    const socket = io(server.origin, {
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { cookie: owner.cookieHeader(), origin: server.origin },
    })
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', () => resolve())
      socket.on('connect_error', reject)
    })
    const closed = new Promise((resolve) => socket.on('disconnect', resolve))
    const kept = copyOf(owner)
    expect((await owner.call('POST', '/api/auth/sign-out')).status).toBe(204)
    expect(owner.cookies.size).toBe(0)
    await closed
    expect(await signedIn(kept)).toBe(false)
  })

  test('[B4] [D5] the sockets of a session past its limits close within two seconds, and it leaves the list', async () => {
    const phone = await server.owner()
    const open = async (browser: Browser) => {
      const socket = io(server.origin, {
        ...{ transports: ['websocket'], reconnection: false, forceNew: true },
        extraHeaders: { cookie: browser.cookieHeader(), origin: server.origin },
      })
      await new Promise<void>((resolve, reject) => {
        socket.on('connect', () => resolve())
        socket.on('connect_error', reject)
      })
      return socket
    }
    const [mine, other] = [await open(owner), await open(phone)]
    const closed = new Promise((resolve) => other.on('disconnect', resolve))
    now += 4 * 24 * 3_600_000
    await owner.call('POST', '/api/auth/refresh')
    now += 3 * 24 * 3_600_000
    await owner.call('POST', '/api/auth/refresh')
    const { sessions } = (await owner.call('GET', '/api/auth/sessions')).json as unknown as { sessions: unknown[] }
    expect(sessions).toHaveLength(1)
    const since = performance.now()
    await closed
    expect(performance.now() - since).toBeLessThan(2_000)
    expect(mine.connected).toBe(true)
    mine.disconnect()
    const { app, auth } = server.services
    await auth.sessions.endOverdue()
    const kept = () => app.session.count({ where: { endedAt: { not: null } } })
    expect(await kept()).toBeGreaterThan(0)
    now += 31 * 24 * 3_600_000
    await auth.sessions.endOverdue()
    now += 31 * 24 * 3_600_000
    await auth.sessions.endOverdue()
    expect(await kept()).toBe(0)
  })

  test('[B4] a new password ends the other sessions and keeps this one', async () => {
    const phone = await server.owner()
    const wrong = await owner.call('POST', '/api/auth/password', {
      current: 'not this one',
      next: 'eight loud lanterns',
    })
    expect([wrong.status, wrong.json['code']]).toEqual([403, 'wrong-credentials'])
    // Each refusal names the field of this form it is about.
    expect(wrong.json['issues']).toMatchObject([{ path: ['current'] }])
    const weak = await owner.call('POST', '/api/auth/password', { current: OWNER.password, next: 'password1' })
    expect([weak.status, weak.json['issues']]).toMatchObject([400, [{ path: ['next'] }]])
    expect(
      (await owner.call('POST', '/api/auth/password', { current: OWNER.password, next: 'eight loud lanterns' })).status,
    ).toBe(200)
    expect(await signedIn(phone)).toBe(false)
    expect(await signedIn(owner)).toBe(true)
    expect(
      (await server.browser().call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password }))
        .status,
    ).toBe(401)
  })

  test('[B4] sessions outlive a restart of the server', async () => {
    const { dataDir, port } = server
    await server.services.close()
    const again = await startServer({ dataDir, port: port + 1, clock: () => now }).catch(() => null)
    if (!again) throw new Error('the second start failed')
    const browser = again.browser()
    for (const [name, value] of owner.cookies) browser.cookies.set(name.replace(String(port), String(port + 1)), value)
    expect((await browser.call('GET', '/api/auth/me')).status).toBe(200)
    await again.close()
  })
})

describe('sign-in', () => {
  test('[B7] a wrong name and a wrong password get the same answer', async () => {
    const known = await server.browser().call('POST', '/api/auth/sign-in', { login: OWNER.login, password: 'wrong' })
    const unknown = await server.browser().call('POST', '/api/auth/sign-in', { login: 'stranger', password: 'wrong' })
    const bare = (json: object) => ({ ...json, requestId: '' })
    expect(bare(known.json)).toEqual(bare(unknown.json))
    expect(known.status).toBe(401)
  })

  test('[B6] after five wrong tries one has to wait, even with the right password', async () => {
    for (let i = 0; i < 5; i++) {
      expect(
        (await server.browser().call('POST', '/api/auth/sign-in', { login: OWNER.login, password: `wrong ${i}` }))
          .status,
      ).toBe(401)
    }
    const answer = await server
      .browser()
      .call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(15)
  })

  test('[B6] another name is not held back by them', async () => {
    for (let i = 0; i < 6; i++)
      await server.browser().call('POST', '/api/auth/sign-in', { login: 'stranger', password: 'x' })
    expect(
      (await server.browser().call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password }))
        .status,
    ).toBe(200)
  })

  test('[B6] a forwarded address is not believed', async () => {
    for (let i = 0; i < 10; i++) {
      await server
        .browser()
        .call(
          'POST',
          '/api/auth/sign-in',
          { login: OWNER.login, password: 'x' },
          { 'x-forwarded-for': `198.51.100.${i}`, forwarded: `for=198.51.100.${i}` },
        )
    }
    const answer = await server
      .browser()
      .call(
        'POST',
        '/api/auth/sign-in',
        { login: OWNER.login, password: OWNER.password },
        { 'x-forwarded-for': '203.0.113.9' },
      )
    expect(answer.status).toBe(429)
  })

  test('[B5] weak passwords are refused with a reason at the field', async () => {
    const fresh = await startServer()
    const token = (fresh.services.auth.setupLink() ?? '').split('#')[1]
    for (const password of ['short', 'password1', 'qwertyuiop', 'aaaaaaaaaaaa', 'mara@example.org']) {
      const answer = await fresh.browser().call('POST', '/api/setup', { token, ...OWNER, password })
      expect([password, answer.status]).toEqual([password, 400])
      expect((answer.json as unknown as { issues: { path: string[] }[] }).issues[0]?.path).toEqual(['password'])
    }
    expect(await fresh.services.app.user.count()).toBe(0)
    await fresh.close()
  })
})

describe('tickets', () => {
  test('[D1] a ticket opens the text of one scene once; a scene that is not there gives none', async () => {
    const actor = { id: 'us_writer', kind: 'system' } as const
    const storyId = await server.services.stories.create('The gate', actor)
    const branchId = [...(server.services.events.state(storyId)?.branches.keys() ?? [])][0] ?? ''
    const scene = { type: 'CreateScene', sceneId: 'sc_1', branchId, x: 0, y: 0 } as Parameters<
      typeof server.services.stories.act
    >[1]
    expect(await server.services.stories.act(storyId, scene, actor)).toMatchObject({ status: 'committed' })

    const answer = await owner.call('POST', `/api/stories/${storyId}/scenes/sc_1/prose/ticket`)
    const { ticket, doc, canWrite } = answer.json as unknown as { ticket: string; doc: string; canWrite: boolean }
    expect({ doc: doc.replace(/\d+$/, ''), canWrite }).toEqual({ doc: 'prose:sc_1:', canWrite: true })
    const { tickets } = server.services.auth
    expect(tickets.consume(ticket, doc)).toMatchObject({ storyId, principal: { name: OWNER.name } })
    expect(tickets.consume(ticket, doc)).toBeNull()
    expect((await owner.call('POST', `/api/stories/${storyId}/scenes/sc_2/prose/ticket`)).status).toBe(404)
  })
})
