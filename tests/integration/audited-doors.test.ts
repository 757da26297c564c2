import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { verifyCommand } from '#lib/server/cli/verify.ts'
import { type Browser, OWNER, startServer, type TestServer } from './server.ts'

// Every door that changes a right or lets somebody in, driven as its user would, and what the audit log holds afterwards.

const PATIENCE = { timeout: 30_000 }
let server: TestServer
let owner: Browser
let ownerId = ''
let storyId = ''

beforeAll(async () => {
  server = await startServer({
    unlimited: true,
    doors: ({ realtime }) => [{ path: '/socket.io', handleUpgrade: realtime.handleUpgrade }],
  })
  owner = await server.owner()
  ownerId = (await server.services.app.user.findFirstOrThrow()).id
  storyId = String((await owner.call('POST', '/api/stories', { title: 'The Lighthouse' })).json['storyId'])
})
afterAll(() => server.close())

const headOf = async () =>
  (await server.services.app.auditEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true } }))?.seq ?? 0

/** What `work` added to the log, but for the counts of earlier loops, which may come at any moment. */
async function added(work: () => Promise<unknown>, count = 1) {
  const before = await headOf()
  await work()
  return vi.waitFor(async () => {
    const found = await server.services.app.auditEntry.findMany({
      where: { seq: { gt: before } },
      orderBy: { seq: 'asc' },
    })
    const rows = found.map(({ action, actor, subject, facts }) => ({
      ...{ action, actor, subject },
      facts: JSON.parse(facts) as { readonly count?: number },
    }))
    const fresh = rows.filter(({ facts }) => (facts.count ?? 1) === 1)
    expect(fresh.length).toBeGreaterThanOrEqual(count)
    return fresh
  }, PATIENCE)
}

const verify = () =>
  verifyCommand.run({
    args: [],
    options: new Map(),
    switches: new Set(),
    services: () => Promise.resolve(server.services),
    signal: AbortSignal.timeout(60_000),
  })

async function person(login: string, role: string) {
  const { passwordHash } = await server.services.app.user.findFirstOrThrow({ where: { owner: true } })
  const id = `us_${login}`
  const at = new Date()
  await server.services.app.user.create({
    data: { id, name: login, login, passwordHash, roles: JSON.stringify([role]), createdAt: at, changedAt: at },
  })
  const browser = server.browser()
  await browser.call('POST', '/api/auth/sign-in', { login, password: OWNER.password })
  return { id, browser }
}

describe('signing in and out', () => {
  test('[H5] set-up is the first entry and a sign-in the second', async () => {
    const rows = await server.services.app.auditEntry.findMany({ orderBy: { seq: 'asc' }, take: 2 })
    expect(rows.map((row) => [row.action, row.actor])).toEqual([
      ['registered', ownerId],
      ['sign-in', ownerId],
    ])
  })

  test('[H5] sign-in and sign-out name the person and the session', async () => {
    const browser = server.browser()
    const [signIn] = await added(() =>
      browser.call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password }),
    )
    expect(signIn).toMatchObject({
      action: 'sign-in',
      actor: ownerId,
      subject: expect.stringMatching(/^se_/) as string,
    })
    const rows = await added(() => browser.call('POST', '/api/auth/sign-out'))
    expect(rows).toEqual([
      {
        action: 'sign-out',
        actor: ownerId,
        subject: signIn?.subject,
        facts: { userId: ownerId, because: 'signed-out' },
      },
    ])
  })

  test('[H5] a failed sign-in is noted without what was typed, once for a loop of them', async () => {
    const guess = (login: string) =>
      server.browser().call('POST', '/api/auth/sign-in', { login, password: 'wrong wrong wrong' })
    const rows = await added(async () => {
      for (let n = 0; n < 3; n++) await guess(OWNER.login)
      await guess('my-secret-password')
    }, 2)
    expect(rows).toEqual([
      { action: 'sign-in-failed', actor: 'nobody', subject: ownerId, facts: { known: true, count: 1 } },
      { action: 'sign-in-failed', actor: 'nobody', subject: '', facts: { known: false, count: 1 } },
    ])
  })

  test('[H5] a new password, a wrong present one and an ended session are noted', async () => {
    const { id, browser } = await person('ilse', 'editor')
    const next = 'nine loud foghorns'
    const other = server.browser()
    await other.call('POST', '/api/auth/sign-in', { login: 'ilse', password: OWNER.password })
    const sessions = await server.services.app.session.findMany({
      where: { userId: id },
      orderBy: { createdAt: 'desc' },
    })
    const ended = await added(() => browser.call('DELETE', `/api/auth/sessions/${sessions[0]?.id}`))
    expect(ended).toMatchObject([
      { action: 'session-ended', actor: id, subject: sessions[0]?.id, facts: { userId: id } },
    ])
    expect(
      await added(() => browser.call('POST', '/api/auth/password', { current: 'not this one', next })),
    ).toMatchObject([{ action: 'sign-in-failed', actor: id, facts: { for: 'password', count: 1 } }])
    expect(await added(() => browser.call('POST', '/api/auth/password', { current: OWNER.password, next }))).toEqual([
      { action: 'password-changed', actor: id, subject: id, facts: {} },
    ])
  })

  test('[AC42] when the log cannot be written nobody gets in and no password changes, but everybody gets out', async () => {
    const { browser } = await person('jon', 'editor')
    const { app } = server.services
    await app.$executeRawUnsafe(
      `CREATE TRIGGER "full" BEFORE INSERT ON "AuditEntry" BEGIN SELECT RAISE(ABORT, 'full'); END`,
    )
    try {
      const refused = await server
        .browser()
        .call('POST', '/api/auth/sign-in', { login: 'jon', password: OWNER.password })
      expect([refused.status, refused.json['code']]).toEqual([503, 'unavailable'])
      const change = { current: OWNER.password, next: 'nine loud foghorns' }
      expect((await browser.call('POST', '/api/auth/password', change)).status).toBe(503)
      expect((await browser.call('POST', '/api/auth/sign-out')).status).toBe(204)
      expect((await browser.call('GET', '/api/auth/me')).status).toBe(401)
    } finally {
      await app.$executeRawUnsafe('DROP TRIGGER "full"')
    }
    const again = await server.browser().call('POST', '/api/auth/sign-in', { login: 'jon', password: OWNER.password })
    expect(again.status).toBe(200)
    expect(await server.services.audit.check()).toMatchObject({ brokenAt: null })
  })
})

