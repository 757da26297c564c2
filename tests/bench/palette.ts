import { performance } from 'node:perf_hooks'
import { fold, rankAll } from '../../components/shell/palette-rank.ts'
import type { BenchLine } from './line.ts'

const SCENES = 10_000
const ROUNDS = 40
/** Rounds before the figures count: the first calls run code that is not compiled yet. */
const WARM_UP = 5

/** What one letter costs the palette in a story of 10,000 scenes, beside a plain search for the same letters. */
export function paletteRank(): Promise<BenchLine> {
  const titles = Array.from({ length: SCENES }, (_, n) => `Scene ${n} at the harbour wall of the old town`)
  const folded = titles.map(fold)
  const ours: number[] = []
  const plain: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now()
    const found = rankAll({ items: folded, query: 'harb wal', foldedOf: (t) => t, recencyOf: () => 0, limit: 40 })
    const ranked = performance.now()
    const hits = folded.filter((title) => title.includes('harbour wal'))
    const searched = performance.now()
    if (found.length !== 40 || hits.length !== SCENES) throw new Error('the search lost something')
    if (round < WARM_UP) continue
    ours.push(ranked - begun)
    plain.push(searched - ranked)
  }
  const value = at95(ours)
  return Promise.resolve({
    name: `[UI22] palette, one letter in ${SCENES} scenes, p95 of ${ours.length}`,
    unit: 'ms',
    value: round1(value),
    reference: { name: 'the same titles with `includes` alone, p95', value: round1(at95(plain)) },
    goal: '<= 50 ms',
    met: value <= 50,
  })
}

const at95 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0
const round1 = (value: number) => Math.round(value * 10) / 10
