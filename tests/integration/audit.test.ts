import Database from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AppDb } from '#lib/server/app-db.ts'
import { type Audit, createAudit } from '#lib/server/audit/audit.ts'
import { openTestAppDb } from '../support/app-db.ts'

let store: Awaited<ReturnType<typeof openTestAppDb>>
let audit: Audit
const errors: unknown[] = []
const log = { error: (...args: unknown[]) => void errors.push(args) }
const open = (app: AppDb) => createAudit({ app, clock: () => Date.UTC(2026, 0, 1), log })

beforeEach(async () => {
  errors.length = 0
  store = await openTestAppDb()
  audit = await open(store.app)
})
afterEach(async () => {
  vi.useRealTimers()
  await audit.close()
  await store.close()
})

/** Changes the file behind the program's back, with the triggers out of the way. */
function tamper(work: (db: Database.Database) => void): void {
  const db = new Database(join(store.folder, 'app.db'))
  db.exec('DROP TRIGGER "AuditEntry_no_change"; DROP TRIGGER "AuditEntry_no_removal"')
  work(db)
  db.exec(TRIGGERS)
  db.close()
}

const TRIGGERS = `
  CREATE TRIGGER "AuditEntry_no_change" BEFORE UPDATE ON "AuditEntry" BEGIN SELECT RAISE(ABORT, 'no'); END;
  CREATE TRIGGER "AuditEntry_no_removal" BEFORE DELETE ON "AuditEntry" BEGIN SELECT RAISE(ABORT, 'no'); END;`

const fill = async (count: number) => {
  for (let n = 1; n <= count; n++)
    await audit.record({ action: 'role-changed', actor: 'us_1', subject: `us_${n}`, facts: { role: 'editor', n } })
}

describe('appending', () => {
  test('[AC40] a thousand at once make one chain without a gap, and a restart goes on where it ended', async () => {
    await Promise.all(
      Array.from({ length: 1000 }, (_, n) => audit.record({ action: 'sign-in', actor: `us_${n}`, facts: { n } })),
    )
    const rows = await store.app.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1))
    expect(new Set(rows.map((row) => row.actor)).size).toBe(1000)
    expect(await audit.check()).toEqual({ entries: 1000, brokenAt: null })
    await audit.close()
    audit = await open(await store.reopen())
    await audit.record({ action: 'sign-out', actor: 'us_1' })
    expect(await audit.check()).toEqual({ entries: 1001, brokenAt: null })
  })

  test('[AC40] a note that comes while another is answered is written too', async () => {
    const after = audit
      .record({ action: 'sign-in', actor: 'us_1' })
      .then(() => audit.record({ action: 'sign-out', actor: 'us_1' }))
    await Promise.all([after, after.then(() => audit.record({ action: 'sign-in', actor: 'us_2' }))])
    expect(await audit.check()).toEqual({ entries: 3, brokenAt: null })
  })

  test('[AC42] a log that cannot be written refuses the change but never a sign-out, and recovers', async () => {
    await fill(1)
    const db = new Database(join(store.folder, 'app.db'))
    db.exec(`CREATE TRIGGER "full" BEFORE INSERT ON "AuditEntry" BEGIN SELECT RAISE(ABORT, 'full'); END`)
    await expect(audit.record({ action: 'role-changed', actor: 'us_1' })).rejects.toMatchObject({
      status: 503,
      code: 'unavailable',
    })
    await expect(audit.record({ action: 'sign-out', actor: 'us_1' })).resolves.toBeUndefined()
    expect(errors).toHaveLength(2)
    db.exec('DROP TRIGGER "full"')
    db.close()
    await fill(1)
    expect(await audit.check()).toEqual({ entries: 2, brokenAt: null })
  })

  test('[AC42] a passing failure is tried again and nobody hears of it', async () => {
    let failures = 2
    const app = new Proxy(store.app, {
      get: (target, name) => {
        if (name === '$transaction' && failures-- > 0) return () => Promise.reject(new Error('busy'))
        const value: unknown = Reflect.get(target, name)
        return value
      },
    })
    const shaky = await open(app)
    await shaky.record({ action: 'key-made', actor: 'us_1', subject: 'ak_1' })
    expect(await shaky.check()).toEqual({ entries: 1, brokenAt: null })
    expect(errors).toEqual([])
  })

  test('[AC42] an append whose answer was lost is not made twice', async () => {
    let lose = true
    const app = new Proxy(store.app, {
      get: (target, name) => {
        if (name === '$transaction' && lose)
          return async (work: never) => {
            lose = false
            await target.$transaction(work)
            throw new Error('the answer was lost')
          }
        const value: unknown = Reflect.get(target, name)
        return value
      },
    })
    const shaky = await open(app)
    await shaky.record({ action: 'key-made', actor: 'us_1', subject: 'ak_1' })
    expect(await shaky.check()).toEqual({ entries: 1, brokenAt: null })
  })

  test('[AC43] a name in the facts is refused and nothing is written', async () => {
    await expect(
      audit.record({ action: 'registered', actor: 'us_1', facts: { name: 'Mara Quill' } }),
    ).rejects.toMatchObject({ code: 'internal' })
    expect(await store.app.auditEntry.count()).toBe(0)
  })
})

