import { personChangeRefusal, signInRefusal, type PersonChange, type PersonStanding } from '#lib/accounts/grants.ts'
import { PERSON_ROLES, type PersonRole, type Principal } from '#lib/accounts/policy.ts'
import { IDLE_MS } from '#lib/accounts/refresh.ts'
import { ForbiddenError, NotFoundError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Auth } from './auth.ts'
import type { LiveUser } from './live-sessions.ts'
import type { Members } from './members.ts'
import type { InTurn } from './turn.ts'

/** Somebody with an account, as admins see them. Times are UTC ms. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly login: string
  /** Null for somebody whose role nobody knows any more; they hold nothing. */
  readonly role: PersonRole | null
  readonly owner: boolean
  readonly suspended: boolean
  readonly createdAt: number
  /** To the last refresh of a session, so to about ten minutes; null for somebody who never signed in. */
  readonly lastSeenAt: number | null
  /** Open sessions. */
  readonly sessions: number
  /** Stories they are a member of. */
  readonly stories: number
}

/** People on the installation, for its admins (AC31-AC34). */
export interface People {
  /** Everybody, in the order they came. */
  readonly list: () => Promise<readonly Person[]>
  /** Changes a role or suspends and restores. Throws NotFoundError, ForbiddenError. */
  readonly change: (by: Principal, userId: string, change: PersonChange) => Promise<void>
  /** Ends all sessions of somebody. Throws NotFoundError, ForbiddenError for the owner's and one's own. */
  readonly endSessions: (by: Principal, userId: string) => Promise<void>
}

interface PeopleParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly auth: Pick<Auth, 'accounts' | 'sessions' | 'today' | 'user'>
  readonly members: Pick<Members, 'storiesOf'>
  readonly audit: Pick<Audit, 'record'>
  readonly inTurn: InTurn
}

/** Builds the administration of people over app.db. */
export function createPeople({ app, clock, auth, members, audit, inTurn }: PeopleParts): People {
  function known(userId: string): LiveUser {
    const user = auth.user(userId)
    if (!user) throw new NotFoundError('There is no such person.')
    return user
  }

  return {
    list: async () => {
      const rows = await app.user.findMany({ orderBy: { createdAt: 'asc' }, select: { id: true, createdAt: true } })
      const seen = await app.session.groupBy({ by: ['userId'], _max: { rotatedAt: true } })
      const open = await app.session.groupBy({
        by: ['userId'],
        where: {
          endedAt: null,
          expiresAt: { gt: new Date(clock()) },
          rotatedAt: { gt: new Date(clock() - IDLE_MS) },
        },
        _count: { id: true },
      })
      return rows.flatMap(({ id, createdAt }) => {
        const user = auth.user(id)
        if (!user) return []
        const { name, login, owner, suspended } = user
        return {
          ...{ id, name, login, owner, suspended },
          role: PERSON_ROLES.find((role) => user.roles.includes(role)) ?? null,
          createdAt: createdAt.getTime(),
          lastSeenAt: seen.find((one) => one.userId === id)?._max.rotatedAt?.getTime() ?? null,
          sessions: open.find((one) => one.userId === id)?._count.id ?? 0,
          stories: members.storiesOf(id).length,
        }
      })
    },
    change: (by, userId, change) =>
      inTurn(async () => {
        const target = known(userId)
        const refusal = personChangeRefusal(today(by), standing(target), change)
        if (refusal !== null) throw new ForbiddenError(refusal)
        const about = { actor: by.userId, subject: userId }
        if (change.role !== undefined && target.roles.join() !== change.role) {
          const facts = { from: target.roles, to: [change.role] }
          await audit.record({ action: 'role-changed', ...about, facts })
          await auth.accounts.change(userId, { roles: JSON.stringify([change.role]) })
        }
        if (change.suspended === true && !target.suspended) {
          await audit.record({ action: 'suspended', ...about })
          await auth.accounts.revoke(userId, { suspendedAt: new Date(clock()) }, 'suspended')
        }
        if (change.suspended === false && target.suspended) {
          await audit.record({ action: 'restored', ...about })
          await auth.accounts.change(userId, { suspendedAt: null })
        }
      }),
    endSessions: (by, userId) =>
      inTurn(async () => {
        const refusal = signInRefusal(today(by), standing(known(userId)))
        if (refusal !== null) throw new ForbiddenError(refusal)
        await auth.sessions.endAll(userId, 'ended-by-admin', undefined, by.userId)
      }),
  }

  /** What the asker holds now; nothing once their own session is over. */
  function today(by: Principal): PersonStanding {
    return auth.today(by) ?? { userId: by.userId, roles: [], owner: false }
  }
}

function standing({ id, roles, owner }: LiveUser): PersonStanding {
  return { userId: id, roles, owner }
}
