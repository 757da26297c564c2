import { afterEach, expect, test, vi } from 'vitest'
import { openLiveSocket } from '#lib/client/live-socket.ts'
import { createStorySync } from '#lib/client/story-sync.ts'
import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import { clientId, idMaker } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import type { EventWriter } from '#lib/server/events/writer.ts'
import { type StreamState, toSnapshot } from '#lib/stream/stream.ts'
import { fakeTabStorage } from '#tests/fakes/tab-storage.ts'
import { ANNA, createStory, scene, STORY, tempEvents, testClient } from '#tests/support/events.ts'
import { until } from '#tests/support/prose-client.ts'

let writer: EventWriter
vi.mock('socket.io-client', () => ({
  io: () => ({
    ...{ connected: true, on: () => undefined },
    timeout: () => ({
      // As the server's library does: a frame over 1 MB gets no answer.
      emitWithAck: (_name: string, envelope: CommandEnvelope) =>
        JSON.stringify(envelope).length > 1024 * 1024
          ? Promise.reject(new Error('the line was cut'))
          : writer.submit(envelope, ANNA),
    }),
  }),
}))

const temp = tempEvents()
afterEach(async () => {
  await writer.close()
  temp.remove()
})

test('[D3] a change no line carries is shown to its author, and what was done after it is stored', async () => {
  writer = temp.open()
  const setUp = testClient(() => writer, 'setup', ANNA)
  for (const command of [createStory, scene('sc_one')]) await setUp.send(command)
  const ignore = () => undefined
  const line = openLiveSocket(STORY, ANNA.id, {
    ...{ onStatus: ignore, onEvents: ignore, onHead: ignore, onSelf: ignore, onPeople: ignore },
    ...{ onLeft: ignore, onJob: ignore, onAccess: ignore },
  })
  let time = 2_000_000
  const sync = createStorySync({
    ...{ storyId: STORY, actorId: ANNA.id, outbox: fakeTabStorage(() => clientId.parse('cl_page')).open() },
    newId: idMaker(() => ++time, seededRandom(1)),
    clock: () => ++time,
    transport: {
      send: line.send,
      eventsAfter: (after) =>
        Promise.resolve({ events: writer.log.after(STORY, after, 50), head: writer.state(STORY)?.version ?? 0 }),
      snapshot: () => Promise.resolve(toSnapshot(writer.state(STORY) as StreamState)),
    },
    later: (run) => {
      const handle = setImmediate(run)
      return () => clearImmediate(handle)
    },
    onFailure: (cause) => {
      throw cause
    },
  })
  writer.onCommitted((_storyId, events) => sync.receive(events))
  await sync.start()
  sync.online()
  const change = (fields: object) => sync.send({ type: 'UpdateScene', sceneId: 'sc_one', fields } as never)
  expect(change({ foreign: { note: 'x'.repeat(2 * 1024 * 1024) } }).ok).toBe(true)
  expect(change({ title: 'after it' }).ok).toBe(true)
  await until(() => sync.current().pending === 0, 'an empty outbox', 4_000)
  expect(sync.current().refusals.map((one) => one.refusal.kind)).toEqual(['too-large'])
  expect(writer.state(STORY)?.scenes.get('sc_one' as never)?.title).toBe('after it')
  sync.stop()
})
