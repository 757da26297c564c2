import * as decoding from 'lib0/decoding'
import type { Permission } from '#lib/accounts/policy.ts'
import {
  MESSAGE_AWARENESS,
  MESSAGE_QUERY_AWARENESS,
  MESSAGE_RECEIPT,
  MESSAGE_SYNC,
  SYNC_STEP_1,
  SYNC_STEP_2,
  SYNC_UPDATE,
} from '#lib/prose/wire.ts'

/**
 * Every kind of message there is on `/yjs`, by the numbers it begins with, and the permission it needs; 'nobody' marks
 * what only the server says. Anything else is no message (PR43). The authorization matrix is made from this table.
 */
export const proseMessages = {
  'sync-step-1': { head: [MESSAGE_SYNC, SYNC_STEP_1], permission: 'story.read' },
  'sync-step-2': { head: [MESSAGE_SYNC, SYNC_STEP_2], permission: 'story.write' },
  update: { head: [MESSAGE_SYNC, SYNC_UPDATE], permission: 'story.write' },
  awareness: { head: [MESSAGE_AWARENESS], permission: 'story.read' },
  'query-awareness': { head: [MESSAGE_QUERY_AWARENESS], permission: 'story.read' },
  receipt: { head: [MESSAGE_RECEIPT], permission: 'nobody' },
} as const satisfies Record<string, { head: readonly number[]; permission: Permission | 'nobody' }>
export type ProseMessage = keyof typeof proseMessages

/** The kinds a client may send. */
export type ClientProseMessage = {
  [Kind in ProseMessage]: (typeof proseMessages)[Kind]['permission'] extends 'nobody' ? never : Kind
}[ProseMessage]

const byHead = new Map<string, ClientProseMessage>()
for (const [kind, { head, permission }] of Object.entries(proseMessages)) {
  // 'nobody' was just left out.
  if (permission !== 'nobody') byHead.set(head.join(), kind as ClientProseMessage)
}

/** Reads which kind of message begins here. Throws on what no client may say. */
export function readKind(decoder: decoding.Decoder): ClientProseMessage {
  const type = decoding.readVarUint(decoder)
  const head = type === MESSAGE_SYNC ? [type, decoding.readVarUint(decoder)] : [type]
  const kind = byHead.get(head.join())
  if (!kind) throw new Error('unknown message')
  return kind
}
