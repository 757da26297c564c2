import { parentPort, workerData } from 'node:worker_threads'
import { unzipSync, zipSync } from 'fflate'
import { importFile } from '#lib/exchange/formats.ts'
import { lossReport, reportWriter } from '#lib/exchange/report.ts'
import { danglingEdges, storyDocument } from '#lib/exchange/story-document.ts'
import { randomInt, seededRandom } from '#lib/kernel/random.ts'
import { commandsFromDocument } from '#lib/server/exchange/commands-from-document.ts'
import { decideAndFold, emptyStream } from '#lib/stream/stream.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'

// Reads and stores mutations of one file, in a thread that its parent may kill. Run by tests/fuzz/import-mutations.test.ts.

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

/** Values a mutated story may hold anywhere. */
const VALUES = [' ', ' x ', '', null, 0, -1, 1e9, true, [], {}, 'x'.repeat(200), { op: 'no such' }]

interface Spot {
  /** The record or list, which is changed at its key alike. */
  readonly holder: Record<string, unknown>
  readonly key: string
  /** The key, or of a list's item the list's. */
  readonly name: string
}

function spotsIn(value: unknown, name = ''): Spot[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.entries(value).flatMap(([key, item]) => {
    const named = Array.isArray(value) ? name : key
    return [{ holder, key, name: named }, ...spotsIn(item, named)]
  })
}

/** The archive with a few values of its story replaced: by odd ones, or by another value of the same name. */
function mutateStory(archive: Uint8Array, random: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[randomInt(random, 0, list.length - 1)] as T
  const files = unzipSync(archive)
  const story = JSON.parse(new TextDecoder().decode(files['story.json'])) as object
  for (let n = randomInt(random, 1, 3); n > 0; n--) {
    const all = spotsIn(story)
    const name = pick([...new Set(all.map((spot) => spot.name))])
    const named = all.filter((spot) => spot.name === name)
    const { holder, key } = pick(named)
    const likely = VALUES.filter((value) => typeof value === typeof holder[key])
    const other = pick(named)
    const value = random() < 0.5 ? pick([...likely, ...likely, ...VALUES]) : other.holder[other.key]
    const copy: unknown = JSON.parse(JSON.stringify(value))
    if (Array.isArray(holder) && random() < 0.5) holder.push(copy)
    else holder[key] = copy
  }
  return zipSync({ ...files, 'story.json': encode(JSON.stringify(story)) }, { level: 0 })
}

/** What is wrong with reading and storing these bytes; null when it was refused in words or gave a sound story. */
function problemOf(fileName: string, format: string, bytes: Uint8Array, seed: number): string | null {
  const read = importFile({ fileName, bytes }, fakeExchangePorts(seed), format)
  if (!read.ok) return read.error.message.length > 10 ? null : `a refusal without words: ${read.error.message}`
  const parsed = storyDocument.safeParse(read.value.document)
  if (!parsed.success) return JSON.stringify(parsed.error.issues[0])
  if (danglingEdges(read.value.document).length > 0) return 'an edge leads nowhere'
  const { document, blobs, report } = read.value
  if (!lossReport.safeParse(report).success) return 'the report is not well formed'
  const storing = reportWriter(format, 'import')
  const draft = commandsFromDocument(document, new Set(blobs.keys()), storing)
  // What a reader lets through is repaired by it, so nothing is left to refuse.
  if (!draft.ok) return `what was read cannot be stored: ${draft.error.message}`
  const batch = { type: 'Batch' as const, label: 'Import', commands: [...draft.value.commands] }
  const decided = decideAndFold(emptyStream(), batch, { actorId: 'us_fuzz', at: 1 })
  return decided.ok ? null : `the story refuses what was read: ${JSON.stringify(decided.error)}`
}

function run({ fileName, bytes, format, cases, at }: FuzzTask): string | null {
  const random = seededRandom(20261120)
  for (let i = 0; i < cases; i++) {
    Atomics.store(at, 0, i)
    const mutated = format === 'archive' && i % 2 === 1 ? mutateStory(bytes, random) : mutate(bytes, random)
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
