import { beforeEach, expect, test, vi } from 'vitest'
import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import { COMMAND_LIMIT_BYTES } from '#lib/kernel/limits.ts'
import { openLiveSocket } from './live-socket.ts'

const sent: unknown[] = []
vi.mock('socket.io-client', () => {
  const emitWithAck = (_name: string, envelope: unknown) => {
    sent.push(envelope)
    return Promise.resolve({ status: 'committed', from: 1, to: 1 })
  }
  return { io: () => ({ connected: true, on: () => undefined, timeout: () => ({ emitWithAck }) }) }
})
beforeEach(() => {
  sent.length = 0
})

function open() {
  const ignore = () => undefined
  return openLiveSocket('st_one', {
    ...{ onStatus: ignore, onEvents: ignore, onHead: ignore, onSelf: ignore, onPeople: ignore },
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
