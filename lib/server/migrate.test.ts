import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diffToSchema } from '../../scripts/schema-engine.mjs'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { migrateAll } from './migrate.ts'
import { StartFailure } from './start-failure.ts'

const log = pino({ level: 'silent' })
const clock = () => Date.UTC(2026, 0, 2, 3, 4, 5)
let base: string
let shipped: string
let folder: DataFolder

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'loom-migrate-'))
  shipped = join(base, 'prisma')
  cpSync(join(import.meta.dirname, '../../prisma'), shipped, { recursive: true })
  folder = openDataFolder(join(base, 'data'), clock)
})
afterEach(() => {
  folder.release()
  rmSync(base, { recursive: true, force: true })
})

const run = () => migrateAll(folder, clock, log, shipped)
function addMigration(name: string, sql: string): void {
  mkdirSync(join(shipped, 'app/migrations', name), { recursive: true })
  writeFileSync(join(shipped, 'app/migrations', name, 'migration.sql'), sql)
}
function query<T>(file: string, sql: string): T[] {
  const database = new Database(file)
  try {
    return database.prepare<[], T>(sql).all()
  } finally {
    database.close()
  }
}
function execute(file: string, sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}
async function refusal(): Promise<StartFailure> {
  const cause: unknown = await run().then(
    () => new Error('it went through'),
    (thrown: unknown) => thrown,
  )
  if (cause instanceof StartFailure) return cause
  throw cause
}

/**
 * Partial indexes are taken out of a copy first: Prisma has no word for them, and the engine asks about them with a
 * quoting that this SQLite refuses.
 */
function withoutPartialIndexes(file: string): string {
  const copy = `${file}.plain`
  execute(file, `VACUUM INTO '${copy}'`)
  const partial = `SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%) WHERE %'`
  for (const { name } of query<{ name: string }>(copy, partial)) execute(copy, `DROP INDEX "${name}"`)
  return copy
}

