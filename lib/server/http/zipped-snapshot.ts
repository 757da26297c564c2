import { gzipSync } from 'node:zlib'
import { toSnapshot } from '#lib/stream/stream.ts'
import type { StreamState } from '#lib/stream/stream.ts'

/** Held as long as the writer holds the state itself, which bounds how many there are. */
const newest = new WeakMap<StreamState, { readonly version: number; readonly bytes: Buffer<ArrayBuffer> }>()

/**
 * The state's snapshot as zipped JSON. Made once per version, so that everybody who returns after a restart costs one
 * (collab.md 2).
 */
export function zippedSnapshot(state: StreamState): Buffer<ArrayBuffer> {
  let held = newest.get(state)
  if (held?.version !== state.version) {
    held = { version: state.version, bytes: gzipSync(JSON.stringify(toSnapshot(state)), { level: 1 }) }
    newest.set(state, held)
  }
  return held.bytes
}