describe('refusals', () => {
  test('[H5] a hundred refusals of one right are one entry, over HTTP and over the socket', async () => {
    const { id, browser } = await person('vera', 'viewer')
    await server.services.members.put(storyId, id, { role: 'viewer', rights: [] }, ownerId)
    const overHttp = await added(async () => {
      for (let n = 0; n < 100; n++) expect((await browser.call('DELETE', `/api/stories/${storyId}`)).status).toBe(403)
    })
    expect(overHttp).toEqual([
      { action: 'denied', actor: id, subject: storyId, facts: { permission: 'story.delete', door: 'http', count: 1 } },
    ])
    const socket = io(server.origin, {
      transports: ['websocket'],
      extraHeaders: { cookie: browser.cookieHeader(), origin: server.origin },
    })
    const command = { type: 'UpdateStory', fields: { title: 'Mine now' } }
    const overSocket = await added(async () => {
      for (let n = 1; n <= 20; n++) {
        const envelope = { clientId: 'cl_vera', seq: n, commandId: `co_vera_${n}`, storyId, command }
        expect(await socket.emitWithAck('command', envelope)).toMatchObject({
          status: 'refused',
          refusal: { kind: 'forbidden' },
        })
      }
    })
    socket.disconnect()
    expect(overSocket).toEqual([
      { action: 'denied', actor: id, subject: storyId, facts: { permission: 'story.write', door: 'socket', count: 1 } },
    ])
  })

  test('[H5] a worker key at a door of people is noted under the key’s id', async () => {
    const { id, token } = await server.services.workers.createToken(
      'attic',
      { kinds: ['render_panel'], stories: null },
      'command-line',
    )
    const [row] = await added(() =>
      server.browser().call('GET', '/api/stories', undefined, { authorization: `Bearer ${token}` }),
    )
    expect(row).toMatchObject({ action: 'denied', actor: id, facts: { permission: 'story.list' } })
  })
})

