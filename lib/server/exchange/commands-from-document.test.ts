import { describe, expect, it } from 'vitest'
import { importFile } from '#lib/exchange/formats.ts'
import { archive } from '#lib/exchange/formats/archive.ts'
import { reportWriter } from '#lib/exchange/report.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { decideAndFold, emptyStream } from '#lib/stream/stream.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { HOSTILE_PICTURE, HOSTILE_PICTURE_HASH } from '#tests/fakes/hostile-story.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import { commandsFromDocument } from './commands-from-document.ts'

const pictures = new Map([[HOSTILE_PICTURE_HASH, new Uint8Array(HOSTILE_PICTURE)]])

/** The document through an archive and its reader, as it would be stored. */
function stored(document: StoryDocument) {
  const written = archive.write?.({ document, blobs: pictures, playerScript: '' }, fakeExchangePorts())
  const read = importFile({ fileName: 'a.zip', bytes: written?.bytes ?? new Uint8Array() }, fakeExchangePorts())
  if (!read.ok) throw new Error(read.error.message)
  const report = reportWriter('archive', 'import')
  const draft = commandsFromDocument(read.value.document, new Set(pictures.keys()), report)
  if (!draft.ok) throw new Error(draft.error.message)
  const state = emptyStream()
  const batch = { type: 'Batch' as const, label: '', commands: [...draft.value.commands] }
  const decided = decideAndFold(state, batch, { actorId: 'us_1', at: 1 })
  return { state, decided, read: read.value.report, report: report.finish() }
}
const codes = (entries: readonly { code: string }[]) => entries.map((entry) => entry.code)

describe('commands of a document', () => {
  it('[EX107] everything a story can hold is stored without a loss', () => {
    const { state, decided, read, report } = stored(wholeStory())
    expect(decided.ok).toBe(true)
    expect([
      ...codes(read.dropped),
      ...codes(read.changed),
      ...codes(report.dropped),
      ...codes(report.changed),
    ]).toEqual([])
    expect([state.scenes.size, state.edges.size, state.branches.size, state.panelVersions.size]).toEqual([6, 6, 3, 4])
  })

  it('[EX5] [EX107] tags and moods of blanks are left out with an entry, blanks around one are cut with another', () => {
    const whole = wholeStory()
    const scenes = whole.scenes.map((scene, i) => (i === 0 ? { ...scene, tags: [' ', ' wet '], moods: ['\t'] } : scene))
    const { state, decided, read } = stored({ ...whole, scenes })
    expect(decided.ok).toBe(true)
    expect(state.scenes.get('sc_1')).toMatchObject({ tags: ['wet'], moods: [] })
    expect(read.dropped).toMatchObject([
      { code: 'tag', place: { scene: 'Shore' } },
      { code: 'mood', place: { scene: 'Shore' } },
    ])
    expect(read.changed).toMatchObject([{ code: 'tag', place: { scene: 'Shore' } }])
  })

  it('[EX107] choices that are equal once their conditions are gone stay apart', () => {
    const whole = wholeStory()
    const [first] = whole.edges
    if (!first) throw new Error('no edge')
    const edges = ['a', 'b', 'c'].map((op) => ({ ...first, id: `ed_${op}` as typeof first.id, condition: { op } }))
    const { state, decided, report } = stored({ ...whole, edges })
    expect(decided.ok).toBe(true)
    expect(state.edges.size).toBe(3)
    expect(codes(report.dropped)).toEqual(['condition', 'condition', 'condition'])
  })

  it('[EX26] [EX107] a copy is numbered past the numbers the file holds, whatever the order of its keys', () => {
    const whole = wholeStory()
    const [first] = whole.edges
    if (!first) throw new Error('no edge')
    const bags = [
      { a: 1, b: 2 },
      { a: 1, b: 2, copy: 2 },
      { b: 2, a: 1 },
      { a: 1, b: 2, none: null },
    ]
    const edges = bags.map((foreign, i) => ({ ...first, id: `ed_${i}` as typeof first.id, foreign }))
    const { state, decided } = stored({ ...whole, edges })
    expect(decided.ok).toBe(true)
    expect([...state.edges.values()].map((edge) => edge.foreign['copy'])).toEqual([undefined, 2, 3, 4])
  })

  it('[EX107] two versions of one id: the second is left out with an entry', () => {
    const whole = wholeStory()
    const panels = whole.panels.map((panel, i) => ({ ...panel, record: { ...whole.panels[0]?.record, weight: i + 1 } }))
    const { state, decided, report } = stored({ ...whole, panels })
    expect(decided.ok).toBe(true)
    expect(state.panelVersions.size).toBe(2)
    expect(codes(report.dropped)).toEqual(['duplicate-id', 'duplicate-id'])
  })

  it('[EX107] a part the story cannot hold is refused with its place, not thrown', () => {
    const whole = wholeStory()
    const scenes = whole.scenes.map((scene, i) => (i === 1 ? { ...scene, tags: [' '] } : scene))
    const draft = commandsFromDocument({ ...whole, scenes }, new Set(), reportWriter('archive', 'import'))
    expect(draft).toMatchObject({ ok: false, error: { kind: 'damaged', place: { scene: 'Boat' } } })
    const many = Array.from({ length: 50_001 }, (_, i) => ({
      ...whole.edges[0],
      id: `ed_${i}`,
    })) as StoryDocument['edges']
    const large = commandsFromDocument({ ...whole, edges: many }, new Set(), reportWriter('archive', 'import'))
    expect(large).toMatchObject({ ok: false, error: { kind: 'too-large' } })
  })
})
