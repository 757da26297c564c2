import { login as loginRule, personName } from '#lib/accounts/password.ts'
import type { Principal } from '#lib/accounts/policy.ts'
import { safeNext } from '#lib/accounts/safe-next.ts'
import type { SignInProblem } from '#lib/accounts/sign-in-problem.ts'
import { ConflictError, LoomError, NotFoundError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Env } from '../env.ts'
import type { Log } from '../log.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Auth } from './auth.ts'
import { readCookie } from './cookies.ts'
import { createOidcClient, type Foreigner, type OidcClient, saidNo } from './oidc-client.ts'
import { type Flow, flowCookie, FLOW_MS } from './oidc-cookie.ts'
import { NO_PASSWORD } from './passwords.ts'
import type { Registration } from './registration.ts'
import type { Caller, SessionTokens } from './sessions.ts'

/** Signs the cookie of a flow; a file in the data folder. */
export const OIDC_SECRET = 'oidc.key'

/** A link between an account here and somebody at a provider. */
export interface Identity {
  readonly provider: string
  /** As the sign-in page calls the provider; its id when it is no longer set up. */
  readonly name: string
  /** UTC ms. */
  readonly createdAt: number
}

/** How a sign-in elsewhere is begun. */
export interface Beginning {
  /** Where to go afterwards; whatever is no path of ours means home (B8). */
  readonly next: string | null
  /** The session that links, or null for signing in. */
  readonly linkFor: Principal | null
  readonly invitation: string | null
}

/** Where the browser goes, and the cookies it takes along. */
export interface Departure {
  readonly location: string
  readonly cookies: readonly string[]
}

/** Sign-in by OpenID Connect: only a link made before, an invitation or open registration opens an account (AC50-AC54). */
export interface Oidc {
  /**
   * Throws NotFoundError for an unknown provider, LoomError 'provider-down' (502) when it cannot be asked about itself.
   */
  readonly begin: (provider: string, beginning: Beginning) => Promise<Departure>
  /** Where a begun flow that failed, or could not begin, leads: the page tells `problem` in words. */
  readonly refused: (next: string | null, linking: boolean, problem: SignInProblem) => string
  /** Ends a flow. `callback` is the query of the callback address as it came. Never throws for what a person can cause. */
  readonly finish: (provider: string, callback: string, cookie: string | null, caller: Caller) => Promise<Departure>
  readonly identitiesOf: (userId: string) => Promise<readonly Identity[]>
  /** Throws NotFoundError, and ConflictError where it is the person's only way in. */
  readonly unlink: (userId: string, provider: string) => Promise<void>
}

interface Parts {
  readonly env: Env
  readonly folder: Pick<DataFolder, 'secret'>
  readonly app: AppDb
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly auth: Pick<Auth, 'accounts' | 'cookies' | 'isLive' | 'ownerExists' | 'sessions' | 'user'>
  readonly registration: Pick<Registration, 'registerElsewhere'>
  readonly audit: Pick<Audit, 'record' | 'tally'>
}

/** A flow that ends without opening anything. */
class Refused extends Error {
  readonly problem: SignInProblem
  constructor(problem: SignInProblem) {
    super(problem)
    this.problem = problem
  }
}

