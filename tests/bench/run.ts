import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canvasLines } from './canvas.ts'
import { authorizationCost, knownAndUnknown, revocation, signInLatency } from './doors.ts'
import { durableCommands, replayRate } from './events.ts'
import { graphQuestions } from './graph.ts'
import { importText } from './import.ts'
import type { BenchLine } from './line.ts'
import { paletteRank } from './palette.ts'
import { storyboardPanel } from './panel.ts'
import { claimJob } from './queue.ts'
import { warmStart } from './start.ts'
import { typingCost } from './typing.ts'

// Every figure of `npm run bench`, measured one after the other. A new one is a function and one line here.
const BENCHES: readonly (() => Promise<BenchLine | readonly BenchLine[]>)[] = [
  storyboardPanel,
  warmStart,
  durableCommands,
  replayRate,
  claimJob,
  signInLatency,
  knownAndUnknown,
  authorizationCost,
  revocation,
  graphQuestions,
  importText,
  paletteRank,
  typingCost,
  canvasLines,
]

const only = process.argv[2]
const lines: BenchLine[] = []
for (const bench of BENCHES) {
  if (only !== undefined && !bench.name.toLowerCase().includes(only.toLowerCase())) continue
  try {
    lines.push(...[await bench()].flat())
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    lines.push({
      name: bench.name,
      unit: '',
      value: null,
      reference: { name: '', value: null },
      goal: '',
      met: false,
      note: reason,
    })
  }
}

const rows = lines.map((line) => [
  line.name,
  line.value === null ? `not measured: ${line.note ?? 'no reason given'}` : `${line.value} ${line.unit}`,
  line.reference.value === null ? line.reference.name : `${line.reference.value} ${line.unit} (${line.reference.name})`,
  line.goal,
  line.met === null ? 'not measured' : line.met ? 'met' : 'MISSED',
])
console.log(table([['what', 'Loom', 'reference in the same run', 'goal', ''], ...rows]))
const out = join(import.meta.dirname, '../../.cache/bench.json')
mkdirSync(join(out, '..'), { recursive: true })
writeFileSync(out, `${JSON.stringify({ at: new Date().toISOString(), node: process.version, lines }, null, 2)}\n`)
console.log(`\nAs JSON: .cache/bench.json`)
process.exitCode = lines.some((line) => line.met === false) ? 1 : 0

function table(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
