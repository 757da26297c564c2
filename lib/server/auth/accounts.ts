import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import { parseRoles, type LiveSessions, type LiveUser } from './live-sessions.ts'

/** What is read of a person's row. */
export const userColumns = {
  id: true,
  name: true,
  login: true,
  roles: true,
  owner: true,
  epoch: true,
  suspendedAt: true,
  passwordHash: true,
} as const
export interface UserRow {
  readonly id: string
  readonly name: string
  readonly login: string
  readonly roles: string
  readonly owner: boolean
  readonly epoch: number
  readonly suspendedAt: Date | null
  readonly passwordHash: string
}

interface UserChange {
  readonly name?: string
  readonly roles?: string
  readonly passwordHash?: string
  readonly suspendedAt?: Date | null
}

/** Rows of people and the live copy of them, changed together. */
export interface Accounts {
  readonly byId: (userId: string) => Promise<UserRow | null>
  readonly byLogin: (login: string) => Promise<UserRow | null>
  readonly owner: () => Promise<UserRow | null>
  /** Changes a person without signing them out; new roles count from the next request on. Throws when there is no such person. */
  readonly change: (userId: string, change: UserChange) => Promise<LiveUser>
  /**
   * Changes a person and ends their sessions in one step, all but `kept`: a crash in between cannot leave a refresh token
   * alive. Throws when there is no such person.
   */
  readonly revoke: (userId: string, change: UserChange, because: string, kept?: string) => Promise<LiveUser>
}

interface AccountsParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly live: Pick<LiveSessions, 'putUser'>
}

/** Builds the one place that writes to a person's row after it was made. */
export function createAccounts({ app, clock, live }: AccountsParts): Accounts {
  return {
    byId: (id) => app.user.findUnique({ where: { id }, select: userColumns }),
    byLogin: (login) => app.user.findUnique({ where: { login }, select: userColumns }),
    owner: () => app.user.findFirst({ where: { owner: true }, select: userColumns }),
    change: async (id, change) => {
      const data = { ...change, changedAt: new Date(clock()) }
      const user = liveUser(await app.user.update({ where: { id }, data, select: userColumns }))
      live.putUser(user)
      return user
    },
    revoke: async (id, change, because, kept) => {
      const now = new Date(clock())
      const [, row] = await app.$transaction([
        app.session.updateMany({
          where: { userId: id, endedAt: null, ...(kept === undefined ? {} : { id: { not: kept } }) },
          data: { endedAt: now, endedBecause: because },
        }),
        app.user.update({
          where: { id },
          data: { ...change, changedAt: now, epoch: { increment: 1 } },
          select: userColumns,
        }),
      ])
      const user = liveUser(row)
      live.putUser(user, kept)
      return user
    },
  }
}

export function liveUser(row: UserRow): LiveUser {
  return {
    id: row.id,
    name: row.name,
    login: row.login,
    roles: parseRoles(row.roles),
    owner: row.owner,
    epoch: row.epoch,
    suspended: row.suspendedAt !== null,
  }
}
