import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { mayGrant, type Share } from '#lib/accounts/grants.ts'
import { PERSON_ROLES, RIGHTS, standingOf, type PersonRole, type Principal, type Right } from '#lib/accounts/policy.ts'
import { ConflictError, ForbiddenError, LoomError, NotFoundError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Auth } from './auth.ts'
import type { Members } from './members.ts'
import { hashToken } from './tokens.ts'
import type { InTurn } from './turn.ts'

const DAY_MS = 24 * 3_600_000
export const INVITATION_DAYS_MAX = 30
/** Open invitations of one story, or of the installation. */
const OPEN_AT_ONCE = 100

/** What somebody wants to hand out by a link. `days` 1..30. */
export interface InvitationWish extends Share {
  /** For whom, in the words of whoever invites. */
  readonly note: string
  readonly days: number
}

/** A link that lets one person in; its secret exists only here. Times are UTC ms. */
export interface OneTimeLink {
  readonly id: string
  readonly link: string
  readonly expiresAt: number
}

/** An invitation that waits to be taken up. */
export interface OpenInvitation extends Share {
  readonly id: string
  readonly note: string
  readonly invitedBy: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** An invitation whose link is good right now. */
export interface GoodInvitation {
  readonly id: string
  /** Role on the installation for whoever registers with it. */
  readonly role: PersonRole
  /** What it gives in a story, or null for the installation only. */
  readonly story: (Share & { readonly id: string }) | null
  readonly createdBy: string
  readonly expiresAt: number
}

/** Links that let one person in, into the installation or into a story (AC35, AC36). */
export interface Invitations {
  /** Makes a link. Throws ForbiddenError for more than the author holds, ConflictError for too many open ones. */
  readonly invite: (author: Principal, wish: InvitationWish, storyId?: string) => Promise<OneTimeLink>
  /** Open ones of a story, or (null) of the installation, newest first. */
  readonly open: (storyId: string | null) => Promise<readonly OpenInvitation[]>
  /** Throws NotFoundError for one of another place, or one that is used up or revoked. */
  readonly revoke: (by: Principal, id: string, storyId: string | null) => Promise<void>
  /** Throws LoomError 'invitation-link' (404) for a link that is unknown, used, revoked, too old, or no longer its author's to give. */
  readonly find: (token: string) => Promise<GoodInvitation>
  /** Makes somebody with an account a member. Throws as `find`, and ConflictError where there is nothing to gain. */
  readonly accept: (who: Principal, token: string) => Promise<{ readonly storyId: string | null }>
  /** The statement that uses one up; it fails as a whole when somebody else was faster. */
  readonly using: (id: string, userId: string) => ReturnType<AppDb['invitation']['update']>
}

interface InvitationsParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly publicUrl: string
  readonly auth: Pick<Auth, 'user' | 'today'>
  readonly members: Members
  readonly audit: Pick<Audit, 'record'>
  readonly inTurn: InTurn
}

const roleColumn = z.enum(PERSON_ROLES)
const rightsColumn = z.array(z.enum(RIGHTS))

