import { NotFoundError, UnauthenticatedError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import { ABSOLUTE_MS, IDLE_MS, judgeRefresh, sessionEndsAt } from '#lib/accounts/refresh.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Log } from '../log.ts'
import type { LiveSessions, LiveUser } from './live-sessions.ts'
import { hashToken, sameBytes, type Tokens } from './tokens.ts'

/** Both tokens of a session, on their way into cookies. */
export interface SessionTokens {
  readonly access: string
  readonly refresh: string
  readonly user: LiveUser
}

/** Where a sign-in comes from; kept with the session so that its owner can recognise it. */
export interface Caller {
  readonly address: string
  readonly userAgent: string
}

export interface SessionRow {
  readonly id: string
  readonly userAgent: string
  readonly address: string
  readonly createdAt: Date
  readonly rotatedAt: Date
}

/** Sessions as rows that outlive a restart, in step with the live table that every request is compared with. */
export interface Sessions {
  /** Signs a person in. Throws UnauthenticatedError when they were suspended or signed out everywhere meanwhile. */
  readonly start: (user: LiveUser, caller: Caller) => Promise<SessionTokens>
  /** Rotates the refresh token (B2). Throws UnauthenticatedError. */
  readonly refresh: (token: string | null) => Promise<SessionTokens>
  /** Tokens for an open session after its person's epoch was raised. */
  readonly renew: (user: LiveUser, sessionId: string) => Promise<SessionTokens>
  /** Open sessions of one person, newest first. */
  readonly of: (userId: string) => Promise<readonly SessionRow[]>
  /** Ends a session of this person; its sockets close at once. `by` is who ends it, else the person. Throws NotFoundError for somebody else's. */
  readonly end: (userId: string, sessionId: string, because: string, by?: string) => Promise<void>
  /** Ends every session of this person but `kept`; answers how many. `by` is who ends them, else the person. */
  readonly endAll: (userId: string, because: string, kept?: string, by?: string) => Promise<number>
  /** Ends what is past its limits (B4) in memory, which closes its sockets. Cheap enough for every second. */
  readonly endExpired: () => void
  /**
   * Writes down what is past its limits. Forgets what ended long ago, with its address and browser; that it was stays in
   * the audit log.
   */
  readonly endOverdue: () => Promise<void>
}

interface SessionsParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly tokens: Tokens
  readonly live: LiveSessions
  readonly audit: Pick<Audit, 'record'>
}

/** How long an ended session is remembered. */
const KEPT_MS = 30 * 24 * 3_600_000

