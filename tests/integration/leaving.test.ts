import Database from 'better-sqlite3'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { docFromText } from '#lib/prose/text.ts'
import { comeIn, letIn, makeStory, PASSWORD, secretOf } from '#tests/support/people.ts'
import { rawClient } from '#tests/support/prose-client.ts'
import { type Browser, startServer, type TestServer } from './server.ts'

// Somebody works here over every door, asks for their data, and leaves. Their name must be gone, their work must stay.

const NAME = 'Zebulon Quartzfeather'
const LOGIN = 'zebulon@quartz.example'
const logLines: string[] = []
const PATIENCE = { timeout: 30_000 }

let server: TestServer
let owner: Browser
let shared = ''
let branchId = ''

beforeAll(async () => {
  server = await startServer({
    unlimited: true,
    logLines,
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
  owner = await server.owner()
  shared = await makeStory(owner)
  branchId = [...(server.services.events.state(shared)?.branches.keys() ?? [])][0] ?? ''
})
afterAll(() => server.close())

async function register(): Promise<{ id: string; browser: Browser }> {
  const invitation = await owner.call('POST', '/api/admin/invitations', {
    role: 'editor',
    note: `for ${NAME}`,
    days: 7,
  })
  const browser = server.browser()
  const person = { token: secretOf(invitation), name: NAME, login: LOGIN, password: PASSWORD }
  const answer = await browser.call('POST', '/api/auth/register', person)
  expect(answer.status, answer.text).toBe(201)
  return { id: (answer.json as unknown as { user: { id: string } }).user.id, browser }
}

let seq = 0
const send = async (browser: Browser, storyId: string, command: object) => {
  const envelope = { clientId: 'cl_zebulon', seq: ++seq, commandId: `co_zeb_${seq}`, storyId, command }
  const answer = await browser.call('POST', `/api/stories/${storyId}/commands`, envelope)
  expect([answer.status, answer.json['status']], answer.text).toEqual([200, 'committed'])
}

/** Every column of every table in which some value holds the text, in any of the program's databases. */
function columnsWith(text: string): string[] {
  const found: string[] = []
  for (const file of ['app.db', 'events.db', 'index.db']) {
    const db = new Database(join(server.dataDir, file), { readonly: true })
    const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[]
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) {
      for (const column of db.pragma(`table_info("${table}")`) as { name: string }[]) {
        const { count } = db
          .prepare(`SELECT count(*) AS count FROM "${table}" WHERE instr(lower(CAST("${column.name}" AS TEXT)), ?) > 0`)
          .get(text.toLowerCase()) as { count: number }
        if (count > 0) found.push(`${file} ${table}.${column.name}`)
      }
    }
    db.close()
  }
  return found
}

/** Files under the data folder whose bytes hold the text. */
function filesWith(text: string): string[] {
  return readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(server.dataDir, name)
    return statSync(path).isFile() && readFileSync(path).toString('latin1').toLowerCase().includes(text.toLowerCase())
  })
}

