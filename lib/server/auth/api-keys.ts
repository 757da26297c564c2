import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type KeyGrant, type Principal, type Scope, SCOPES } from '#lib/accounts/policy.ts'
import { ConflictError, NotFoundError } from '#lib/kernel/errors.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Log } from '../log.ts'
import type { LiveUser } from './live-sessions.ts'
import { hashToken, sameBytes } from './tokens.ts'

const DAY_MS = 24 * 3_600_000
export const KEY_DAYS_MAX = 365
export const KEY_PER_MINUTE_MAX = 600
/** Requests per minute of a key whose maker said nothing. */
export const KEY_PER_MINUTE = 60
/** Keys in use that one person may have. */
export const KEYS_PER_PERSON = 50
/** The last use is written this often at most. */
const NOTED_EVERY_MS = 60_000

const SHAPE = /loom_([0-9A-Za-z]{2}_[0-9a-z]{22})_([A-Za-z0-9_-]{43})/
const BEARER = new RegExp(`^Bearer ${SHAPE.source}$`, 'i')
/** A key of a person or of a worker, wherever it stands. */
const ANY_KEY = new RegExp(`${SHAPE.source}|loomw_[A-Za-z0-9_-]{43}`)

/** What a key was made with, and what became of it. Times are UTC ms. */
export interface ApiKey {
  readonly grant: KeyGrant
  readonly userId: string
  readonly name: string
  readonly createdAt: number
  readonly expiresAt: number
  /** To the minute; null for a key never used. */
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

export interface ApiKeys {
  /**
   * Makes a key; its text is answered once and stored only as a hash (B10). `days` 1 to KEY_DAYS_MAX, `perMinute` 1 to
   * KEY_PER_MINUTE_MAX. `by` is who made it, the person by default. Throws ConflictError when the person has
   * KEYS_PER_PERSON in use.
   */
  readonly make: (
    userId: string,
    input: {
      readonly name: string
      readonly scopes: readonly Scope[]
      readonly storyId: string | null
      readonly days: number
      readonly perMinute: number
    },
    by?: string,
  ) => Promise<{ readonly id: string; readonly key: string }>
  /** Keys of a person, newest first, those no longer good among them. */
  readonly of: (userId: string) => readonly ApiKey[]
  /** Kills a key at once. Throws NotFoundError for one that is not this person's, or was revoked before. */
  readonly revoke: (userId: string, keyId: string, by?: string) => Promise<void>
  /** Forgets the keys of somebody whose account is gone. */
  readonly forget: (userId: string) => void
  /** Who an Authorization header speaks for; null for no key, an unknown, revoked or expired one, or a key of nobody. */
  readonly principalOf: (authorization: string, user: (userId: string) => LiveUser | null) => Promise<Principal | null>
}

interface Stored extends ApiKey {
  readonly hash: string
}

const scopesColumn = z.array(z.string()).transform((held) => SCOPES.filter((scope) => held.includes(scope)))

interface Parts {
  readonly app: AppDb
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly audit: Pick<Audit, 'record'>
}

/** Loads every key; requests are compared with the copy in memory, so that a revoked key is dead at once (A6). */
export async function createApiKeys({ app, clock, newId, log, audit }: Parts): Promise<ApiKeys> {
  const keys = new Map<string, Stored>()
  for (const row of await app.apiKey.findMany()) {
    keys.set(row.id, {
      // A scope nobody knows any more opens nothing.
      grant: {
        id: row.id,
        scopes: scopesColumn.parse(JSON.parse(row.scopes)),
        storyId: row.storyId,
        perMinute: row.perMinute,
      },
      hash: row.hash,
      userId: row.userId,
      name: row.name,
      createdAt: row.createdAt.getTime(),
      expiresAt: row.expiresAt.getTime(),
      lastUsedAt: row.lastUsedAt?.getTime() ?? null,
      revokedAt: row.revokedAt?.getTime() ?? null,
    })
  }

  function isGood(key: ApiKey): boolean {
    return key.revokedAt === null && key.expiresAt > clock()
  }

  async function noteUse(key: Stored): Promise<void> {
    const now = clock()
    if (key.lastUsedAt !== null && now < key.lastUsedAt + NOTED_EVERY_MS) return
    keys.set(key.grant.id, { ...key, lastUsedAt: now })
    try {
      await app.apiKey.updateMany({ where: { id: key.grant.id }, data: { lastUsedAt: new Date(now) } })
    } catch (err) {
      // A full disk must not stop what only reads.
      log.warn({ err, keyId: key.grant.id }, 'the last use of a key could not be noted')
    }
  }

  return {
    make: async (userId, { name, scopes, storyId, days, perMinute }, by = userId) => {
      const inUse = [...keys.values()].filter((key) => key.userId === userId && isGood(key))
      if (inUse.length >= KEYS_PER_PERSON)
        throw new ConflictError(`You have ${KEYS_PER_PERSON} keys in use. Remove one you no longer need.`)
      const id = newId('key')
      const key = `loom_${id}_${randomBytes(32).toString('base64url')}`
      const createdAt = clock()
      const expiresAt = createdAt + days * DAY_MS
      const grant: KeyGrant = { id, scopes: SCOPES.filter((scope) => scopes.includes(scope)), storyId, perMinute }
      const hash = hashToken(key)
      const facts = { userId, scopes: grant.scopes, storyId, days, perMinute }
      await audit.record({ action: 'key-made', actor: by, subject: id, facts })
      await app.apiKey.create({
        data: {
          ...{ id, hash, userId, name, storyId, perMinute },
          scopes: JSON.stringify(grant.scopes),
          createdAt: new Date(createdAt),
          expiresAt: new Date(expiresAt),
        },
        select: { id: true },
      })
      keys.set(id, { grant, hash, userId, name, createdAt, expiresAt, lastUsedAt: null, revokedAt: null })
      return { id, key }
    },
    of: (userId) => [...keys.values()].filter((key) => key.userId === userId).sort((a, b) => b.createdAt - a.createdAt),
    revoke: async (userId, keyId, by = userId) => {
      const known = keys.get(keyId)
      if (known?.userId !== userId || known.revokedAt !== null) throw new NotFoundError('There is no such key in use.')
      await audit.record({ action: 'key-revoked', actor: by, subject: keyId, facts: { userId } })
      const revokedAt = clock()
      await app.apiKey.updateMany({ where: { id: keyId, userId }, data: { revokedAt: new Date(revokedAt) } })
      keys.set(keyId, { ...(keys.get(keyId) ?? known), revokedAt })
    },
    forget: (userId) => {
      for (const [id, key] of keys) if (key.userId === userId) keys.delete(id)
    },
    principalOf: async (authorization, user) => {
      const [, id = ''] = BEARER.exec(authorization) ?? []
      const key = keys.get(id)
      if (!key || !sameBytes(key.hash, hashToken(authorization.slice('Bearer '.length))) || !isGood(key)) return null
      const person = user(key.userId)
      if (!person || person.suspended) return null
      await noteUse(key)
      const { id: userId, name, roles, owner } = person
      // No session lives under the id of a key, so nothing that asks for a live session takes it.
      return { userId, sessionId: key.grant.id, name, roles, owner, key: key.grant }
    },
  }
}

/** Whether a text holds something that looks like a key of a person or a worker. */
export function holdsKey(text: string): boolean {
  return ANY_KEY.test(text)
}
