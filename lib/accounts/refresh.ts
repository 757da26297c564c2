// What a presented refresh token leads to. Rules AC5-AC8 in SPEC.md (security B2, B4).

/** An access token lives this long; afterwards the browser refreshes. */
export const ACCESS_MS = 10 * 60_000
/** The direct predecessor of the live refresh token gets the same successor for this long: a lost answer is no theft. */
export const GRACE_MS = 10_000
/** A session that nobody used for this long is over. */
export const IDLE_MS = 7 * 24 * 3_600_000
/** A session is over after this long, used or not. */
export const ABSOLUTE_MS = 30 * 24 * 3_600_000

interface SessionFacts {
  readonly generation: number
  readonly rotatedAtMs: number
  readonly expiresAtMs: number
  readonly ended: boolean
}

export type RefreshVerdict = 'rotate' | 'repeat' | 'stolen' | 'over'

/** When a session is over unless its token rotates before, ms (UTC). */
export function sessionEndsAt({ rotatedAtMs, expiresAtMs }: Pick<SessionFacts, 'rotatedAtMs' | 'expiresAtMs'>): number {
  return Math.min(expiresAtMs, rotatedAtMs + IDLE_MS)
}

/**
 * Decides on an authentic token of `generation` presented at `nowMs` (UTC): 'rotate' makes the next one, 'repeat' hands
 * out the live one again (a parallel tab or a lost answer), 'stolen' ends the session, 'over' refuses.
 */
export function judgeRefresh(session: SessionFacts, generation: number, nowMs: number): RefreshVerdict {
  if (session.ended || nowMs >= sessionEndsAt(session)) return 'over'
  if (generation === session.generation) return 'rotate'
  if (generation === session.generation - 1 && nowMs < session.rotatedAtMs + GRACE_MS) return 'repeat'
  return 'stolen'
}