/** Builds invitations over app.db. */
export function createInvitations(parts: InvitationsParts): Invitations {
  const { app, clock, newId, publicUrl, auth, members, audit, inTurn } = parts

  /** Whether somebody could hand this out right now, on the installation or in a story. */
  function couldGive(userId: string, share: Share, storyId: string | null): boolean {
    const author = auth.user(userId)
    if (!author || author.suspended) return false
    if (storyId === null) return author.roles.includes('admin')
    const standing = standingOf(author, members.standing(storyId, userId))
    return standing?.role === 'admin' && mayGrant(standing, share)
  }

  function stillOpen() {
    return { usedAt: null, revokedAt: null, expiresAt: { gt: new Date(clock()) } }
  }

  async function find(token: string): Promise<GoodInvitation> {
    const row = await app.invitation.findFirst({ where: { hash: hashToken(token), ...stillOpen() } })
    if (!row) throw badLink()
    const { id, storyId, createdBy } = row
    const role = roleColumn.parse(row.role)
    const share = storyId === null ? { role, rights: [] } : shareOf(row)
    if (!couldGive(createdBy, share, storyId)) throw badLink()
    const story = storyId === null ? null : { id: storyId, ...share }
    return { id, role, story, createdBy, expiresAt: row.expiresAt.getTime() }
  }

  const using: Invitations['using'] = (id, userId) =>
    app.invitation.update({ where: { id, ...stillOpen() }, data: { usedBy: userId, usedAt: new Date(clock()) } })

  return {
    find,
    using,
    invite: (author, wish, storyId) =>
      inTurn(async () => {
        const { role, rights, note, days } = wish
        const place = storyId ?? null
        if (!couldGive(author.userId, wish, place)) throw new ForbiddenError('Nobody can give more than they hold.')
        if ((await app.invitation.count({ where: { storyId: place, ...stillOpen() } })) >= OPEN_AT_ONCE)
          throw new ConflictError(`${OPEN_AT_ONCE} invitations are open. Revoke some before you make another.`)
        const token = randomBytes(32).toString('base64url')
        const id = newId('invitation')
        const now = clock()
        const expiresAt = now + days * DAY_MS
        const facts = { role, rights, days, ...(place === null ? {} : { storyId: place }) }
        await audit.record({ action: 'invitation-made', actor: author.userId, subject: id, facts })
        await app.invitation.create({
          data: {
            id,
            hash: hashToken(token),
            storyId: place,
            storyRole: place === null ? null : role,
            storyRights: JSON.stringify(rights),
            // Into a story only: on the installation the least, whatever the author holds there (AC36).
            role: place === null ? role : 'viewer',
            note,
            createdBy: author.userId,
            createdAt: new Date(now),
            expiresAt: new Date(expiresAt),
          },
        })
        return { id, link: `${publicUrl}/join#${token}`, expiresAt }
      }),
    open: async (storyId) => {
      const rows = await app.invitation.findMany({
        where: { storyId, ...stillOpen() },
        orderBy: { createdAt: 'desc' },
      })
      return rows.map((row) => ({
        ...(storyId === null ? { role: roleColumn.parse(row.role), rights: [] } : shareOf(row)),
        id: row.id,
        note: row.note,
        invitedBy: auth.user(row.createdBy)?.name ?? row.createdBy,
        createdAt: row.createdAt.getTime(),
        expiresAt: row.expiresAt.getTime(),
      }))
    },
    revoke: async (by, id, storyId) => {
      const row = await app.invitation.findFirst({ where: { id, storyId, usedAt: null, revokedAt: null } })
      if (!row) throw new NotFoundError('There is no such invitation.')
      const facts = storyId === null ? {} : { storyId }
      await audit.record({ action: 'invitation-revoked', actor: by.userId, subject: id, facts })
      await app.invitation.updateMany({
        where: { id, usedAt: null, revokedAt: null },
        data: { revokedAt: new Date(clock()) },
      })
    },
    accept: (who, token) =>
      inTurn(async () => {
        const { id, story, createdBy } = await find(token)
        if (!story)
          throw new ConflictError('You have an account here already. Pass the link on to whom it is meant for.')
        if (members.standing(story.id, who.userId)) throw new ConflictError('You belong to this story already.')
        const facts = { storyId: story.id, role: story.role, rights: story.rights }
        await audit.record({ action: 'invitation-used', actor: who.userId, subject: id, facts })
        await members
          .put(story.id, who.userId, { role: story.role, rights: story.rights }, createdBy, [using(id, who.userId)])
          .catch(asBadLink)
        return { storyId: story.id }
      }),
  }
}

function shareOf(row: { readonly storyRole: string | null; readonly storyRights: string }): Share {
  const rights: Right[] = rightsColumn.parse(JSON.parse(row.storyRights))
  return { role: roleColumn.parse(row.storyRole), rights }
}

/** The refusal of a link that was used by somebody else between the look and the use; anything else is thrown on. */
export function asBadLink(cause: unknown): never {
  // P2025: the record to update is not there (any more) as the statement wants it.
  if (cause instanceof Error && 'code' in cause && cause.code === 'P2025') throw badLink()
  throw cause
}

function badLink(): LoomError {
  return new LoomError(
    'invitation-link',
    404,
    false,
    'This invitation is used up, withdrawn or too old. Ask whoever sent it for a new one.',
  )
}
