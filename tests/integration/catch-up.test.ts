import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { api } from '#lib/client/api.ts'
import { createStorySync } from '#lib/client/story-sync.ts'
import type { StorySync } from '#lib/client/story-sync-ports.ts'
import type { EventEnvelope } from '#lib/kernel/envelope.ts'
import { clientId, idMaker, storyId as storyIdSchema } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import { toSnapshot } from '#lib/stream/stream.ts'
import type { StreamSnapshot } from '#lib/stream/stream.ts'
import { fakeTabStorage } from '#tests/fakes/tab-storage.ts'
import { until } from '#tests/support/prose-client.ts'
import { startServer, type Browser, type TestServer } from './server.ts'

// Catching up as a browser does it (collab.md 2): its sync over real HTTP and a real socket, with frames lost on the way.

const HEARTBEAT_MS = 10_000
const PAGE = 1000
const BEN = { id: 'us_ben', kind: 'human' } as const
let server: TestServer
let owner: Browser
let storyId: string
let branchId: string
let socket: Socket | null = null
let asked: { readonly path: string; readonly encoding: string | null }[] = []
const failures: unknown[] = []

beforeAll(async () => {
  // The server's heartbeat waits until the test lets ten seconds pass.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  server = await startServer({
    unlimited: true,
    doors: ({ realtime }) => [{ path: '/socket.io', handleUpgrade: realtime.handleUpgrade }],
  })
  owner = await server.owner()
  // A page's own addresses and cookies, which only a browser would add.
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = { ...(init.headers as Record<string, string>), cookie: owner.cookieHeader() }
    const response = await realFetch(`${server.origin}${path}`, { ...init, headers })
    asked.push({
      path: path.replace(`/api/stories/${storyId}`, ''),
      encoding: response.headers.get('content-encoding'),
    })
    return response
  })
})
const realFetch = globalThis.fetch
beforeEach(async () => {
  const made = await owner.call('POST', '/api/stories', { title: 'Far away' })
  storyId = String(made.json['storyId'])
  branchId = [...(state()?.branches.keys() ?? [])][0] ?? ''
  // The first scene also becomes the story's start; from here on each is one event.
  const first = { type: 'CreateScene', sceneId: `sc_${storyId}`, branchId, x: 0, y: 0 }
  await server.services.stories.act(storyId, first as never, BEN)
  asked = []
})
afterEach(() => {
  socket?.disconnect()
  socket = null
  expect(failures.splice(0)).toEqual([])
})
afterAll(async () => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  await server.close()
})

const state = () => server.services.events.state(storyId)
const served = () => toSnapshot(state() as never)
const shown = (sync: StorySync) => toSnapshot(sync.current().shown)

const reach = (sync: StorySync, version: number) =>
  until(() => sync.current().shown.version === version, `version ${version}`)

/** Commits scenes until the story has this version; each scene is one event. */
async function growTo(version: number): Promise<void> {
  const from = state()?.version ?? 0
  const commands = Array.from({ length: version - from }, (_, i) => {
    const sceneId = `sc_${storyId}_${from + i}`
    return { type: 'CreateScene', sceneId, branchId, x: i, y: from, fields: { title: `Scene ${from + i}` } }
  })
  const outcome = await server.services.stories.act(storyId, { type: 'Batch', commands } as never, BEN)
  expect(outcome).toMatchObject({ status: 'committed', to: version })
}

function openSync(): StorySync {
  return createStorySync({
    storyId: storyIdSchema.parse(storyId),
    actorId: 'us_mara',
    transport: {
      send: () => Promise.reject(new Error('this reader sends nothing')),
      eventsAfter: (after) =>
        api<{ events: EventEnvelope[]; head: number }>('GET', `/api/stories/${storyId}/events?after=${after}`),
      snapshot: () => api<StreamSnapshot>('GET', `/api/stories/${storyId}/snapshot`),
    },
    outbox: fakeTabStorage(() => clientId.parse('cl_reader')).open(),
    newId: idMaker(Date.now, seededRandom(1)),
    clock: Date.now,
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    onFailure: (cause) => void failures.push(cause),
  })
}