describe('keys, providers and stories', () => {
  test('[H5] worker keys: made and revoked', async () => {
    const made = await added(() => owner.call('POST', '/api/workers/keys', { name: 'cellar' }))
    const { subject } = made[0] ?? { subject: '' }
    expect(made).toMatchObject([
      { action: 'worker-key-made', actor: ownerId, subject: expect.stringMatching(/^wt_/) as string },
    ])
    expect(await added(() => owner.call('DELETE', `/api/workers/keys/${subject}`))).toEqual([
      { action: 'worker-key-revoked', actor: ownerId, subject, facts: {} },
    ])
  })

  test('[H5] a provider: what was switched and whether its key changed, never the key', async () => {
    const put = (key?: string | null) =>
      owner.call('PUT', '/api/providers/anthropic', {
        enabled: true,
        baseUrl: 'https://api.anthropic.com',
        model: 'claude-x',
        ...(key === undefined ? {} : { key }),
      })
    const rows = await added(async () => {
      for (const key of ['sk-canary-0123456789', undefined, null]) expect((await put(key)).status).toBe(200)
    }, 3)
    expect(rows.map((row) => row.facts)).toEqual([
      { enabled: true, key: 'set' },
      { enabled: true, key: 'kept' },
      { enabled: true, key: 'removed' },
    ])
    expect(rows).toMatchObject(rows.map(() => ({ action: 'provider-changed', actor: ownerId, subject: 'anthropic' })))
  })

  test('[H5] a story: exported, imported, into the trash and out of it', async () => {
    const file = ':: Start\nThe lamp went out. [[Climb]]\n\n:: Climb\nNobody was there.\n'
    const exported = await added(async () => {
      const answer = await owner.call('GET', `/api/stories/${storyId}/export?format=twee3`)
      expect(answer.status, answer.text).toBe(200)
    })
    expect(exported).toEqual([
      { action: 'story-exported', actor: ownerId, subject: storyId, facts: { format: 'twee3' } },
    ])
    let made = ''
    const imported = await added(async () => {
      const answer = await owner.call('POST', '/api/imports?fileName=a.twee', file, { 'content-type': 'text/plain' })
      expect(answer.status, answer.text).toBe(201)
      made = String(answer.json['storyId'])
    })
    expect(imported).toEqual([{ action: 'story-imported', actor: ownerId, subject: made, facts: { format: 'twee3' } }])
    expect(await added(() => owner.call('DELETE', `/api/stories/${storyId}`))).toEqual([
      { action: 'story-trashed', actor: ownerId, subject: storyId, facts: {} },
    ])
    expect(await added(() => owner.call('POST', `/api/stories/${storyId}/restore`))).toEqual([
      { action: 'story-restored', actor: ownerId, subject: storyId, facts: {} },
    ])
  })
})

describe('reading the log', () => {
  const read = async (query = '') => {
    const answer = await owner.call('GET', `/api/admin/audit${query}`)
    expect(answer.status, answer.text).toBe(200)
    return answer.json as unknown as {
      entries: { seq: number; actor: string; actorName: string; action: string; subject: string | null; at: string }[]
      chain: string
      brokenAt: number | null
    }
  }

  test('[H5] it comes in pages, newest first, without a gap or a repeat', async () => {
    const head = await headOf()
    const seen: number[] = []
    for (let before = head + 1; before > 1; before = seen.at(-1) ?? 0) {
      const page = await read(`?limit=7&before=${before}`)
      expect(page).toMatchObject({ chain: 'intact', brokenAt: null })
      seen.push(...page.entries.map((entry) => entry.seq))
    }
    expect(seen).toEqual(Array.from({ length: head }, (_, n) => head - n))
  })

  test('[H5] it is filtered by what happened and by who did it, and people go by their present name', async () => {
    const denied = await read('?action=denied&limit=200')
    expect(denied.entries.length).toBeGreaterThan(0)
    expect(new Set(denied.entries.map((entry) => entry.action))).toEqual(new Set(['denied']))
    const mine = await read(`?actor=${ownerId}&limit=200`)
    expect(new Set(mine.entries.map((entry) => entry.actorName))).toEqual(new Set([OWNER.name]))
    expect((await read('?action=sign-in-failed&actor=nobody')).entries[0]).toMatchObject({ actorName: 'nobody' })
    expect((await read('?actor=us_unknown')).entries).toEqual([])
  })

  test('[H5] only admins read it, and a wrong question is answered as one', async () => {
    const { browser } = await person('nosy', 'editor')
    expect((await browser.call('GET', '/api/admin/audit')).status).toBe(403)
    expect((await server.browser().call('GET', '/api/admin/audit')).status).toBe(401)
    for (const query of ['?limit=0', '?limit=201', '?before=0', '?action=made-up', '?order=asc'])
      expect([query, (await owner.call('GET', `/api/admin/audit${query}`)).status]).toEqual([query, 400])
  })

  test('[H5] a chain that was broken behind the program’s back is told, by the page and on the command line', async () => {
    expect(await verify()).toMatchObject({ exitCode: 0, json: { audit: { brokenAt: null } } })
    const { app } = server.services
    await app.$executeRawUnsafe('DROP TRIGGER "AuditEntry_no_change"')
    const [row] = await app.auditEntry.findMany({ where: { seq: 2 } })
    await app.auditEntry.update({ where: { seq: 2 }, data: { actor: 'us_other' } })
    expect(await read()).toMatchObject({ chain: 'broken', brokenAt: 2 })
    const told = await verify()
    expect(told).toMatchObject({ exitCode: 1, json: { audit: { brokenAt: 2 } } })
    expect(told.text).toContain('BROKEN at entry 2')
    await app.auditEntry.update({ where: { seq: 2 }, data: { actor: row?.actor ?? '' } })
    expect(await read()).toMatchObject({ chain: 'intact', brokenAt: null })
  })
})

test('[AC40] after all of that the chain is intact', async () => {
  const { entries, brokenAt } = await server.services.audit.check()
  expect([entries > 20, brokenAt]).toEqual([true, null])
})
