import type { PersonRole, Right, Standing } from './policy.ts'

// Nobody grants what they lack (A3). Rules AC27-AC30.

const RANK: Readonly<Record<PersonRole, number>> = { viewer: 0, editor: 1, admin: 2 }

/** A role in a story with the rights beyond it, as an invitation or the members screen gives it. */
export interface Share {
  readonly role: PersonRole
  readonly rights: readonly Right[]
}

/** Whether somebody may hand out `share`: not above their own role, and only rights they hold; an admin holds all (AC27). */
export function mayGrant(granter: Share, share: Share): boolean {
  const rights = granter.role === 'admin' || share.rights.every((right) => granter.rights.includes(right))
  return RANK[share.role] <= RANK[granter.role] && rights
}

/**
 * Why a change of a member is refused, in words, or null when it may happen (AC28-AC30). `next` null removes the member.
 * `actor.standing` is what counts in this story: an admin of the installation is an admin of the story.
 */
export function memberChangeRefusal(
  actor: { readonly userId: string; readonly standing: Share },
  target: { readonly userId: string; readonly standing: Standing },
  next: Share | null,
): string | null {
  if (target.standing.owner) return 'The owner of a story keeps every right until they hand the story over.'
  if (next === null && actor.userId === target.userId) return null
  if (actor.standing.role !== 'admin') return 'Only an admin of this story changes its members.'
  if (next !== null && !mayGrant(actor.standing, next)) return 'Nobody can give more than they hold.'
  return null
}
