import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { EMPTY_DOC } from '#lib/prose/document.ts'
import { docFromText } from '#lib/prose/text.ts'
import { MESSAGE_AWARENESS, MESSAGE_SYNC } from '#lib/prose/wire.ts'
import { tempEvents } from '#tests/support/events.ts'
import { caretBytes, rawClient, type RawClient, until } from '#tests/support/prose-client.ts'
import { type ProseRig, startProse } from '#tests/support/prose-server.ts'

const SCENE = 'sc_quay'
let store: ReturnType<typeof tempEvents>
let rig: ProseRig
let clients: RawClient[]

beforeEach(async () => {
  store = tempEvents()
  rig = await startProse(store.path)
  clients = []
  await rig.seed(SCENE, docFromText('The tide was out.'))
})
afterEach(async () => {
  for (const client of clients) client.stop()
  await rig.stop()
  store.remove()
})

function join(options: { ticket?: string; epoch?: number; ydoc?: Y.Doc; sceneId?: string } = {}): RawClient {
  const client = rawClient({ port: rig.port, sceneId: SCENE, ...options })
  clients.push(client)
  return client
}

const rows = () => rig.writer.db.prepare('select count(*) as n from prose_updates').get() as { n: number }

describe('writing together', () => {
  it('[PR56] two people in one paragraph end with the same text', async () => {
    const anna = join()
    const ben = join({ ticket: 'us_ben' })
    await Promise.all([anna.synced, ben.synced])
    anna.type(' Anna waited.')
    ben.type(' Ben rowed.')
    await Promise.all([anna.allDurable(), ben.allDurable()])
    await until(() => anna.text() === ben.text() && anna.text().includes('Ben'), 'equal texts')
    expect(rig.prose.text(SCENE)).toBe(anna.text())
    expect(rig.prose.words(SCENE)).toBe(8)
  })

  it('[PR40] [PR41] the row is committed before the receipt and before others see it', async () => {
    const anna = join()
    const ben = join({ ticket: 'us_ben' })
    await Promise.all([anna.synced, ben.synced, anna.allDurable(), ben.allDurable()])
    const commit = rig.holdWrites()
    const before = rows().n
    anna.type(' Late.')
    await commit.reached
    expect(ben.text()).not.toContain('Late')
    expect(anna.receipts.durable).toBeLessThan(anna.sent)
    commit.release()
    await anna.allDurable()
    expect(rows().n).toBe(before + 1)
    await until(() => ben.text().includes('Late'), 'broadcast')
  })

  it('[PR40] a resent update is confirmed without a second row', async () => {
    const anna = join()
    await anna.synced
    anna.type(' Once.')
    await anna.allDurable()
    const before = rows().n
    anna.send(MESSAGE_SYNC, 2, Y.encodeStateAsUpdate(anna.ydoc))
    await anna.allDurable()
    expect(rows().n).toBe(before)
  })

  it('[PR42] a viewer reads, but its bytes change nothing', async () => {
    rig.access.set('us_vera', 'read')
    const vera = join({ ticket: 'us_vera' })
    await vera.synced
    expect(vera.text()).toBe('The tide was out.')
    const before = rows().n
    vera.type(' Forged.')
    await until(() => vera.receipts.refused === 1, 'refusal')
    expect(rows().n).toBe(before)
    expect(rig.prose.text(SCENE)).toBe('The tide was out.')
  })

  it('[PR42] a viewer who comes back with the text, deletions and all, is refused nothing', async () => {
    const anna = join()
    await anna.synced
    anna.type(' Wet sand.')
    anna.ydoc.getXmlFragment('prose').delete(0, 1)
    await anna.allDurable()
    rig.access.set('us_vera', 'read')
    const vera = join({ ticket: 'us_vera' })
    await vera.synced
    await vera.allDurable()
    vera.stop()
    const again = join({ ticket: 'us_vera', ydoc: vera.ydoc })
    await again.synced
    // Its answer to step 1 holds the deletions.
    await until(() => again.sent > 0 && again.receipts.durable >= again.sent, 'receipt')
    expect(again.receipts.refused).toBe(0)

    // What the text does not have is still refused, insertions and deletions.
    const before = rows().n
    again.ydoc.getXmlFragment('prose').insert(0, [new Y.XmlElement('paragraph')])
    await until(() => again.receipts.refused === 1, 'refused insertion')
    again.ydoc.getXmlFragment('prose').delete(0, 1)
    await until(() => again.receipts.refused === 2, 'refused deletion')
    expect(rows().n).toBe(before)
  })

  it('[PR42] whoever may write again after a refusal brings along what is missing', async () => {
    rig.access.set('us_vera', 'read')
    const vera = join({ ticket: 'us_vera' })
    await vera.synced
    vera.type(' Kept back.')
    await until(() => vera.receipts.refused === 1, 'refusal')
    rig.access.set('us_vera', 'write')
    expect((await vera.closed).code).toBe(4503)
    const again = join({ ticket: 'us_vera', ydoc: vera.ydoc })
    await again.synced
    await again.allDurable()
    expect(rig.prose.text(SCENE)).toBe('The tide was out. Kept back.')
  })

  it('[PR42] a role lost while connected cuts the socket', async () => {
    const anna = join()
    await anna.synced
    rig.access.set('us_anna', 'none')
    expect((await anna.closed).code).toBe(4403)
  })

  it("[PR46] names are the server's and nobody moves another's caret", async () => {
    const anna = join()
    const ben = join({ ticket: 'us_ben' })
    await Promise.all([anna.synced, ben.synced])
    anna.send(
      MESSAGE_AWARENESS,
      caretBytes(11, 1, { user: { name: 'The King', id: 'us_king' }, cursor: { a: 1 }, extra: 1 }),
    )
    await until(() => ben.carets.has(11), 'caret')
    expect(ben.carets.get(11)).toEqual({
      user: { id: 'us_anna', name: 'anna', hue: expect.any(Number), color: '#8c2f2b', canWrite: true },
      cursor: { a: 1 },
    })
    ben.send(MESSAGE_AWARENESS, caretBytes(11, 9, { cursor: { a: 2 } }))
    ben.send(MESSAGE_AWARENESS, caretBytes(11, 10, null))
    ben.send(MESSAGE_AWARENESS, caretBytes(12, 1, { cursor: { a: 3 } }))
    await until(() => anna.carets.has(12), 'own caret of ben')
    expect(anna.carets.get(11)).toMatchObject({ cursor: { a: 1 } })
    anna.stop()
    await until(() => ben.carets.get(11) === null, 'caret gone')
  })
})

