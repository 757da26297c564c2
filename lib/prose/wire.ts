/**
 * What browser and server agree on for `/yjs`: the y-websocket protocol plus one message type of ours. Rules PR40-PR47.
 */

/** Name of the shared fragment inside a scene's Yjs document. */
export const PROSE_FIELD = 'prose'

/** Message types of the y-websocket protocol. */
export const MESSAGE_SYNC = 0
export const MESSAGE_AWARENESS = 1
export const MESSAGE_QUERY_AWARENESS = 3
/** Ours: var-uint kind (RECEIPT_DURABLE or RECEIPT_REFUSED), then var-uint count for this connection. */
export const MESSAGE_RECEIPT = 7
/** Count of step-2 and update messages whose rows are committed. Also sent unchanged as the heartbeat. */
export const RECEIPT_DURABLE = 0
/** Count of messages dropped because the sender may only read. */
export const RECEIPT_REFUSED = 1

/** Parts of a sync message. */
export const SYNC_STEP_1 = 0
export const SYNC_STEP_2 = 1
export const SYNC_UPDATE = 2

/** Largest message a client may send, in bytes (collab.md 8). */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024

/** Close codes. 4400-4499 are permanent: the client stops and says so. 4500-4599: it tries again. */
export const CLOSE = {
  badMessage: 4400,
  signedOut: 4401,
  roleLost: 4403,
  noScene: 4404,
  epochChanged: 4409,
  tooLarge: 4413,
  tooManyOpen: 4429,
  ticketExpired: 4501,
  restarting: 4503,
  tooSlow: 4508,
} as const

const NAME = /^prose:([A-Za-z0-9_-]{1,64}):(\d{1,9})$/

/** The document name of a scene's text in an epoch. */
export function proseDocName(sceneId: string, epoch: number): string {
  return `prose:${sceneId}:${epoch}`
}

/** Reads a document name; null when it is not one. */
export function parseProseDocName(name: string): { readonly sceneId: string; readonly epoch: number } | null {
  const match = NAME.exec(name)
  return match?.[1] && match[2] ? { sceneId: match[1], epoch: Number(match[2]) } : null
}
