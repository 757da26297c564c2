import { beforeEach, expect, test, vi } from 'vitest'
import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import { COMMAND_LIMIT_BYTES } from '#lib/kernel/limits.ts'
import { STREAM_SCHEMA } from '#lib/stream/schema.ts'
import { openLiveSocket } from './live-socket.ts'

const sent: unknown[] = []
vi.mock('socket.io-client', () => {
  const emitWithAck = (_name: string, envelope: unknown) => {
    sent.push(envelope)
    return Promise.resolve({ status: 'committed', from: 1, to: 1 })
  }
  const on = (name: string, listener: () => void) => {
    if (name === 'connect') line.connect = listener
  }
  const emit = (_name: string, _body: unknown, answer: (joined: unknown) => void) =>
    answer({ status: 'joined', schema: line.schema, version: 1, self: { userId: line.signedIn }, people: [] })
  const close = () => void (line.closed = true)
  const io = (options: object) => {
    Object.assign(given, options)
    return { connected: true, on, emit, close, timeout: () => ({ emitWithAck }) }
  }
  return { io }
})
/** What the page asked of socket.io. */
const given = { reconnectionDelay: NaN, randomizationFactor: NaN }
/** The line as the test sees it: who the server knows behind it, and whether the page hung up. */
const line = { signedIn: 'us_one', schema: STREAM_SCHEMA, closed: false, connect: () => undefined as void }
const statuses: string[] = []
beforeEach(() => {
  sent.length = 0
  statuses.length = 0
  Object.assign(line, { signedIn: 'us_one', schema: STREAM_SCHEMA, closed: false })
})

function open() {
  const ignore = () => undefined
  return openLiveSocket('st_one', 'us_one', {
    ...{ onEvents: ignore, onHead: ignore, onSelf: ignore, onPeople: ignore },
    onStatus: (status) => void statuses.push(status),
    ...{ onLeft: ignore, onJob: ignore, onAccess: ignore },
  })
}

/** A command whose JSON has exactly this many bytes, in letters of two bytes as far as they go. */
function commandOf(bytes: number): CommandEnvelope {
  const make = (text: string) => ({
    ...{ clientId: 'cl_one', seq: 1, commandId: 'co_one', storyId: 'st_one' },
    command: { type: 'UpdateScene', sceneId: 'sc_one', fields: { title: text } },
  })
  const room = bytes - JSON.stringify(make('')).length
  return make('ä'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2)) as unknown as CommandEnvelope
}

test('[D3] a command of 256 KB is sent', async () => {
  expect(await open().send(commandOf(COMMAND_LIMIT_BYTES))).toMatchObject({ status: 'committed' })
  expect(sent).toHaveLength(1)
})

test('[D3] one byte more is refused before it is sent, so that nothing behind it waits', async () => {
  expect(await open().send(commandOf(COMMAND_LIMIT_BYTES + 1))).toEqual({
    status: 'refused',
    refusal: { kind: 'too-large', data: { limitBytes: COMMAND_LIMIT_BYTES } },
  })
  expect(sent).toEqual([])
})

test('a line that comes back as somebody else is hung up, so that nothing of this page is sent in their name', () => {
  open()
  line.connect()
  expect([statuses, line.closed]).toEqual([['connecting', 'online'], false])
  line.signedIn = 'us_two'
  line.connect()
  expect([statuses.at(-1), line.closed]).toEqual(['refused', true])
})

test('[CL8] a line that comes back from an updated server is hung up, and the page is told', () => {
  open()
  line.connect()
  line.schema = STREAM_SCHEMA + 1
  line.connect()
  expect([statuses, line.closed]).toEqual([['connecting', 'online', 'outdated'], true])
})

test('[CL7] the first try after a lost line comes at any moment within two seconds', () => {
  open()
  const spread = given.reconnectionDelay * given.randomizationFactor
  expect([given.reconnectionDelay - spread, given.reconnectionDelay + spread]).toEqual([0, 2000])
})
