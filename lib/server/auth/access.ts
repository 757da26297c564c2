import {
  type decideAccess,
  type Decision,
  type Permission,
  type Principal,
  permissionsHeld,
} from '#lib/accounts/policy.ts'
import { permissionsOf } from '#lib/stream/command-permissions.ts'
import type { Members } from './members.ts'

/** The policy asked with today's facts: who owns the installation, who belongs to which story. */
export interface Access {
  /** `storyId` is needed by story permissions; without one they are absent. */
  readonly decide: (permission: Permission, principal: Principal | null, storyId?: string) => Decision
  /** Whether somebody may send this command to the story, over whichever door it came. */
  readonly maySend: (command: { readonly type: string }, principal: Principal, storyId: string) => boolean
  /** Which of `among` somebody holds, for screens. */
  readonly held: (among: readonly Permission[], principal: Principal | null, storyId?: string) => readonly Permission[]
}

interface AccessParts {
  readonly members: Pick<Members, 'standing'>
  readonly ownerExists: () => boolean
  readonly policy: typeof decideAccess
}

/** Joins the policy table to the live facts. */
export function createAccess({ members, ownerExists, policy }: AccessParts): Access {
  function ground(principal: Principal | null, storyId: string | undefined) {
    const owned = { ownerExists: ownerExists() }
    if (storyId === undefined) return owned
    const standing = principal === null ? null : members.standing(storyId, principal.userId)
    return { ...owned, story: { id: storyId, standing } }
  }
  function decide(permission: Permission, principal: Principal | null, storyId?: string): Decision {
    return policy(permission, principal, ground(principal, storyId))
  }
  return {
    decide,
    maySend: (command, principal, storyId) =>
      [...permissionsOf(command)].every((one) => one !== 'nobody' && decide(one, principal, storyId) === 'allowed'),
    held: (among, principal, storyId) => permissionsHeld(among, principal, ground(principal, storyId)),
  }
}
