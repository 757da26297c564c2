import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type AppDb, openAppDb } from '#lib/server/app-db.ts'

interface TestAppDb {
  readonly app: AppDb
  /** Folder of the database; blobs and the like may live beside it. */
  readonly folder: string
  /** A second client on the same file, as after a restart. */
  readonly reopen: () => Promise<AppDb>
  readonly close: () => Promise<void>
}

/** An empty, migrated app.db in a folder of its own. */
export async function openTestAppDb(): Promise<TestAppDb> {
  const folder = await mkdtemp(join(tmpdir(), 'loom-app-'))
  const file = join(folder, 'app.db')
  const plain = new Database(file)
  plain.pragma('journal_mode = WAL')
  plain.exec(readFileSync(join(import.meta.dirname, '../../prisma/app/migrations/0001_init/migration.sql'), 'utf8'))
  plain.close()
  const opened: AppDb[] = []
  const open = async () => {
    const app = await openAppDb(file)
    opened.push(app)
    return app
  }
  return {
    app: await open(),
    folder,
    reopen: open,
    close: async () => {
      for (const app of opened) await app.$disconnect()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
