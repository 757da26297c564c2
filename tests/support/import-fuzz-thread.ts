import { parentPort, workerData } from 'node:worker_threads'
import { importFile } from '#lib/exchange/formats.ts'
import { lossReport } from '#lib/exchange/report.ts'
import { danglingEdges, storyDocument } from '#lib/exchange/story-document.ts'
import { randomInt, seededRandom } from '#lib/kernel/random.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'

// Reads mutations of one file, in a thread that its parent may kill. Run by tests/fuzz/import-mutations.test.ts.

export interface FuzzTask {
  readonly fileName: string
  readonly bytes: Uint8Array
  readonly format: string
  readonly cases: number
  /** Number of the case under way, so that the parent can say which one was killed. */
  readonly at: Int32Array
}

const SIGNS = [
  '[[',
  ']]',
  '::',
  '{',
  '"',
  '<tw-storydata ',
  '-->',
  '\\',
  '**',
  '](',
  '```',
  '\u{1F980}',
  '&#',
  '\u0000',
  '<script>',
]
const encode = (text: string) => new TextEncoder().encode(text)

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = [...bytes]
  for (let n = randomInt(random, 1, 6); n > 0; n--) {
    const at = randomInt(random, 0, Math.max(0, out.length - 1))
    const kind = randomInt(random, 0, 4)
    if (kind === 0) out[at] = randomInt(random, 0, 255)
    else if (kind === 1) out = out.slice(0, at)
    else if (kind === 2) out.splice(at, randomInt(random, 1, 30))
    else if (kind === 3) out.splice(at, 0, ...out.slice(at, at + randomInt(random, 1, 60)))
    else out.splice(at, 0, ...encode(SIGNS[randomInt(random, 0, SIGNS.length - 1)] ?? ''))
  }
  return new Uint8Array(out)
}

/** What is wrong with reading these bytes; null when the reader refused in words or gave a sound story. */
function problemOf(fileName: string, format: string, bytes: Uint8Array, seed: number): string | null {
  const read = importFile({ fileName, bytes }, fakeExchangePorts(seed), format)
  if (!read.ok) return read.error.message.length > 10 ? null : `a refusal without words: ${read.error.message}`
  const parsed = storyDocument.safeParse(read.value.document)
  if (!parsed.success) return JSON.stringify(parsed.error.issues[0])
  if (danglingEdges(read.value.document).length > 0) return 'an edge leads nowhere'
  return lossReport.safeParse(read.value.report).success ? null : 'the report is not well formed'
}

function run({ fileName, bytes, format, cases, at }: FuzzTask): string | null {
  const random = seededRandom(20261120)
  for (let i = 0; i < cases; i++) {
    Atomics.store(at, 0, i)
    const mutated = mutate(bytes, random)
    try {
      const problem = problemOf(fileName, format, mutated, i)
      if (problem) return `mutation ${i} of ${fileName}: ${problem}`
    } catch (cause) {
      return `mutation ${i} of ${fileName} threw: ${String(cause)}`
    }
  }
  return null
}

parentPort?.postMessage(run(workerData as FuzzTask))