/** Loads the open sessions into the live table and keeps both in step. */
export async function createSessions(parts: SessionsParts): Promise<Sessions> {
  const { app, clock, newId, log, tokens, live, audit } = parts
  const open = await app.session.findMany({
    where: { endedAt: null, expiresAt: { gt: new Date(clock()) } },
    select: { id: true, userId: true, rotatedAt: true, expiresAt: true },
  })
  for (const { id, userId, rotatedAt, expiresAt } of open)
    live.putSession(id, userId, sessionEndsAt({ rotatedAtMs: rotatedAt.getTime(), expiresAtMs: expiresAt.getTime() }))

  async function tokensFor(user: LiveUser, sessionId: string, generation: number): Promise<SessionTokens> {
    const access = await tokens.signAccess({ userId: user.id, sessionId, epoch: user.epoch })
    return { access, refresh: tokens.refreshToken({ sessionId, generation }), user }
  }

  async function endOne(sessionId: string, because: string): Promise<void> {
    live.end(sessionId)
    await app.session.updateMany({
      where: { id: sessionId, endedAt: null },
      data: { endedAt: new Date(clock()), endedBecause: because },
    })
  }

  async function start(user: LiveUser, caller: Caller): Promise<SessionTokens> {
    const sessionId = newId('session')
    const now = clock()
    await audit.record({ action: 'sign-in', actor: user.id, subject: sessionId })
    await app.session.create({
      data: {
        id: sessionId,
        userId: user.id,
        refreshHash: hashToken(tokens.refreshToken({ sessionId, generation: 0 })),
        rotatedAt: new Date(now),
        userAgent: caller.userAgent.slice(0, 200),
        address: caller.address,
        createdAt: new Date(now),
        expiresAt: new Date(now + ABSOLUTE_MS),
      },
      select: { id: true },
    })
    live.putSession(sessionId, user.id, sessionEndsAt({ rotatedAtMs: now, expiresAtMs: now + ABSOLUTE_MS }))
    // Whoever revokes writes the person's row and ends the sessions of that moment in one transaction. Read after the
    // insert, the row tells whether this session came too late for that.
    const today = await app.user.findUnique({ where: { id: user.id }, select: { epoch: true, suspendedAt: true } })
    if (today?.epoch !== user.epoch || today.suspendedAt !== null) {
      await endOne(sessionId, 'revoked')
      throw new UnauthenticatedError(signedOut)
    }
    return tokensFor(user, sessionId, 0)
  }

  async function refresh(token: string | null): Promise<SessionTokens> {
    const claims = token === null ? null : tokens.readRefresh(token)
    const row = claims && (await app.session.findUnique({ where: { id: claims.sessionId } }))
    const user = row && live.user(row.userId)
    if (!claims || !row || !user || user.suspended) throw new UnauthenticatedError(signedOut)
    const facts = {
      generation: row.generation,
      rotatedAtMs: row.rotatedAt.getTime(),
      expiresAtMs: row.expiresAt.getTime(),
      ended: row.endedAt !== null,
    }
    const verdict = judgeRefresh(facts, claims.generation, clock())
    if (verdict === 'stolen') {
      await endOne(row.id, 'refresh-reused')
      await audit.record({
        action: 'session-ended',
        actor: 'nobody',
        subject: row.id,
        facts: { userId: row.userId, because: 'refresh-reused' },
      })
      log.warn({ sessionId: row.id }, 'an old refresh token was used again; the session was ended')
    }
    if (verdict === 'stolen' || verdict === 'over') throw new UnauthenticatedError(signedOut)
    if (verdict === 'repeat') return tokensFor(user, row.id, row.generation)
    if (!sameBytes(row.refreshHash, hashToken(token ?? ''))) throw new UnauthenticatedError(signedOut)
    const generation = row.generation + 1
    const now = clock()
    // The condition lets exactly one of many parallel calls rotate; the others find the new row and repeat its answer.
    const { count } = await app.session.updateMany({
      where: { id: row.id, generation: row.generation, endedAt: null },
      data: {
        generation,
        rotatedAt: new Date(now),
        refreshHash: hashToken(tokens.refreshToken({ sessionId: row.id, generation })),
      },
    })
    if (count === 0) return refresh(token)
    live.extend(row.id, sessionEndsAt({ ...facts, rotatedAtMs: now }))
    return tokensFor(user, row.id, generation)
  }

  return {
    start,
    refresh,
    renew: async (user, sessionId) => {
      const { generation } = await app.session.findUniqueOrThrow({
        where: { id: sessionId },
        select: { generation: true },
      })
      return tokensFor(user, sessionId, generation)
    },
    of: (userId) =>
      app.session.findMany({
        where: {
          ...{ userId, endedAt: null },
          expiresAt: { gt: new Date(clock()) },
          rotatedAt: { gt: new Date(clock() - IDLE_MS) },
        },
        orderBy: { createdAt: 'desc' },
        select: { id: true, userAgent: true, address: true, createdAt: true, rotatedAt: true },
      }),
    end: async (userId, sessionId, because, by = userId) => {
      const mine = await app.session.findFirst({
        where: { id: sessionId, userId, endedAt: null },
        select: { id: true },
      })
      if (!mine) throw new NotFoundError('There is no such session.')
      await endOne(sessionId, because)
      const action = because === 'signed-out' ? 'sign-out' : 'session-ended'
      await audit.record({ action, actor: by, subject: sessionId, facts: { userId, because } })
    },
    endExpired: live.endExpired,
    endOverdue: async () => {
      const now = clock()
      const overdue = await app.session.findMany({
        where: {
          endedAt: null,
          OR: [{ expiresAt: { lte: new Date(now) } }, { rotatedAt: { lte: new Date(now - IDLE_MS) } }],
        },
        select: { id: true },
      })
      for (const { id } of overdue) await endOne(id, 'overdue')
      await app.session.deleteMany({ where: { endedAt: { lte: new Date(now - KEPT_MS) } } })
    },
    endAll: async (userId, because, kept, by = userId) => {
      live.endAll(userId, kept)
      const { count } = await app.session.updateMany({
        where: { userId, endedAt: null, ...(kept === undefined ? {} : { id: { not: kept } }) },
        data: { endedAt: new Date(clock()), endedBecause: because },
      })
      await audit.record({ action: 'sessions-ended', actor: by, subject: userId, facts: { because, count } })
      return count
    },
  }
}

const signedOut = 'You are signed out. Sign in again.'
