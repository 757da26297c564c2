import type { IncomingMessage } from 'node:http'
import { LoomError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { Principal } from '#lib/accounts/policy.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Env } from '../env.ts'
import { originRules, type OriginRules } from '../http/origin.ts'
import type { Counters } from '../limits/counters.ts'
import type { Log } from '../log.ts'
import { createAccounts, liveUser, userColumns, type Accounts } from './accounts.ts'
import { cookieNames, readCookie, type CookieNames } from './cookies.ts'
import { createCredentials, type Credentials } from './credentials.ts'
import { createLiveSessions, type LiveUser } from './live-sessions.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import { createSessions, type Caller, type Sessions, type SessionTokens } from './sessions.ts'
import { createSetup } from './setup.ts'
import { createSignInGuard, type SignInGuard } from './sign-in-guard.ts'
import { createTickets, type Tickets } from './tickets.ts'
import { ACCESS_SECRET, createTokens, REFRESH_SECRET } from './tokens.ts'

export interface Auth extends Credentials {
  readonly cookies: CookieNames
  readonly origins: OriginRules
  readonly tickets: Tickets
  readonly sessions: Sessions
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly guard: SignInGuard
  /** True once somebody owns this installation; never false again afterwards. */
  readonly ownerExists: () => boolean
  /** The set-up link to print, or null when there is an owner. */
  readonly setupLink: () => string | null
  readonly setUp: (
    input: { token: string; name: string; login: string; password: string },
    caller: Caller,
  ) => Promise<SessionTokens>
  readonly user: (userId: string) => LiveUser | null
  /** Takes somebody new into the live table. */
  readonly welcome: (user: LiveUser) => void
  /** Ends every session of somebody whose account is gone, and knows them no more. */
  readonly forget: (userId: string) => void
  /** Who a request speaks for: the access cookie, or a key as a bearer token. Null for nobody. */
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
  /** The principal of an open connection with today's roles; null once the session is over. */
  readonly today: (principal: Principal) => Principal | null
  /** Calls the listener when a session ends (sign-out, theft, suspension); answers how to stop listening. */
  readonly onSessionEnded: (listener: (sessionId: string) => void) => () => void
  /** Calls the listener when somebody's name or roles on the installation changed; answers how to stop listening. */
  readonly onUserChanged: (listener: (userId: string) => void) => () => void
}

interface AuthParts {
  readonly env: Env
  readonly folder: DataFolder
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly counters: Pick<Counters, 'counter'>
  readonly audit: Audit
  /** Who a key in the Authorization header speaks for: a person or a worker. Null for nobody. */
  readonly bearerPrincipal: (authorization: string) => Promise<Principal | null>
}

/** Builds sign-in, sessions and tickets over app.db and loads the live sessions into memory. */
export async function createAuth(parts: AuthParts): Promise<Auth> {
  const { env, folder, app, clock, newId, log, counters, audit, bearerPrincipal } = parts
  const tokens = createTokens(folder.secret(ACCESS_SECRET), folder.secret(REFRESH_SECRET), clock)
  const passwords = await createPasswords()
  const guard = createSignInGuard(counters)
  const live = createLiveSessions(clock)
  const origins = originRules(env)
  const cookies = cookieNames(env)
  const setup = await createSetup({ env, app, clock, newId, passwords, log, audit })
  const accounts = createAccounts({ app, clock, live })
  for (const row of await app.user.findMany({ select: userColumns })) live.putUser(liveUser(row))
  const sessions = await createSessions({ app, clock, newId, log, tokens, live, audit })
  const credentials = createCredentials({ app, accounts, passwords, guard, live, sessions, audit })

  async function principalOf(headers: {
    readonly cookie: string | null
    readonly authorization: string | null
  }): Promise<Principal | null> {
    if (headers.authorization !== null) return bearerPrincipal(headers.authorization)
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
    tickets: createTickets(clock, live.isLive),
    sessions,
    accounts,
    passwords,
    guard,
    ownerExists: setup.ownerExists,
    setupLink: setup.link,
    setUp: async (input, caller) => {
      const user = await setup.createOwner(input)
      live.putUser(user)
      return sessions.start(user, caller)
    },
    ...credentials,
    signIn: (input, caller) => {
      if (setup.ownerExists()) return credentials.signIn(input, caller)
      throw new LoomError('setup-needed', 403, false, 'This installation has no owner yet. Open the set-up link.')
    },
    user: live.user,
    welcome: (user) => live.putUser(user),
    forget: live.forget,
    principalOf,
    upgradeAllowed,
    authenticateUpgrade: async (request) =>
      upgradeAllowed(request) ? principalOf({ cookie: request.headers.cookie ?? null, authorization: null }) : null,
    isLive: live.isLive,
    today: live.today,
    onSessionEnded: live.onEnded,
    onUserChanged: live.onChanged,
  }
}
