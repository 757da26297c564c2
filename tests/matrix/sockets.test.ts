import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Permission } from '#lib/accounts/policy.ts'
import { COMMAND_PERMISSIONS } from '#lib/stream/command-permissions.ts'
import { SYSTEM_COMMANDS } from '#lib/stream/stream.ts'
import { messages } from '#lib/server/realtime/messages.ts'
import { rawClient, type RawClient, until } from '#tests/support/prose-client.ts'
import { expectedLetter, PRINCIPALS, type PrincipalName } from './expected.ts'
import { countFigures } from './figures.ts'
import { buildWorld, type World } from './world.ts'

// Both sockets against everybody (D1, D2), and what a change of rights does to open ones (A6, D5, C12).

/** The permission each message must ask for. A message without a row fails. */
const MESSAGE_ROWS: Readonly<Record<keyof typeof messages, Permission>> = {
  join: 'story.read',
  leave: 'story.read',
  command: 'story.write',
  presence: 'story.read',
}
/** Who gets through the upgrade at all: people in a session. Keys and machines open HTTP only. */
const LIVE: ReadonlySet<PrincipalName> = new Set(['viewer', 'editor', 'admin', 'host', 'non-member', 'ex-member'])
const SCENE = 'sc_matrix'

let world: World
let sockets: Socket[] = []
let texts: RawClient[] = []
let seq = 0
beforeAll(async () => {
  world = await buildWorld()
  const { services } = world.server
  const branchId = [...(services.events.state(world.storyId)?.branches.keys() ?? [])][0] ?? ''
  const scene = { type: 'CreateScene', sceneId: SCENE, branchId, x: 0, y: 0 } as never
  await services.stories.act(world.storyId, scene, { id: 'system', kind: 'system' })
})
afterAll(() => world.close())
afterEach(() => {
  for (const socket of sockets) socket.disconnect()
  for (const text of texts) text.stop()
  sockets = []
  texts = []
})

/** An open socket, or null when the upgrade was refused. */
async function connect(who: PrincipalName): Promise<Socket | null> {
  const socket = io(world.server.origin, {
    ...{ transports: ['websocket'], reconnection: false, forceNew: true },
    extraHeaders: { cookie: world.browser(who).cookieHeader(), origin: world.server.origin },
  })
  sockets.push(socket)
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(socket))
    socket.on('connect_error', () => resolve(null))
  })
}

async function join(who: PrincipalName): Promise<Socket> {
  const socket = await connect(who)
  if (!socket) throw new Error(`${who} was refused at the door`)
  const answer = (await socket.emitWithAck('join', { storyId: world.storyId })) as { status: string }
  expect([who, answer.status]).toEqual([who, 'joined'])
  return socket
}

const rename = (title: string, clientId: string, at = 1) => ({
  ...{ clientId, seq: at, commandId: `co_${++seq}`, storyId: world.storyId },
  command: { type: 'UpdateScene', sceneId: SCENE, fields: { title } },
})

const title = () => world.server.services.events.state(world.storyId)?.scenes.get(SCENE as never)?.title

test('[A1] every message has a row, and asks for what its row says', () => {
  expect(Object.fromEntries(Object.entries(messages).map(([name, { permission }]) => [name, permission]))).toEqual(
    MESSAGE_ROWS,
  )
})

test('[A1] commands nobody may send are those only the program sends, and the making of a story', () => {
  const nobody = Object.entries(COMMAND_PERMISSIONS).flatMap(([type, right]) => (right === 'nobody' ? [type] : []))
  expect(nobody.sort()).toEqual([...SYSTEM_COMMANDS, 'CreateStory'].sort())
})

