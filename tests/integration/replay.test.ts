import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sceneId } from '#lib/kernel/ids.ts'
import { randomInt, seededRandom } from '#lib/kernel/random.ts'
import { verifyStories } from '#lib/server/events/verify.ts'
import type { EventWriter } from '#lib/server/events/writer.ts'
import { fromSnapshot, toSnapshot } from '#lib/stream/stream.ts'
import type { StoryCommandInput, StreamState } from '#lib/stream/stream.ts'
import { ANNA, STORY, createStory, scene, tempEvents, testClient } from '../support/events.ts'

// The log is the truth: projections and snapshots follow from it at any time.

const id = (n: number) => sceneId.parse(`s${n}`)
const asText = (state: StreamState) => JSON.stringify(toSnapshot(state))
/** `count` scenes as one command; each is one event. */
const scenes = (from: number, count: number): StoryCommandInput => ({
  type: 'Batch',
  commands: Array.from({ length: count }, (_, i) => scene(`s${from + i}`, i, from) as never),
})

describe('replay', () => {
  let temp: ReturnType<typeof tempEvents>
  let writer: EventWriter
  let anna: ReturnType<typeof testClient>

  beforeEach(async () => {
    temp = tempEvents()
    writer = temp.open()
    anna = testClient(() => writer, 'anna', ANNA)
    await anna.send(createStory)
  })
  afterEach(async () => {
    await writer.close()
    temp.remove()
  })

  const snapshots = () =>
    writer.db
      .prepare<[], { version: number; reducer_hash: string }>('SELECT version, reducer_hash FROM snapshots')
      .all()

  /** The snapshot the writer saves by itself when the story has been quiet for a second. */
  async function saved(after = 0): Promise<number> {
    for (let tries = 0; tries < 200; tries++) {
      const version = writer.log.snapshotVersion(STORY)
      if (version > after) return version
      await sleep(50)
    }
    throw new Error('no snapshot was saved')
  }

  it('[C6] projections equal the replay from 0 and from every snapshot on the way, over thousands of events', async () => {
    const random = seededRandom(6)
    await anna.send(scenes(0, 200))
    const taken: { version: number; text: string }[] = []
    for (let round = 0; round < 8; round++) {
      await Promise.all(
        Array.from({ length: 450 }, (_, step) => {
          const sceneId = id(randomInt(random, 0, 199))
          return anna.send(
            step % 3 === 0
              ? { type: 'UpdateScene', sceneId, fields: { title: `Title ${round}.${step}` } }
              : { type: 'MoveScenes', moves: [{ sceneId, x: step, y: round }] },
          )
        }),
      )
      await anna.send({ type: 'DeleteScenes', sceneIds: [id(round)] })
      if (round % 2 === 0) await anna.send({ type: 'Undo' })
      const present = writer.state(STORY)
      if (present) taken.push({ version: present.version, text: asText(present) })
    }
    expect(writer.state(STORY)?.version).toBeGreaterThan(3000)
    const whole = { differences: [], snapshotEqual: true }
    expect(verifyStories(writer.log, writer.projection)).toMatchObject([whole])
    for (const { version, text } of taken) {
      expect(asText(writer.log.replay(STORY, version))).toBe(text)
      // As if this had been the newest snapshot when the program stopped.
      writer.log.saveSnapshot(STORY, fromSnapshot(JSON.parse(text) as never))
      expect(writer.log.snapshotVersion(STORY)).toBe(version)
      expect(verifyStories(writer.log, writer.projection)).toMatchObject([whole])
    }
    // A snapshot that is not what happened is found, so `equal` says something.
    const [first] = taken
    const forged = (first?.text ?? '').replace('The Salt Road', 'Forged')
    writer.log.saveSnapshot(STORY, fromSnapshot(JSON.parse(forged) as never))
    expect(verifyStories(writer.log, writer.projection)).toMatchObject([{ differences: [], snapshotEqual: false }])
  }, 60_000)

  it('[EV15] [C6] a snapshot is saved after 500 events, not after fewer, and the next one 500 later', async () => {
    await anna.send(scenes(0, 490))
    await sleep(1300)
    expect(snapshots()).toEqual([])
    await anna.send(scenes(490, 20))
    const first = await saved()
    expect(first).toBe(writer.state(STORY)?.version)
    await anna.send(scenes(510, 500))
    expect(await saved(first)).toBe(first + 500)
    expect(verifyStories(writer.log, writer.projection)).toMatchObject([{ differences: [], snapshotEqual: true }])
  })

  it('[EV15] events from before a restart count: a story edited a little at a time gets its snapshot too', async () => {
    await anna.send(scenes(0, 300))
    await writer.close()
    writer = temp.open()
    await anna.send(scenes(300, 300))
    expect(await saved()).toBe(writer.state(STORY)?.version)
  })

  it('[EV15] [C6] a snapshot of other folding code is not read, and the next edit replaces it', async () => {
    await anna.send(scenes(0, 600))
    await saved()
    const before = asText(writer.log.replay(STORY))
    const [{ reducer_hash: hash } = { reducer_hash: '' }] = snapshots()
    const wrong = gzipSync(before.replace('The Salt Road', 'What other code made of it'))
    writer.db.prepare("UPDATE snapshots SET reducer_hash = 'other', state = ?").run(wrong)
    await writer.close()
    writer = temp.open()
    expect(asText(writer.log.load(STORY))).toBe(before)
    await anna.send(scene('later'))
    const version = await saved()
    expect(snapshots()).toEqual([{ version, reducer_hash: hash }])
    expect(version).toBe(writer.state(STORY)?.version)
    expect(verifyStories(writer.log, writer.projection)).toMatchObject([{ differences: [], snapshotEqual: true }])
  })
})
