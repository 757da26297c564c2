import { Prisma } from '#generated/app/client.ts'
import { type Claimant, choose, type Skipped } from '#lib/jobs/choose.ts'
import { afterFailure, LEASE_MS, LOSSES_TO_QUARANTINE, MAX_ATTEMPTS, MIN_BEAT_GAP_MS } from '#lib/jobs/failure.ts'
import {
  isFinished,
  JOB_CLASSES,
  JOB_STATES,
  type Failure,
  type Job,
  type JobState,
  type Progress,
} from '#lib/jobs/job.ts'
import type { EndAnswer, JobFilter, JobStore, Lease, NewJob } from '#lib/jobs/ports.ts'
import type { Clock, Random } from '#lib/kernel/ports.ts'
import { sameJson } from '#lib/kernel/records.ts'
import type { AppDb } from '../app-db.ts'
import { toAttempt, toCandidate, toCounts, toJob } from './rows.ts'
import { createSignal } from './signal.ts'

interface Deps {
  readonly app: AppDb
  readonly clock: Clock
  readonly random: Random
  readonly newLeaseId: () => string
}

/** Candidates by the fair order and by age; together the 64 that choosing looks at. */
const BY_TURN = 48
const BY_AGE = 16
/** How often a lost race chooses again before the claim answers empty. */
const CLAIM_TRIES = 8

const { sql } = Prisma

/** What a lease leaves behind when it ends. */
const unleased = sql`"leaseId" = NULL, "leaseUntil" = NULL, "workerId" = NULL`

/**
 * The job queue in app.db (gpu.md 1). Each change is one guarded statement, with the try's row in the same batch;
 * never an interactive transaction. Times come from `clock`, so a test may move them.
 */
