import { randomBytes } from 'node:crypto'
import { idMaker } from '#lib/kernel/ids.ts'
import type { NewId } from '#lib/kernel/ids.ts'

/**
 * Ids whose order is the order they were made in, from `startMs` (UTC) on: each counts as a millisecond later, so that
 * the scenes of a file stay in its order wherever they are sorted by id.
 */
export function orderedIds(startMs: number): NewId {
  let time = startMs
  return idMaker(
    () => time++,
    () => randomBytes(4).readUInt32BE() / 2 ** 32,
  )
}
