import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { MESSAGE_RECEIPT, MESSAGE_SYNC, SYNC_STEP_1, SYNC_STEP_2, SYNC_UPDATE } from '#lib/prose/wire.ts'

/** Frames the server sends on `/yjs`. */

function frame(...parts: readonly (number | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const part of parts) {
    if (typeof part === 'number') encoding.writeVarUint(encoder, part)
    else encoding.writeVarUint8Array(encoder, part)
  }
  return encoding.toUint8Array(encoder)
}

/** Asks the client what it has. */
export function step1Frame(doc: Y.Doc): Uint8Array {
  return frame(MESSAGE_SYNC, SYNC_STEP_1, Y.encodeStateVector(doc))
}

/** What the client lacks. Throws on a damaged state vector. */
export function step2Frame(doc: Y.Doc, stateVector: Uint8Array): Uint8Array {
  return frame(MESSAGE_SYNC, SYNC_STEP_2, Y.encodeStateAsUpdate(doc, stateVector))
}

/** One update of somebody else. */
export function updateFrame(update: Uint8Array): Uint8Array {
  return frame(MESSAGE_SYNC, SYNC_UPDATE, update)
}

/** Our receipt: kind and count. */
export function receiptFrame(kind: number, count: number): Uint8Array {
  return frame(MESSAGE_RECEIPT, kind, count)
}