describe('[D2] /socket.io, every message by everybody', () => {
  for (const who of PRINCIPALS) {
    test(`[D2] ${who}`, async () => {
      const socket = await connect(who)
      expect([who, socket !== null]).toEqual([who, LIVE.has(who)])
      if (!socket) return
      const may = (name: keyof typeof messages) => expectedLetter(MESSAGE_ROWS[name], who) === 'y'
      const watcher = await join('admin')
      const seen: string[] = []
      watcher.on('presence', ({ people }: { people: { userId: string; place?: string }[] }) => {
        for (const person of people) if (person.place === 'play') seen.push(person.userId)
      })

      const joined = (await socket.emitWithAck('join', { storyId: world.storyId })) as { status: string }
      expect(joined.status).toBe(may('join') ? 'joined' : 'refused')

      const wanted = `by ${who}`
      const before = title()
      const outcome = (await socket.emitWithAck('command', rename(wanted, `cl_${who}`))) as { status: string }
      expect(outcome.status).toBe(may('command') ? 'committed' : 'refused')
      expect(title()).toBe(may('command') ? wanted : before)

      socket.emit('presence', { storyId: world.storyId, patch: { place: 'play' } })
      // A round trip later the server has read it; the frame follows within its 40 ms, or never.
      await socket.emitWithAck('command', {})
      if (may('presence')) await until(() => seen.includes(world.userId(who)), 'presence')
      socket.emit('leave', { storyId: world.storyId })
      if (!may('presence')) expect(seen).not.toContain(world.userId(who))
    })
  }

  test('[D2] nobody speaks for another: name, colour and place of another connection are the server’s', async () => {
    const editor = await join('editor')
    const watcher = await join('admin')
    const heard: { userId: string; name: string }[] = []
    watcher.on('presence', ({ people }: { people: { userId: string; name: string }[] }) => heard.push(...people))
    editor.emit('presence', {
      storyId: world.storyId,
      patch: { place: 'room', userId: world.userId('host'), name: 'x' },
    })
    editor.emit('presence', { storyId: world.storyId, patch: { place: 'room' } })
    await until(() => heard.some((person) => person.userId === world.userId('editor')), 'own presence')
    expect(heard.filter((person) => person.name === 'x' || person.userId === world.userId('host'))).toEqual([])
  })

  test('[A4] a command that names another story than one’s own is refused', async () => {
    const other = await world.server.services.stories.create('Foreign', { id: world.userId('host'), kind: 'human' })
    const editor = await join('editor')
    const outcome = (await editor.emitWithAck('command', { ...rename('x', 'cl_other'), storyId: other })) as {
      status: string
      refusal: { kind: string }
    }
    expect([outcome.status, outcome.refusal.kind]).toEqual(['refused', 'forbidden'])
  })

  test('[D2] an editor puts no story in the trash by the command door, alone or in a batch', async () => {
    const editor = await join('editor')
    const trash = { type: 'TrashStory' }
    for (const command of [trash, { type: 'Batch', label: '', commands: [trash] }]) {
      const envelope = { ...rename('x', `cl_trash${seq}`), command }
      expect(await editor.emitWithAck('command', envelope)).toMatchObject({ refusal: { kind: 'forbidden' } })
    }
    expect(world.server.services.events.state(world.storyId)?.stories?.size ?? 1).toBeGreaterThan(0)
    const shelf = world.server.services.stories.shelf(false, () => true)
    expect(shelf.some((story) => story.id === world.storyId)).toBe(true)
  })
})

/** A live text opened with a ticket, or null when no ticket was given. */
async function open(who: PrincipalName): Promise<RawClient | null> {
  const answer = await world.call(who, 'POST', `/api/stories/${world.storyId}/scenes/${SCENE}/prose/ticket`)
  if (answer.status !== 200) return null
  const { port, origin } = world.server
  const text = rawClient({ port, origin, sceneId: SCENE, ticket: String(answer.json['ticket']) })
  texts.push(text)
  await Promise.race([text.synced, text.closed])
  return text
}