describe('schema', () => {
  test.each(['app', 'events'] as const)('[A5] the migrations of %s lead exactly to its Prisma schema', async (name) => {
    await run()
    const file = name === 'app' ? folder.appDb : folder.eventsDb
    const virtual = query<{ name: string }>(
      file,
      `SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'`,
    ).map((row) => row.name)
    const foreign = query<{ name: string }>(file, `SELECT name FROM sqlite_master WHERE type = 'table'`)
      .map((row) => row.name)
      .filter(
        (table) =>
          table === '_prisma_migrations' || virtual.some((one) => table === one || table.startsWith(`${one}_`)),
      )
    expect(await diffToSchema(name, withoutPartialIndexes(file), foreign)).toBe('')
  })

  test('[A5] the difference would be seen', async () => {
    await run()
    execute(folder.appDb, 'ALTER TABLE "User" ADD COLUMN "extra" TEXT')
    expect(await diffToSchema('app', withoutPartialIndexes(folder.appDb), ['_prisma_migrations'])).toContain('User')
  })

  test('[A5] what Prisma cannot say is there as well', async () => {
    await run()
    for (const name of ['app', 'events'] as const) {
      const extra = join(shipped, name, 'extra.sql')
      const wanted = existsSync(extra)
        ? [...readFileSync(extra, 'utf8').matchAll(/^CREATE \w+(?: \w+)? "(\w+)"/gm)].map((match) => match[1])
        : []
      const file = name === 'app' ? folder.appDb : folder.eventsDb
      const there = query<{ name: string }>(file, 'SELECT name FROM sqlite_master').map((row) => row.name)
      expect(there).toEqual(expect.arrayContaining(wanted))
    }
  })

  test('a table is kept in Prisma’s own form', async () => {
    await run()
    const rows = query<Record<string, unknown>>(folder.appDb, 'SELECT * FROM "_prisma_migrations"')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      migration_name: '0001_init',
      applied_steps_count: 1,
      finished_at: clock(),
      rolled_back_at: null,
      logs: null,
    })
    expect(rows[0]?.['checksum']).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('an update', () => {
  test('runs once, after a safe copy, and keeps what was there', async () => {
    await run()
    expect(readdirSync(folder.copies)).toEqual([])
    execute(folder.appDb, `INSERT INTO "Setting" VALUES ('k', 'v', 0, 'me')`)
    addMigration('0002_note', 'ALTER TABLE "Setting" ADD COLUMN "note" TEXT;')
    await run()
    await run()
    expect(query(folder.appDb, 'SELECT key, note FROM "Setting"')).toEqual([{ key: 'k', note: null }])
    expect(readdirSync(folder.copies)).toEqual(['app-2026-01-02T03-04-05-000Z-before-0002_note.db'])
    const copy = join(folder.copies, readdirSync(folder.copies)[0] ?? '')
    expect(query(copy, 'SELECT key FROM "Setting"')).toEqual([{ key: 'k' }])
    expect(
      query<{ n: string }>(copy, `SELECT name AS n FROM pragma_table_info('Setting')`).map((row) => row.n),
    ).not.toContain('note')
  })

  test('that fails in the middle is taken back whole', async () => {
    await run()
    addMigration('0002_bad', 'CREATE TABLE "Half" (id TEXT); INSERT INTO "NoSuchTable" VALUES (1);')
    await expect(run()).rejects.toThrow(/NoSuchTable/)
    expect(query(folder.appDb, `SELECT name FROM sqlite_master WHERE name = 'Half'`)).toEqual([])
    expect(query(folder.appDb, `SELECT * FROM "_prisma_migrations" WHERE migration_name = '0002_bad'`)).toEqual([])
  })
})

describe('refused, with nothing touched', () => {
  test('a database newer than the program', async () => {
    await run()
    addMigration('0002_note', 'ALTER TABLE "Setting" ADD COLUMN "note" TEXT;')
    await run()
    rmSync(join(shipped, 'app/migrations/0002_note'), { recursive: true })
    const before = readFileSync(folder.appDb)
    const failure = await refusal()
    expect([failure.kind, failure.exitCode]).toEqual(['database-newer', 68])
    expect(failure.message).toContain('0002_note')
    expect(readFileSync(folder.appDb).equals(before)).toBe(true)
  })

  test('a newer app.db keeps events.db from being updated too', async () => {
    await run()
    execute(folder.appDb, `UPDATE "_prisma_migrations" SET migration_name = '9999_future'`)
    mkdirSync(join(shipped, 'events/migrations/0002_more'), { recursive: true })
    writeFileSync(join(shipped, 'events/migrations/0002_more/migration.sql'), 'CREATE TABLE "More" (id TEXT);')
    expect((await refusal()).kind).toBe('database-newer')
    expect(query(folder.eventsDb, `SELECT name FROM sqlite_master WHERE name = 'More'`)).toEqual([])
  })

  test('a migration that reads differently from the one that ran', async () => {
    await run()
    execute(folder.appDb, `UPDATE "_prisma_migrations" SET checksum = 'other'`)
    expect((await refusal()).kind).toBe('database-newer')
  })

  test('[R11] a file that is no database', async () => {
    await run()
    writeFileSync(
      folder.appDb,
      'this is a shopping list, not a database, and long enough to be read as one. '.repeat(20),
    )
    const failure = await refusal()
    expect([failure.kind, failure.exitCode]).toEqual(['database-damaged', 71])
    expect(failure.message).toContain(folder.appDb)
  })

  test('[R11] a damaged page', async () => {
    await run()
    execute(folder.appDb, 'PRAGMA wal_checkpoint(TRUNCATE)')
    const bytes = readFileSync(folder.appDb)
    bytes.fill(0xa5, 4096, 4096 * 4)
    writeFileSync(folder.appDb, bytes)
    expect((await refusal()).kind).toBe('database-damaged')
  })

  test('[R11] stories that vanished beside accounts', async () => {
    await run()
    execute(folder.appDb, `INSERT INTO "Ownership" VALUES (1, 'us_1', 0)`)
    rmSync(folder.eventsDb)
    const failure = await refusal()
    expect(failure.kind).toBe('database-damaged')
    expect(failure.message).toContain('events.db')
    expect(existsSync(folder.eventsDb)).toBe(false)
  })

  test('[R11] accounts that vanished beside stories', async () => {
    await run()
    rmSync(folder.appDb)
    expect((await refusal()).kind).toBe('database-damaged')
    expect(existsSync(folder.appDb)).toBe(false)
  })
})
