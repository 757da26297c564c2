import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStorySync } from '#lib/client/story-sync.ts'
import type { StorySync } from '#lib/client/story-sync-ports.ts'
import type { Outcome } from '#lib/kernel/envelope.ts'
import { clientId, idMaker } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import type { EventWriter } from '#lib/server/events/writer.ts'
import { toSnapshot } from '#lib/stream/stream.ts'
import type { StoryCommandInput, StreamState } from '#lib/stream/stream.ts'
import { fakeTabStorage } from '#tests/fakes/tab-storage.ts'
import { ANNA, STORY, createStory, scene, tempEvents, testClient } from '#tests/support/events.ts'
import { until } from '#tests/support/prose-client.ts'

/** The browser's sync against the real writer: what a closed tab left, and what is said about it meanwhile. */
let temp: ReturnType<typeof tempEvents>
let writer: EventWriter
let storage: ReturnType<typeof fakeTabStorage>
let answer: (() => Outcome | null) | null
let opened: StorySync[]
const newId = idMaker(() => 1_000_000, seededRandom(7))

beforeEach(async () => {
  temp = tempEvents()
  writer = temp.open()
  let tabs = 0
  storage = fakeTabStorage(() => clientId.parse(`cl_tab_${++tabs}`))
  answer = null
  opened = []
  await testClient(() => writer, 'maker', ANNA).send(createStory)
})
afterEach(async () => {
  for (const sync of opened) sync.stop()
  await writer.close()
  temp.remove()
})

/** A tab over `box`; `onWay` is called when a command leaves and when its outcome comes. */
async function openTab({ box = storage.open(), onWay = (): void => undefined } = {}) {
  const sync = createStorySync({
    storyId: STORY,
    actorId: ANNA.id,
    transport: {
      send: async (envelope) => {
        const forced = answer?.()
        if (forced === null) throw new Error('no answer')
        onWay()
        const outcome = forced ?? (await writer.submit(envelope, ANNA))
        onWay()
        return outcome
      },
      eventsAfter: (after) =>
        Promise.resolve({ events: writer.log.after(STORY, after, 50), head: writer.state(STORY)?.version ?? 0 }),
      snapshot: () => Promise.resolve(toSnapshot(writer.state(STORY) as StreamState)),
    },
    outbox: box,
    newId,
    clock: () => 1_000_000,
    later: (run, ms) => {
      const timer = setTimeout(run, Math.min(ms, 20))
      return () => clearTimeout(timer)
    },
    onFailure: (cause) => {
      throw cause
    },
  })
  opened.push(sync)
  await sync.start()
  return { box, sync }
}

/** A tab that wrote while the line was down, and was closed. */
async function leaveBehind(...titles: readonly string[]): Promise<void> {
  const { box, sync } = await openTab()
  for (const title of titles) sync.send(scene(`sc_${title}`))
  await until(() => storage.rows().length >= titles.length, 'kept')
  sync.stop()
  box.close()
}

const titles = (sync: StorySync) => [...sync.current().shown.scenes.values()].map((found) => found.title)

it('[CL1] a command is in storage before it is sent and leaves after its outcome', async () => {
  const box = storage.open()
  const store: (() => void)[] = []
  const rows: number[] = []
  const { sync } = await openTab({
    box: {
      ...box,
      add: async (...command) => {
        await new Promise<void>((go) => store.push(go))
        return box.add(...command)
      },
    },
    onWay: () => void rows.push(storage.rows().length),
  })
  sync.online()
  sync.send(scene('sc_slow'))
  await until(() => store.length === 1, 'numbered')
  expect([sync.current().pending, rows]).toEqual([1, []])
  store[0]?.()
  await until(() => sync.current().pending === 0, 'settled')
  expect(rows).toEqual([1, 1])
  expect(storage.rows()).toEqual([])
})