describe('[D2] /yjs by everybody', () => {
  for (const who of PRINCIPALS) {
    test(`[D2] [C12] ${who}`, async () => {
      const reads = expectedLetter('story.read', who) === 'y'
      const writes = expectedLetter('story.write', who) === 'y'
      const text = await open(who)
      // A key is no session: with the right to read it is still given no ticket.
      if (who === 'key-with') return void expect(text).toBeNull()
      expect([who, text !== null]).toEqual([who, reads])
      if (!text) return
      const { prose } = world.server.services
      const before = prose.text(SCENE)
      text.type(` Written by ${who}.`)
      if (writes) {
        await text.allDurable()
        expect(prose.text(SCENE)).toContain(`Written by ${who}.`)
      } else {
        await until(() => text.receipts.refused > 0, 'a refusal')
        expect(prose.text(SCENE)).toBe(before)
      }
    })
  }

  test('[D1] a ticket opens once, its own text only, and nothing without one', async () => {
    const { port, origin } = world.server
    const ask = async () =>
      String(
        (await world.call('editor', 'POST', `/api/stories/${world.storyId}/scenes/${SCENE}/prose/ticket`)).json[
          'ticket'
        ],
      )
    const code = async (ticket: string, sceneId = SCENE) => {
      const text = rawClient({ port, origin, sceneId, ticket })
      texts.push(text)
      return Promise.race([text.closed.then((closed) => closed.code), text.synced.then(() => 'open')])
    }
    const ticket = await ask()
    expect(await code(ticket)).toBe('open')
    expect(await code(ticket)).toBe(4501)
    expect(await code('')).toBe(4501)
    expect(await code(await ask(), 'sc_another')).toBe(4501)
  })
})

describe('[A6] [D5] rights that change while sockets are open', () => {
  const share = (role: 'viewer' | 'editor') => ({ role, rights: [] })
  const put = (role: 'viewer' | 'editor') =>
    world.call('admin', 'PUT', `/api/stories/${world.storyId}/members/${world.userId('editor')}`, share(role))

  test('[D5] a role that drops: the next command and the next key press are refused, and the page is told', async () => {
    const socket = await join('editor')
    const text = await open('editor')
    const told = new Promise((resolve) => socket.on('access', resolve))
    expect((await put('viewer')).status).toBe(204)
    expect(await told).toEqual({ storyId: world.storyId })
    expect(await socket.emitWithAck('command', rename('late', 'cl_drop'))).toMatchObject({
      refusal: { kind: 'forbidden' },
    })
    const before = world.server.services.prose.text(SCENE)
    await until(() => {
      text?.type('x')
      return (text?.receipts.refused ?? 0) > 0
    }, 'a refused key press')
    // What was typed before the once-a-second round may have been written; after it nothing is.
    const settled = world.server.services.prose.text(SCENE)
    expect(settled.length).toBeGreaterThanOrEqual(before.length)
    await put('editor')
  })

  test('[A6] a member who is removed loses both sockets and the story', async () => {
    const socket = await join('editor')
    const text = await open('editor')
    const closed = new Promise((resolve) => socket.on('disconnect', resolve))
    const path = `/api/stories/${world.storyId}/members/${world.userId('editor')}`
    expect((await world.call('admin', 'DELETE', path)).status).toBe(204)
    expect((await world.call('editor', 'GET', `/api/stories/${world.storyId}/snapshot`)).status).toBe(404)
    await closed
    expect((await text?.closed)?.code).toBe(4403)
    await world.server.services.members.put(world.storyId, world.userId('editor'), share('editor'), 'us_admin')
  })

  test('[A6] a suspended person loses both sockets and every session', async () => {
    const socket = await join('editor')
    const text = await open('editor')
    const closed = new Promise((resolve) => socket.on('disconnect', resolve))
    const path = `/api/admin/people/${world.userId('editor')}`
    expect((await world.call('host', 'PATCH', path, { suspended: true })).status).toBe(204)
    expect((await world.call('editor', 'GET', '/api/auth/me')).status).toBe(401)
    await closed
    expect((await text?.closed)?.code).toBe(4401)
    await world.call('host', 'PATCH', path, { suspended: false })
  })
})

test('figures for the security table', () => {
  countFigures('sockets', {
    messages: Object.keys(messages).length + 1,
    cells: (Object.keys(messages).length + 1) * PRINCIPALS.length,
    commands: Object.keys(COMMAND_PERMISSIONS).length,
  })
})
