import { z } from 'zod'
import type { Permission } from '#lib/accounts/policy.ts'
import { commandEnvelope } from '#lib/kernel/envelope.ts'
import { storyId } from '#lib/kernel/ids.ts'
import { COMMAND_LIMIT_BYTES } from '#lib/kernel/limits.ts'

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

/** Largest presence message, counted as JSON bytes; joining and leaving say less. */
export const PRESENCE_LIMIT_BYTES = 1024

/** Commands of one person over all their windows. */
export const COMMAND_RATE = { perSecond: 30, burst: 100 }
/** Presence of one window, and its comings and goings. A page sends 30 a second while somebody drags. */
export const PRESENCE_RATE = { perSecond: 30, burst: 60 }

interface MessageRules {
  readonly schema: z.ZodType
  readonly permission: Permission
  /** Of its JSON. */
  readonly maxBytes: number
  /** In which rate it is counted. */
  readonly bucket: 'commands' | 'presence'
}

/**
 * Every message a browser may send over /socket.io. Handlers are registered by walking this table, so a message that is
 * not in it is ignored; the authorization matrix is made from it.
 */
export const messages = {
  join: {
    schema: z.strictObject({ storyId }),
    permission: 'story.read',
    maxBytes: PRESENCE_LIMIT_BYTES,
    bucket: 'presence',
  },
  leave: {
    schema: z.strictObject({ storyId }),
    permission: 'story.read',
    maxBytes: PRESENCE_LIMIT_BYTES,
    bucket: 'presence',
  },
  command: {
    schema: commandEnvelope,
    permission: 'story.write',
    maxBytes: COMMAND_LIMIT_BYTES,
    bucket: 'commands',
  },
  presence: {
    schema: z.strictObject({ storyId, patch: presencePatch }),
    permission: 'story.read',
    maxBytes: PRESENCE_LIMIT_BYTES,
    bucket: 'presence',
  },
} as const satisfies Record<string, MessageRules>
export type MessageName = keyof typeof messages
/** What a message says, parsed. */
export type MessageBody<Name extends MessageName> = z.output<(typeof messages)[Name]['schema']>
