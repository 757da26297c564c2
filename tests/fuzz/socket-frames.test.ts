import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { seededRandom } from '#lib/kernel/random.ts'
import { proseDocName } from '#lib/prose/wire.ts'
import { startServer, type Browser, type TestServer } from '../integration/server.ts'
import { countFigures } from '../matrix/figures.ts'
import { rawClient, type RawClient, until } from '../support/prose-client.ts'

// Damaged frames on both sockets (D4): nothing falls, nothing is stored that was not understood, other rooms go on.

const FRAMES = Number(process.env['LOOM_FUZZ_FRAMES'] ?? 2_000)
const SEED = Number(process.env['LOOM_FUZZ_SEED'] ?? 20261121)
const GROWTH_BYTES = 100 * 1024 * 1024
const [ATTACKED, QUIET] = ['sc_attacked', 'sc_quiet']

let server: TestServer
let owner: Browser
let storyId: string
let neighbour: RawClient
beforeAll(async () => {
  server = await startServer({
    unlimited: true,
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
  owner = await server.owner()
  storyId = String((await owner.call('POST', '/api/stories', { title: 'Under fire' })).json['storyId'])
  const branchId = [...(server.services.events.state(storyId)?.branches.keys() ?? [])][0] ?? ''
  for (const sceneId of [ATTACKED, QUIET]) {
    const scene = { type: 'CreateScene', sceneId, branchId, x: 0, y: 0 } as never
    await server.services.stories.act(storyId, scene, { id: 'system', kind: 'system' })
  }
  neighbour = rawClient({ port: server.port, origin: server.origin, sceneId: QUIET, ticket: await ticket(QUIET) })
  await neighbour.synced
})
afterAll(async () => {
  neighbour.stop()
  await server.close()
})

async function ticket(sceneId: string): Promise<string> {
  const answer = await owner.call('POST', `/api/stories/${storyId}/scenes/${sceneId}/prose/ticket`)
  return String(answer.json['ticket'])
}

function openRaw(path: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, {
    headers: { cookie: owner.cookieHeader(), origin: server.origin },
  })
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.on('open', () => resolve(socket))
    socket.on('close', () => resolve(socket))
  })
}

interface Fire {
  readonly open: () => Promise<WebSocket>
  readonly shoot: (socket: WebSocket, random: () => number) => void
}

/**
 * Fires and answers how much memory is held afterwards that was not held after the first frames, in bytes: what
 * a process takes once, compiled code and heap, is no leak.
 */
async function fireAndWeigh(aim: Fire, count: number, random: () => number) {
  const warmUp = Math.min(5_000, Math.floor(count / 2))
  let sockets = await fire(aim, warmUp, random)
  const before = settledMemory()
  sockets += await fire(aim, count - warmUp, random)
  return { sockets, grownBytes: settledMemory() - before }
}

/** Sends `count` damaged frames, opening a new socket whenever the server has had enough of one. */
async function fire({ open, shoot }: Fire, count: number, random: () => number): Promise<number> {
  let sockets = 0
  let sent = 0
  while (sent < count) {
    const socket = await open()
    sockets++
    for (let i = 0; i < 50 && sent < count && socket.readyState === WebSocket.OPEN; i++) {
      shoot(socket, random)
      sent++
      await digested(socket)
    }
    socket.terminate()
  }
  return sockets
}

/** Resolves when the server has read everything sent so far, or has closed the socket over it. */
function digested(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('pong', done)
      socket.off('close', done)
      resolve()
    }
    if (socket.readyState !== WebSocket.OPEN) return resolve()
    socket.on('pong', done)
    socket.on('close', done)
    socket.ping()
  })
}

/** Takes bytes apart: cut, flipped, made long, filled with huge varints, or nothing of the kind. */
function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = Math.floor(random() * Math.max(1, copy.length))
  switch (Math.floor(random() * 6)) {
    case 0:
      return copy.slice(0, at)
    case 1:
      for (let i = 0; i < 4; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
      return copy
    case 2:
      return Uint8Array.from([...copy.slice(0, at), 255, 255, 255, 255, 255, 255, 255, 127, ...copy.slice(at)])
    case 3:
      return Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256))
    case 4:
      return Uint8Array.from([...copy, ...copy, ...copy.slice(at)])
    default:
      return new Uint8Array(0)
  }
}

