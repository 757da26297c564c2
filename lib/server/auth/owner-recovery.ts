import { randomBytes } from 'node:crypto'
import { ConflictError, NotFoundError } from '#lib/kernel/errors.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Auth } from './auth.ts'

/** Somebody who owns the installation, with a password that is shown once. */
export interface RecoveredOwner {
  readonly login: string
  readonly password: string
}

interface Parts {
  readonly app: AppDb
  readonly audit: Pick<Audit, 'record'>
  readonly auth: Pick<Auth, 'accounts' | 'ownerExists' | 'passwords' | 'sessions' | 'setupLink' | 'setUp'>
}

/** For whoever may run commands on the machine, and so may read the data folder anyway (S5). */
export interface OwnerRecovery {
  /** Makes the first owner without the set-up page. Throws ConflictError when there is one. */
  readonly create: (person: { readonly name: string; readonly login: string }) => Promise<RecoveredOwner>
  /**
   * Gives the owner a new password, or makes the person named the owner in the place of who was; ends their sessions.
   * A suspended person is restored. Throws NotFoundError.
   */
  readonly recover: (login: string | null, by: string) => Promise<RecoveredOwner>
}

/** Builds the way back in for an owner. */
export function createOwnerRecovery({ app, audit, auth }: Parts): OwnerRecovery {
  const newPassword = () => randomBytes(12).toString('base64url')
  return {
    create: async ({ name, login }) => {
      const token = auth.setupLink()?.split('#')[1]
      if (auth.ownerExists() || token === undefined) throw new ConflictError('There is an owner already.')
      const password = newPassword()
      const { user } = await auth.setUp(
        { token, name, login, password },
        { address: 'command line', userAgent: 'command line' },
      )
      await auth.sessions.endAll(user.id, 'command-line')
      return { login, password }
    },
    recover: async (login, by) => {
      const before = await auth.accounts.owner()
      const next = login === null ? before : await auth.accounts.byLogin(login)
      if (!before) throw new NotFoundError('There is no owner yet.')
      if (!next) throw new NotFoundError('There is nobody with that sign-in name.')
      const password = newPassword()
      const passwordHash = await auth.passwords.hash(password)
      await audit.record({ action: 'owner-recovered', actor: by, subject: next.id, facts: { before: before.id } })
      if (next.id !== before.id) {
        await app.$transaction([
          app.ownership.update({ where: { id: 1 }, data: { userId: next.id } }),
          app.user.update({ where: { id: before.id }, data: { owner: false } }),
          app.user.update({ where: { id: next.id }, data: { owner: true } }),
        ])
      }
      const change = { passwordHash, roles: '["admin"]', suspendedAt: null }
      await auth.accounts.revoke(next.id, change, 'owner-recovered')
      await app.passwordReset.deleteMany({ where: { userId: next.id, usedAt: null } })
      return { login: next.login, password }
    },
  }
}
