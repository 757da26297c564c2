import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Principal } from '#lib/accounts/policy.ts'
import type { Claimant } from '#lib/jobs/choose.ts'
import { type HelloRequest, helloRequest } from '#lib/jobs/protocol.ts'
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'

/** A worker not heard of for this long no longer counts as able to take work. */
const SEEN_MS = 90_000
const PREFIX = 'loomw_'

/** What a key is good for (JO26). */
interface WorkerScope {
  readonly kinds: readonly string[]
  /** Null for every story. */
  readonly stories: readonly string[] | null
}

interface WorkerKey extends WorkerScope {
  readonly id: string
  readonly name: string
}

/** A machine as it described itself at its last hello. */
interface WorkerFacts {
  readonly id: string
  readonly name: string
  readonly gpu: string
  readonly vramBytes: number
  readonly version: string
  readonly backends: readonly string[]
  readonly models: readonly string[]
  /** UTC ms of the last sign of life. */
  readonly seenAt: number
  /** Seen lately enough to be given work, and its key is in use. */
  readonly live: boolean
}

/** Remote workers: their keys, and what they said at their last hello. */
export interface Workers {
  /** Makes a key for `by`; its secret is answered once and stored only as a hash. */
  readonly createToken: (
    name: string,
    scope: WorkerScope,
    by: string,
  ) => Promise<{ readonly id: string; readonly token: string }>
  readonly listTokens: () => Promise<
    readonly (WorkerKey & {
      readonly createdAt: number
      /** The last sign of life of a machine that came with it, UTC ms; null before the first. */
      readonly lastUsedAt: number | null
      readonly revokedAt: number | null
    })[]
  >
  /** Every key with the machines that said hello with it, newest sign of life first. */
  readonly overview: () => Promise<
    readonly (WorkerKey & {
      readonly createdAt: number
      readonly lastUsedAt: number | null
      readonly revokedAt: number | null
      readonly workers: readonly WorkerFacts[]
    })[]
  >
  /** Throws NotFoundError for an unknown key. Leases of its workers end at their next call. */
  readonly revoke: (id: string, by: string) => Promise<void>
  /** Who an Authorization header speaks for: a `service` principal with the key's id, or null when unknown or revoked. */
  readonly principalOf: (authorization: string) => Promise<Principal | null>
  /** The key of a principal made by `principalOf`. Throws UnauthenticatedError when it was revoked meanwhile. */
  readonly keyOf: (principal: Pick<Principal, 'userId'>) => Promise<WorkerKey>
  /** Registers or refreshes a worker; the same key and name is the same worker. */
  readonly hello: (key: WorkerKey, hello: HelloRequest) => Promise<string>
  /** What a worker may claim: its hello, cut down to its key's kinds and stories. Throws NotFoundError, ForbiddenError. */
  readonly claimant: (key: WorkerKey, workerId: string) => Promise<Claimant>
  /** Whether a worker id belongs to this key; a sign of life when it does. */
  readonly owns: (key: WorkerKey, workerId: string) => Promise<boolean>
  /** Workers seen lately. */
  readonly live: () => Promise<readonly Claimant[]>
}

interface WorkersParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
}

