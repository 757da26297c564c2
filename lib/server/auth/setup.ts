import { randomBytes } from 'node:crypto'
import { LoomError, NotFoundError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Env } from '../env.ts'
import type { Log } from '../log.ts'
import type { LiveUser } from './live-sessions.ts'
import type { Passwords } from './passwords.ts'
import { hashToken, sameBytes } from './tokens.ts'

/** How long a printed set-up link is good (S4). */
const LINK_MS = 30 * 60_000

interface SetupParts {
  readonly env: Env
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly passwords: Passwords
  readonly log: Log
  readonly audit: Pick<Audit, 'record'>
}

interface Setup {
  readonly ownerExists: () => boolean
  readonly link: () => string | null
  /** Makes the owner. Throws NotFoundError once there is one, LoomError 'setup-link' for a wrong, used or old link. */
  readonly createOwner: (input: { token: string; name: string; login: string; password: string }) => Promise<LiveUser>
}

/** First run: a new link at each start while nobody owns this installation, only its hash stored (S3-S5). */
export async function createSetup({ env, app, clock, newId, passwords, log, audit }: SetupParts): Promise<Setup> {
  let owned = (await app.ownership.count()) > 0
  let token: string | null = null
  if (!owned) {
    token = randomBytes(32).toString('base64url')
    const fresh = { hash: hashToken(token), expiresAt: new Date(clock() + LINK_MS), usedAt: null }
    await app.setupToken.upsert({ where: { id: 1 }, create: { id: 1, ...fresh }, update: fresh })
  }

  async function createOwner(input: {
    token: string
    name: string
    login: string
    password: string
  }): Promise<LiveUser> {
    if (owned) throw new NotFoundError()
    const stored = await app.setupToken.findUnique({ where: { id: 1 } })
    const good =
      stored && sameBytes(stored.hash, hashToken(input.token)) && !stored.usedAt && stored.expiresAt.getTime() > clock()
    if (!good) {
      throw new LoomError(
        'setup-link',
        403,
        false,
        'This set-up link is used up or older than 30 minutes. Start the program again; it prints a new one.',
      )
    }
    await passwords.refuseWeak(input.password, input)
    const passwordHash = await passwords.hash(input.password)
    const now = new Date(clock())
    const userId = newId('user')
    await audit.record({ action: 'registered', actor: userId, subject: userId, facts: { role: 'admin', owner: true } })
    try {
      // One batch, and the fixed key of Ownership: of two set-ups at once the second fails as a whole (S5).
      await app.$transaction([
        app.ownership.create({ data: { id: 1, userId, createdAt: now } }),
        app.user.create({
          data: {
            id: userId,
            name: input.name,
            login: input.login,
            passwordHash,
            roles: '["admin"]',
            owner: true,
            createdAt: now,
            changedAt: now,
          },
        }),
        app.setupToken.update({ where: { id: 1 }, data: { usedAt: now } }),
      ])
    } catch (cause) {
      if ((await app.ownership.count()) === 0) throw cause
      owned = true
      throw new NotFoundError()
    }
    owned = true
    token = null
    log.info({ userId }, 'this installation has an owner now')
    return {
      id: userId,
      name: input.name,
      login: input.login,
      roles: ['admin'],
      owner: true,
      epoch: 0,
      suspended: false,
    }
  }

  return {
    ownerExists: () => owned,
    link: () => (token === null ? null : `${env.publicUrl}/setup#${token}`),
    createOwner,
  }
}
