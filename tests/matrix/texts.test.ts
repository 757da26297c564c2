import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  MESSAGE_AWARENESS,
  MESSAGE_QUERY_AWARENESS,
  MESSAGE_RECEIPT,
  MESSAGE_SYNC,
  SYNC_STEP_2,
} from '#lib/prose/wire.ts'
import { type ProseMessage, proseMessages } from '#lib/server/prose/messages.ts'
import { caretBytes, type RawClient, typeInto, until } from '#tests/support/prose-client.ts'
import { expectedOnSocket, PRINCIPALS, type PrincipalName, PROSE_ROWS } from './expected.ts'
import { countFigures } from './figures.ts'
import { flipCell, FLIPPED, type Lines, openLines, SCENE } from './lines.ts'
import { buildWorld, type World } from './world.ts'

// Every kind of message of /yjs by everybody (D1, D2, C12), and the suite against a policy with slips (A8).

const KINDS = Object.keys(proseMessages) as ProseMessage[]
/** Reading is asked for first, so a slip about writing shows only for those who may read. */
const SEEN = FLIPPED.filter(({ who, right }) => right === 'story.read' || expectedOnSocket('story.read', who) === 'y')
let world: World
let lines: Lines
let made = 0
beforeAll(async () => {
  world = await buildWorld()
  lines = await openLines(world)
})
afterAll(() => world.close())
afterEach(() => {
  world.flip(null)
  lines.closeAll()
})

const stored = () => world.server.services.prose.text(SCENE)

/** Sends a change and says whether it was stored: y, n, or what else came of it. */
async function writes(text: RawClient, words: string, send: () => void): Promise<string> {
  const { durable, refused } = text.receipts
  send()
  await until(() => text.receipts.durable > durable || text.receipts.refused > refused, 'a receipt')
  const kept = text.receipts.durable > durable
  return kept === stored().includes(words) ? (kept ? 'y' : 'n') : `receipt and text differ about ${words}`
}

/** What each kind of message of somebody does. */
async function cells(who: PrincipalName): Promise<Record<ProseMessage, string>> {
  const seen: Record<ProseMessage, string> = {
    ...{ 'sync-step-1': 'n', 'sync-step-2': 'n', update: 'n' },
    ...{ awareness: 'n', 'query-awareness': 'n', receipt: 'n' },
  }
  const watcher = await lines.open(lines.watcher(who))
  const text = await lines.open(who)
  if (!text || text.socket.readyState !== text.socket.OPEN) return seen
  // It is synced: the first message of every client was answered.
  seen['sync-step-1'] = 'y'
  await text.allDurable()
  const beside = new Y.Doc()
  Y.applyUpdate(beside, Y.encodeStateAsUpdate(text.ydoc))
  const [absent, typed] = [` Absent ${++made}.`, ` Typed ${++made}.`]
  typeInto(beside, absent)
  const late = Y.encodeStateAsUpdate(beside, Y.encodeStateVector(text.ydoc))
  seen['sync-step-2'] = await writes(text, absent, () => text.send(MESSAGE_SYNC, SYNC_STEP_2, late))
  seen.update = await writes(text, typed, () => text.type(typed))
  const caret = 1_000 + ++made
  text.send(MESSAGE_AWARENESS, caretBytes(caret, 1, { user: { id: world.userId('host') }, cursor: null }))
  const whose = () => (watcher?.carets.get(caret) as { user: { id: string } } | undefined)?.user.id
  await until(() => whose() !== undefined && text.carets.has(caret), 'a caret')
  seen.awareness = whose() === world.userId(who) ? 'y' : 'the caret of another'
  text.carets.clear()
  text.send(MESSAGE_QUERY_AWARENESS)
  await until(() => text.carets.has(caret), 'all carets')
  seen['query-awareness'] = 'y'
  text.send(MESSAGE_RECEIPT, 0, 99)
  const { code } = await text.closed
  if (code !== 4400) seen.receipt = `closed with ${code}`
  return seen
}

const expected = (who: PrincipalName) =>
  Object.fromEntries(KINDS.map((kind) => [kind, expectedOnSocket(PROSE_ROWS[kind], who)]))

test('[A1] every kind of message has a row, and asks for what its row says', () => {
  expect(Object.fromEntries(KINDS.map((kind) => [kind, proseMessages[kind].permission]))).toEqual(PROSE_ROWS)
})

describe('[D2] /yjs, every kind of message by everybody', () => {
  for (const who of PRINCIPALS) {
    test(`[D2] [C12] ${who}`, async () => {
      expect(await cells(who)).toEqual(expected(who))
      // Whoever is given no ticket opens nothing with what else they have.
      if (expected(who)['sync-step-1'] === 'y') return
      const [shown = ''] = Object.values(world.credential(who))
      expect((await lines.openWith(encodeURIComponent(shown.replace('Bearer ', ''))).closed).code).toBe(4501)
    })
  }

  test('[D1] a ticket opens once, its own text only, and nothing without one', async () => {
    const ask = async () =>
      String(
        (await world.call('editor', 'POST', `/api/stories/${world.storyId}/scenes/${SCENE}/prose/ticket`)).json[
          'ticket'
        ],
      )
    const code = async (ticket: string, sceneId = SCENE) => {
      const text = lines.openWith(ticket, sceneId)
      return Promise.race([text.closed.then((closed) => closed.code), text.synced.then(() => 'open')])
    }
    const ticket = await ask()
    expect(await code(ticket)).toBe('open')
    expect(await code(ticket)).toBe(4501)
    expect(await code('')).toBe(4501)
    expect(await code(await ask(), 'sc_another')).toBe(4501)
  })
})

describe('[A8] the matrix is tested: one flipped cell, and it is red', () => {
  for (const cell of SEEN) {
    test(`[A8] ${cell.right} of ${cell.who}`, async () => {
      flipCell(world, cell)
      expect(await cells(cell.who)).not.toEqual(expected(cell.who))
    })
  }
})

test('figures for the security table', () => {
  const figures = { messages: KINDS.length, cells: KINDS.length * PRINCIPALS.length, flippedCells: SEEN.length }
  countFigures('texts', figures)
})
