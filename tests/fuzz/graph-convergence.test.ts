import { afterAll, describe, expect, it } from 'vitest'
import type { CommandEnvelope, EventEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import { clientId, idMaker } from '#lib/kernel/ids.ts'
import { pick, randomInt, seededRandom } from '#lib/kernel/random.ts'
import type { Random } from '#lib/kernel/ports.ts'
import { createStorySync } from '#lib/client/story-sync.ts'
import type { StorySync } from '#lib/client/story-sync-ports.ts'
import { verifyStories } from '#lib/server/events/verify.ts'
import type { EventWriter } from '#lib/server/events/writer.ts'
import { toSnapshot } from '#lib/stream/stream.ts'
import type { StoryCommandInput, StreamState } from '#lib/stream/stream.ts'
import { fakeTabStorage } from '../fakes/tab-storage.ts'
import { MAIN, STORY, createStory, tempEvents, testClient } from '../support/events.ts'
import { violations } from '../support/invariants.ts'

// C1: several clients edit one story over a network that drops, repeats, reorders and breaks; C2: invariants.
const SEEDS = Number(process.env['LOOM_FUZZ_SEEDS'] ?? 50)
const OPERATIONS = 200
const CLIENTS = 8

describe('[C1] graph convergence', () => {
  const temps: ReturnType<typeof tempEvents>[] = []
  afterAll(() => temps.forEach((temp) => temp.remove()))

  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`[C1] seed ${seed}: every client, the projection and the replay agree; [C2] invariants hold`, async () => {
      const temp = tempEvents()
      temps.push(temp)
      const writer = temp.open()
      const random = seededRandom(seed)
      const log: string[] = []
      try {
        await testClient(() => writer, 'maker', { id: 'us_maker', kind: 'human' }).send(createStory)
        // The writer outlives a listener that throws, so what is found is kept and told at the end.
        const broken: string[] = []
        writer.onCommitted(() => broken.push(...violations(writer.state(STORY) as StreamState)))
        const clients = Array.from({ length: CLIENTS }, (_, index) =>
          fakePeer(writer, random, `${seed}_${index}`, index),
        )
        for (const client of clients) await client.start()
        for (let step = 0; step < OPERATIONS; step++) {
          const client = pick(random, clients)
          const roll = random()
          if (roll < 1 / 12) client.disconnect()
          else if (roll < 1 / 6) client.connect()
          else if (roll < 1 / 6 + 0.02) await client.reload()
          else log.push(`${client.name} ${client.act()}`)
          if (random() < 0.3) await settleABit()
        }
        for (const client of clients) client.connect()
        await healed(clients, writer)
        const truth = JSON.stringify(toSnapshot(writer.log.replay(STORY)))
        for (const client of clients) expect(JSON.stringify(toSnapshot(client.sync().current().shown))).toBe(truth)
        expect(verifyStories(writer.log, writer.projection)[0]?.differences).toEqual([])
        expect(broken).toEqual([])
        expect(temp.failures).toEqual([])
        clients.forEach((client) => client.stop())
      } catch (cause) {
        console.error(`seed ${seed} failed after:\n${log.join('\n')}`)
        throw cause
      } finally {
        await writer.close()
      }
    }, 60_000)
  }
})

