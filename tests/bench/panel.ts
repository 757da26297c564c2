import { performance } from 'node:perf_hooks'
import { idMaker, sceneId } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import { blueprintOf } from '#lib/panels/blueprint.ts'
import { breakDown } from '#lib/panels/breakdown.ts'
import { storyboard, storyboardSvg } from '#lib/panels/storyboard.ts'
import { svgToPng } from '#lib/server/panels/raster.ts'
import type { BenchLine } from './line.ts'

const PROSE = `Rain fell on the harbour street. Mara ran past the boats with the lantern in her hand.
"Wait," called Ilan from the doorway. "You will never reach the ferry."
Mara stopped and turned round. "Then row me," she said.
Inside the tavern two men at a table looked up, and one of them laughed.`
const ROUNDS = 20
/** Rounds before the figures count: the first calls run code that is not compiled yet. */
const WARM_UP = 4

/** Drawing one storyboard panel as SVG, beside turning that SVG into pixels. */
export async function storyboardPanel(): Promise<BenchLine> {
  const cast = ['Mara', 'Ilan'].map((name) => ({
    id: `ch_${name}`,
    name,
    aliases: [],
    build: 'lean',
    hair: 'dark, tied back',
    wardrobe: 'long coat',
    colour: '#7a4b3a',
    marks: '',
  }))
  const newId = idMaker(() => 1_000_000, seededRandom(1))
  const scripts = breakDown({ sceneId: sceneId.parse('sc_1'), prose: PROSE, cast, newId })
  const blueprints = scripts.map((script) => blueprintOf(script, cast, 1.25))
  const ours: number[] = []
  const pixels: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, blueprint] of blueprints.entries()) {
      const started = performance.now()
      const svg = storyboardSvg(storyboard(blueprint, round))
      const took = performance.now() - started
      if (round < WARM_UP) continue
      ours.push(took)
      if (round % 5 > 0 || index > 1) continue
      const painted = performance.now()
      await svgToPng(svg)
      pixels.push(performance.now() - painted)
    }
  }
  const value = percentile(ours, 0.5)
  return {
    name: `[PA16] storyboard panel, median of ${ours.length}`,
    unit: 'ms',
    value: round1(value),
    reference: { name: 'the same drawing to pixels (resvg), median', value: round1(percentile(pixels, 0.5)) },
    goal: '<= 20 ms',
    met: value <= 20,
  }
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