describe('[AC47] [H6] leaving', () => {
  let me: { id: string; browser: Browser }
  let own = ''
  let key = ''

  test('the data of a person who worked over every door is one file, without a secret', async () => {
    me = await register()
    await letIn(owner, shared, me, 'editor')
    own = await makeStory(me.browser, 'A story of their own')
    const made = await me.browser.call('POST', '/api/auth/keys', {
      name: `${NAME}’s script`,
      scopes: ['stories.read'],
      days: 30,
    })
    key = String(made.json['key'])
    await server.browser().call('GET', '/api/stories', undefined, { authorization: `Bearer ${key}` })
    await server.services.app.identity.create({
      data: { provider: 'oidc', subject: 'subject-at-provider', userId: me.id, createdAt: new Date() },
    })

    // Commands over HTTP and the socket, presence, prose over /yjs, a run of the writer, a job of the queue.
    await send(me.browser, shared, {
      type: 'CreateScene',
      sceneId: 'sc_shared',
      branchId,
      x: 0,
      y: 0,
      fields: { title: 'Shore' },
      prose: docFromText('The lamp went out.'),
    })
    const cookie = me.browser.cookieHeader()
    const socket = io(server.origin, { transports: ['websocket'], extraHeaders: { cookie, origin: server.origin } })
    expect(await socket.emitWithAck('join', { storyId: shared })).toMatchObject({ status: 'joined' })
    socket.emit('presence', { storyId: shared, patch: { selection: ['sc_shared'] } })
    socket.disconnect()
    const ticket = await me.browser.call('POST', `/api/stories/${shared}/scenes/sc_shared/prose/ticket`)
    expect(ticket.status, ticket.text).toBeLessThan(300)
    const prose = rawClient({
      port: server.port,
      origin: server.origin,
      sceneId: 'sc_shared',
      ticket: String(ticket.json['ticket']),
    })
    await prose.synced
    prose.type('Nobody had lit it again.')
    await prose.allDurable()
    prose.stop()
    const ask = {
      verb: 'continue',
      sceneId: 'sc_shared',
      branchId,
      instruction: 'go on',
      provider: 'offline',
      clickKey: 'click-of-zebulon',
    }
    const run = await me.browser.call('POST', `/api/stories/${shared}/runs`, ask, { 'idempotency-key': 'run-once' })
    expect(run.status, run.text).toBe(201)
    await me.browser.call('GET', `/api/stories/${shared}/runs/${String(run.json['id'])}/events`)
    expect(columnsWith(NAME)).toContain('app.db User.name')

    const answer = await me.browser.call('GET', '/api/auth/my-data')
    expect([answer.status, answer.headers['content-disposition']]).toEqual([
      200,
      expect.stringContaining('my-data.json'),
    ])
    const data = answer.json as unknown as Record<
      string,
      { id?: string; storyId?: string; archive?: string; actor?: string }[]
    >
    expect(data).toMatchObject({
      account: { id: me.id, name: NAME, login: LOGIN, roles: ['editor'] },
      sessions: [{ endedAt: null }],
      keys: [{ scopes: ['stories.read'] }],
      signInsElsewhere: [{ provider: 'oidc', subject: 'subject-at-provider' }],
      usage: [{ purpose: 'continue', provider: 'offline' }],
      runs: [{ instruction: 'go on' }],
    })
    expect(new Set(data['stories']?.map((story) => story.storyId))).toEqual(new Set([own, shared]))
    const link = data['stories']?.find((story) => story.storyId === own)?.archive ?? ''
    expect((await me.browser.call('GET', link.slice(server.origin.length))).status).toBe(200)
    expect(data['audit']?.every((entry) => entry.actor === me.id || JSON.stringify(entry).includes(me.id))).toBe(true)
    expect(data['audit']?.length).toBeGreaterThan(2)
    const row = await server.services.app.user.findUniqueOrThrow({ where: { id: me.id } })
    const session = await server.services.app.session.findFirstOrThrow({ where: { userId: me.id } })
    for (const secret of [row.passwordHash, session.refreshHash, key, key.slice(-43), PASSWORD])
      expect(answer.text).not.toContain(secret)
  })

  test('a wrong password, the owner of the installation and stories in use are refused; nothing is lost', async () => {
    const wrong = await me.browser.call('POST', '/api/auth/delete-me', { password: 'not this one' })
    expect([wrong.status, wrong.json['code']]).toEqual([403, 'wrong-credentials'])
    expect(wrong.json['issues']).toMatchObject([{ path: ['password'] }])
    const house = await owner.call('POST', '/api/auth/delete-me', { password: 'seven quiet lanterns' })
    expect([house.status, house.json['code']]).toEqual([409, 'owner-stays'])
    const held = await me.browser.call('POST', '/api/auth/delete-me', { password: PASSWORD })
    expect([held.status, held.json['code'], held.json['stories']]).toEqual([
      409,
      'conflict',
      [{ id: own, title: 'A story of their own' }],
    ])
    expect((await me.browser.call('POST', '/api/auth/delete-me', {})).status).toBe(400)
    const byKey = { authorization: `Bearer ${key}` }
    expect((await server.browser().call('POST', '/api/auth/delete-me', { password: PASSWORD }, byKey)).status).toBe(403)
    expect((await me.browser.call('GET', '/api/auth/me')).status).toBe(200)
  })

  test('[AC46] then every session, key and socket is dead at once', async () => {
    expect((await me.browser.call('DELETE', `/api/stories/${own}`)).status).toBe(204)
    const elsewhere = server.browser()
    await elsewhere.call('POST', '/api/auth/sign-in', { login: LOGIN, password: PASSWORD })
    const cookie = elsewhere.cookieHeader()
    const socket = io(server.origin, {
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { cookie, origin: server.origin },
    })
    await socket.emitWithAck('join', { storyId: shared })
    const closed = new Promise((resolve) => socket.on('disconnect', resolve))
    const ticket = await elsewhere.call('POST', `/api/stories/${shared}/scenes/sc_shared/prose/ticket`)
    const prose = rawClient({
      port: server.port,
      origin: server.origin,
      sceneId: 'sc_shared',
      ticket: String(ticket.json['ticket']),
    })
    await prose.synced

    const gone = await me.browser.call('POST', '/api/auth/delete-me', { password: PASSWORD })
    expect([gone.status, [...me.browser.cookies]]).toEqual([204, []])
    expect((await elsewhere.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await elsewhere.call('POST', '/api/auth/refresh')).status).toBe(401)
    const byKey = { authorization: `Bearer ${key}` }
    expect((await server.browser().call('GET', '/api/stories', undefined, byKey)).status).toBe(401)
    await closed
    await prose.closed
    const again = await server.browser().call('POST', '/api/auth/sign-in', { login: LOGIN, password: PASSWORD })
    expect([again.status, again.json['code']]).toEqual([401, 'wrong-credentials'])
  })

  test('the name is in no column, no file and no line of the log; only the id is left', () => {
    for (const text of [NAME, 'Quartzfeather', LOGIN]) {
      expect([text, columnsWith(text)]).toEqual([text, []])
      expect([text, filesWith(text)]).toEqual([text, []])
      expect(logLines.filter((line) => line.includes(text))).toEqual([])
    }
    expect(columnsWith('subject-at-provider')).toEqual([])
    expect(
      columnsWith(me.id).filter((column) => /User|Session|Member|ApiKey|Identity|PasswordReset/.test(column)),
    ).toEqual([])
    expect(columnsWith(me.id)).toEqual(
      expect.arrayContaining([
        'events.db events.actor_id',
        'events.db prose_checkpoints.actors',
        'app.db AuditEntry.actor',
        'app.db Run.userId',
      ]),
    )
  })

  test('the work stays, by a former member, and the audit log is whole', async () => {
    const history = await owner.call('GET', `/api/stories/${shared}/history`)
    const names = (history.json['entries'] as unknown as { actorId: string; actorName: string }[])
      .filter((entry) => entry.actorId === me.id)
      .map((entry) => entry.actorName)
    expect(names.length).toBeGreaterThan(0)
    expect(new Set(names)).toEqual(new Set(['Former member']))
    const runs = await owner.call('GET', `/api/stories/${shared}/runs`)
    expect((runs.json['runs'] as unknown as { askedBy: string }[]).map((run) => run.askedBy)).toEqual(['Former member'])
    const audit = await owner.call('GET', `/api/admin/audit?actor=${me.id}&action=account-deleted`)
    expect(audit.json).toMatchObject({ chain: 'intact', entries: [{ actorName: 'Former member', subject: me.id }] })
    const members = await owner.call('GET', `/api/stories/${shared}/members`)
    expect(members.text).not.toContain(me.id)
    // Their trashed story has no owner now, so it is the house's.
    expect((await owner.call('POST', `/api/stories/${own}/restore`)).status).toBe(204)
  })

  test('the name may be taken again by somebody else, who inherits nothing', async () => {
    const next = await register()
    expect(next.id).not.toBe(me.id)
    expect((await next.browser.call('GET', `/api/stories/${shared}/snapshot`)).status).toBe(404)
    await vi.waitFor(
      async () => expect(await server.services.audit.check()).toMatchObject({ brokenAt: null }),
      PATIENCE,
    )
  })
})

test('[H6] of two who leave a story to each other at once, no story is lost with both', async () => {
  const [a, b] = [await comeIn(server, owner, 'anna'), await comeIn(server, owner, 'bert')]
  const story = await makeStory(a.browser, 'Between two')
  await letIn(a.browser, story, b, 'editor')
  const [handed, left] = await Promise.all([
    a.browser.call('POST', `/api/stories/${story}/owner`, { userId: b.id }),
    b.browser.call('POST', '/api/auth/delete-me', { password: PASSWORD }),
  ])
  // Either b owned it in time and must deal with it, or b was gone and a still owns it.
  expect([
    [204, 409],
    [404, 204],
    [403, 204],
  ]).toContainEqual([handed.status, left.status])
  const ownerId = server.services.members.of(story).find((member) => member.owner)?.userId
  expect(ownerId).toBe(handed.status === 204 ? b.id : a.id)
})