function settleABit(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function healed(clients: ReturnType<typeof fakePeer>[], writer: EventWriter): Promise<void> {
  for (let round = 0; round < 2000; round++) {
    await settleABit()
    const head = writer.state(STORY)?.version ?? 0
    for (const client of clients) client.sync().head(head)
    const done = clients.every(
      (client) =>
        client.sync().current().pending === 0 && client.sync().current().shown.version === head && client.idle(),
    )
    if (done) return
  }
  throw new Error(
    `not healed: ${clients.map((c) => `${c.sync().current().pending}@${c.sync().current().shown.version}`).join(' ')} head ${writer.state(STORY)?.version}`,
  )
}

/** One browser: real sync core, a memory outbox, and a network with seeded faults. */
function fakePeer(writer: EventWriter, random: Random, name: string, index: number) {
  const actor = { id: `us_${index % 4}`, kind: 'human' as const }
  let time = 1_000_000 + index
  const newId = idMaker(() => ++time, random)
  let tabs = 0
  const storage = fakeTabStorage(() => clientId.parse(`cl_${name}_${++tabs}`))
  let box = storage.open()
  let online = false
  let timers = 0
  let sync = build()
  const stopListening = writer.onCommitted((_storyId, events) => {
    if (!online || random() < 0.1) return
    const frames = random() < 0.1 ? [events, events] : [events]
    for (const frame of frames) deliver(frame)
  })

  function deliver(frame: readonly EventEnvelope[]): void {
    const target = sync
    if (random() < 0.3) setImmediate(() => target.receive(frame))
    else target.receive(frame)
  }

  function build(): StorySync {
    return createStorySync({
      storyId: STORY,
      actorId: actor.id,
      transport: {
        send: (envelope) => transmit(envelope),
        eventsAfter: (after) =>
          Promise.resolve({ events: writer.log.after(STORY, after, 50), head: writer.state(STORY)?.version ?? 0 }),
        snapshot: () => Promise.resolve(toSnapshot(writer.state(STORY) as StreamState)),
      },
      outbox: box,
      newId,
      clock: () => ++time,
      later: (run) => {
        timers++
        const handle = setImmediate(() => {
          timers--
          run()
        })
        return () => {
          timers--
          clearImmediate(handle)
        }
      },
      onFailure: (cause) => {
        throw cause
      },
    })
  }

  async function transmit(envelope: CommandEnvelope): Promise<Outcome> {
    if (!online || random() < 0.05) throw new Error('lost on the way')
    const copies = random() < 0.1 ? 2 : 1
    let outcome: Outcome | null = null
    for (let copy = 0; copy < copies; copy++) outcome = await writer.submit(envelope, actor)
    if (outcome === null || random() < 0.05) throw new Error('answer lost')
    return outcome
  }

  const connect = () => {
    if (online) return
    online = true
    sync.online()
  }
  return {
    name: `client ${index}`,
    sync: () => sync,
    idle: () => timers === 0 && storage.rows().length === 0,
    start: async () => {
      await sync.start()
      connect()
    },
    stop: () => {
      stopListening()
      sync.stop()
    },
    connect,
    disconnect: () => {
      online = false
      sync.offline()
    },
    reload: async () => {
      // A browser finishes the writes that a page has begun before the next page reads.
      await settleABit()
      sync.stop()
      online = false
      // Half the time the tab is closed for good, and the next one adopts what it left.
      if (random() < 0.5) {
        box.close()
        box = storage.open()
      }
      sync = build()
      await sync.start()
      connect()
    },
    act: () => {
      const command = randomCommand(sync.current().shown, random, newId)
      const result = sync.send(command)
      return `${command.type} ${result.ok ? 'sent' : result.error.kind}`
    },
  }
}

function randomCommand(state: StreamState, random: Random, newId: ReturnType<typeof idMaker>): StoryCommandInput {
  const scenes = [...state.scenes.values()]
  const edges = [...state.edges.values()]
  const branches = [...state.branches.values()]
  const at = () => randomInt(random, -500, 500)
  const roll = random()
  if (scenes.length < 3 || roll < 0.25) {
    const branch = branches.length > 0 ? pick(random, branches).id : MAIN
    const from = scenes.length > 0 && random() < 0.5 ? pick(random, scenes).id : null
    return {
      type: 'CreateScene',
      sceneId: newId('scene'),
      branchId: branch,
      x: at(),
      y: at(),
      fields: { title: `scene ${randomInt(random, 0, 999)}`, type: random() < 0.1 ? 'group' : 'scene' },
      ...(from ? { link: { edgeId: newId('edge'), from, type: 'next' as const } } : {}),
    }
  }
  const scene = pick(random, scenes)
  if (roll < 0.4) return { type: 'MoveScenes', moves: [{ sceneId: scene.id, x: at(), y: at() }] }
  if (roll < 0.5)
    return { type: 'UpdateScene', sceneId: scene.id, fields: { title: `title ${randomInt(random, 0, 99)}` } }
  if (roll < 0.54) {
    const group = scenes.find((other) => other.type === 'group')
    return { type: 'UpdateScene', sceneId: scene.id, fields: { groupId: group ? group.id : null } }
  }
  if (roll < 0.68)
    return {
      type: 'LinkScenes',
      edgeId: newId('edge'),
      from: scene.id,
      to: pick(random, scenes).id,
      fields: { type: random() < 0.5 ? 'choice' : 'next' },
    }
  if (roll < 0.72 && edges.length > 0)
    return { type: 'ReconnectEdge', edgeId: pick(random, edges).id, from: scene.id, to: pick(random, scenes).id }
  if (roll < 0.78) return { type: 'DeleteScenes', sceneIds: [scene.id] }
  if (roll < 0.82 && edges.length > 0) return { type: 'UnlinkScenes', edgeId: pick(random, edges).id }
  if (roll < 0.86)
    return {
      type: 'CreateBranch',
      branchId: newId('branch'),
      name: 'What if',
      parentId: pick(random, branches).id,
      forkSceneId: scene.id,
    }
  if (roll < 0.9) {
    return {
      type: 'Batch',
      commands: [
        { type: 'CreateScene', sceneId: newId('scene'), branchId: MAIN, x: at(), y: at() },
        { type: 'DeleteScenes', sceneIds: [scene.id] },
      ],
    }
  }
  return { type: random() < 0.7 ? 'Undo' : 'Redo' }
}
