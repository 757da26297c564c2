import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { verifyStories } from '#lib/server/events/verify.ts'
import { startServer } from '../integration/server.ts'

// A server in a process of its own, for the fuzzers: no limits, a clock that stands still so that no sign-in runs out, one
// story of two scenes, another to throw away, and a worker's key. Prints where it is and how to get in as one line of JSON, and serves until its input ends. Whoever
// forked it may ask what cannot be seen from outside.

/** What a forked server answers to any message. */
export interface Inside {
  /** Bytes of the whole process after a full collection. */
  readonly residentBytes: number
  /** Bytes of the heap and of buffers outside it after a full collection. */
  readonly heldBytes: number
  readonly textConnections: number
  /** Stories whose log and projections disagree. */
  readonly brokenStories: number
}

const now = Date.now()
const server = await startServer({
  clock: () => now,
  unlimited: true,
  doors: ({ realtime, prose }) => [
    { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
    { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
  ],
})
const { origin, port, services } = server
const owner = await server.owner()
const storyId = String((await owner.call('POST', '/api/stories', { title: 'For the fuzzer' })).json['storyId'])
const branchId = [...(services.events.state(storyId)?.branches.keys() ?? [])][0]
const scenes = ['sc_one', 'sc_two']
for (const sceneId of scenes) {
  const scene = { type: 'CreateScene', sceneId, branchId, x: 0, y: 0 } as never
  await services.stories.act(storyId, scene, { id: 'system', kind: 'system' })
}
const spareId = String((await owner.call('POST', '/api/stories', { title: 'To be thrown away' })).json['storyId'])
const workerKey = String((await owner.call('POST', '/api/workers/keys', { name: 'fuzzer' })).json['token'])
const cookie = owner.cookieHeader()
process.stdout.write(`${JSON.stringify({ origin, port, cookie, storyId, scenes, spareId, workerKey })}\n`)
process.stdin.on('end', () => void server.close().then(() => process.exit(0)))
process.stdin.resume()
process.on('message', () => process.send?.(inside()))

function inside(): Inside {
  setFlagsFromString('--expose-gc')
  // Also gives the emptied pages back, which a busy process keeps for what comes next.
  const collect = runInNewContext('gc') as (how: object) => void
  collect({ type: 'major', flavor: 'last-resort' })
  const { rss, heapUsed, external } = process.memoryUsage()
  const stories = verifyStories(services.events.log, services.events.projection)
  return {
    residentBytes: rss,
    heldBytes: heapUsed + external,
    textConnections: services.prose.sync.connections(),
    brokenStories: stories.filter((story) => story.differences.length > 0 || !story.snapshotEqual).length,
  }
}