describe('what does not fit', () => {
  it('[PR43] bad updates store nothing, close their sender, and harm nobody', async () => {
    const ben = join({ ticket: 'us_ben' })
    await ben.synced
    const donor = new Y.Doc()
    Y.applyUpdate(donor, Y.encodeStateAsUpdate(ben.ydoc))
    donor.getXmlFragment('prose').insert(0, [new Y.XmlElement('paragraph')])
    const good = Y.encodeStateAsUpdate(donor)
    const before = rows().n
    let closed = 0
    for (let i = 0; i < 12; i++) {
      const bad = new Uint8Array(good.subarray(0, good.length - 1 - i))
      const mallory = join({ ticket: 'us_mallory' })
      await mallory.synced
      mallory.send(MESSAGE_SYNC, 2, bad)
      if ((await mallory.closed).code === 4400) closed++
    }
    expect(closed).toBe(12)
    expect(rows().n).toBe(before)
    ben.type(' Still here.')
    await ben.allDurable()
    expect(rig.prose.text(SCENE)).toBe('The tide was out. Still here.')
  })

  it('[PR43] garbage, text frames and unknown types close with 4400', async () => {
    for (const bytes of [new Uint8Array([0, 9, 1, 1]), new Uint8Array([99]), new Uint8Array([0]), 'hello']) {
      const client = join()
      await client.synced
      client.socket.send(bytes)
      expect((await client.closed).code).toBe(4400)
    }
  })

  it('[PR47] each refusal has its code', async () => {
    expect((await join({ epoch: 2 }).closed).code).toBe(4409)
    expect((await join({ sceneId: 'sc_none' }).closed).code).toBe(4404)
    expect((await join({ ticket: 'bad' }).closed).code).toBe(4501)
    const big = join()
    await big.synced
    big.send(MESSAGE_SYNC, 2, new Uint8Array(8 * 1024 * 1024 + 10))
    expect((await big.closed).code).toBe(4413)
  })

  it('[PR44] a failed commit sends everybody away unacknowledged; they come back and nothing is lost', async () => {
    const anna = join()
    const ben = join({ ticket: 'us_ben' })
    await Promise.all([anna.synced, ben.synced, anna.allDurable()])
    rig.faults.failWrites = true
    anna.type(' Held back.')
    expect((await anna.closed).code).toBe(4503)
    expect((await ben.closed).code).toBe(4503)
    expect(anna.receipts.durable).toBeLessThan(anna.sent)
    rig.faults.failWrites = false
    await until(() => rig.prose.openDocuments() === 0, 'memory freed')
    expect(rig.prose.text(SCENE)).toBe('The tide was out.')
    const again = join({ ydoc: anna.ydoc })
    await again.synced
    await again.allDurable()
    expect(rig.prose.text(SCENE)).toBe('The tide was out. Held back.')
  })

  it('[PR45] a text that cannot be loaded is never opened blank', async () => {
    rig.writer.db
      .prepare('insert into prose_states (scene_id, epoch, state, up_to_n) values (?, 1, ?, 9)')
      .run(SCENE, Buffer.from([1, 2, 3]))
    const client = join()
    expect((await client.closed).code).toBe(4503)
    expect(client.ydoc.getXmlFragment('prose').length).toBe(0)
    rig.writer.db.prepare('delete from prose_states').run()
    const again = join()
    await again.synced
    expect(again.text()).toBe('The tide was out.')
  })

  it('[PR51] a stored row that does not apply is set aside and reported', async () => {
    const client = join()
    await client.synced
    client.type(' Kept.')
    await client.allDurable()
    client.stop()
    await until(() => rig.prose.openDocuments() === 0, 'closed')
    rig.writer.db
      .prepare('insert into prose_updates (scene_id, epoch, n, "update", actor, at) values (?, 1, 90, ?, ?, 1)')
      .run(SCENE, Buffer.from([1, 7, 7]), 'us_x')
    const again = join()
    await again.synced
    expect(again.text()).toBe('The tide was out. Kept.')
    expect(rig.reports.join()).toContain('set aside')
    // Nothing is lost: the row outlives this compaction and the next, which no longer reads it.
    const bad = () => rig.writer.db.prepare('select actor from prose_updates where n = 90').all()
    for (const [reader, words] of [
      [again, ' More.'],
      [join, ' Again.'],
    ] as const) {
      const writer = typeof reader === 'function' ? reader() : reader
      await writer.synced
      writer.type(words)
      await writer.allDurable()
      writer.stop()
      await until(() => rig.prose.openDocuments() === 0, 'compacted')
      expect(bad()).toEqual([{ actor: 'us_x' }])
    }
    expect(rig.prose.text(SCENE)).toBe('The tide was out. Kept. More. Again.')
  })
})

