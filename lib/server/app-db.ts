import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaClient } from '#generated/app/client.ts'

export type AppDb = PrismaClient

/**
 * Opens app.db. `synchronous` is set at every open because a re-opened WAL file silently says NORMAL.
 * Never use an interactive transaction on it.
 */
export async function openAppDb(file: string): Promise<AppDb> {
  const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 5_000 }) })
  await client.$connect()
  await client.$executeRawUnsafe('PRAGMA synchronous = FULL')
  await client.$executeRawUnsafe('PRAGMA foreign_keys = ON')
  // What is deleted is overwritten, so that an erased person's row is gone from the file too (H6).
  await client.$queryRawUnsafe('PRAGMA secure_delete = ON')
  return client
}