/** Builds sign-in elsewhere over the providers of the settings. */
export function createOidc(parts: Parts): Oidc {
  const { env, folder, app, clock, log, outbound, auth, registration, audit } = parts
  const cookie = flowCookie(env, folder.secret(OIDC_SECRET), clock)
  const clients = new Map<string, OidcClient>()
  for (const provider of env.signInProviders) {
    const redirectUri = callbackOf(provider.id)
    clients.set(provider.id, createOidcClient({ provider, redirectUri, outbound, clock }))
  }
  /** States that came back already, with the time their cookie dies by itself. */
  const spent = new Map<string, number>()

  function callbackOf(provider: string): string {
    return `${env.publicUrl}/api/auth/oidc/${provider}/callback`
  }

  function clientOf(provider: string): OidcClient {
    const client = clients.get(provider)
    if (!client) throw new NotFoundError('There is no such way to sign in here.')
    return client
  }

  function spend(state: string): boolean {
    const now = clock()
    for (const [old, dies] of spent) if (dies <= now) spent.delete(old)
    if (spent.has(state)) return false
    spent.set(state, now + FLOW_MS)
    return true
  }

  function warn(provider: string, cause: unknown): void {
    // Codes only: messages of a provider may hold what it knows of people.
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const name = cause instanceof Error ? cause.name : 'unknown'
    log.warn({ provider, name, code }, 'a sign-in elsewhere failed')
  }

  function refused(next: string | null, linking: boolean, problem: SignInProblem): string {
    const safe = safeNext(next)
    if (!linking) return `/sign-in?${new URLSearchParams({ problem, ...(safe === '/' ? {} : { next: safe }) })}`
    const back = new URL(safe, env.publicUrl)
    back.searchParams.set('problem', problem)
    return back.pathname + back.search + back.hash
  }

  async function redeem(provider: string, query: string, flow: Flow): Promise<Foreigner> {
    try {
      return await clientOf(provider).finish(new URL(`${callbackOf(provider)}${query}`), flow)
    } catch (cause) {
      if (saidNo(cause)) throw new Refused('declined')
      warn(provider, cause)
      throw new Refused('provider')
    }
  }

  async function link(flow: Flow & { readonly linkFor: object }, subject: string): Promise<void> {
    const { provider } = flow
    const { userId, sessionId } = flow.linkFor
    const user = auth.user(userId)
    // The session cookie does not come along from another site, so the flow carries which session began.
    if (!user || user.suspended || !auth.isLive(sessionId)) throw new Refused('signed-out')
    const known = await app.identity.findUnique({ where: { provider_subject: { provider, subject } } })
    if (known?.userId === userId) return
    if (known || (await app.identity.count({ where: { provider, userId } })) > 0) throw new Refused('taken')
    await audit.record({ action: 'identity-linked', actor: userId, subject: userId, facts: { provider } })
    await app.identity.create({ data: { provider, subject, userId, createdAt: new Date(clock()) } })
  }

  async function signIn(flow: Flow, foreigner: Foreigner, caller: Caller): Promise<SessionTokens> {
    const { provider, invitation } = flow
    const { subject } = foreigner
    const known = await app.identity.findUnique({ where: { provider_subject: { provider, subject } } })
    if (known) {
      const user = auth.user(known.userId)
      if (!user || user.suspended) throw new Refused('unknown')
      return auth.sessions.start(user, caller)
    }
    try {
      const { name, login } = await profileOf(foreigner, provider)
      const token = invitation ?? undefined
      return (await registration.registerElsewhere({ token, name, login, provider, subject }, caller)).tokens
    } catch (cause) {
      if (!(cause instanceof LoomError)) throw cause
      throw new Refused(cause.code === 'invitation-link' ? 'invitation' : 'unknown')
    }
  }

  /** A name and a sign-in name that fit our rules, from what the provider tells. */
  async function profileOf(foreigner: Foreigner, provider: string): Promise<{ name: string; login: string }> {
    const told = await foreigner.profile().catch((cause: unknown) => {
      warn(provider, cause)
      throw new Refused('provider')
    })
    const login = loginRule.safeParse(told.login ?? '').data ?? `${provider}-person`
    return { login, name: personName.safeParse(told.name ?? '').data ?? login.slice(0, 80) }
  }

  return {
    refused,
    begin: async (provider, { next, linkFor, invitation }) => {
      const client = clientOf(provider)
      if (!auth.ownerExists())
        throw new LoomError('setup-needed', 403, false, 'This installation has no owner yet. Open the set-up link.')
      const { address, challenge } = await client.begin().catch((cause: unknown) => {
        warn(provider, cause)
        throw new LoomError('provider-down', 502, true, 'The provider cannot be reached. Try again later.')
      })
      const who = linkFor && { userId: linkFor.userId, sessionId: linkFor.sessionId }
      const flow: Flow = { provider, ...challenge, next: safeNext(next), linkFor: who, invitation }
      return { location: address, cookies: [await cookie.set(flow)] }
    },
    finish: async (provider, callback, cookies, caller) => {
      clientOf(provider)
      const query = new URLSearchParams(callback)
      const flow = await cookie.read(readCookie(cookies, cookie.name))
      // Without its cookie a callback has no effect at all: not even a cookie is taken away.
      if (flow?.provider !== provider || flow.state !== query.get('state'))
        return { location: refused(null, false, 'expired'), cookies: [] }
      const done = [cookie.clear()]
      try {
        if (!spend(flow.state)) throw new Refused('expired')
        const foreigner = await redeem(provider, callback, flow)
        if (flow.linkFor) {
          await link({ ...flow, linkFor: flow.linkFor }, foreigner.subject)
          return { location: flow.next, cookies: done }
        }
        const tokens = await signIn(flow, foreigner, caller)
        return { location: flow.next, cookies: [...done, ...auth.cookies.set(tokens)] }
      } catch (cause) {
        if (!(cause instanceof Refused)) throw cause
        if (flow.linkFor === null)
          audit.tally({ action: 'sign-in-failed', actor: 'nobody', facts: { provider, problem: cause.problem } })
        return { location: refused(flow.next, flow.linkFor !== null, cause.problem), cookies: done }
      }
    },
    identitiesOf: async (userId) =>
      (await app.identity.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } })).map((row) => ({
        provider: row.provider,
        name: env.signInProviders.find((one) => one.id === row.provider)?.name ?? row.provider,
        createdAt: row.createdAt.getTime(),
      })),
    unlink: async (userId, provider) => {
      const [mine, person] = await Promise.all([
        app.identity.findMany({ where: { userId }, select: { provider: true } }),
        auth.accounts.byId(userId),
      ])
      if (!mine.some((one) => one.provider === provider)) throw new NotFoundError('There is no such link.')
      if (mine.length === 1 && person?.passwordHash === NO_PASSWORD)
        throw new ConflictError('This is your only way in. Set a password first, by a reset link.')
      await audit.record({ action: 'identity-unlinked', actor: userId, subject: userId, facts: { provider } })
      await app.identity.deleteMany({ where: { userId, provider } })
    },
  }
}
