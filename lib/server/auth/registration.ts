import { z } from 'zod'
import type { PersonRole, Principal } from '#lib/accounts/policy.ts'
import { ConflictError, LoomError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Auth } from './auth.ts'
import { asBadLink, type GoodInvitation, type Invitations } from './invitations.ts'
import type { Members } from './members.ts'
import { NO_PASSWORD } from './passwords.ts'
import type { Caller, SessionTokens } from './sessions.ts'
import type { InTurn } from './turn.ts'

/** Who may register: somebody with an invitation only, or anybody, who then holds `openRole` on the installation. */
export const registrationSettings = z.strictObject({
  registration: z.enum(['invitation', 'open']),
  openRole: z.enum(['viewer', 'editor']),
})
export type RegistrationSettings = z.infer<typeof registrationSettings>

const KEY = 'registration'
const CLOSED: RegistrationSettings = { registration: 'invitation', openRole: 'viewer' }
/** Under this name taken sign-in names are counted per address; no sign-in name has a space. */
const TAKEN_NAMES = 'taken names'

export interface NewPerson {
  readonly token?: string | undefined
  readonly name: string
  readonly login: string
  readonly password: string
}

/** How new people get an account. */
export interface Registration {
  readonly settings: () => Promise<RegistrationSettings>
  readonly change: (by: Principal, settings: RegistrationSettings) => Promise<void>
  /**
   * Makes an account and signs it in. Throws LoomError 'registration-closed' (403) without an invitation where one is
   * needed, 'invitation-link' (404), ConflictError for a taken name, InvalidInputError for a weak password,
   * RateLimitedError after many taken names.
   */
  readonly register: (
    person: NewPerson,
    caller: Caller,
  ) => Promise<{ readonly tokens: SessionTokens; readonly storyId: string | null }>
  /**
   * Makes an account without a password for somebody who proved elsewhere who they are, and signs it in. A taken sign-in
   * name gets a number: an account is never found by its name or mail address here. Throws as `register`.
   */
  readonly registerElsewhere: (
    person: Elsewhere,
    caller: Caller,
  ) => Promise<{ readonly tokens: SessionTokens; readonly storyId: string | null }>
}

/** Somebody as another sign-in knows them. */
export interface Elsewhere {
  readonly token?: string | undefined
  readonly name: string
  /** The sign-in name they would like. */
  readonly login: string
  readonly provider: string
  readonly subject: string
}

interface Admitted {
  readonly token: string | undefined
  readonly name: string
  readonly login: string
  readonly passwordHash: string
  readonly identity?: { readonly provider: string; readonly subject: string }
}

interface RegistrationParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly auth: Pick<Auth, 'accounts' | 'guard' | 'ownerExists' | 'passwords' | 'sessions' | 'welcome'>
  readonly invitations: Pick<Invitations, 'find' | 'using'>
  readonly members: Pick<Members, 'put'>
  readonly audit: Pick<Audit, 'record'>
  readonly inTurn: InTurn
}

