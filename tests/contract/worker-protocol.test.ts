import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import * as protocol from '#lib/jobs/protocol.ts'

const ROOT = join(import.meta.dirname, '../..')
const messages = z.record(z.string(), z.record(z.string(), z.unknown()))
const golden = z
  .object({ good: messages, bad: messages })
  .parse(JSON.parse(readFileSync(join(ROOT, 'workers/gpu/tests/golden/messages.json'), 'utf8')))

const schemas: Readonly<Record<string, z.ZodType>> = {
  HelloRequest: protocol.helloRequest,
  HelloAnswer: protocol.helloAnswer,
  ClaimRequest: protocol.claimRequest,
  BeatRequest: protocol.beatRequest,
  BeatAnswer: protocol.beatAnswer,
  DoneRequest: protocol.doneRequest,
  FailRequest: protocol.failRequest,
  ReleaseRequest: protocol.releaseRequest,
}

describe('worker protocol', () => {
  it('[JO24] the Python contract is fresh', () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/contract.mjs'), '--check'], { stdio: 'pipe' })
  })

  it.each(Object.entries(golden.good))('[JO24] reads the golden message %s', (name, message) => {
    expect(schemas[name.split(':')[0] ?? '']?.parse(message)).toEqual(message)
  })

  it.each(Object.entries(golden.bad))('[JO24] refuses the bad message %s', (name, message) => {
    expect(schemas[name.split(':')[0] ?? '']?.safeParse(message).success).toBe(false)
  })
})
