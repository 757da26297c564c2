import { describe, expect, test } from 'vitest'
import { rank, withinLineage } from './answer.ts'
import { chunksOf, countWords } from './chunk.ts'
import { lineageOf } from './lineage.ts'
import { ftsQuery, indexText, queryTerms } from './query.ts'
import type { LineageGraph } from './lineage.ts'

type Edge = readonly [from: string, to: string, order?: number]

function graph(
  scenes: Record<string, string>,
  edges: readonly Edge[],
  branches: Record<string, [string | null, string | null]>,
): LineageGraph {
  const incoming = new Map<string, { from: string; order: number }[]>()
  for (const [from, to, order = 0] of edges) incoming.set(to, [...(incoming.get(to) ?? []), { from, order }])
  return {
    scenes: new Map(Object.entries(scenes).map(([id, branchId]) => [id, { id, branchId }])),
    incoming,
    branches: new Map(Object.entries(branches).map(([id, [parentId, forkSceneId]]) => [id, { parentId, forkSceneId }])),
  }
}

// a - b - c (main), b - d (side), c and d meet in e.
const diamond = graph(
  { a: 'main', b: 'main', c: 'main', d: 'side', e: 'main' },
  [
    ['a', 'b'],
    ['b', 'c'],
    ['b', 'd'],
    ['c', 'e'],
    ['d', 'e'],
  ],
  { main: [null, null], side: ['main', 'b'] },
)

describe('lineage', () => {
  test('[RT1] ancestors run from the start to the head', () => {
    expect(lineageOf(diamond, { headId: 'c', branchId: 'main' })).toEqual(['a', 'b', 'c'])
    expect(lineageOf(diamond, { headId: 'nowhere', branchId: 'main' })).toEqual([])
  })

  test('[RT3] at a merge the nearest branch wins, and the chosen path wins over it', () => {
    expect(lineageOf(diamond, { headId: 'e', branchId: 'main' })).toEqual(['a', 'b', 'c', 'e'])
    expect(lineageOf(diamond, { headId: 'e', branchId: 'side' })).toEqual(['a', 'b', 'd', 'e'])
    expect(lineageOf(diamond, { headId: 'e', branchId: 'main', path: ['a', 'b', 'd'] })).toEqual(['a', 'b', 'd', 'e'])
  })

  test('[RT1] a loop back ends where it was', () => {
    const loop = graph(
      { a: 'm', b: 'm' },
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      { m: [null, null] },
    )
    expect(lineageOf(loop, { headId: 'b', branchId: 'm' })).toEqual(['a', 'b'])
  })

  test('[RT4] a branch’s first scene without an edge follows its fork', () => {
    const fresh = graph({ a: 'm', b: 'm', x: 'n' }, [['a', 'b']], { m: [null, null], n: ['m', 'b'] })
    expect(lineageOf(fresh, { headId: 'x', branchId: 'n' })).toEqual(['a', 'b', 'x'])
  })

  test('[RT5] a hit outside the lineage or of an old version is dropped', () => {
    const seen = new Map([['a', 'v1']])
    const hits = [
      { sceneId: 'a', version: 'v1' },
      { sceneId: 'a', version: 'v0' },
      { sceneId: 'z', version: 'v1' },
    ]
    expect(withinLineage(hits, seen)).toEqual([hits[0]])
  })
})

describe('chunks', () => {
  const paragraph = (n: number): string => `Paragraph ${n}: ${'rope and lantern and rain '.repeat(12)}done.`
  const text = Array.from({ length: 12 }, (_, i) => paragraph(i)).join('\n\n')

  test('[RT6] 150-250 words, neighbours share a paragraph', () => {
    const chunks = chunksOf(text)
    expect(chunks.length).toBeGreaterThan(2)
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.words).toBeGreaterThanOrEqual(150)
      expect(chunk.words).toBeLessThanOrEqual(250)
    }
    for (let i = 1; i < chunks.length; i++)
      expect(chunks[i]?.text.split('\n\n')[0]).toBe(chunks[i - 1]?.text.split('\n\n').at(-1))
  })

  test('[RT7] a speaker line is never parted from what is said', () => {
    const talk = Array.from({ length: 40 }, (_, i) => `MARA\n\nLine ${i} ${'word '.repeat(20)}`.trim()).join('\n\n')
    for (const chunk of chunksOf(talk)) expect(chunk.text.split('\n\n').at(-1)).not.toBe('MARA')
  })

  test('[RT8] every word is in some chunk, also of one endless paragraph', () => {
    const endless = Array.from({ length: 900 }, (_, i) => `w${i}${i % 9 === 8 ? '.' : ''}`).join(' ')
    const all = chunksOf(endless)
      .map((chunk) => chunk.text)
      .join(' ')
    for (let i = 0; i < 900; i++) expect(all).toMatch(new RegExp(`\\bw${i}\\b`))
    for (const chunk of chunksOf(endless)) expect(chunk.words).toBeLessThanOrEqual(250)
    expect(chunksOf('')).toEqual([])
    expect(countWords('Don’t stop-start now')).toBe(3)
  })
})

describe('query', () => {
  test('[RT9] stop words go; text never becomes query syntax', () => {
    expect(indexText('The lamp AND the "door" OR NOT')).toBe('lamp door')
    const words = queryTerms({ sceneText: 'bell* ) NEAR(', instruction: 'a "quoted" thing', mentions: ['Mara'] })
    expect(ftsQuery(words)).toBe('"quoted" OR "thing" OR "mara" OR "near" OR "bell"')
    expect(ftsQuery([])).toBeNull()
  })
})

describe('ranking', () => {
  const hit = (sceneId: string, ordinal: number, score: number, text = `${sceneId}${ordinal}`) => ({
    sceneId,
    version: 'v',
    ordinal,
    score,
    text,
  })

  test('[RT11] nearness and mentions are visible priors', () => {
    const ranked = rank({
      hits: [hit('a', 0, 1), hit('c', 0, 1, 'Mara here')],
      lineage: ['a', 'b', 'c'],
      mentions: ['Mara'],
      limit: 5,
    })
    expect(ranked[0]?.sceneId).toBe('c')
    expect(ranked[0]?.priors.map((prior) => prior.name)).toEqual(['recency', 'mentioned'])
  })

  test('[RT12] neighbours that share a paragraph come once, order is stable', () => {
    const hits = [hit('a', 0, 3), hit('a', 1, 2), hit('b', 0, 2)]
    const ranked = rank({ hits, lineage: ['a', 'b'], mentions: [], limit: 5 })
    expect(ranked.map((entry) => `${entry.sceneId}${entry.ordinal}`)).toEqual(['a0', 'b0'])
    expect(rank({ hits: hits.toReversed(), lineage: ['a', 'b'], mentions: [], limit: 5 })).toEqual(ranked)
  })
})
