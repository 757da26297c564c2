import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { COMMAND_LIMIT_BYTES } from '#lib/kernel/limits.ts'
import { PRESENCE_LIMIT_BYTES, PRESENCE_RATE } from '#lib/server/realtime/messages.ts'
import { MAX_CONNECTIONS } from '#lib/server/realtime/realtime.ts'
import { MAX_MESSAGE_BYTES } from '#lib/prose/wire.ts'
import { MAX_OPEN_PER_PERSON } from '#lib/server/prose/sync-server.ts'
import { rawClient, type RawClient, until } from '#tests/support/prose-client.ts'
import { startServer, type Browser, type TestServer } from './server.ts'

// The limits of both sockets at the limit and one beyond (D3): over it comes a typed answer or a close code that says why.

const SCENE = 'sc_limits'
let now = 0
let server: TestServer
let owner: Browser
let storyId: string
let sockets: Socket[] = []
let texts: RawClient[] = []
beforeAll(async () => {
  // The clock stands still unless a test moves it, so that no token flows in while a slow machine counts.
  now = Date.UTC(2026, 0, 1)
  server = await startServer({
    clock: () => now,
    unlimited: true,
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
  owner = await server.owner()
  const made = await owner.call('POST', '/api/stories', { title: 'Limits' })
  storyId = String(made.json['storyId'])
  const branchId = [...(server.services.events.state(storyId)?.branches.keys() ?? [])][0] ?? ''
  const scene = { type: 'CreateScene', sceneId: SCENE, branchId, x: 0, y: 0 } as never
  await server.services.stories.act(storyId, scene, { id: 'system', kind: 'system' })
})
afterEach(() => {
  for (const socket of sockets) socket.disconnect()
  for (const text of texts) text.stop()
  sockets = []
  texts = []
})
afterAll(() => server.close())

function open(): Socket {
  const socket = io(server.origin, {
    ...{ transports: ['websocket'], reconnection: false, forceNew: true },
    extraHeaders: { cookie: owner.cookieHeader(), origin: server.origin },
  })
  sockets.push(socket)
  return socket
}
const connected = (socket: Socket) => new Promise((resolve) => socket.on('connect', () => resolve(socket)))

/** A command whose JSON has exactly this many bytes. */
function commandOf(bytes: number, clientId: string) {
  const make = (text: string) => ({
    ...{ clientId, seq: 1, commandId: `co_${clientId}`, storyId },
    command: { type: 'UpdateScene', sceneId: SCENE, fields: { title: 'x' }, note: text },
  })
  return make('x'.repeat(bytes - JSON.stringify(make('')).length))
}

test('[D3] a command of 256 KB is read, one byte more is too large, and the socket stays open', async () => {
  const socket = open()
  await connected(socket)
  // What is read is refused for its unknown field; what is too large is not looked at.
  expect(await socket.emitWithAck('command', commandOf(COMMAND_LIMIT_BYTES, 'cl_at'))).toMatchObject({
    refusal: { kind: 'invalid' },
  })
  expect(await socket.emitWithAck('command', commandOf(COMMAND_LIMIT_BYTES + 1, 'cl_over'))).toMatchObject({
    refusal: { kind: 'too-large', data: { limitBytes: COMMAND_LIMIT_BYTES } },
  })
  expect(socket.connected).toBe(true)
})

interface Answered {
  readonly status: string
  readonly reason?: string
  readonly retryAfterMs?: number
}

/** The answers to so many commands of a window that was never heard before, sent at once. */
function commands(socket: Socket, clientId: string, count: number): Promise<Answered[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      socket.emitWithAck('command', {
        ...{ clientId, seq: i + 1, commandId: `co_${clientId}${i}`, storyId },
        command: { type: 'UpdateScene', sceneId: SCENE, fields: { title: `${clientId} ${i}` } },
      }),
    ),
  )
}

test('[D3] a burst of 100 commands passes, the next one is told when to come back', async () => {
  const socket = open()
  await connected(socket)
  const answers = await commands(socket, 'cl_burst', 140)
  const held = answers.filter((answer) => answer.status === 'unavailable')
  expect(answers.slice(0, 100).every((answer) => answer.status === 'committed')).toBe(true)
  expect(held).toHaveLength(40)
  for (const answer of held) expect(answer).toMatchObject({ reason: 'rate', retryAfterMs: expect.any(Number) })
})

test('[D3] windows of one person share their rate: 100 at once, then 30 a second', async () => {
  const windows = [open(), open()] as const
  await Promise.all(windows.map(connected))
  now += 60_000
  const through = async (turn: string, each: number) => {
    const answers = await Promise.all(windows.map((window, i) => commands(window, `cl_${turn}${i}`, each)))
    return answers.flat().filter((answer) => answer.status === 'committed').length
  }
  expect(await through('first', 70)).toBe(100)
  now += 1_000
  expect(await through('second', 40)).toBe(30)
})