/** Builds the worker book over app.db. */
export function createWorkers({ app, clock, audit }: WorkersParts): Workers {
  async function principalOf(authorization: string): Promise<Principal | null> {
    const [, token = ''] = /^Bearer (\S{1,100})$/i.exec(authorization) ?? []
    if (!token.startsWith(PREFIX)) return null
    const row = await app.workerToken.findUnique({ where: { hash: hashToken(token) } })
    if (!row || row.revokedAt !== null) return null
    return { userId: row.id, sessionId: row.id, name: row.name, roles: ['service'], owner: false, key: null }
  }

  async function keyOf(principal: Pick<Principal, 'userId'>): Promise<WorkerKey> {
    const row = await app.workerToken.findUnique({ where: { id: principal.userId } })
    if (!row || row.revokedAt !== null) throw new UnauthenticatedError('This worker key is unknown or was revoked.')
    return toKey(row)
  }

  async function ownWorker(key: WorkerKey, workerId: string) {
    const row = await app.gpuWorker.findUnique({ where: { id: workerId } })
    if (!row) throw new NotFoundError('This worker is not known. Say hello first.')
    if (row.tokenId !== key.id) throw new ForbiddenError('This worker belongs to another key.')
    return row
  }

  async function listTokens() {
    const [rows, seen] = await Promise.all([
      app.workerToken.findMany({ orderBy: { createdAt: 'asc' } }),
      app.gpuWorker.groupBy({ by: ['tokenId'], _max: { seenAt: true } }),
    ])
    const lastUsed = new Map(seen.map((row) => [row.tokenId, Number(row._max.seenAt)]))
    return rows.map((row) => ({
      ...toKey(row),
      createdAt: Number(row.createdAt),
      lastUsedAt: lastUsed.get(row.id) ?? null,
      revokedAt: row.revokedAt === null ? null : Number(row.revokedAt),
    }))
  }

  return {
    principalOf,
    keyOf,
    createToken: async (name, { kinds, stories }, by) => {
      const id = `wt_${randomBytes(6).toString('hex')}`
      const token = `${PREFIX}${randomBytes(32).toString('base64url')}`
      await audit.record({ action: 'worker-key-made', actor: by, subject: id, facts: { kinds, stories } })
      await app.workerToken.create({
        data: {
          ...{ id, name, hash: hashToken(token), kinds: JSON.stringify(kinds), createdAt: BigInt(clock()) },
          stories: stories === null ? null : JSON.stringify(stories),
        },
      })
      return { id, token }
    },
    listTokens,
    overview: async () => {
      const [keys, rows] = await Promise.all([
        listTokens(),
        app.gpuWorker.findMany({ orderBy: [{ seenAt: 'desc' }, { id: 'asc' }] }),
      ])
      return keys.map((key) => ({
        ...key,
        workers: rows
          .filter((row) => row.tokenId === key.id)
          .map((row) => {
            const { gpu, vramBytes, version, backends, models } = helloRequest.parse(JSON.parse(row.capabilities))
            const seenAt = Number(row.seenAt)
            const live = key.revokedAt === null && seenAt > clock() - SEEN_MS
            return { id: row.id, name: row.name, gpu, vramBytes, version, backends, models, seenAt, live }
          }),
      }))
    },
    revoke: async (id, by) => {
      const { count } = await app.workerToken.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt: BigInt(clock()) },
      })
      if (count === 0) throw new NotFoundError('There is no such worker key in use.')
      await audit.record({ action: 'worker-key-revoked', actor: by, subject: id })
    },
    hello: async (key, hello) => {
      const id = `wk_${createHash('sha256').update(`${key.id}\n${hello.name}`).digest('hex').slice(0, 20)}`
      const now = BigInt(clock())
      const facts = { name: hello.name, capabilities: JSON.stringify(hello), helloAt: now, seenAt: now }
      await app.gpuWorker.upsert({ where: { id }, update: facts, create: { id, tokenId: key.id, ...facts } })
      return id
    },
    claimant: async (key, workerId) => {
      const row = await ownWorker(key, workerId)
      await app.gpuWorker.updateMany({ where: { id: workerId }, data: { seenAt: BigInt(clock()) } })
      return toClaimant(row, key)
    },
    owns: async (key, workerId) => {
      const { count } = await app.gpuWorker.updateMany({
        where: { id: workerId, tokenId: key.id },
        data: { seenAt: BigInt(clock()) },
      })
      return count > 0
    },
    live: async () => {
      const rows = await app.gpuWorker.findMany({ where: { seenAt: { gt: BigInt(clock() - SEEN_MS) } } })
      const keys = await app.workerToken.findMany({ where: { revokedAt: null } })
      return rows.flatMap((row) => {
        const key = keys.find((one) => one.id === row.tokenId)
        return key ? [toClaimant(row, toKey(key))] : []
      })
    },
  }
}

const idList = z.array(z.string())

function toKey(row: { id: string; name: string; kinds: string; stories: string | null }): WorkerKey {
  const { id, name, kinds, stories } = row
  return {
    ...{ id, name, kinds: idList.parse(JSON.parse(kinds)) },
    stories: stories === null ? null : idList.parse(JSON.parse(stories)),
  }
}

/** A worker as it described itself, cut down to what its key is good for (JO26). */
function toClaimant(worker: { id: string; capabilities: string }, key: WorkerScope): Claimant {
  const hello = helloRequest.parse(JSON.parse(worker.capabilities))
  return {
    workerId: worker.id,
    kinds: hello.kinds.filter((kind) => key.kinds.includes(kind)),
    stories: key.stories,
    backends: hello.backends,
    models: hello.models,
    loras: hello.loras,
    maxPixels: hello.maxPixels,
    warm: { model: null, loras: [], shapes: hello.warmShapes },
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
