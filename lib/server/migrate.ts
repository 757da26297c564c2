import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import type { Clock } from '#lib/kernel/ports.ts'
import type { DataFolder } from './data-folder.ts'
import type { Log } from './log.ts'
import { StartFailure } from './start-failure.ts'

/** Above this size the whole-file check at start would cost seconds; the nightly verify does it instead. */
const CHECKED_AT_START_BYTES = 256 * 1024 * 1024

interface Migration {
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file in lower-case hex, as Prisma keeps it. */
  readonly checksum: string
}

interface Plan {
  readonly file: string
  readonly applied: number
  readonly pending: readonly Migration[]
}

const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

const shippedFolder = join(import.meta.dirname, '../../prisma')

/**
 * Brings app.db and events.db to the shipped schema. Looks at both first and touches nothing when one refuses;
 * makes a safe copy of every database that holds data before changing it.
 * Throws StartFailure: database-newer, database-damaged, disk-full.
 */
export async function migrateAll(folder: DataFolder, clock: Clock, log: Log, shipped = shippedFolder): Promise<void> {
  refuseHalfFolder(folder)
  const plans = [
    look(folder.appDb, readMigrations(join(shipped, 'app/migrations'))),
    look(folder.eventsDb, readMigrations(join(shipped, 'events/migrations'))),
  ]
  const changing = plans.filter((plan) => plan.pending.length > 0)
  const copied = changing.filter((plan) => plan.applied > 0)
  const neededBytes = copied.reduce((sum, plan) => sum + statSync(plan.file).size * 2, 0)
  if (neededBytes > folder.freeBytes()) {
    throw new StartFailure(
      'disk-full',
      'The disk has no room for a safe copy before the databases are updated. Make room and start again.',
    )
  }
  for (const plan of copied) {
    const copy = join(folder.copies, `${basename(plan.file, '.db')}-${stamp(clock)}-before-${plan.pending[0]?.name}.db`)
    copyInto(plan.file, copy)
    log.info({ copy }, 'safe copy made before updating a database')
  }
  for (const plan of changing) apply(plan, clock, log)
}

/** Reads the migrations of one database in order. */
export function readMigrations(folder: string): readonly Migration[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

function look(file: string, shipped: readonly Migration[]): Plan {
  if (!existsSync(file)) return { file, applied: 0, pending: shipped }
  const database = openChecked(file)
  try {
    const known = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'`).get()
    if (!known) return { file, applied: 0, pending: shipped }
    const rows = database
      .prepare<[], { name: string; checksum: string; finished: number | string | null }>(
        `SELECT migration_name AS name, checksum, finished_at AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
      )
      .all()
    for (const row of rows) {
      const same = shipped.find((migration) => migration.name === row.name)
      if (!same) throw newer(file, `it has been through "${row.name}", which this program does not know`)
      if (same.checksum !== row.checksum) throw newer(file, `its "${row.name}" differs from the one in this program`)
      if (row.finished === null) throw damaged(file, `the update "${row.name}" was cut off`)
    }
    return { file, applied: rows.length, pending: shipped.filter((m) => !rows.some((row) => row.name === m.name)) }
  } finally {
    database.close()
  }
}

function openChecked(file: string): Database.Database {
  let database: Database.Database | null = null
  try {
    database = new Database(file, { fileMustExist: true })
    database.prepare('SELECT count(*) FROM sqlite_master').get()
    if (statSync(file).size < CHECKED_AT_START_BYTES) {
      const verdict = database.pragma('quick_check(1)', { simple: true })
      if (verdict !== 'ok') throw damaged(file, String(verdict))
    }
    return database
  } catch (cause) {
    database?.close()
    if (cause instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(cause.code))
      throw damaged(file, cause.message)
    throw cause
  }
}

function apply(plan: Plan, clock: Clock, log: Log): void {
  const database = new Database(plan.file)
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = OFF')
    for (const migration of plan.pending) {
      const startedAt = clock()
      database.transaction(() => {
        database.exec(MIGRATIONS_TABLE)
        database.exec(migration.sql)
        const broken = database.pragma('foreign_key_check')
        if (Array.isArray(broken) && broken.length > 0) throw new Error(`${migration.name} leaves dangling references`)
        database
          .prepare(
            `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)`,
          )
          .run(randomUUID(), migration.checksum, clock(), migration.name, startedAt)
      })()
      log.info({ database: basename(plan.file), migration: migration.name }, 'database updated')
    }
    database.pragma('wal_checkpoint(TRUNCATE)')
  } catch (cause) {
    if (cause instanceof Database.SqliteError && cause.code === 'SQLITE_FULL') {
      throw new StartFailure(
        'disk-full',
        `The disk ran full while ${plan.file} was updated; the update was taken back. Make room and start again.`,
      )
    }
    throw cause
  } finally {
    database.close()
  }
}

function copyInto(file: string, copy: string): void {
  const database = new Database(file, { readonly: true })
  try {
    database.prepare('VACUUM INTO ?').run(copy)
  } finally {
    database.close()
  }
}

/** Never starts empty beside half of somebody's data (R11): accounts without stories means events.db was lost, not new. */
function refuseHalfFolder(folder: DataFolder): void {
  if (existsSync(folder.eventsDb) && !existsSync(folder.appDb))
    throw damaged(folder.appDb, 'it is missing beside events.db')
  if (existsSync(folder.eventsDb) || !existsSync(folder.appDb)) return
  const database = openChecked(folder.appDb)
  try {
    const hasOwners = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'Ownership'`).get()
    if (hasOwners && database.prepare('SELECT 1 FROM "Ownership"').get())
      throw damaged(folder.eventsDb, 'it is missing beside app.db')
  } finally {
    database.close()
  }
}

function newer(file: string, why: string): StartFailure {
  return new StartFailure(
    'database-newer',
    `${file} was made by a newer or different version of the program: ${why}. Start that version, or restore an older copy. Nothing was changed.`,
  )
}

function damaged(file: string, why: string): StartFailure {
  return new StartFailure(
    'database-damaged',
    `${file} is damaged: ${why}. Restore it from a backup. Nothing was changed.`,
  )
}

function stamp(clock: Clock): string {
  return new Date(clock()).toISOString().replace(/[:.]/g, '-')
}
