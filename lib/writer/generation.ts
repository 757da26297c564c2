import { z } from 'zod'

/** The normal form of what any provider says during one call (writer.md 2.1). Rules WR1-WR9 in SPEC.md. */

export const finishReason = z.enum([
  'stop',
  'length',
  'refusal',
  'filtered',
  'tool',
  'context_overflow',
  'aborted',
  'truncated',
  'error',
])
export type FinishReason = z.infer<typeof finishReason>

export const errorKind = z.enum([
  'auth',
  'quota',
  'rate_limited',
  'overloaded',
  'bad_request',
  'context_overflow',
  'refused',
  'timeout_connect',
  'timeout_first_token',
  'timeout_idle',
  'disconnected',
  'malformed',
  'not_this_api',
  'aborted',
  // The answer came, but the model was not shown everything.
  'context_cut',
  // Not the provider's doing: the run's ending could not be stored here.
  'not_stored',
])
export type ErrorKind = z.infer<typeof errorKind>

/**
 * Tokens of one call. `inputUncached + cacheRead + cacheWrite` is everything the model read.
 * `source` says whether the provider counted, counted only in part, or we estimated.
 */
export const usage = z.object({
  inputUncached: z.number().int().min(0),
  cacheRead: z.number().int().min(0),
  cacheWrite: z.number().int().min(0),
  output: z.number().int().min(0),
  reasoning: z.number().int().min(0),
  source: z.enum(['provider', 'partial', 'estimated']),
})
export type Usage = z.infer<typeof usage>

/** `afterMs` is the wait the provider asked for. `message` is safe to show: it holds no key and no prompt. */
export const callError = z.object({
  kind: errorKind,
  retryable: z.boolean(),
  afterMs: z.number().int().min(0).nullable(),
  message: z.string(),
})
export type CallError = z.infer<typeof callError>

export type GenerateEvent =
  | { readonly type: 'start'; readonly requestId: string | null; readonly model: string }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'error'; readonly error: CallError }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly native: string | null }

/** Whether text that ended this way may be shown as a whole draft (WR3): everything else is an incomplete one. */
export function isComplete(reason: FinishReason): boolean {
  return reason === 'stop'
}

/** Everything the model read, cached or not, in tokens. */
export function inputTokens(of: Usage): number {
  return of.inputUncached + of.cacheRead + of.cacheWrite
}