describe('what a closed tab left behind', () => {
  it('[CL3] counts as unsent until it is stored, and arrives in order', async () => {
    await leaveBehind('one', 'two')
    const { sync } = await openTab()
    expect(sync.current()).toMatchObject({ ready: true, pending: 2 })
    sync.online()
    await until(() => sync.current().pending === 0, 'sent')
    await until(() => titles(sync).length === 2, 'shown')
    expect(storage.rows()).toEqual([])
  })

  it('[CL3] is tried again by the same tab when sending broke off', async () => {
    await leaveBehind('one', 'two')
    const { sync } = await openTab()
    let answers = 0
    answer = () => (++answers > 1 ? null : { status: 'no-effect', at: 1 })
    sync.online()
    await until(() => answers === 2, 'broken off')
    expect(sync.current().pending).toBe(1)
    answer = null
    sync.offline()
    sync.online()
    // The first was never stored under its number, so the second comes as a gap and is sent under this tab's own.
    await until(() => sync.current().pending === 0 && storage.rows().length === 0, 'sent')
    expect([...(writer.state(STORY)?.scenes.keys() ?? [])]).toEqual(['sc_two'])
  })

  it('[CL2] is found while the tab stays open, at the next heartbeat', async () => {
    const { sync } = await openTab()
    sync.online()
    await leaveBehind('late')
    sync.head(1)
    await until(() => titles(sync).length === 1, 'adopted')
    expect(storage.rows()).toEqual([])
  })

  it('[CL3] is shown to its author when it is refused', async () => {
    await leaveBehind('one')
    await testClient(() => writer, 'ben', ANNA).send(scene('sc_one', 0, 0, 'taken'))
    const { sync } = await openTab()
    sync.online()
    await until(() => sync.current().refusals.length === 1, 'refused')
    expect(sync.current().refusals[0]?.command).toMatchObject({ fields: { title: 'sc_one' } })
    expect(sync.current().pending).toBe(0)
    expect(storage.rows()).toEqual([])
  })

  it('[CL3] is shown again after a reload until it is dismissed', async () => {
    await leaveBehind('one')
    await testClient(() => writer, 'ben', ANNA).send(scene('sc_one', 0, 0, 'taken'))
    const first = await openTab()
    first.sync.online()
    await until(() => first.sync.current().refusals.length === 1, 'refused')
    first.sync.stop()
    const { sync } = await openTab()
    const [refused] = sync.current().refusals
    expect(refused?.command).toMatchObject({ fields: { title: 'sc_one' } })
    if (refused) sync.dismissRefusal(refused.id)
    expect((await openTab()).sync.current().refusals).toEqual([])
  })
})

describe('[CL6] field writes without a connection', () => {
  const rename = (title: string) =>
    ({ type: 'UpdateScene', sceneId: 'sc_one', fields: { title } }) satisfies StoryCommandInput
  const commands = () => storage.rows().map((row) => row.command)

  beforeEach(async () => {
    await testClient(() => writer, 'cleo', ANNA).send(scene('sc_one'))
  })

  it('a title typed letter by letter waits as one command and is one undo step', async () => {
    const { sync } = await openTab()
    for (const title of ['D', 'Da', 'Daw', 'Dawn']) {
      sync.send(rename(title))
      await until(() => JSON.stringify(commands()).includes(`"${title}"`), 'kept')
    }
    expect(titles(sync)).toEqual(['Dawn'])
    expect(commands()).toMatchObject([{ fields: { title: 'Dawn' } }])
    const before = writer.state(STORY)?.version ?? 0
    sync.online()
    await until(() => sync.current().pending === 0, 'sent')
    expect(writer.state(STORY)?.version).toBe(before + 1)
    sync.send({ type: 'Undo' })
    await until(() => titles(sync)[0] === 'sc_one', 'undone')
  })

  it('other fields, other scenes and what lies between keep their places', async () => {
    const { sync } = await openTab()
    const sent = [
      rename('one'),
      { type: 'UpdateScene', sceneId: 'sc_one', fields: { title: 'two', summary: 'x' } },
      { type: 'MoveScenes', moves: [{ sceneId: 'sc_one', x: 5, y: 5 }] },
      rename('three'),
    ] satisfies StoryCommandInput[]
    for (const [index, command] of sent.entries()) {
      sync.send(command)
      await until(() => storage.rows().length === index + 1, 'kept')
    }
    sync.online()
    await until(() => sync.current().pending === 0, 'sent')
    expect(writer.state(STORY)?.scenes.get('sc_one')).toMatchObject({ title: 'three', summary: 'x', x: 5 })
  })

  it('what went out once is never changed', async () => {
    const { sync } = await openTab()
    const tried: string[] = []
    answer = () => {
      tried.push('try')
      return null
    }
    sync.online()
    sync.send(rename('first'))
    await until(() => tried.length > 0, 'tried')
    sync.offline()
    sync.send(rename('second'))
    await until(() => storage.rows().length === 2, 'kept apart')
    expect(commands()).toMatchObject([{ fields: { title: 'first' } }, { fields: { title: 'second' } }])
  })
})

it('a change that fails while it is being stored is shown to its author like any other', async () => {
  const other = testClient(() => writer, 'cleo', ANNA)
  await other.send(scene('sc_one'))
  const { sync } = await openTab()
  const known = writer.state(STORY)?.version ?? 0
  await other.send({ type: 'DeleteScenes', sceneIds: ['sc_one'] })
  sync.send({ type: 'UpdateScene', sceneId: 'sc_one', fields: { title: 'Mine' } })
  sync.receive(writer.log.after(STORY, known, 50))
  expect(titles(sync)).toEqual([])
  expect(sync.current().pending).toBe(1)
  sync.online()
  await until(() => sync.current().refusals.length === 1, 'told')
  expect(sync.current().refusals[0]?.command).toMatchObject({ fields: { title: 'Mine' } })
  expect(storage.rows()).toEqual([])
})
