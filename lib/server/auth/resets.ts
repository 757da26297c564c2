import { randomBytes } from 'node:crypto'
import { signInRefusal } from '#lib/accounts/grants.ts'
import type { Principal } from '#lib/accounts/policy.ts'
import { ConflictError, ForbiddenError, LoomError, NotFoundError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Counters } from '../limits/counters.ts'
import type { Log } from '../log.ts'
import type { Auth } from './auth.ts'
import type { OneTimeLink } from './invitations.ts'
import type { Mail } from './mail.ts'
import type { Caller, SessionTokens } from './sessions.ts'
import { hashToken } from './tokens.ts'

/** How long a link is good (B7). */
const LINK_MS = 30 * 60_000
/** Mails with a link that one person gets in an hour at most, whoever asks for them. */
const MAILS_PER_HOUR = 3

/** Links that set a new password, once (AC37). */
export interface Resets {
  /** Makes a link for somebody else to be handed over. Throws NotFoundError, ForbiddenError, ConflictError for a suspended person. */
  readonly makeLink: (by: Principal, userId: string) => Promise<OneTimeLink>
  /**
   * Mails a link to whoever has this sign-in name, if there is somebody, it is a mail address and a mail server is set up.
   * Says nothing and returns at once, so that the answer is the same in words and in time (B7).
   */
  readonly forgot: (login: string) => void
  /**
   * Sets the password, ends every session and starts one here. Throws LoomError 'reset-link' (404) for a link that is
   * unknown, used or too old, InvalidInputError for a weak password, which leaves the link good.
   */
  readonly reset: (input: { token: string; password: string }, caller: Caller) => Promise<SessionTokens>
  /** Waits for mails under way. */
  readonly close: () => Promise<void>
}

interface ResetsParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly publicUrl: string
  readonly auth: Pick<Auth, 'accounts' | 'passwords' | 'sessions' | 'today' | 'user'>
  readonly audit: Pick<Audit, 'record'>
  readonly mail: Mail
  readonly counters: Pick<Counters, 'counter'>
  readonly log: Pick<Log, 'error'>
}

/** Builds password resets over app.db. */
export function createResets(parts: ResetsParts): Resets {
  const { app, clock, newId, publicUrl, auth, audit, mail, log } = parts
  const mails = parts.counters.counter({ name: 'reset-mail', points: MAILS_PER_HOUR, seconds: 3600 })
  const underWay = new Set<Promise<void>>()

  async function mailLink(login: string): Promise<void> {
    if (!mail.reaches(login)) return
    const row = await auth.accounts.byLogin(login)
    if (!row || row.suspendedAt !== null) return
    const { consumedPoints } = await mails.penalty(row.id)
    if (consumedPoints > MAILS_PER_HOUR) return
    const { link } = await make('nobody', row.id)
    await mail.send({ to: login, subject: words.subject, text: words.text(link) })
  }

  async function make(by: string, userId: string): Promise<OneTimeLink> {
    const token = randomBytes(32).toString('base64url')
    const id = newId('reset')
    const now = clock()
    const expiresAt = now + LINK_MS
    await audit.record({ action: 'reset-link-made', actor: by, subject: userId, facts: { resetId: id } })
    // One link at a time: an older one, perhaps in the wrong hands, ends here.
    await app.$transaction([
      app.passwordReset.deleteMany({ where: { userId, usedAt: null } }),
      app.passwordReset.create({
        data: {
          ...{ id, userId, createdBy: by, hash: hashToken(token) },
          createdAt: new Date(now),
          expiresAt: new Date(expiresAt),
        },
      }),
    ])
    return { id, link: `${publicUrl}/reset#${token}`, expiresAt }
  }

  return {
    makeLink: async (by, userId) => {
      const target = auth.user(userId)
      if (!target) throw new NotFoundError('There is no such person.')
      const { roles, owner } = target
      const refusal = signInRefusal(auth.today(by) ?? { ...by, roles: [] }, { userId, roles, owner })
      if (refusal !== null) throw new ForbiddenError(refusal)
      if (target.suspended) throw new ConflictError('This person is suspended. Restore them first.')
      return make(by.userId, userId)
    },
    forgot: (login) => {
      const work = mailLink(login)
        .catch((cause: unknown) => log.error({ err: cause }, 'a reset link could not be mailed'))
        .finally(() => underWay.delete(work))
      underWay.add(work)
    },
    reset: async ({ token, password }, caller) => {
      const good = { hash: hashToken(token), usedAt: null, expiresAt: { gt: new Date(clock()) } }
      const row = await app.passwordReset.findFirst({ where: good })
      const user = row && auth.user(row.userId)
      if (!row || !user || user.suspended) throw badLink()
      await auth.passwords.refuseWeak(password, user)
      const passwordHash = await auth.passwords.hash(password)
      await audit.record({ action: 'password-reset', actor: user.id, subject: user.id, facts: { resetId: row.id } })
      // The condition lets one of many parallel tries through.
      const { count } = await app.passwordReset.updateMany({ where: good, data: { usedAt: new Date(clock()) } })
      if (count !== 1) throw badLink()
      const changed = await auth.accounts.revoke(user.id, { passwordHash }, 'password-reset')
      return auth.sessions.start(changed, caller)
    },
    close: async () => void (await Promise.all(underWay)),
  }
}

const words = {
  subject: 'A new password for The Loom',
  text: (link: string) =>
    `Somebody asked for a new password for your account. Open this link within 30 minutes to choose one:\n\n${link}\n\n` +
    'It works once. If it was not you, do nothing: your password stays as it is.\n',
}

function badLink(): LoomError {
  return new LoomError('reset-link', 404, false, 'This link is used up or older than 30 minutes. Ask for a new one.')
}
