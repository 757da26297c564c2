import { expect, it } from 'vitest'
import { seededRandom } from '#lib/kernel/random.ts'
import { idMaker } from '#lib/kernel/ids.ts'
import { createSqliteJobStore } from '#lib/server/jobs/sqlite-store.ts'
import { openTestAppDb } from '#tests/support/app-db.ts'
import { fillQueue, QUEUE_CLAIMANT } from '#tests/support/full-queue.ts'
import { jobStoreSuite } from './job-store-suite.ts'

let handles = 0

async function sqlite(clock: () => number) {
  const database = await openTestAppDb()
  const open = (app: typeof database.app) => {
    const newId = idMaker(clock, seededRandom(++handles))
    return createSqliteJobStore({ app, clock, random: seededRandom(7), newLeaseId: () => newId('lease') })
  }
  return {
    store: open(database.app),
    again: async () => open(await database.reopen()),
    close: database.close,
    app: database.app,
  }
}

jobStoreSuite('SQLite', sqlite)

it('[JO21] with 10,000 queued jobs each claim takes one job, and no job twice (SQLite)', async () => {
  const { store, app, close } = await sqlite(() => 5_000_000)
  await fillQueue(app, 10_000)
  const claimed = new Set<string>()
  for (let i = 0; i < 30; i++) {
    const { jobs } = await store.claim(QUEUE_CLAIMANT, 1)
    for (const { id } of jobs) claimed.add(id)
  }
  expect(claimed.size).toBe(30)
  await close()
})
