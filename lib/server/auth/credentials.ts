import { randomBytes } from 'node:crypto'
import type { Principal } from '#lib/accounts/policy.ts'
import { LoomError, NotFoundError } from '#lib/kernel/errors.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import { liveUser, type Accounts } from './accounts.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { Passwords } from './passwords.ts'
import type { Caller, Sessions, SessionTokens } from './sessions.ts'
import type { SignInGuard } from './sign-in-guard.ts'

/** Names and passwords: proving who one is, and changing the proof. */
export interface Credentials {
  /** Throws LoomError 'wrong-credentials', the same for an unknown name, a wrong password and a suspended person (B7), and RateLimitedError. */
  readonly signIn: (input: { login: string; password: string }, caller: Caller) => Promise<SessionTokens>
  /** Sets a new password and ends every other session (B4). Throws LoomError 'wrong-credentials', InvalidInputError, RateLimitedError. */
  readonly changePassword: (principal: Principal, input: { current: string; next: string }) => Promise<SessionTokens>
  /**
   * Gives a person a new random password and ends all their sessions. Only the command line calls it: whoever may run
   * that on this machine may read the data folder anyway. Throws NotFoundError.
   */
  readonly resetPassword: (login: string) => Promise<{ readonly login: string; readonly password: string }>
}

interface CredentialsParts {
  readonly app: AppDb
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly guard: SignInGuard
  readonly live: LiveSessions
  readonly sessions: Sessions
  readonly audit: Pick<Audit, 'record' | 'tally'>
}

/** Builds sign-in by name and password. */
export function createCredentials(parts: CredentialsParts): Credentials {
  const { app, accounts, passwords, guard, live, sessions, audit } = parts

  async function signIn(input: { login: string; password: string }, caller: Caller): Promise<SessionTokens> {
    const row = await guard.attempt(input.login, caller.address, async () => {
      const found = await accounts.byLogin(input.login)
      const matches = await passwords.matches(found?.passwordHash ?? null, input.password)
      if (matches && found?.suspendedAt === null) return found
      // What was typed stays out of it: people type passwords into the name.
      const facts = { known: found !== null }
      audit.tally({ action: 'sign-in-failed', actor: 'nobody', subject: found?.id ?? '', facts })
      return null
    })
    if (!row) {
      throw new LoomError('wrong-credentials', 401, false, 'The name or the password is wrong.')
    }
    if (passwords.isOutdated(row.passwordHash)) {
      const passwordHash = await passwords.hash(input.password)
      // Only over the hash that was judged: a new password set meanwhile stays.
      await app.user.updateMany({ where: { id: row.id, passwordHash: row.passwordHash }, data: { passwordHash } })
    }
    // The row is as old as the judging took. Who is known keeps today's roles; the epoch of the judged row stays, so
    // that a password changed meanwhile refuses the session.
    if (!live.user(row.id)) live.putUser(liveUser(row))
    return sessions.start({ ...(live.user(row.id) ?? liveUser(row)), epoch: row.epoch }, caller)
  }

  async function changePassword(
    principal: Principal,
    input: { current: string; next: string },
  ): Promise<SessionTokens> {
    const row = await accounts.byId(principal.userId)
    if (!row) throw new NotFoundError()
    const right = await guard.attempt(row.login, principal.sessionId, async () =>
      (await passwords.matches(row.passwordHash, input.current)) ? true : null,
    )
    if (!right) {
      audit.tally({ action: 'sign-in-failed', actor: row.id, subject: row.id, facts: { for: 'password' } })
      const message = 'The present password is wrong. Nothing was changed: type it again.'
      throw new LoomError('wrong-credentials', 403, false, message, { issues: [{ path: ['current'], message }] })
    }
    await passwords.refuseWeak(input.next, row, 'next')
    const passwordHash = await passwords.hash(input.next)
    await audit.record({ action: 'password-changed', actor: row.id, subject: row.id })
    const user = await accounts.revoke(row.id, { passwordHash }, 'password-changed', principal.sessionId)
    await app.passwordReset.deleteMany({ where: { userId: row.id, usedAt: null } })
    return sessions.renew(user, principal.sessionId)
  }

  async function resetPassword(login: string): Promise<{ login: string; password: string }> {
    const row = await accounts.byLogin(login)
    if (!row) throw new NotFoundError('There is nobody with that sign-in name.')
    const password = randomBytes(12).toString('base64url')
    await audit.record({ action: 'password-reset', actor: 'command-line', subject: row.id })
    await accounts.revoke(row.id, { passwordHash: await passwords.hash(password) }, 'password-reset')
    await app.passwordReset.deleteMany({ where: { userId: row.id, usedAt: null } })
    return { login: row.login, password }
  }

  return { signIn, changePassword, resetPassword }
}