/** Joins the story's room; `lost` frames never reach the sync. Answers how many frames came. */
async function listen(sync: StorySync, lost: (frame: number) => boolean): Promise<() => number> {
  let frames = 0
  const line = io(server.origin, {
    ...{ transports: ['websocket'], reconnection: false, forceNew: true },
    extraHeaders: { cookie: owner.cookieHeader(), origin: server.origin },
  })
  socket = line
  line.on('events', (frame: { events: EventEnvelope[] }) => {
    if (!lost(++frames)) sync.receive(frame.events)
  })
  line.on('head', (frame: { version: number }) => sync.head(frame.version))
  await new Promise((resolve) => line.once('connect', () => resolve(null)))
  const joined = (await line.emitWithAck('join', { storyId })) as { version: number }
  sync.online()
  sync.head(joined.version)
  return () => frames
}

test('[EV16] 2,000 events behind, a returning page asks for them in zipped pages', async () => {
  await growTo(502)
  const sync = openSync()
  await sync.start()
  expect(shown(sync)).toEqual(served())
  asked = []
  await growTo(2502)
  sync.online()
  await reach(sync, 2502)
  expect(shown(sync)).toEqual(served())
  expect(asked).toEqual([502, 502 + PAGE].map((after) => ({ path: `/events?after=${after}`, encoding: 'gzip' })))
})

test('[EV16] 2,001 events behind, it takes the zipped snapshot instead of the pages', async () => {
  await growTo(501)
  const sync = openSync()
  await sync.start()
  asked = []
  await growTo(2502)
  sync.online()
  await reach(sync, 2502)
  expect(shown(sync)).toEqual(served())
  expect(asked).toEqual(['/events?after=501', '/snapshot'].map((path) => ({ path, encoding: 'gzip' })))
})

test('[EV16] who cannot read gzip gets the same words plain', async () => {
  await growTo(1200)
  const plain = await owner.call('GET', `/api/stories/${storyId}/events?after=100&limit=2000`)
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(plain.json).toMatchObject({ head: 1200 })
  const versions = (plain.json['events'] as unknown as { version: number }[]).map(({ version }) => version)
  expect(versions).toEqual(Array.from({ length: 1100 }, (_, i) => 101 + i))
  const snapshot = await owner.call('GET', `/api/stories/${storyId}/snapshot`)
  expect(snapshot.headers['content-encoding']).toBeUndefined()
  expect(snapshot.json).toEqual(JSON.parse(JSON.stringify(served())))
})

test('[EV16] a lost frame in between shows as a hole with the next one, and is asked for', async () => {
  const sync = openSync()
  await sync.start()
  await listen(sync, (frame) => frame === 1)
  await until(() => asked.length === 2, 'the first questions')
  asked = []
  await growTo(10)
  await growTo(12)
  await reach(sync, 12)
  expect(shown(sync)).toEqual(served())
  expect(asked.map(({ path }) => path)).toEqual(['/events?after=4'])
})

test('[EV16] a lost last frame is told by the heartbeat within 10 s', async () => {
  const sync = openSync()
  await sync.start()
  const frames = await listen(sync, (frame) => frame === 2)
  await growTo(8)
  await reach(sync, 8)
  await growTo(12)
  await until(() => frames() === 2, 'the second frame')
  expect(sync.current().shown.version).toBe(8)
  vi.advanceTimersByTime(HEARTBEAT_MS)
  await reach(sync, 12)
  expect(shown(sync)).toEqual(served())
})

test('[EV17] a snapshot is made once per version, for whoever asks, and anew after a commit', async () => {
  await growTo(20)
  let made = 0
  const scenes = state()?.scenes
  if (!scenes) throw new Error('no story')
  const walk = scenes[Symbol.iterator].bind(scenes)
  scenes[Symbol.iterator] = () => {
    made++
    return walk()
  }
  const path = `/api/stories/${storyId}/snapshot`
  const first = await api<StreamSnapshot>('GET', path)
  expect(await api('GET', path)).toEqual(first)
  expect((await owner.call('GET', path)).json).toEqual(first)
  expect(made).toBe(1)
  await growTo(21)
  expect(await api('GET', path)).toMatchObject({ version: 21 })
  expect(await api('GET', path)).toEqual(JSON.parse(JSON.stringify(served())))
  // One for the new version, one by the comparison itself.
  expect(made).toBe(3)
})
