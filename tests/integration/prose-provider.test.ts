import { afterEach, beforeEach, expect, it } from 'vitest'
import type * as Y from 'yjs'
import { openProse, type ProseSession } from '#lib/client/prose-provider.ts'
import { docText } from '#lib/prose/text.ts'
import { CLOSE } from '#lib/prose/wire.ts'
import { contentOf } from '#lib/server/prose/ydoc.ts'
import { tempEvents } from '#tests/support/events.ts'
import { typeInto, until } from '#tests/support/prose-client.ts'
import { type ProseRig, startProse } from '#tests/support/prose-server.ts'

/** The browser's provider over Node's own WebSocket, against the real sync server. */
let store: ReturnType<typeof tempEvents>
let rig: ProseRig
let sessions: ProseSession[]
let tickets: number

beforeEach(async () => {
  store = tempEvents()
  rig = await startProse(store.path)
  await rig.seed('sc_1', 'The tide was out.')
  sessions = []
  tickets = 0
})
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.destroy()))
  await rig.stop()
  store.remove()
})

interface Answer {
  readonly status?: number
  readonly doc?: string
}

function open(answer: () => Answer = () => ({}), random = () => 0): ProseSession {
  const session = openProse({
    serverUrl: `ws://127.0.0.1:${rig.port}/yjs`,
    doc: 'prose:sc_1:1',
    userId: 'us_anna',
    random,
    fetchTicket: () => {
      tickets++
      const { status, doc } = answer()
      if (status !== undefined) return Promise.reject(Object.assign(new Error('refused'), { status }))
      return Promise.resolve({ ticket: `us_anna~${tickets}`, doc: doc ?? 'prose:sc_1:1', canWrite: true })
    },
  })
  sessions.push(session)
  return session
}

const text = (ydoc: Y.Doc) => docText(contentOf(ydoc))

it('[PR60] says saved only after the receipt', async () => {
  const session = open()
  await until(() => session.current().ready, 'ready')
  const commit = rig.holdWrites()
  typeInto(session.ydoc, ' Wet sand.')
  expect(session.current().unsent).toBe(1)
  await commit.reached
  expect(session.current().unsent).toBe(1)
  commit.release()
  await until(() => session.current().unsent === 0, 'saved')
  expect(rig.prose.text('sc_1')).toBe('The tide was out. Wet sand.')
})

it('[PR60] [PR61] counts what waits while the server is away, asks for a fresh ticket, and sends it on return', async () => {
  const session = open()
  await until(() => session.current().ready && session.current().unsent === 0, 'ready')
  const before = tickets
  await rig.stop()
  await until(() => session.current().connection === 'offline', 'offline')
  typeInto(session.ydoc, ' One.')
  typeInto(session.ydoc, ' Two.')
  expect(session.current().unsent).toBe(2)
  // Nothing claims to be kept where there is no storage.
  expect(session.current().keptHere).toBe(false)
  const port = rig.port
  rig = await startProse(store.path, port)
  await until(() => session.current().unsent === 0, 'sent')
  expect(tickets).toBeGreaterThan(before)
  expect(rig.prose.text('sc_1')).toBe('The tide was out. One. Two.')
})

it('[PR60] a failed commit is never called saved; the text arrives once the disk is back', async () => {
  const session = open()
  await until(() => session.current().ready, 'ready')
  rig.faults.failWrites = true
  typeInto(session.ydoc, ' Held.')
  await until(() => session.current().connection === 'offline', 'sent away')
  expect(session.current().unsent).toBe(1)
  rig.faults.failWrites = false
  await until(() => session.current().unsent === 0, 'saved')
  expect(rig.prose.text('sc_1')).toBe('The tide was out. Held.')
})

it('[PR61] permanent answers end the attempts and say why', async () => {
  for (const [answer, code] of [
    [{ status: 401 }, CLOSE.signedOut],
    [{ status: 403 }, CLOSE.roleLost],
    [{ status: 404 }, CLOSE.noScene],
    [{ doc: 'prose:sc_1:2' }, CLOSE.epochChanged],
  ] as const) {
    const session = open(() => answer)
    await until(() => session.current().connection === 'ended', `ended ${code}`)
    expect(session.current().endCode).toBe(code)
    const asked = tickets
    await new Promise((done) => setTimeout(done, 500))
    expect(tickets).toBe(asked)
  }
})

it('[PR61] an unreachable server is tried again and a permanent end can be retried by hand', async () => {
  let answer: Answer = { status: 401 }
  const session = open(() => answer)
  await until(() => session.current().connection === 'ended', 'ended')
  answer = {}
  session.retry()
  await until(() => session.current().ready, 'ready after signing in')
  expect(text(session.ydoc)).toBe('The tide was out.')
})

it("[PR42] a reader's typing is never called saved", async () => {
  rig.access.set('us_anna', 'read')
  const session = open()
  await until(() => session.current().ready, 'ready')
  typeInto(session.ydoc, ' Not mine.')
  await until(() => session.current().refused === 1, 'refused')
  expect(session.current().unsent).toBe(1)
})

it('[CL7] asks at once the first time, and after a lost line only when its own moment within 2 s has come', async () => {
  const asked: number[] = []
  const session = open(
    () => {
      asked.push(performance.now())
      return {}
    },
    () => 0.3,
  )
  await until(() => session.current().ready, 'ready')
  const lost = performance.now()
  const port = rig.port
  await rig.stop()
  rig = await startProse(store.path, port)
  await until(() => asked.length > 1, 'asked again')
  // Node's timers may fire up to a millisecond early.
  expect((asked[1] ?? 0) - lost).toBeGreaterThan(0.3 * 2000 - 2)
})

it('[PR42] [PR60] words refused to a reader arrive when they may write, and nothing is called unsaved after that', async () => {
  rig.access.set('us_anna', 'read')
  const session = open()
  await until(() => session.current().ready, 'ready')
  typeInto(session.ydoc, ' Kept back.')
  await until(() => session.current().refused === 1, 'refused')
  rig.access.set('us_anna', 'write')
  await until(() => session.current().unsent === 0, 'sent')
  expect(session.current().refused).toBe(0)
  expect(rig.prose.text('sc_1')).toBe('The tide was out. Kept back.')
})
