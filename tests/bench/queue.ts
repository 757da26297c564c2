import { performance } from 'node:perf_hooks'
import { idMaker } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import { createSqliteJobStore } from '#lib/server/jobs/sqlite-store.ts'
import { openTestAppDb } from '../support/app-db.ts'
import { fillQueue, QUEUE_CLAIMANT } from '../support/full-queue.ts'
import type { BenchLine } from './line.ts'

const QUEUED = 10_000
const CLAIMS = 200

/** Claiming a job with 10,000 queued (choosing and taking), beside one bare guarded update through the same client. */
export async function claimJob(): Promise<BenchLine> {
  const { app, close } = await openTestAppDb()
  try {
    await fillQueue(app, QUEUED)
    const clock = () => 5_000_000
    const newId = idMaker(clock, seededRandom(1))
    const store = createSqliteJobStore({ app, clock, random: seededRandom(7), newLeaseId: () => newId('lease') })
    const ours: number[] = []
    const bare: number[] = []
    for (let i = 0; i < CLAIMS; i++) {
      ours.push(await timed(() => store.claim(QUEUE_CLAIMANT, 1)))
      bare.push(
        await timed(() => app.$executeRawUnsafe(`UPDATE "GpuJob" SET "turn" = "turn" + 1 WHERE "id" = 'jo_009999'`)),
      )
    }
    const value = at99(ours)
    return {
      name: `claim with ${QUEUED} queued, p99 of ${CLAIMS}`,
      unit: 'ms',
      value: round(value),
      reference: { name: 'one bare update by id, p99', value: round(at99(bare)) },
      goal: '<= 20 ms',
      met: value <= 20,
    }
  } finally {
    await close()
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

const at99 = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0
const round = (value: number) => Math.round(value * 100) / 100