export function createSqliteJobStore({ app, clock, random, newLeaseId }: Deps): JobStore {
  const signal = createSignal()

  async function get(id: string): Promise<Job | null> {
    const rows = await app.$queryRaw<unknown[]>`SELECT * FROM "GpuJob" WHERE "id" = ${id}`
    return rows[0] === undefined ? null : toJob(rows[0])
  }

  async function enqueue(wish: NewJob): ReturnType<JobStore['enqueue']> {
    const now = clock()
    const rank = JOB_CLASSES.indexOf(wish.class)
    const insert = app.$queryRaw<unknown[]>`
      INSERT INTO "GpuJob" ("id", "kind", "state", "class", "storyId", "userId", "subject", "input", "inputHash", "inputs",
        "backend", "model", "loras", "pixels", "shape", "reuse", "turn", "createdAt", "runAfter", "maxAttempts", "followUp")
      SELECT ${wish.id}, ${wish.kind}, 'queued', ${rank}, ${wish.storyId}, ${wish.userId}, ${wish.subject},
        ${JSON.stringify(wish.input)}, ${wish.inputHash}, ${JSON.stringify(wish.inputs)}, ${wish.needs.backend},
        ${wish.needs.model}, ${JSON.stringify(wish.needs.loras)}, ${wish.needs.pixels}, ${wish.needs.shape},
        ${wish.reuse ? 1 : 0}, ${nextTurn(rank, wish.userId)}, ${now}, ${wish.runAfter ?? now}, ${MAX_ATTEMPTS},
        ${wish.followUp ? 'due' : 'none'}
      WHERE true ON CONFLICT ("id") DO NOTHING RETURNING "id"`
    const [inserted] = await app.$transaction([insert, answerFromTwin(wish, now)])
    const job = await get(wish.id)
    if (!job) throw new Error(`job ${wish.id} vanished while it was queued`)
    signal.wake()
    return { job, fresh: inserted.length > 0 }
  }

  /** Answers a fresh job from a finished one of the same input (JO11). */
  function answerFromTwin(wish: NewJob, now: number) {
    return app.$executeRaw`
      UPDATE "GpuJob" SET "state" = 'done', "startedAt" = ${now}, "finishedAt" = ${now},
        "usage" = '{"gpuMs":0,"wallMs":0,"peakBytes":null}', "reusedFrom" = twin."id", "result" = twin."result"
      FROM (SELECT "id", "result" FROM "GpuJob" WHERE "inputHash" = ${wish.inputHash} AND "state" = 'done'
            AND "reusedFrom" IS NULL AND "id" <> ${wish.id} ORDER BY "finishedAt" DESC LIMIT 1) AS twin
      WHERE "GpuJob"."id" = ${wish.id} AND "state" = 'queued' AND "reuse" = 1 AND "attempt" = 0`
  }

  async function claim(claimant: Claimant, max: number): ReturnType<JobStore['claim']> {
    const jobs: Job[] = []
    for (let tries = 0; tries < CLAIM_TRIES && jobs.length < max; tries++) {
      const order = await chooseNow(claimant)
      if (order.length === 0) break
      for (const id of order) {
        const job = await take(id, claimant.workerId)
        if (job) jobs.push(job)
        // Fairness looks at who is being served, so each taken job changes the order of the rest.
        if (job) break
      }
    }
    return { jobs, skipped: jobs.length > 0 ? {} : await skippedFor(claimant) }
  }

  async function chooseNow(claimant: Claimant): Promise<readonly string[]> {
    const now = clock()
    const fit = sql`"state" = 'queued' AND "runAfter" <= ${now} AND ${whyNotSql(claimant)} IS NULL`
    const columns = sql`"id", "kind", "class", "userId", "storyId", "backend", "model", "loras", "pixels", "shape", "turn", "createdAt", "notOn"`
    const [rows, running] = await Promise.all([
      app.$queryRaw<unknown[]>`
        SELECT * FROM (SELECT ${columns} FROM "GpuJob" WHERE ${fit} ORDER BY "class", "turn", "createdAt", "id" LIMIT ${BY_TURN})
        UNION SELECT * FROM (SELECT ${columns} FROM "GpuJob" WHERE ${fit} ORDER BY "createdAt", "id" LIMIT ${BY_AGE})`,
      app.$queryRaw<
        unknown[]
      >`SELECT "userId" AS key, count(*) AS n FROM "GpuJob" WHERE "state" = 'leased' GROUP BY "userId"`,
    ])
    return choose({ candidates: rows.map(toCandidate), claimant, now, running: toCounts(running) })
  }

  async function take(id: string, workerId: string): Promise<Job | null> {
    const now = clock()
    const leaseId = newLeaseId()
    const [taken] = await app.$transaction([
      app.$queryRaw<unknown[]>`
        UPDATE "GpuJob" SET "state" = 'leased', "attempt" = "attempt" + 1, "leaseId" = ${leaseId},
          "leaseUntil" = ${now + LEASE_MS}, "workerId" = ${workerId}, "startedAt" = ${now}, "beatAt" = NULL,
          "progress" = NULL, "failure" = NULL
        WHERE "id" = ${id} AND "state" = 'queued' AND "runAfter" <= ${now} RETURNING *`,
      app.$executeRaw`
        INSERT INTO "GpuAttempt" ("leaseId", "jobId", "attempt", "workerId", "startedAt", "outcome")
        SELECT "leaseId", "id", "attempt", "workerId", "startedAt", 'running' FROM "GpuJob"
        WHERE "id" = ${id} AND "leaseId" = ${leaseId}`,
    ])
    return taken[0] === undefined ? null : toJob(taken[0])
  }

  async function skippedFor(claimant: Claimant): Promise<Skipped> {
    const rows = await app.$queryRaw<unknown[]>`
      SELECT ${whyNotSql(claimant)} AS key, count(*) AS n FROM "GpuJob" WHERE "state" = 'queued' GROUP BY 1`
    return Object.fromEntries(toCounts(rows))
  }

  async function beat(lease: Lease, progress: Progress | null): ReturnType<JobStore['beat']> {
    const now = clock()
    const text = progress === null ? null : JSON.stringify(progress)
    const tooSoon = sql`("beatAt" IS NOT NULL AND abs(${now} - "beatAt") < ${MIN_BEAT_GAP_MS})`
    const rows = await app.$queryRaw<unknown[]>`
      UPDATE "GpuJob" SET "leaseUntil" = max("leaseUntil", ${now + LEASE_MS}),
        "beatAt" = CASE WHEN ${tooSoon} THEN "beatAt" ELSE ${now} END,
        "progress" = CASE WHEN ${tooSoon} THEN "progress" ELSE coalesce(${text}, "progress") END
      WHERE ${holds(lease, now)} RETURNING *`
    if (rows[0] === undefined) return { kind: 'stale' }
    const job = toJob(rows[0])
    return { kind: 'held', job, leaseUntil: job.leaseUntil ?? now, cancel: job.cancelRequestedAt !== null }
  }

  async function complete(
    lease: Lease,
    attempt: number,
    outcome: Parameters<JobStore['complete']>[2],
  ): ReturnType<JobStore['complete']> {
    const now = clock()
    const result = JSON.stringify(outcome.result)
    const [ended] = await app.$transaction([
      app.$queryRaw<unknown[]>`
        UPDATE "GpuJob" SET ${unleased}, "finishedAt" = ${now}, "usage" = ${JSON.stringify(outcome.usage)},
          "state" = CASE WHEN "cancelRequestedAt" IS NULL THEN 'done' ELSE 'cancelled' END,
          "result" = CASE WHEN "cancelRequestedAt" IS NULL THEN ${result} ELSE NULL END
        WHERE ${holds(lease, now)} AND "attempt" = ${attempt} RETURNING *`,
      endAttempt(lease, now, sql`(SELECT "state" FROM "GpuJob" WHERE "id" = ${lease.jobId})`, null),
      answerTwins(lease.jobId, now),
    ])
    if (ended[0] !== undefined) {
      signal.wake()
      const job = toJob(ended[0])
      return job.state === 'cancelled' ? { kind: 'cancelled', job } : { kind: 'done', job, again: false }
    }
    return answerAgain(lease, attempt, outcome.result)
  }

  /** Queued jobs of the same input are answered by the result that just came (JO11). */
  function answerTwins(id: string, now: number) {
    return app.$executeRaw`
      UPDATE "GpuJob" SET "state" = 'done', "startedAt" = ${now}, "finishedAt" = ${now}, "reusedFrom" = twin."id",
        "result" = twin."result", "usage" = '{"gpuMs":0,"wallMs":0,"peakBytes":null}'
      FROM (SELECT "id", "inputHash", "result" FROM "GpuJob" WHERE "id" = ${id} AND "state" = 'done') AS twin
      WHERE "GpuJob"."inputHash" = twin."inputHash" AND "state" = 'queued' AND "reuse" = 1 AND "GpuJob"."id" <> ${id}`
  }

  async function answerAgain(lease: Lease, attempt: number, result: unknown): ReturnType<JobStore['complete']> {
    const job = await get(lease.jobId)
    const tries = await app.$queryRaw<unknown[]>`
      SELECT * FROM "GpuAttempt" WHERE "leaseId" = ${lease.leaseId} AND "jobId" = ${lease.jobId} AND "attempt" = ${attempt}`
    const outcome = tries[0] === undefined ? null : toAttempt(tries[0]).outcome
    if (!job || outcome === null) return { kind: 'stale' }
    if (outcome === 'cancelled') return { kind: 'cancelled', job }
    if (outcome !== 'done' || job.state !== 'done') return { kind: 'stale' }
    return sameJson(job.result, result) ? { kind: 'done', job, again: true } : { kind: 'different' }
  }

  async function fail(lease: Lease, failure: Failure): Promise<EndAnswer> {
    // A cancel may slip between reading and writing; the guard on it then fails and the second look sees it.
    for (let look = 0; look < 3; look++) {
      const now = clock()
      const before = await get(lease.jobId)
      if (!before || before.leaseId !== lease.leaseId) return { kind: 'stale' }
      const next = afterFailure(before, failure, now, random)
      const unchanged = sql`(${before.cancelRequestedAt} IS NULL) = ("cancelRequestedAt" IS NULL)`
      const change =
        next.state === 'queued'
          ? sql`"state" = 'queued', "runAfter" = ${next.runAfter}, "attempt" = "attempt" - ${next.attemptBack ? 1 : 0},
              "frugal" = ${next.frugal ? 1 : 0}, "notOn" = ${JSON.stringify(next.notOn)}`
          : sql`"state" = ${next.state}, "finishedAt" = ${now}`
      const outcome = next.state === 'cancelled' ? 'cancelled' : 'failed'
      const [rows] = await app.$transaction([
        app.$queryRaw<unknown[]>`
          UPDATE "GpuJob" SET ${change}, ${unleased}, "failure" = ${JSON.stringify(failure)}
          WHERE ${holds(lease, now)} AND ${unchanged} RETURNING *`,
        endAttempt(lease, now, sql`${outcome}`, failure),
      ])
      if (rows[0] === undefined) continue
      signal.wake()
      return { kind: 'ended', job: toJob(rows[0]) }
    }
    return { kind: 'stale' }
  }

  async function release(lease: Lease, reason: string): Promise<EndAnswer> {
    const now = clock()
    const [rows] = await app.$transaction([
      app.$queryRaw<unknown[]>`
        UPDATE "GpuJob" SET ${unleased}, "attempt" = "attempt" - 1,
          "finishedAt" = CASE WHEN "cancelRequestedAt" IS NULL THEN NULL ELSE ${now} END,
          "state" = CASE WHEN "cancelRequestedAt" IS NULL THEN 'queued' ELSE 'cancelled' END
        WHERE ${holds(lease, now)} RETURNING *`,
      endAttempt(lease, now, sql`'released'`, { class: 'transient', code: 'released', message: reason, detail: {} }),
    ])
    if (rows[0] === undefined) return { kind: 'stale' }
    signal.wake()
    return { kind: 'ended', job: toJob(rows[0]) }
  }

  /** Closes the row of a try whose lease the job no longer holds; a no-op when the job's own change did not happen. */
  function endAttempt(lease: Lease, now: number, outcome: Prisma.Sql, failure: Failure | null) {
    return app.$executeRaw`
      UPDATE "GpuAttempt" SET "endedAt" = ${now}, "outcome" = ${outcome},
        "failure" = ${failure === null ? null : JSON.stringify(failure)},
        "lastBeat" = (SELECT "progress" FROM "GpuJob" WHERE "id" = "GpuAttempt"."jobId")
      WHERE "leaseId" = ${lease.leaseId} AND "jobId" = ${lease.jobId} AND "endedAt" IS NULL
        AND NOT EXISTS (SELECT 1 FROM "GpuJob" WHERE "id" = ${lease.jobId} AND "leaseId" = ${lease.leaseId})`
  }

  async function requestCancel(id: string): ReturnType<JobStore['requestCancel']> {
    const now = clock()
    const rows = await app.$queryRaw<unknown[]>`
      UPDATE "GpuJob" SET "cancelRequestedAt" = ${now},
        "finishedAt" = CASE "state" WHEN 'queued' THEN ${now} ELSE "finishedAt" END,
        "state" = CASE "state" WHEN 'queued' THEN 'cancelled' ELSE "state" END
      WHERE "id" = ${id} AND "state" IN ('queued', 'leased') AND "cancelRequestedAt" IS NULL RETURNING *`
    return changed(id, rows)
  }

  async function retry(id: string): ReturnType<JobStore['retry']> {
    const before = await get(id)
    if (!before) return { kind: 'absent' }
    const now = clock()
    const rows = await app.$queryRaw<unknown[]>`
      UPDATE "GpuJob" SET "state" = 'queued', "runAfter" = ${now}, "createdAt" = ${now}, "losses" = 0, "frugal" = 0,
        "notOn" = '[]', "maxAttempts" = "attempt" + ${MAX_ATTEMPTS}, "cancelRequestedAt" = NULL, "finishedAt" = NULL,
        "failure" = NULL, "progress" = NULL, "turn" = ${nextTurn(JOB_CLASSES.indexOf(before.class), before.userId)}
      WHERE "id" = ${id} AND "state" IN ('failed', 'cancelled', 'quarantined') RETURNING *`
    signal.wake()
    return changed(id, rows)
  }

  async function changed(id: string, rows: readonly unknown[]): ReturnType<JobStore['retry']> {
    if (rows[0] !== undefined) return { kind: 'changed', job: toJob(rows[0]) }
    const job = await get(id)
    return job ? { kind: 'unchanged', job } : { kind: 'absent' }
  }

  async function sweepExpired(): Promise<readonly Job[]> {
    const now = clock()
    const [rows] = await app.$transaction([
      app.$queryRaw<unknown[]>`
        UPDATE "GpuJob" SET ${unleased}, "losses" = "losses" + 1, "runAfter" = ${now},
          "failure" = json_object('class', 'transient', 'code', 'lease-lost', 'message',
            'The worker fell silent.', 'detail', json_object('workerId', "workerId")),
          "state" = CASE WHEN "cancelRequestedAt" IS NOT NULL THEN 'cancelled'
            WHEN "losses" + 1 >= ${LOSSES_TO_QUARANTINE} THEN 'quarantined' ELSE 'queued' END,
          "finishedAt" = CASE WHEN "cancelRequestedAt" IS NOT NULL OR "losses" + 1 >= ${LOSSES_TO_QUARANTINE}
            THEN ${now} ELSE NULL END
        WHERE "state" = 'leased' AND "leaseUntil" <= ${now} RETURNING *`,
      app.$executeRaw`
        UPDATE "GpuAttempt" SET "endedAt" = ${now}, "outcome" = 'lost',
          "lastBeat" = (SELECT "progress" FROM "GpuJob" WHERE "id" = "GpuAttempt"."jobId")
        WHERE "endedAt" IS NULL AND NOT EXISTS (
          SELECT 1 FROM "GpuJob" WHERE "id" = "GpuAttempt"."jobId" AND "leaseId" = "GpuAttempt"."leaseId")`,
    ])
    if (rows.length > 0) signal.wake()
    return rows.map(toJob)
  }

  async function list({ storyId, subject, states, limit = 100 }: JobFilter): Promise<readonly Job[]> {
    const rows = await app.$queryRaw<unknown[]>`
      SELECT * FROM "GpuJob" WHERE true
        ${storyId === undefined ? Prisma.empty : sql`AND "storyId" = ${storyId}`}
        ${subject === undefined ? Prisma.empty : sql`AND "subject" = ${subject}`}
        ${states === undefined ? Prisma.empty : sql`AND "state" IN (SELECT value FROM json_each(${JSON.stringify(states)}))`}
      ORDER BY "createdAt" DESC, "id" DESC LIMIT ${Math.min(limit, 500)}`
    return rows.map(toJob)
  }

  async function attempts(id: string): ReturnType<JobStore['attempts']> {
    const rows = await app.$queryRaw<unknown[]>`
      SELECT * FROM "GpuAttempt" WHERE "jobId" = ${id} ORDER BY "startedAt", "rowid"`
    return rows.map(toAttempt)
  }

  async function counts(storyId?: string): ReturnType<JobStore['counts']> {
    const where = storyId === undefined ? Prisma.empty : sql`WHERE "storyId" = ${storyId}`
    const rows = await app.$queryRaw<
      unknown[]
    >`SELECT "state" AS key, count(*) AS n FROM "GpuJob" ${where} GROUP BY "state"`
    const found = toCounts(rows)
    // fromEntries forgets the keys' literal type; every state is listed.
    return Object.fromEntries(JOB_STATES.map((state) => [state, found.get(state) ?? 0])) as Record<JobState, number>
  }

  async function ahead(id: string): Promise<number | null> {
    const job = await get(id)
    if (!job || job.state !== 'queued' || isFinished(job.state)) return null
    const rank = JOB_CLASSES.indexOf(job.class)
    const rows = await app.$queryRaw<unknown[]>`
      SELECT 'n' AS key, count(*) AS n FROM "GpuJob" WHERE "state" = 'queued'
        AND ("class", "turn", "createdAt", "id") < (${rank}, ${job.turn}, ${job.createdAt}, ${job.id})`
    return toCounts(rows).get('n') ?? 0
  }

  async function followUpsDue(limit: number): Promise<readonly Job[]> {
    const rows = await app.$queryRaw<unknown[]>`
      SELECT * FROM "GpuJob" WHERE "state" = 'done' AND "followUp" = 'due' ORDER BY "finishedAt" LIMIT ${limit}`
    return rows.map(toJob)
  }

  async function settleFollowUp(id: string, state: 'sent' | 'refused', note: string | null): Promise<void> {
    await app.$executeRaw`
      UPDATE "GpuJob" SET "followUp" = ${state}, "followUpNote" = ${note} WHERE "id" = ${id} AND "followUp" = 'due'`
  }

  return {
    enqueue,
    claim,
    beat,
    complete,
    fail,
    release,
    requestCancel,
    retry,
    sweepExpired,
    get,
    list,
    attempts,
    counts,
    ahead,
    followUpsDue,
    settleFollowUp,
    wait: signal.wait,
  }
}

