import { z } from 'zod'
import { PERSON_ROLES, RIGHTS, type Standing } from '#lib/accounts/policy.ts'
import type { Share } from '#lib/accounts/grants.ts'
import type { Actor } from '#lib/kernel/envelope.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import type { Prisma } from '#generated/app/client.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'

/** One member of a story. */
export interface Member extends Standing {
  readonly userId: string
  readonly grantedBy: string
  /** UTC ms. */
  readonly createdAt: number
}

/**
 * Who belongs to which story. Every decision reads the copy in memory, so it costs nothing and a change works at once;
 * the rows of app.db are written first.
 */
export interface Members {
  readonly standing: (storyId: string, userId: string) => Standing | null
  /** Members of a story, the owner first, then in the order they came. */
  readonly of: (storyId: string) => readonly Member[]
  /** Ids of the stories somebody is a member of. */
  readonly storiesOf: (userId: string) => readonly string[]
  /** Makes `actor` the owner of the story that `make` makes. What the program itself makes has no owner. */
  readonly owning: <T>(storyId: string, actor: Actor, make: () => Promise<T>) => Promise<T>
  /** Adds a member or changes what they hold; the owner stays the owner. `first` is stored before it in one transaction. */
  readonly put: (
    storyId: string,
    userId: string,
    share: Share,
    grantedBy: string,
    first?: readonly Prisma.PrismaPromise<unknown>[],
  ) => Promise<void>
  /** Throws NotFoundError for somebody who is no member. */
  readonly remove: (storyId: string, userId: string) => Promise<void>
  /** Gives the story to another member; whoever had it stays as an admin. Throws NotFoundError for no member. */
  readonly handOver: (storyId: string, userId: string, by: string) => Promise<void>
  /** Forgets everything somebody was a member of, after their account is gone. */
  readonly forget: (userId: string) => void
  /** Calls `listener` after a change of what somebody holds in a story; answers how to stop. */
  readonly onChanged: (listener: (storyId: string, userId: string) => void) => () => void
}

const roleColumn = z.enum(PERSON_ROLES)

/** Loads every membership and keeps it in step with its rows. */
export async function createMembers({ app, clock }: { readonly app: AppDb; readonly clock: Clock }): Promise<Members> {
  const stories = new Map<string, Map<string, Member>>()
  const listeners = new Set<(storyId: string, userId: string) => void>()

  function keep(storyId: string, member: Member): void {
    const held = stories.get(storyId) ?? new Map<string, Member>()
    stories.set(storyId, held.set(member.userId, member))
    tell(storyId, member.userId)
  }

  function drop(storyId: string, userId: string): void {
    const held = stories.get(storyId)
    if (!held?.delete(userId)) return
    if (held.size === 0) stories.delete(storyId)
    tell(storyId, userId)
  }

  function tell(storyId: string, userId: string): void {
    for (const listener of listeners) listener(storyId, userId)
  }

  async function store(
    storyId: string,
    member: Member,
    first: readonly Prisma.PrismaPromise<unknown>[] = [],
  ): Promise<void> {
    const { userId, role, owner, grantedBy } = member
    const facts = { role, rights: JSON.stringify(member.rights), owner, grantedBy, changedAt: new Date(clock()) }
    const row = app.member.upsert({
      where: { storyId_userId: { storyId, userId } },
      create: { storyId, userId, createdAt: new Date(member.createdAt), ...facts },
      update: facts,
    })
    await app.$transaction([...first, row])
    keep(storyId, member)
  }

  function member(storyId: string, userId: string): Member {
    const found = stories.get(storyId)?.get(userId)
    if (!found) throw new NotFoundError('There is no such member in this story.')
    return found
  }

  for (const row of await app.member.findMany({ orderBy: { createdAt: 'asc' } })) {
    // A role nobody knows any more grants nothing: the row is left out.
    const role = roleColumn.safeParse(row.role)
    if (!role.success) continue
    const { userId, owner, grantedBy } = row
    const createdAt = row.createdAt.getTime()
    keep(row.storyId, { userId, role: role.data, rights: parseRights(row.rights), owner, grantedBy, createdAt })
  }

  return {
    standing: (storyId, userId) => stories.get(storyId)?.get(userId) ?? null,
    of: (storyId) => [...(stories.get(storyId)?.values() ?? [])].sort((a, b) => Number(b.owner) - Number(a.owner)),
    storiesOf: (userId) => [...stories].flatMap(([storyId, held]) => (held.has(userId) ? [storyId] : [])),
    owning: async (storyId, { id: userId, kind }, make) => {
      if (kind !== 'human') return make()
      // First, so that no story is ever there without its owner; a story that fails takes its owner along.
      await store(storyId, { userId, role: 'admin', rights: [], owner: true, grantedBy: userId, createdAt: clock() })
      try {
        return await make()
      } catch (cause) {
        await app.member.deleteMany({ where: { storyId, userId } })
        drop(storyId, userId)
        throw cause
      }
    },
    put: (storyId, userId, share, grantedBy, first) => {
      const known = stories.get(storyId)?.get(userId)
      const { role, rights } = share
      const owner = known?.owner ?? false
      const createdAt = known?.createdAt ?? clock()
      return store(storyId, { userId, role, rights, grantedBy, owner, createdAt }, first)
    },
    remove: async (storyId, userId) => {
      member(storyId, userId)
      await app.member.deleteMany({ where: { storyId, userId } })
      drop(storyId, userId)
    },
    handOver: async (storyId, userId, by) => {
      const next: Member = { ...member(storyId, userId), role: 'admin', owner: true, grantedBy: by }
      const before = [...(stories.get(storyId)?.values() ?? [])].find((one) => one.owner)
      if (before?.userId === userId) return
      const now = new Date(clock())
      await app.$transaction([
        app.member.updateMany({ where: { storyId, owner: true }, data: { owner: false, changedAt: now } }),
        app.member.update({
          where: { storyId_userId: { storyId, userId } },
          data: { role: 'admin', owner: true, grantedBy: by, changedAt: now },
        }),
      ])
      if (before) keep(storyId, { ...before, owner: false })
      keep(storyId, next)
    },
    forget: (userId) => {
      for (const storyId of [...stories.keys()]) drop(storyId, userId)
    },
    onChanged: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function parseRights(text: string): Standing['rights'] {
  const raw: unknown = JSON.parse(text)
  return Array.isArray(raw) ? RIGHTS.filter((right) => raw.includes(right)) : []
}