describe('life of a document', () => {
  it('[PR48] [PR52] the last one out compacts and records; an unchanged text is not recorded again', async () => {
    const first = join()
    await first.synced
    for (let i = 0; i < 5; i++) first.type(` ${i}`)
    await first.allDurable()
    first.stop()
    await until(() => rig.prose.openDocuments() === 0, 'closed')
    expect(rows().n).toBe(0)
    expect(rig.checkpoints).toHaveLength(1)
    expect(rig.checkpoints[0]).toMatchObject({ sceneId: SCENE, words: 9, actors: ['us_anna'] })
    expect(rig.prose.checkpointContent(SCENE, rig.checkpoints[0]?.hash ?? '')).toEqual(rig.prose.content(SCENE))
    const second = join()
    await second.synced
    second.stop()
    await until(() => rig.prose.openDocuments() === 0, 'closed again')
    expect(rig.checkpoints).toHaveLength(1)
  })

  it('[PR48] opening while the last close is under way waits and sees everything', async () => {
    rig.faults.delayMs = 40
    const text: string[] = []
    for (let i = 0; i < 5; i++) {
      const client = join()
      await client.synced
      client.type(` ${i}`)
      text.push(String(i))
      await client.allDurable()
      client.stop()
    }
    const last = join()
    await last.synced
    expect(last.text()).toBe(`The tide was out. ${text.join(' ')}`)
  })

  it('[PR49] compaction while people write keeps every word', async () => {
    const writers = ['us_a', 'us_b', 'us_c', 'us_d'].map((ticket) => join({ ticket }))
    await Promise.all(writers.map((w) => w.synced))
    for (let round = 0; round < 150; round++) {
      for (const [i, w] of writers.entries()) w.type(` ${'abcd'[i]}${round}`)
      if (round % 20 === 0) await new Promise((done) => setTimeout(done, 1))
    }
    await Promise.all(writers.map((w) => w.allDurable()))
    expect(rows().n).toBeLessThan(200)
    for (const w of writers) w.stop()
    await until(() => rig.prose.openDocuments() === 0, 'closed')
    const words = new Set(rig.prose.text(SCENE).split(/\s+/))
    for (let round = 0; round < 150; round++)
      for (const letter of 'abcd') expect(words.has(`${letter}${round}`)).toBe(true)
  })

  it('[PR50] seeding happens once', async () => {
    const before = rows().n
    await rig.seed(SCENE, docFromText('Something else.'))
    expect(rows().n).toBe(before)
    expect(rig.prose.text(SCENE)).toBe('The tide was out.')
    await rig.seed('sc_blank')
    expect(rig.prose.content('sc_blank')).toEqual(EMPTY_DOC)
  })

  it("[PR52] seeds are recorded once for the story's log", async () => {
    await rig.prose.recordSeeds([SCENE, 'sc_none'])
    expect(rig.checkpoints.map((c) => [c.sceneId, c.words])).toEqual([[SCENE, 4]])
    await rig.prose.recordSeeds([SCENE])
    await rig.prose.recover()
    expect(rig.checkpoints).toHaveLength(1)
  })

  it('[PR40] server edits are ordinary edits: durable, seen by others, beside their typing', async () => {
    const anna = join()
    await anna.synced
    await rig.prose.appendText(SCENE, { text: 'A bell rang.\n\nTwice.', actor: 'ag_writer', runId: 'ru_1' })
    await until(() => anna.text().includes('Twice'), 'broadcast')
    anna.type(' Dry.', 0)
    await anna.allDurable()
    const present = rig.prose.content(SCENE)
    const [first, , last] = present.content
    if (!first || !last) throw new Error('three paragraphs were expected')
    const gull = docFromText('A gull cried.').content
    await rig.prose.replace(SCENE, { type: 'doc', content: [first, ...gull, last] }, 'us_ben')
    await until(() => anna.text() === 'The tide was out. Dry.\n\nA gull cried.\n\nTwice.', 'replaced')
    expect(JSON.stringify(rig.prose.content(SCENE))).toContain('ru_1')
  })

  it('[PR55] a reader that does not read is dropped with 4508', async () => {
    const anna = join()
    const stalled = join({ ticket: 'us_slow' })
    await Promise.all([anna.synced, stalled.synced])
    stalled.socket.pause()
    const page = 'x'.repeat(1024 * 1024)
    for (let i = 0; i < 40; i++) {
      anna.type(page)
      await anna.allDurable()
      if (rig.prose.sync.connections() === 1) break
    }
    await until(() => rig.prose.sync.connections() === 1, 'dropped')
    expect(anna.socket.readyState).toBe(anna.socket.OPEN)
  })
})
