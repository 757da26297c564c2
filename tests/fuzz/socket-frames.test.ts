import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { seededRandom } from '#lib/kernel/random.ts'
import { proseDocName } from '#lib/prose/wire.ts'
import { countFigures } from '../matrix/figures.ts'
import { rawClient, type RawClient, until } from '../support/prose-client.ts'
import type { Inside } from '../support/server-process.ts'

// Damaged frames on both sockets (D4): nothing falls, nothing is stored that was not understood, other rooms go on. The
// server is a process of its own, so that what it holds is weighed without the attackers.

const FRAMES = Number(process.env['LOOM_FUZZ_FRAMES'] ?? 2_000)
const SEED = Number(process.env['LOOM_FUZZ_SEED'] ?? 20261121)
const GROWTH_BYTES = 100 * 1024 * 1024

interface Where {
  readonly origin: string
  readonly port: number
  readonly cookie: string
  readonly storyId: string
  /** The text under attack, and the one beside it that must not notice. */
  readonly scenes: readonly [string, string]
}

let child: ChildProcess
let server: Where
let neighbour: RawClient
beforeAll(async () => {
  child = fork(join(import.meta.dirname, '../support/server-process.ts'), { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] })
  if (!child.stdout) throw new Error('the server has no output')
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  server = JSON.parse(line) as Where
  neighbour = await client(server.scenes[1])
}, 30_000)
afterAll(async () => {
  neighbour.stop()
  const gone = once(child, 'exit')
  child.stdin?.end()
  await gone
})

function ask(method: string, path: string): Promise<Response> {
  const { origin, cookie } = server
  return fetch(origin + path, { method, headers: { cookie, origin } })
}

async function ticket(sceneId: string): Promise<string> {
  const answer = await ask('POST', `/api/stories/${server.storyId}/scenes/${sceneId}/prose/ticket`)
  return ((await answer.json()) as { ticket: string }).ticket
}

/** A well-behaved client of one text, in step with the server. */
async function client(sceneId: string): Promise<RawClient> {
  const { port, origin } = server
  const made = rawClient({ port, origin, sceneId, ticket: await ticket(sceneId) })
  await made.synced
  return made
}

async function inside(): Promise<Inside> {
  const told = once(child, 'message')
  child.send('inside')
  return ((await told) as [Inside])[0]
}

function openRaw(path: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, {
    headers: { cookie: server.cookie, origin: server.origin },
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
 * Fires and answers how many bytes the server grew by after the first frames: what a process takes once, compiled code
 * and heap, is no leak.
 */
async function fireAndWeigh(aim: Fire, count: number, random: () => number) {
  const warmUp = Math.min(5_000, Math.floor(count / 2))
  let sockets = await fire(aim, warmUp, random)
  const before = await inside()
  sockets += await fire(aim, count - warmUp, random)
  const after = await inside()
  const mb = (bytes: number) => Math.round(bytes / 1024 / 1024)
  const grown = {
    residentMb: mb(after.residentBytes - before.residentBytes),
    heldMb: mb(after.heldBytes - before.heldBytes),
  }
  expect(after.residentBytes - before.residentBytes).toBeLessThan(GROWTH_BYTES)
  return { sockets, ...grown }
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

/** Whether the house still does its work for everybody else, and holds nothing it did not understand. */
async function stillWell(): Promise<void> {
  expect((await ask('GET', '/api/readyz')).status).toBe(200)
  neighbour.type(' Undisturbed.')
  await neighbour.allDurable()
  const reader = await client(server.scenes[1])
  expect(reader.text()).toBe(neighbour.text())
  reader.stop()
  expect((await inside()).brokenStories).toBe(0)
}

test(`[D4] ${FRAMES / 2} damaged frames on /yjs`, { timeout: 1_200_000 }, async () => {
  const random = seededRandom(SEED)
  const [attacked] = server.scenes
  const name = proseDocName(attacked, 1)
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
  const counted = await fireAndWeigh(
    {
      open: async () => openRaw(`/yjs/${name}?ticket=${await ticket(attacked)}`),
      shoot: (socket, dice) => send(socket, damaged(good[Math.floor(dice() * good.length)] ?? good[0]!, dice), dice),
    },
    FRAMES / 2,
    random,
  )
  await stillWell()
  await until(async () => (await inside()).textConnections === 1, 'every attacker gone')
  // What was understood may be in the text; it must still be a text that opens.
  const reader = await client(attacked)
  reader.stop()
  countFigures('frames-yjs', { frames: FRAMES / 2, ...counted })
})

test(`[D4] ${FRAMES / 2} damaged frames on /socket.io`, { timeout: 1_200_000 }, async () => {
  const random = seededRandom(SEED + 1)
  const { storyId, scenes } = server
  const envelope = {
    ...{ clientId: 'cl_fuzz', seq: 1, commandId: 'co_fuzz', storyId },
    command: { type: 'UpdateScene', sceneId: scenes[0], fields: { title: 'x' } },
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
  const counted = await fireAndWeigh(
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
  countFigures('frames-socket-io', { frames: FRAMES / 2, ...counted })
})
