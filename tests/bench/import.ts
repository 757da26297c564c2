import { performance } from 'node:perf_hooks'
import { readFile, storeImport } from '#lib/server/exchange/exchange.ts'
import { startServer } from '../integration/server.ts'
import type { BenchLine } from './line.ts'

const BYTES = 5 * 1024 * 1024
const ROUNDS = 3

/** A text of 5 MB read in its thread and stored as a story (story.md 8.1), beside cutting the same text up and writing it as JSON. */
export async function importText(): Promise<BenchLine> {
  const bytes = longText()
  const server = await startServer()
  try {
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const signal = AbortSignal.timeout(120_000)
      const request = { fileName: 'long.txt', bytes, format: undefined, title: undefined }
      const started = performance.now()
      await storeImport(
        server.services,
        request,
        await readFile(request, signal),
        { id: 'us_bench', kind: 'system' },
        signal,
      )
      ours.push(performance.now() - started)
      bare.push(asJson(bytes))
    }
    const value = Math.round(median(ours))
    return {
      name: 'text of 5 MB, read and stored as a story',
      unit: 'ms',
      value,
      reference: { name: 'the same text cut at blank lines, as JSON', value: Math.round(median(bare)) },
      goal: '<= 10000 ms',
      met: value <= 10_000,
    }
  } finally {
    await server.close()
  }
}

function asJson(bytes: Uint8Array): number {
  const started = performance.now()
  const paragraphs = new TextDecoder().decode(bytes).split('\n\n')
  if (JSON.stringify(paragraphs).length < bytes.length) throw new Error('the reference lost words')
  return performance.now() - started
}

function longText(): Uint8Array {
  const paragraph = 'The rain came down over the pier and nobody counted it, least of all the keeper. '
    .repeat(12)
    .trim()
  let text = ''
  for (let n = 1; text.length < BYTES; n++) text += `Chapter ${n}\n\n${`${paragraph}\n\n`.repeat(25)}`
  return new TextEncoder().encode(text.slice(0, BYTES))
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