test('[D3] presence over its limit is not passed on', async () => {
  const [watcher, sender] = [open(), open()]
  await Promise.all([connected(watcher), connected(sender)])
  for (const socket of [watcher, sender]) await socket.emitWithAck('join', { storyId })
  const seen: number[] = []
  watcher.on('presence', ({ people }: { people: { selection?: string[] }[] }) =>
    seen.push(...people.map((person) => person.selection?.length ?? 0)),
  )
  // Names of scenes whose message has exactly this many bytes: ids of 60 letters, the last one cut to fit.
  const message = (bytes: number) => {
    const make = (selection: readonly string[]) => ({ storyId, patch: { selection } })
    const size = (selection: readonly string[]) => JSON.stringify(make(selection)).length
    const ids = ['']
    while (size(ids) < bytes - 70) ids.unshift(`sc_${String(ids.length).padStart(57, '0')}`)
    ids[ids.length - 1] = 'x'.repeat(bytes - size(ids))
    return make(ids)
  }
  const [at, over] = [message(PRESENCE_LIMIT_BYTES), message(PRESENCE_LIMIT_BYTES + 1)]
  expect([JSON.stringify(at).length, JSON.stringify(over).length]).toEqual([1024, 1025])
  sender.emit('presence', over)
  sender.emit('presence', { storyId, patch: { selection: Array.from({ length: 51 }, (_, i) => `s${i}`) } })
  sender.emit('presence', at)
  await until(() => seen.includes(at.patch.selection.length), 'the presence that fits')
  expect(seen.filter((count) => count > 0)).toEqual([at.patch.selection.length])
})

test('[D3] presence faster than 30 a second is throttled after a burst', async () => {
  const [watcher, sender] = [open(), open()]
  await Promise.all([connected(watcher), connected(sender)])
  for (const socket of [watcher, sender]) await socket.emitWithAck('join', { storyId })
  let at = 0
  watcher.on('presence', ({ people }: { people: { connectionId: string; cursor?: { x: number } }[] }) => {
    for (const { connectionId, cursor } of people) if (connectionId === sender.id && cursor) at = cursor.x
  })
  const move = (from: number, count: number) => {
    for (let x = from; x < from + count; x++) sender.emit('presence', { storyId, patch: { cursor: { x, y: 0 } } })
  }
  const settled = async () => {
    await sender.emitWithAck('command', {})
    await new Promise((done) => setTimeout(done, 100))
  }
  // Joining was the first of the sixty.
  move(1, 70)
  await settled()
  expect(at).toBe(PRESENCE_RATE.burst - 1)
  now += 1_000
  move(101, 50)
  await settled()
  expect(at).toBe(100 + PRESENCE_RATE.perSecond)
})

test('[D3] twenty sockets of one person are open, the next one is told why not', async () => {
  const first = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => connected(open())))
  expect(first).toHaveLength(20)
  const late = open()
  const refusal = await new Promise((resolve) => late.on('refused', resolve))
  expect(refusal).toEqual({ kind: 'too-many-connections', limit: 20 })
  expect(sockets.filter((socket) => socket.connected).length).toBe(20)
})

test(
  '[D3] [C11] a reader that stalls is cut off, the others go on, and it comes back to the newest version',
  { timeout: 20_000 },
  async () => {
    const [stalled, reader] = [open(), open()]
    await Promise.all([connected(stalled), connected(reader)])
    for (const socket of [stalled, reader]) await socket.emitWithAck('join', { storyId })
    const gone = new Promise<string>((resolve) =>
      reader.on('left', (frame: { connectionId: string }) => resolve(frame.connectionId)),
    )
    let heard = 0
    reader.on('events', ({ events }: { events: { version: number }[] }) => {
      heard = Math.max(heard, ...events.map((one) => one.version))
    })
    const id = stalled.id
    // Below socket.io, so that nothing but the network knows.
    const line = (stalled.io.engine.transport as unknown as { ws: { _socket: { pause: () => void } } }).ws._socket
    line.pause()
    const system = { id: 'system', kind: 'system' } as const
    const write = (note: string) =>
      server.services.stories.act(
        storyId as never,
        { type: 'UpdateScene', sceneId: SCENE, fields: { foreign: { note } } } as never,
        system,
      )
    // What the network itself takes in is not counted, and is some MB.
    for (let i = 0; i < 40; i++) expect((await write(`${i}${'x'.repeat(1024 * 1024)}`)).status).toBe('committed')
    expect(await gone).toBe(id)
    const { version } = server.services.events.state(storyId) ?? {}
    await until(() => heard === version, 'everything')
    const again = open()
    await connected(again)
    expect(await again.emitWithAck('join', { storyId })).toMatchObject({ status: 'joined', version })
  },
)

async function text(): Promise<RawClient> {
  const answer = await owner.call('POST', `/api/stories/${storyId}/scenes/${SCENE}/prose/ticket`)
  const { port, origin } = server
  const client = rawClient({ port, origin, sceneId: SCENE, ticket: String(answer.json['ticket']) })
  texts.push(client)
  return client
}

test('[D3] a Yjs message of 8 MB is read, one byte more closes with 4413 and leaves the text as it was', async () => {
  const at = await text()
  await at.synced
  // No update at all, so it closes as unreadable; what counts is that its size was not the reason.
  at.socket.send(new Uint8Array(MAX_MESSAGE_BYTES))
  expect((await at.closed).code).not.toBe(4413)
  const before = server.services.prose.text(SCENE)
  const over = await text()
  await over.synced
  over.socket.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))
  expect((await over.closed).code).toBe(4413)
  expect(server.services.prose.text(SCENE)).toBe(before)
})

test('[D3] a hundred open texts of one person, the next one closes with 4429', { timeout: 60_000 }, async () => {
  for (let i = 0; i < MAX_OPEN_PER_PERSON; i++) await (await text()).synced
  expect((await (await text()).closed).code).toBe(4429)
})
