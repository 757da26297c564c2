import { memberChangeRefusal, type Share } from '#lib/accounts/grants.ts'
import { standingOf, type Principal, type Standing } from '#lib/accounts/policy.ts'
import { ConflictError, ForbiddenError, NotFoundError } from '#lib/kernel/errors.ts'
import type { Audit } from '../audit/audit.ts'
import type { Auth } from './auth.ts'
import type { Members } from './members.ts'
import type { InTurn } from './turn.ts'

/** Changes of who belongs to a story and as what, by the rules of lib/accounts/grants.ts. */
export interface Membership {
  /** Changes what an existing member holds. Throws NotFoundError, ForbiddenError. */
  readonly change: (by: Principal, storyId: string, userId: string, share: Share) => Promise<void>
  /** Removes a member. Throws NotFoundError, ForbiddenError. */
  readonly remove: (by: Principal, storyId: string, userId: string) => Promise<void>
  /** Gives the story to another member. Throws NotFoundError, ForbiddenError, ConflictError for a suspended person. */
  readonly handOver: (by: Principal, storyId: string, userId: string) => Promise<void>
}

interface MembershipParts {
  readonly auth: Pick<Auth, 'today' | 'user'>
  readonly members: Members
  readonly audit: Pick<Audit, 'record'>
  readonly inTurn: InTurn
}

/** Builds the changes over the members; one at a time. */
export function createMembership({ auth, members, audit, inTurn }: MembershipParts): Membership {
  function standingIn(storyId: string, by: Principal): Standing {
    const now = auth.today(by)
    const standing = now && standingOf(now, members.standing(storyId, by.userId))
    if (!standing) throw new ForbiddenError()
    return standing
  }

  function target(storyId: string, userId: string): Standing {
    const standing = members.standing(storyId, userId)
    if (!standing) throw new NotFoundError('There is no such member in this story.')
    return standing
  }

  function refuse(by: Principal, storyId: string, userId: string, next: Share | null): void {
    const actor = { userId: by.userId, standing: standingIn(storyId, by) }
    const refusal = memberChangeRefusal(actor, { userId, standing: target(storyId, userId) }, next)
    if (refusal !== null) throw new ForbiddenError(refusal)
  }

  return {
    change: (by, storyId, userId, share) =>
      inTurn(async () => {
        refuse(by, storyId, userId, share)
        const { role, rights } = share
        const facts = { storyId, role, rights }
        await audit.record({ action: 'member-changed', actor: by.userId, subject: userId, facts })
        await members.put(storyId, userId, share, by.userId)
      }),
    remove: (by, storyId, userId) =>
      inTurn(async () => {
        refuse(by, storyId, userId, null)
        await audit.record({ action: 'member-removed', actor: by.userId, subject: userId, facts: { storyId } })
        await members.remove(storyId, userId)
      }),
    handOver: (by, storyId, userId) =>
      inTurn(async () => {
        const own = standingIn(storyId, by).owner || auth.today(by)?.owner === true
        if (!own) throw new ForbiddenError('Only the owner of a story gives it away.')
        target(storyId, userId)
        if (auth.user(userId)?.suspended !== false) throw new ConflictError('This person is suspended.')
        await audit.record({ action: 'ownership-handed-over', actor: by.userId, subject: userId, facts: { storyId } })
        await members.handOver(storyId, userId, by.userId)
      }),
  }
}