function holds(lease: Lease, now: number): Prisma.Sql {
  return sql`"id" = ${lease.jobId} AND "state" = 'leased' AND "leaseId" = ${lease.leaseId} AND "leaseUntil" > ${now}`
}

/** Turn of a person's next job: after their own last one, but never before those being served now (JO10). */
function nextTurn(rank: number, userId: string): Prisma.Sql {
  return sql`max(
    coalesce((SELECT max("turn") + 1 FROM "GpuJob" WHERE "state" = 'queued' AND "class" = ${rank} AND "userId" = ${userId}), 0),
    coalesce((SELECT min("turn") FROM "GpuJob" WHERE "state" = 'queued' AND "class" = ${rank}), 0))`
}

/** `whyNot` of lib/jobs/choose.ts as one SQL expression over a job row; the conformance suite holds both to one table. */
function whyNotSql(claimant: Claimant): Prisma.Sql {
  const among = (list: readonly string[]) => sql`(SELECT value FROM json_each(${JSON.stringify(list)}))`
  return sql`(CASE
    WHEN "kind" NOT IN ${among(claimant.kinds)} THEN 'kind'
    ${claimant.stories === null ? Prisma.empty : sql`WHEN "storyId" NOT IN ${among(claimant.stories)} THEN 'story'`}
    WHEN "backend" IS NOT NULL AND "backend" NOT IN ${among(claimant.backends)} THEN 'backend'
    WHEN "model" IS NOT NULL AND "model" NOT IN ${among(claimant.models)} THEN 'model'
    WHEN "loras" <> '[]' AND EXISTS (SELECT 1 FROM json_each("loras") AS l WHERE l.value NOT IN ${among(claimant.loras)}) THEN 'lora'
    WHEN "pixels" > ${claimant.maxPixels} THEN 'pixels'
    WHEN "notOn" <> '[]' AND EXISTS (SELECT 1 FROM json_each("notOn") AS n WHERE n.value = ${claimant.workerId}) THEN 'excluded'
  END)`
}