describe('the chain', () => {
  test('[AC40] the database itself refuses change and removal', async () => {
    await fill(2)
    await expect(store.app.auditEntry.update({ where: { seq: 1 }, data: { actor: 'us_9' } })).rejects.toThrow()
    await expect(store.app.auditEntry.deleteMany()).rejects.toThrow()
    const db = new Database(join(store.folder, 'app.db'))
    expect(() => db.exec(`UPDATE "AuditEntry" SET "facts" = '{}'`)).toThrow(/append-only/)
    expect(() => db.exec('DELETE FROM "AuditEntry"')).toThrow(/append-only/)
    db.close()
    expect(await audit.check()).toEqual({ entries: 2, brokenAt: null })
  })

  test('[AC40] every changed byte of every column is found', async () => {
    await fill(3)
    const [row] = await store.app.$queryRaw<Record<string, string>[]>`
      SELECT CAST("at" AS TEXT) AS "at", "actor", "action", "subject", "facts", "previous", "hash" FROM "AuditEntry" WHERE "seq" = 2`
    let changes = 0
    for (const [column, text] of Object.entries(row ?? {})) {
      for (let place = 0; place < text.length; place++) {
        const other = String.fromCharCode(text.charCodeAt(place) ^ 1)
        const put = (value: string) =>
          tamper((db) => db.prepare(`UPDATE "AuditEntry" SET "${column}" = ? WHERE "seq" = 2`).run(value))
        put(text.slice(0, place) + other + text.slice(place + 1))
        expect([column, place, (await audit.check()).brokenAt]).toEqual([column, place, 2])
        put(text)
        changes += 1
      }
    }
    expect(changes).toBeGreaterThanOrEqual(200)
    expect(await audit.check()).toEqual({ entries: 3, brokenAt: null })
  })

  test.each([
    ['the first is removed', 'DELETE FROM "AuditEntry" WHERE "seq" = 1', 1],
    ['one in the middle is removed', 'DELETE FROM "AuditEntry" WHERE "seq" = 3', 3],
    ['the last is removed', 'DELETE FROM "AuditEntry" WHERE "seq" = 5', 5],
    ['all are removed', 'DELETE FROM "AuditEntry"', 1],
    [
      'two are swapped',
      'UPDATE "AuditEntry" SET "seq" = 9 WHERE "seq" = 2; UPDATE "AuditEntry" SET "seq" = 2 WHERE "seq" = 3; UPDATE "AuditEntry" SET "seq" = 3 WHERE "seq" = 9',
      2,
    ],
    [
      'one is put before the first',
      `INSERT INTO "AuditEntry" SELECT 0, "at", "actor", "action", "subject", "facts", "previous", 'h' FROM "AuditEntry" WHERE "seq" = 1`,
      1,
    ],
    [
      'one is put behind the last',
      `INSERT INTO "AuditEntry" SELECT 6, "at", "actor", "action", "subject", "facts", "hash", 'h' FROM "AuditEntry" WHERE "seq" = 5`,
      6,
    ],
  ])('[AC40] %s: found, and still found after the next entries and a restart', async (_, sql, place) => {
    await fill(5)
    tamper((db) => db.exec(sql))
    expect((await audit.check()).brokenAt).toBe(place)
    audit = await open(await store.reopen())
    await fill(2)
    expect((await audit.check()).brokenAt).toBe(place)
  })

  test('[AC40] an entry with a right hash of its own, put behind the last by hand, is found', async () => {
    await fill(2)
    const named = await store.app.setting.findUniqueOrThrow({ where: { key: 'audit.head' } })
    await fill(1)
    tamper((db) => db.prepare(`UPDATE "Setting" SET "value" = ? WHERE "key" = 'audit.head'`).run(named.value))
    expect((await audit.check()).brokenAt).toBe(3)
  })
})

describe('equal refusals', () => {
  const denied = (permission: string, subject: string) =>
    audit.tally({ action: 'denied', actor: 'us_1', subject, facts: { permission } })
  const rows = async () =>
    (await store.app.auditEntry.findMany({ orderBy: { seq: 'asc' } })).map((row) => [
      row.subject,
      JSON.parse(row.facts) as unknown,
    ])
  const written = (count: number) =>
    vi.waitFor(async () => expect(await store.app.auditEntry.count()).toBe(count), { timeout: 30_000 })

  test('[AC41] a loop of ten thousand is one entry at once and one a minute, and no refusal is lost from the count', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (let n = 0; n < 10_000; n++) denied('story.write', 'st_1')
    denied('story.delete', 'st_1')
    vi.useRealTimers()
    await written(2)
    await audit.close()
    expect(await rows()).toEqual([
      ['st_1', { count: 1, permission: 'story.write' }],
      ['st_1', { count: 1, permission: 'story.delete' }],
      ['st_1', { count: 9_999, permission: 'story.write' }],
    ])
    denied('story.write', 'st_1')
    expect(await audit.check()).toEqual({ entries: 3, brokenAt: null })
  })

  test('[AC41] the minute ends with the count, and a quiet minute ends the counting', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (const story of ['st_1', 'st_1', 'st_2']) denied('story.write', story)
    vi.advanceTimersByTime(60_000)
    denied('story.write', 'st_3')
    vi.advanceTimersByTime(60_000)
    vi.advanceTimersByTime(60_000)
    denied('story.write', 'st_4')
    vi.useRealTimers()
    await written(4)
    expect(await rows()).toEqual([
      ['st_1', { count: 1, permission: 'story.write' }],
      ['', { count: 2, permission: 'story.write' }],
      ['st_3', { count: 1, permission: 'story.write' }],
      ['st_4', { count: 1, permission: 'story.write' }],
    ])
  })
})
