import type { PersonRole, Right, Role, Standing } from './policy.ts'

// Nobody grants what they lack (A3). Rules AC27-AC34.

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

/** What an admin may change about a person on the installation. */
export interface PersonChange {
  readonly role?: PersonRole | undefined
  readonly suspended?: boolean | undefined
}

/** Somebody on this installation. */
export interface PersonStanding {
  readonly userId: string
  readonly roles: readonly Role[]
  readonly owner: boolean
}

/** Why a change of a person is refused, in words, or null when it may happen (AC31-AC33). */
export function personChangeRefusal(
  actor: PersonStanding,
  target: PersonStanding,
  change: PersonChange,
): string | null {
  if (!actor.roles.includes('admin')) return 'Only an admin changes other people.'
  if (target.owner) return 'Nobody changes the owner of the installation.'
  if (actor.userId !== target.userId) return null
  if (change.suspended === true) return 'Nobody suspends themselves. Ask another admin.'
  if (change.role !== undefined && change.role !== 'admin')
    return 'Nobody takes their own role away. Ask another admin.'
  return null
}

/**
 * Why signing a person in or out from outside (a reset link, ending their sessions) is refused, in words, or null. Never
 * the owner, because whoever can set the owner's password is the owner; and nobody themselves, because a session somebody
 * left open must not become a new password without the present one (AC34).
 */
export function signInRefusal(actor: PersonStanding, target: PersonStanding): string | null {
  if (!actor.roles.includes('admin')) return 'Only an admin does this for other people.'
  if (actor.userId === target.userId) return 'Your own password and sessions are in your settings.'
  if (target.owner)
    return 'Nobody signs the owner in or out from here. The owner runs "npm run loom -- owner" on the machine.'
  return null
}
