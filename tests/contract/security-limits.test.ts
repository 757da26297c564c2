import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND_LIMIT_BYTES, FILE_LIMITS } from '#lib/kernel/limits.ts'
import { parseEnv } from '#lib/server/env.ts'
import { ARRIVAL } from '#lib/server/http/listener.ts'
import { OUTBOUND_LIMITS } from '#lib/server/outbound/outbound.ts'
import { COMMAND_RATE } from '#lib/server/realtime/messages.ts'

const mb = (bytes: number): string => `${bytes / 1024 / 1024} MB`
const seconds = (ms: number): string => `${ms / 1000} s`
const f = FILE_LIMITS
const out = OUTBOUND_LIMITS

const ROWS: readonly (readonly [string, string])[] = [
  ['JSON body', mb(f.jsonBytes)],
  ['imported file', mb(f.importBytes)],
  ['archive', `${mb(f.zipPackedBytes)} packed, ${mb(f.zipUnpackedBytes)} unpacked, ${f.zipEntries.toLocaleString('en')} entries, ${f.zipRatio} to 1, none inside`],
  ['picture', `${mb(f.imageBytes)}, ${f.imagePixels / 1e6} megapixels, ${f.imageFrames} frame`],
  ["pictures of one person's stories", `${mb(parseEnv({}).quotaBytes)}, or what \`LOOM_QUOTA_MB\` says`],
  ['file name', `${f.nameBytes} bytes`],
  ['reading a file', `${seconds(f.readerCpuMs)} of work, ${seconds(f.readerWallMs)} in all, ${f.readerMemoryMb} MB`],
  ['asking another server', `${seconds(out.totalMs)}, ${mb(out.bodyBytes)} unpacked, ${out.redirects} redirects`],
  ['a command to a story', `${COMMAND_LIMIT_BYTES / 1024} KB; ${COMMAND_RATE.perSecond} a second of one person, ${COMMAND_RATE.burst} at once`],
  ['headers on their way', seconds(ARRIVAL.headersMs)],
  ['a request on its way', `${seconds(ARRIVAL.requestMs)}, ${ARRIVAL.fileMs / 60_000} min where it sends a file`],
  ['silence of a model', seconds(out.idleMs)],
] // prettier-ignore

test('[F1] SECURITY.md says the limits the code holds', () => {
  const text = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8')
  const table = /## Limits\n([\s\S]*?)\n## /.exec(text)?.[1] ?? ''
  const rows = [...table.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].map((row) => [row[1], row[2]])
  expect(rows.filter(([what]) => what !== 'what' && !what?.startsWith('-'))).toEqual(ROWS)
})
