import type { AppDb } from '#lib/server/app-db.ts'

/** A worker that takes any drawing. */
export const QUEUE_CLAIMANT = {
  workerId: 'w1',
  kinds: ['render_panel'],
  stories: null,
  backends: [],
  models: [],
  loras: [],
  maxPixels: 1,
  warm: { model: null, loras: [], shapes: [] },
}

/** Fills the job table with queued drawings of several people and classes, in one statement. */
export async function fillQueue(app: AppDb, jobs: number): Promise<void> {
  await app.$executeRawUnsafe(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.floor(jobs)})
    INSERT INTO "GpuJob" ("id","kind","state","class","storyId","userId","input","inputHash","inputs","loras","pixels","shape",
      "reuse","turn","createdAt","runAfter","maxAttempts","followUp")
    SELECT printf('jo_%06d', i), 'render_panel', 'queued', i % 3, 'st_1', 'us_' || (i % 7), '{}', printf('%064x', i), '[]', '[]',
      0, '', 0, i / 7, 4000000 + i, 4000000, 3, 'none' FROM n`)
}