/** Sends whole, as text, or in tiny fragments that may never end. */
function send(socket: WebSocket, bytes: Uint8Array, random: () => number): void {
  const way = random()
  if (way < 0.1) return socket.send(Buffer.from(bytes).toString('latin1'))
  if (way < 0.2) {
    for (const byte of bytes.slice(0, 8)) socket.send(new Uint8Array([byte]), { fin: false })
    if (random() < 0.5) socket.send(new Uint8Array(0), { fin: true })
    return
  }
  socket.send(bytes)
}

/**
 * Bytes that are still held after a full collection. Not the RSS: attackers and server share this process, and what V8
 * and the allocator keep of two thousand dead sockets a second is no leak.
 */
function settledMemory(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Whether the house still does its work for everybody else. */
async function stillWell(): Promise<void> {
  expect((await owner.call('GET', '/api/readyz')).status).toBe(200)
  neighbour.type(' Undisturbed.')
  await neighbour.allDurable()
  expect(server.services.prose.text(QUIET)).toBe(neighbour.text())
}

test(`[D4] ${FRAMES / 2} damaged frames on /yjs`, { timeout: 1_200_000 }, async () => {
  const random = seededRandom(SEED)
  const name = proseDocName(ATTACKED, 1)
  const ydoc = new Y.Doc()
  ydoc.getXmlFragment('prose').insert(0, [new Y.XmlText('a real update')])
  const update = Y.encodeStateAsUpdate(ydoc)
  const good = [
    Uint8Array.from([0, 0, 1, 0]),
    Uint8Array.from([0, 2, update.length, ...update]),
    Uint8Array.from([0, 1, update.length, ...update]),
    Uint8Array.from([1, 8, 1, 5, 1, 4, 110, 117, 108, 108]),
    Uint8Array.from([3]),
    Uint8Array.from([7, 0, 255, 255, 3]),
  ]
  const { sockets, grownBytes } = await fireAndWeigh(
    {
      open: async () => openRaw(`/yjs/${name}?ticket=${await ticket(ATTACKED)}`),
      shoot: (socket, dice) => send(socket, damaged(good[Math.floor(dice() * good.length)] ?? good[0]!, dice), dice),
    },
    FRAMES / 2,
    random,
  )
  await stillWell()
  await until(() => server.services.prose.sync.connections() === 1, 'every attacker gone')
  // What was understood may be in the text; it must still be a text that opens.
  const reader = rawClient({
    port: server.port,
    origin: server.origin,
    sceneId: ATTACKED,
    ticket: await ticket(ATTACKED),
  })
  await reader.synced
  reader.stop()
  if (FRAMES >= 50_000) expect(grownBytes).toBeLessThan(GROWTH_BYTES)
  countFigures('frames-yjs', { frames: FRAMES / 2, sockets })
})

test(`[D4] ${FRAMES / 2} damaged frames on /socket.io`, { timeout: 1_200_000 }, async () => {
  const random = seededRandom(SEED + 1)
  const envelope = {
    ...{ clientId: 'cl_fuzz', seq: 1, commandId: 'co_fuzz', storyId },
    command: { type: 'UpdateScene', sceneId: ATTACKED, fields: { title: 'x' } },
  }
  const good = [
    `42["join",${JSON.stringify({ storyId })}]`,
    `421["command",${JSON.stringify(envelope)}]`,
    `42["presence",${JSON.stringify({ storyId, patch: { cursor: { x: 1, y: 2 } } })}]`,
    '451-["command",{"_placeholder":true,"num":0}]',
    '459999999-["command"]',
    '42["__proto__",{"constructor":{"prototype":1}}]',
    '43999["ack"]',
    '41',
    '2probe',
    '1',
  ].map((packet) => new TextEncoder().encode(packet))
  const versionBefore = server.services.events.state(storyId)?.version
  const { sockets, grownBytes } = await fireAndWeigh(
    {
      open: async () => {
        const socket = await openRaw('/socket.io/?EIO=4&transport=websocket')
        if (socket.readyState === WebSocket.OPEN) socket.send('40')
        return socket
      },
      shoot: (socket, dice) => {
        const bytes = damaged(good[Math.floor(dice() * good.length)] ?? good[0]!, dice)
        if (dice() < 0.85) socket.send(Buffer.from(bytes).toString('latin1'))
        else send(socket, bytes, dice)
      },
    },
    FRAMES / 2,
    random,
  )
  await stillWell()
  const { events } = server.services
  // Only whole commands were taken, if any survived the damage; the log still replays.
  expect(events.state(storyId)?.version).toBeGreaterThanOrEqual(versionBefore ?? 0)
  if (FRAMES >= 50_000) expect(grownBytes).toBeLessThan(GROWTH_BYTES)
  countFigures('frames-socket-io', { frames: FRAMES / 2, sockets })
})
