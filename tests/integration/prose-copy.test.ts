import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UNSENT_KEY } from '#lib/client/prose-local.ts'
import { openProse, type ProseSession } from '#lib/client/prose-provider.ts'
import { copies, pace } from '#tests/fakes/local-copy.ts'
import { tempEvents } from '#tests/support/events.ts'
import { typeInto, until } from '#tests/support/prose-client.ts'
import { type ProseRig, startProse } from '#tests/support/prose-server.ts'

vi.mock('y-indexeddb', () => import('#tests/fakes/local-copy.ts'))

/** What the browser's copy knows about unsent text, against the real sync server. */
const DOC = 'prose:sc_1:1'
let store: ReturnType<typeof tempEvents>
let rig: ProseRig

beforeEach(async () => {
  vi.stubGlobal('indexedDB', {})
  copies.clear()
  pace.reading = Promise.resolve()
  store = tempEvents()
  rig = await startProse(store.path)
  await rig.seed('sc_1', 'The tide was out.')
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await rig.stop()
  store.remove()
})

function open(): ProseSession {
  return openProse({
    serverUrl: `ws://127.0.0.1:${rig.port}/yjs`,
    doc: DOC,
    userId: 'us_anna',
    random: () => 0,
    fetchTicket: () => Promise.resolve({ ticket: 'us_anna', doc: DOC, canWrite: true }),
  })
}

const noted = () => [...copies.values()][0]?.notes.get(UNSENT_KEY)

/** Text typed while the server was away, in a tab that was then closed. */
async function leaveUnsent(): Promise<void> {
  const session = open()
  await until(() => session.current().ready && session.current().keptHere, 'open')
  const { port } = rig
  await rig.stop()
  await until(() => session.current().connection === 'offline', 'offline')
  typeInto(session.ydoc, ' Kept.')
  await session.destroy()
  rig = await startProse(store.path, port)
}

it('[PR62] what waits in the copy is unsent until the receipt, also when the socket is quicker than the copy', async () => {
  await leaveUnsent()
  expect(noted()).toBe(1)
  const reading = Promise.withResolvers<void>()
  pace.reading = reading.promise
  const session = open()
  const claims: boolean[] = []
  session.subscribe(() => {
    const { connection, unsent } = session.current()
    claims.push(connection === 'online' && unsent === 0)
  })
  await until(() => session.current().ready, 'the server has answered')
  const commit = rig.holdWrites()
  reading.resolve()
  await commit.reached
  expect(claims).not.toContain(true)
  expect(session.current().unsent).toBeGreaterThan(0)
  commit.release()
  await until(() => session.current().unsent === 0, 'saved')
  expect(rig.prose.text('sc_1')).toBe('The tide was out. Kept.')
  await session.destroy()
  expect(noted()).toBe(0)
})

it('[PR63] a line that falls while the copy is being sent leaves the note standing', async () => {
  await leaveUnsent()
  const session = open()
  rig.faults.failWrites = true
  await until(() => session.current().unsent > 0, 'known')
  await until(() => session.current().connection === 'offline', 'fallen')
  await session.destroy()
  expect(noted()).toBeGreaterThan(0)
})

it('[PR63] a session that only looked writes no note', async () => {
  await leaveUnsent()
  pace.reading = new Promise(() => undefined)
  const session = open()
  await until(() => session.current().ready, 'the server has answered')
  await session.destroy()
  expect(noted()).toBe(1)
})

it('[PR63] the first unsent change is noted at once', async () => {
  const session = open()
  await until(() => session.current().ready && session.current().keptHere, 'open')
  typeInto(session.ydoc, ' Now.')
  expect(noted()).toBe(1)
  await session.destroy()
})