/** Builds registration over app.db. */
export function createRegistration(parts: RegistrationParts): Registration {
  const { app, clock, newId, auth, invitations, members, audit, inTurn } = parts

  async function settings(): Promise<RegistrationSettings> {
    const row = await app.setting.findUnique({ where: { key: KEY } })
    // What cannot be read opens nothing.
    const known = row ? registrationSettings.safeParse(JSON.parse(row.value)) : null
    return known?.success ? known.data : CLOSED
  }

  async function grantOf(token: string | undefined): Promise<{ role: PersonRole; invitation: GoodInvitation | null }> {
    if (token !== undefined) {
      const invitation = await invitations.find(token)
      return { role: invitation.role, invitation }
    }
    const { registration, openRole } = await settings()
    if (registration === 'open') return { role: openRole, invitation: null }
    throw new LoomError(
      'registration-closed',
      403,
      false,
      'New people come by invitation here. Ask an admin for a link.',
    )
  }

  /** Without an invitation the answer tells a stranger which names exist, so it is made slow for them (B7). */
  async function refuseTaken(login: string, address: string): Promise<void> {
    await auth.guard.check(TAKEN_NAMES, address)
    if (!(await auth.accounts.byLogin(login))) return
    await auth.guard.failed(TAKEN_NAMES, address)
    throw taken()
  }

  async function register(
    { token, name, login, password }: NewPerson,
    caller: Caller,
  ): Promise<{ tokens: SessionTokens; storyId: string | null }> {
    if (!auth.ownerExists())
      throw new LoomError('setup-needed', 403, false, 'This installation has no owner yet. Open the set-up link.')
    await grantOf(token)
    await auth.passwords.refuseWeak(password, { login, name })
    await refuseTaken(login, caller.address)
    const passwordHash = await auth.passwords.hash(password)
    // Asked again in there: the hash took its time, and an invitation dies with its author's right to give it.
    return admit({ token, name, login, passwordHash }, caller)
  }

  async function registerElsewhere(
    { token, name, login, provider, subject }: Elsewhere,
    caller: Caller,
  ): Promise<{ tokens: SessionTokens; storyId: string | null }> {
    await grantOf(token)
    let free = login
    for (let number = 2; await auth.accounts.byLogin(free); number++) free = `${login}-${number}`
    return admit({ token, name, login: free, passwordHash: NO_PASSWORD, identity: { provider, subject } }, caller)
  }

  async function admit(
    { token, name, login, passwordHash, identity }: Admitted,
    caller: Caller,
  ): Promise<{ tokens: SessionTokens; storyId: string | null }> {
    const made = await inTurn(async () => {
      const { role, invitation } = await grantOf(token)
      if (await auth.accounts.byLogin(login)) throw taken()
      if (identity && (await app.identity.findUnique({ where: { provider_subject: identity } })))
        throw new ConflictError('This sign-in opens an account already. Sign in with it.')
      const id = newId('user')
      const now = new Date(clock())
      const story = invitation?.story ?? null
      const facts = {
        role,
        ...(invitation ? { invitationId: invitation.id } : {}),
        ...(identity ? { provider: identity.provider } : {}),
      }
      await audit.record({ action: 'registered', actor: id, subject: id, facts })
      if (invitation && story) {
        const gift = { storyId: story.id, role: story.role, rights: story.rights }
        await audit.record({ action: 'invitation-used', actor: id, subject: invitation.id, facts: gift })
      }
      const roles = JSON.stringify([role])
      const person = app.user.create({
        data: { id, name, login, passwordHash, roles, createdAt: now, changedAt: now },
      })
      const first = [
        person,
        ...(identity ? [app.identity.create({ data: { ...identity, userId: id, createdAt: now } })] : []),
        ...(invitation ? [invitations.using(invitation.id, id)] : []),
      ]
      const stored = story
        ? members.put(story.id, id, { role: story.role, rights: story.rights }, invitation?.createdBy ?? id, first)
        : app.$transaction(first)
      await stored.catch(asTaken).catch(asBadLink)
      const user = { id, name, login, roles: [role], owner: false, epoch: 0, suspended: false }
      auth.welcome(user)
      return { user, storyId: story?.id ?? null }
    })
    return { tokens: await auth.sessions.start(made.user, caller), storyId: made.storyId }
  }

  return {
    settings,
    register,
    registerElsewhere,
    change: async (by, wish) => {
      await audit.record({ action: 'settings-changed', actor: by.userId, subject: KEY, facts: { ...wish } })
      const row = { value: JSON.stringify(wish), changedAt: new Date(clock()), changedBy: by.userId }
      await app.setting.upsert({ where: { key: KEY }, create: { key: KEY, ...row }, update: row })
    },
  }
}

function asTaken(cause: unknown): never {
  // P2002: a unique field has that value already. The name was free just now; only a set-up could have taken it since.
  if (cause instanceof Error && 'code' in cause && cause.code === 'P2002') throw taken()
  throw cause
}

function taken(): ConflictError {
  return new ConflictError('That sign-in name is taken. Choose another one, or sign in if it is yours.', {
    issues: [{ path: ['login'], message: 'This sign-in name is taken.' }],
  })
}
