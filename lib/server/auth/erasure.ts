import type { Principal } from '#lib/accounts/policy.ts'
import { ConflictError, LoomError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Auth } from './auth.ts'
import type { Members } from './members.ts'
import { NO_PASSWORD } from './passwords.ts'
import type { InTurn } from './turn.ts'

/** A story that its owner has to hand over or trash first. */
export interface OwnedStory {
  readonly id: string
  readonly title: string
}

interface ErasureParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly auth: Pick<Auth, 'accounts' | 'forget' | 'guard' | 'passwords'>
  readonly apiKeys: Pick<ApiKeys, 'forget'>
  readonly members: Members
  readonly audit: Audit
  readonly inTurn: InTurn
  /** The story while it is neither unknown nor in the trash. */
  readonly storyInUse: (storyId: string) => OwnedStory | null
}

/** Ends an account for good (H6). */
export interface Erasure {
  /**
   * Erases the person's row and all that hangs on it, ends their sessions and keys, closes their sockets. Events and the
   * audit log keep only their id. Throws LoomError 'wrong-credentials' (403), 'owner-stays' (409) for the owner of the
   * installation, ConflictError that lists their stories in use, RateLimitedError.
   */
  readonly erase: (principal: Principal, password: string) => Promise<void>
}

/** Builds erasure over app.db; in turn with every other change of rights. */
export function createErasure(parts: ErasureParts): Erasure {
  const { app, clock, auth, apiKeys, members, audit, inTurn, storyInUse } = parts

  async function prove({ userId, sessionId }: Principal, password: string) {
    const row = await auth.accounts.byId(userId)
    if (!row) throw new LoomError('wrong-credentials', 403, false, 'This account is gone already.')
    if (row.passwordHash === NO_PASSWORD)
      throw new ConflictError(
        'Your account has no password yet. Ask an admin for a reset link, set one, and try again.',
      )
    const right = await auth.guard.attempt(row.login, sessionId, async () =>
      (await auth.passwords.matches(row.passwordHash, password)) ? true : null,
    )
    if (!right) {
      audit.tally({ action: 'sign-in-failed', actor: userId, subject: userId, facts: { for: 'delete-me' } })
      const message = 'The password is wrong. Nothing was erased: type it again.'
      throw new LoomError('wrong-credentials', 403, false, message, { issues: [{ path: ['password'], message }] })
    }
    return row
  }

  function ownedInUse(userId: string): OwnedStory[] {
    const owned = members.storiesOf(userId).filter((storyId) => members.standing(storyId, userId)?.owner)
    return owned.flatMap((storyId) => storyInUse(storyId) ?? [])
  }

  return {
    erase: (principal, password) =>
      inTurn(async () => {
        const row = await prove(principal, password)
        if (row.owner)
          throw new LoomError(
            'owner-stays',
            409,
            false,
            'The owner of this installation keeps their account. Make somebody else the owner first: stop the program and run npm run loom -- owner --login THEIR-SIGN-IN-NAME.',
          )
        const stories = ownedInUse(row.id)
        if (stories.length > 0)
          throw new ConflictError('Hand these stories over or put them in the trash first. Nothing was erased.', {
            stories,
          })
        await audit.record({ action: 'account-deleted', actor: row.id, subject: row.id })
        // Answers kept for a repeat may hold the name as a whole value; a repeat then hears that its answer is gone.
        const [name, login] = [JSON.stringify(row.name), JSON.stringify(row.login)]
        await app.$transaction([
          app.$executeRaw`UPDATE "IdempotentAnswer" SET "body" = NULL WHERE instr("body", ${name}) > 0 OR instr("body", ${login}) > 0`,
          app.invitation.updateMany({
            where: { OR: [{ createdBy: row.id }, { usedBy: row.id }] },
            data: { note: '' },
          }),
          app.invitation.updateMany({
            where: { createdBy: row.id, usedAt: null, revokedAt: null },
            data: { revokedAt: new Date(clock()) },
          }),
          // Sessions, memberships, keys, sign-ins elsewhere and reset links go with it.
          app.user.delete({ where: { id: row.id }, select: { id: true } }),
        ])
        auth.forget(row.id)
        apiKeys.forget(row.id)
        members.forget(row.id)
        // Erased pages are overwritten (secure_delete); this empties the write-ahead log of their older state.
        await app.$queryRaw`PRAGMA wal_checkpoint(TRUNCATE)`
      }),
  }
}
