import { z } from 'zod'
import { clientId, commandId, storyId } from './ids.ts'

/** Who did it. `agent` is an AI writer or a job acting under its own rights; `system` is the program itself. */
export const actor = z.strictObject({
  id: z.string().min(1).max(64),
  kind: z.enum(['human', 'agent', 'system']),
})
export type Actor = z.infer<typeof actor>

/**
 * What a client sends. `seq` counts this client's commands from 1 without gaps; `(clientId, seq)` makes a resend
 * harmless. `expect.version` guards the command: it is refused as a conflict when the story has moved on.
 */
export const commandEnvelope = z.strictObject({
  clientId,
  seq: z.number().int().min(1),
  commandId,
  storyId,
  command: z.looseObject({ type: z.string().min(1).max(60) }),
  expect: z.strictObject({ version: z.number().int().min(0) }).optional(),
})
export type CommandEnvelope = z.infer<typeof commandEnvelope>

/** One stored event. `version` is gap-free per story, `position` global. `inverse` is what undo needs. */
export interface EventEnvelope<Event extends { type: string } = { type: string }> {
  readonly storyId: string
  readonly version: number
  readonly position: number
  readonly schemaVersion: number
  readonly at: number
  readonly actor: Actor
  readonly commandId: string
  readonly causationId: string | null
  readonly event: Event
  readonly inverse: unknown
}

/** What undo left alone, and why; said to the person in words. */
export interface Skipped {
  readonly what: string
  readonly id: string
  readonly why: 'gone' | 'changed-since' | 'in-use' | 'end-missing' | 'exists'
}

/** A typed no. `data` holds ids and numbers the screen needs to explain it, never prose. */
export interface Refusal {
  readonly kind: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** The answer to a command; stored (but for `gap` and `unavailable`) and returned again on a resend. */
export type Outcome =
  | { readonly status: 'committed'; readonly from: number; readonly to: number; readonly skipped?: readonly Skipped[] }
  | { readonly status: 'no-effect'; readonly at: number; readonly skipped?: readonly Skipped[] }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  | { readonly status: 'conflict'; readonly version: number }
  | { readonly status: 'gap'; readonly expectedSeq: number }
  | { readonly status: 'unavailable'; readonly reason: string; readonly retryAfterMs: number }
