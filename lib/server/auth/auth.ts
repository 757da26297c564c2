import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { LoomError, NotFoundError, UnauthenticatedError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { Principal } from '#lib/accounts/policy.ts'
import { ABSOLUTE_MS, judgeRefresh } from '#lib/accounts/refresh.ts'
import type { AppDb } from '../app-db.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Env } from '../env.ts'
import { originRules, type OriginRules } from '../http/origin.ts'
import type { Counters } from '../limits/counters.ts'
import type { Log } from '../log.ts'
import { cookieNames, readCookie, type CookieNames } from './cookies.ts'
import { createLiveSessions, parseRoles, type LiveUser } from './live-sessions.ts'
import { createPasswords } from './passwords.ts'
import { createSetup } from './setup.ts'
import { createSignInGuard } from './sign-in-guard.ts'
import { createTickets, type Tickets } from './tickets.ts'
import { createTokens, hashToken, sameBytes } from './tokens.ts'

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

export interface Auth {
  readonly cookies: CookieNames
  readonly origins: OriginRules
  readonly tickets: Tickets
  /** True once somebody owns this installation; never false again afterwards. */
  readonly ownerExists: () => boolean
  /** The set-up link to print, or null when there is an owner. */
  readonly setupLink: () => string | null
  readonly setUp: (
    input: { token: string; name: string; login: string; password: string },
    caller: Caller,
  ) => Promise<SessionTokens>
  readonly signIn: (input: { login: string; password: string }, caller: Caller) => Promise<SessionTokens>
  readonly refresh: (token: string | null) => Promise<SessionTokens>
  readonly changePassword: (principal: Principal, input: { current: string; next: string }) => Promise<SessionTokens>
  /**
   * Gives a person (the owner when no name is said) a new random password and ends all their sessions. Only the command
   * line calls it: whoever may run that on this machine may read the data folder anyway. Throws NotFoundError.
   */
  readonly resetPassword: (login: string | null) => Promise<{ readonly login: string; readonly password: string }>
  /** Open sessions of one person, newest first. */
  readonly sessionsOf: (userId: string) => Promise<readonly SessionRow[]>
  /** Ends a session of this person; its sockets close at once. Throws NotFoundError for somebody else's. */
  readonly endSession: (userId: string, sessionId: string) => Promise<void>
  readonly user: (userId: string) => LiveUser | null
  /** Who a request speaks for: the access cookie, or the worker's key as a bearer token. Null for nobody. */
  readonly principalOf: (headers: {
    readonly cookie: string | null
    readonly authorization: string | null
  }) => Promise<Principal | null>
  /**
   * Who opens a socket by cookie, with Host and Origin checked (D1). For /socket.io; /yjs checks `upgradeAllowed` and
   * consumes a ticket instead.
   */
  readonly authenticateUpgrade: (request: IncomingMessage) => Promise<Principal | null>
  /** Host and Origin of an upgrade are ours. */
  readonly upgradeAllowed: (request: IncomingMessage) => boolean
  readonly isLive: (sessionId: string) => boolean
  /** Calls the listener when a session ends (sign-out, theft, suspension); answers how to stop listening. */
  readonly onSessionEnded: (listener: (sessionId: string) => void) => () => void
}

interface AuthParts {
  readonly env: Env
  readonly folder: DataFolder
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly counters: Pick<Counters, 'counter'>
  /** The worker a bearer token speaks for, or null. */
  readonly workerPrincipal: (authorization: string) => Promise<Principal | null>
}

const userColumns = {
  id: true,
  name: true,
  login: true,
  roles: true,
  owner: true,
  epoch: true,
  suspendedAt: true,
  passwordHash: true,
} as const
interface UserRow {
  readonly id: string
  readonly name: string
  readonly login: string
  readonly roles: string
  readonly owner: boolean
  readonly epoch: number
  readonly suspendedAt: Date | null
  readonly passwordHash: string
}

/** Builds sign-in, sessions and tickets over app.db and loads the live sessions into memory. */
export async function createAuth(parts: AuthParts): Promise<Auth> {
  const { env, folder, app, clock, newId, log, counters, workerPrincipal } = parts
  const tokens = createTokens(folder.secret('access.key'), folder.secret('refresh.key'), clock)
  const passwords = await createPasswords()
  const guard = createSignInGuard(counters)
  const live = createLiveSessions()
  const origins = originRules(env)
  const cookies = cookieNames(env)
  const tickets = createTickets(clock, live.isLive)
  const setup = await createSetup({ env, app, clock, newId, passwords, log })

  for (const row of await app.user.findMany({ select: userColumns })) live.putUser(liveUser(row))
  const open = await app.session.findMany({
    where: { endedAt: null, expiresAt: { gt: new Date(clock()) } },
    select: { id: true, userId: true },
  })
  for (const session of open) live.putSession(session.id, session.userId)

  async function tokensFor(user: LiveUser, sessionId: string, generation: number): Promise<SessionTokens> {
    const access = await tokens.signAccess({ userId: user.id, sessionId, epoch: user.epoch })
    return { access, refresh: tokens.refreshToken({ sessionId, generation }), user }
  }

  async function startSession(user: LiveUser, caller: Caller): Promise<SessionTokens> {
    const sessionId = newId('session')
    const now = clock()
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
    live.putSession(sessionId, user.id)
    return tokensFor(user, sessionId, 0)
  }

  async function end(sessionId: string, because: string): Promise<void> {
    live.end(sessionId)
    await app.session.updateMany({
      where: { id: sessionId, endedAt: null },
      data: { endedAt: new Date(clock()), endedBecause: because },
    })
  }

  function needOwner() {
    if (!setup.ownerExists())
      throw new LoomError('setup-needed', 403, false, 'This installation has no owner yet. Open the set-up link.')
  }

  async function signIn(input: { login: string; password: string }, caller: Caller): Promise<SessionTokens> {
    needOwner()
    await guard.check(input.login, caller.address)
    const row = await app.user.findUnique({ where: { login: input.login }, select: userColumns })
    if (!(await passwords.matches(row?.passwordHash ?? null, input.password)) || !row || row.suspendedAt) {
      await guard.failed(input.login, caller.address)
      throw new LoomError('wrong-credentials', 401, false, 'The name or the password is wrong.')
    }
    await guard.succeeded(input.login, caller.address)
    if (passwords.isOutdated(row.passwordHash)) {
      await app.user.update({
        where: { id: row.id },
        data: { passwordHash: await passwords.hash(input.password) },
        select: { id: true },
      })
    }
    const user = liveUser(row)
    live.putUser(user)
    return startSession(user, caller)
  }

  async function refresh(token: string | null): Promise<SessionTokens> {
    const claims = token === null ? null : tokens.readRefresh(token)
    const row = claims && (await app.session.findUnique({ where: { id: claims.sessionId } }))
    const user = row && live.user(row.userId)
    if (!claims || !row || !user || user.suspended) throw new UnauthenticatedError('You are signed out. Sign in again.')
    const facts = {
      generation: row.generation,
      rotatedAtMs: row.rotatedAt.getTime(),
      expiresAtMs: row.expiresAt.getTime(),
      ended: row.endedAt !== null,
    }
    const verdict = judgeRefresh(facts, claims.generation, clock())
    if (verdict === 'stolen') {
      await end(row.id, 'refresh-reused')
      log.warn({ sessionId: row.id }, 'an old refresh token was used again; the session was ended')
    }
    if (verdict === 'stolen' || verdict === 'over') throw new UnauthenticatedError('You are signed out. Sign in again.')
    if (verdict === 'repeat') return tokensFor(user, row.id, row.generation)
    if (!sameBytes(row.refreshHash, hashToken(token ?? '')))
      throw new UnauthenticatedError('You are signed out. Sign in again.')
    const generation = row.generation + 1
    // The condition lets exactly one of many parallel calls rotate; the others find the new row and repeat its answer.
    const { count } = await app.session.updateMany({
      where: { id: row.id, generation: row.generation, endedAt: null },
      data: {
        generation,
        rotatedAt: new Date(clock()),
        refreshHash: hashToken(tokens.refreshToken({ sessionId: row.id, generation })),
      },
    })
    return count === 1 ? tokensFor(user, row.id, generation) : refresh(token)
  }

  async function changePassword(
    principal: Principal,
    input: { current: string; next: string },
  ): Promise<SessionTokens> {
    const row = await app.user.findUniqueOrThrow({ where: { id: principal.userId }, select: userColumns })
    await guard.check(row.login, principal.sessionId)
    if (!(await passwords.matches(row.passwordHash, input.current))) {
      await guard.failed(row.login, principal.sessionId)
      throw new LoomError('wrong-credentials', 403, false, 'The present password is wrong.')
    }
    await setup.refuseWeak(input.next, row)
    await app.user.update({
      where: { id: row.id },
      data: { passwordHash: await passwords.hash(input.next), changedAt: new Date(clock()) },
      select: { id: true },
    })
    const others = await app.session.findMany({
      where: { userId: row.id, endedAt: null, id: { not: principal.sessionId } },
      select: { id: true },
    })
    for (const other of others) await end(other.id, 'password-changed')
    const session = await app.session.findUniqueOrThrow({
      where: { id: principal.sessionId },
      select: { generation: true },
    })
    return tokensFor(liveUser(row), principal.sessionId, session.generation)
  }

  async function resetPassword(login: string | null): Promise<{ login: string; password: string }> {
    const row = await app.user.findFirst({ where: login === null ? { owner: true } : { login }, select: userColumns })
    if (!row)
      throw new NotFoundError(login === null ? 'There is no owner yet.' : 'There is nobody with that sign-in name.')
    const password = randomBytes(12).toString('base64url')
    const now = new Date(clock())
    const passwordHash = await passwords.hash(password)
    const [, user] = await app.$transaction([
      app.session.updateMany({
        where: { userId: row.id, endedAt: null },
        data: { endedAt: now, endedBecause: 'password-reset' },
      }),
      app.user.update({
        where: { id: row.id },
        data: { passwordHash, changedAt: now, epoch: { increment: 1 } },
        select: userColumns,
      }),
    ])
    live.putUser(liveUser(user))
    return { login: row.login, password }
  }

  async function principalOf(headers: {
    readonly cookie: string | null
    readonly authorization: string | null
  }): Promise<Principal | null> {
    if (headers.authorization !== null) return workerPrincipal(headers.authorization)
    const token = readCookie(headers.cookie, cookies.access)
    const claims = token === null ? null : await tokens.readAccess(token)
    return claims && live.principalOf(claims)
  }

  function upgradeAllowed(request: IncomingMessage): boolean {
    return origins.hostAllowed(request.headers.host) && origins.originAllowed(request.headers.origin)
  }

  return {
    cookies,
    origins,
    tickets,
    ownerExists: setup.ownerExists,
    setupLink: setup.link,
    setUp: async (input, caller) => {
      const user = await setup.createOwner(input)
      live.putUser(user)
      return startSession(user, caller)
    },
    signIn,
    refresh,
    changePassword,
    resetPassword,
    sessionsOf: (userId) =>
      app.session.findMany({
        where: { userId, endedAt: null, expiresAt: { gt: new Date(clock()) } },
        orderBy: { createdAt: 'desc' },
        select: { id: true, userAgent: true, address: true, createdAt: true, rotatedAt: true },
      }),
    endSession: async (userId, sessionId) => {
      const mine = await app.session.findFirst({
        where: { id: sessionId, userId, endedAt: null },
        select: { id: true },
      })
      if (!mine) throw new NotFoundError('There is no such session.')
      await end(sessionId, 'signed-out')
    },
    user: live.user,
    principalOf,
    upgradeAllowed,
    authenticateUpgrade: async (request) =>
      upgradeAllowed(request) ? principalOf({ cookie: request.headers.cookie ?? null, authorization: null }) : null,
    isLive: live.isLive,
    onSessionEnded: live.onEnded,
  }
}

function liveUser(row: UserRow): LiveUser {
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
