import { z } from 'zod'
import type { Permission } from '#lib/accounts/policy.ts'
import { commandEnvelope } from '#lib/kernel/envelope.ts'
import { storyId } from '#lib/kernel/ids.ts'

const coordinate = z.number().min(-10_000_000).max(10_000_000)

export const presencePatch = z.strictObject({
  place: z.enum(['write', 'graph', 'comic', 'world', 'room', 'play', 'read']).optional(),
  sceneId: z.string().max(64).nullable().optional(),
  branchId: z.string().max(64).nullable().optional(),
  /** Canvas px. */
  cursor: z.strictObject({ x: coordinate, y: coordinate }).nullable().optional(),
  selection: z.array(z.string().max(64)).max(50).optional(),
  /** By how much the selection is being moved, canvas px. */
  drag: z.strictObject({ dx: coordinate, dy: coordinate }).nullable().optional(),
  view: z
    .strictObject({ cx: coordinate, cy: coordinate, zoom: z.number().min(0.01).max(20) })
    .nullable()
    .optional(),
})
export type PresencePatch = z.infer<typeof presencePatch>

/**
 * Every message a browser may send over /socket.io, with its schema and the permission it needs.
 * A message that is not in this table is ignored; the authorization matrix is generated from it.
 */
export const messages = {
  join: { schema: z.strictObject({ storyId }), permission: 'story.read' },
  leave: { schema: z.strictObject({ storyId }), permission: 'story.read' },
  command: { schema: commandEnvelope, permission: 'story.write' },
  presence: { schema: z.strictObject({ storyId, patch: presencePatch }), permission: 'story.read' },
} as const satisfies Record<string, { schema: z.ZodType; permission: Permission }>

/** Largest command, counted as JSON bytes (collab.md 8). */
export const COMMAND_LIMIT_BYTES = 256 * 1024
/** Largest presence message, counted as JSON bytes. */
export const PRESENCE_LIMIT_BYTES = 1024
