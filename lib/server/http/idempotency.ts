import { createHash } from 'node:crypto'
import { ConflictError, InvalidInputError, LoomError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'

const KEPT_MS = 24 * 3_600_000
const SWEEP_MS = 3_600_000
const KEY = /^[\x21-\x7e]{1,255}$/

/** What is about to be done. */
interface Doing {
  /** Who asks: a person or a key. */
  readonly by: string
  /** Method and path with its ids. */
  readonly what: string
  /** The Idempotency-Key header. */
  readonly key: string
  /** The body after parsing; bytes or JSON. */
  readonly body: unknown
  /** The answer holds a secret that is shown once and never stored. */
  readonly secret: boolean
}

/** Does a creating request once, however often it arrives (H3). */
export interface Idempotency {
  /**
   * Runs `work`, or answers what it answered the first time within the last 24 hours.
   * Throws LoomError 422 for another body under the same key, ConflictError when the first answer is not to be had.
   */
  readonly once: (doing: Doing, work: () => Promise<Response>) => Promise<Response>
}

/** Builds it over app.db; requests that arrive while the first is under way wait for it. */
export function createIdempotency({ app, clock }: { readonly app: AppDb; readonly clock: Clock }): Idempotency {
  const underWay = new Map<string, Promise<unknown>>()
  let sweptAt = 0

  async function sweep(): Promise<void> {
    if (clock() - sweptAt < SWEEP_MS) return
    sweptAt = clock()
    await app.idempotentAnswer.deleteMany({ where: { createdAt: { lt: new Date(clock() - KEPT_MS) } } })
  }

  async function first(
    id: string,
    bodyHash: string,
    secret: boolean,
    work: () => Promise<Response>,
  ): Promise<Response> {
    const createdAt = new Date(clock())
    await app.idempotentAnswer.upsert({
      where: { id },
      create: { id, bodyHash, createdAt },
      update: { bodyHash, createdAt, status: null, body: null },
    })
    try {
      const answer = await work()
      const body = secret ? null : await answer.clone().text()
      await app.idempotentAnswer.update({ where: { id }, data: { status: answer.status, body } })
      return answer
    } catch (cause) {
      // Refused or failed: nothing was done, so the same key may try again.
      await app.idempotentAnswer.deleteMany({ where: { id } })
      throw cause
    }
  }

  async function once({ by, what, key, body, secret }: Doing, work: () => Promise<Response>): Promise<Response> {
    if (!KEY.test(key))
      throw new InvalidInputError('An Idempotency-Key has 1 to 255 visible characters.', { where: 'headers' })
    await sweep()
    const id = sha256(`${by}\n${what}\n${key}`)
    const bodyHash = sha256(body instanceof Uint8Array ? body : JSON.stringify(body ?? null))
    for (;;) {
      const before = underWay.get(id)
      if (before) {
        await before.catch(() => undefined)
        continue
      }
      const mine = (async () => {
        const stored = await app.idempotentAnswer.findUnique({ where: { id } })
        if (!stored || stored.createdAt.getTime() < clock() - KEPT_MS) return first(id, bodyHash, secret, work)
        if (stored.bodyHash !== bodyHash) {
          throw new LoomError('key-reused', 422, false, 'This Idempotency-Key was used for something else.')
        }
        return replay(stored)
      })()
      underWay.set(id, mine)
      try {
        return await mine
      } finally {
        underWay.delete(id)
      }
    }
  }

  return { once }
}

function replay({ status, body }: { readonly status: number | null; readonly body: string | null }): Response {
  if (status === null) {
    throw new ConflictError('The program ended while it did this. Look whether it was done, then use another key.')
  }
  if (status === 204) return new Response(null, { status, headers: { 'Idempotent-Replayed': 'true' } })
  if (body === null) throw new ConflictError('This was done already; its secret was shown once and is not kept.')
  return new Response(body, {
    status,
    headers: { 'Content-Type': 'application/json', 'Idempotent-Replayed': 'true' },
  })
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
