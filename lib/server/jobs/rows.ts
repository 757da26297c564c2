import { z } from 'zod'
import { failure, type Job, JOB_CLASSES, job, progress } from '#lib/jobs/job.ts'
import type { AttemptRow } from '#lib/jobs/ports.ts'

// Database rows end here: what leaves this file is parsed by the schemas of lib/jobs.

const integer = z.union([z.number(), z.bigint()]).transform(Number)
const json = z.string().transform((text): unknown => JSON.parse(text))
const time = integer.nullable()

const jobRow = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  class: integer,
  storyId: z.string(),
  userId: z.string(),
  subject: z.string().nullable(),
  input: json,
  inputHash: z.string(),
  inputs: json,
  backend: z.string().nullable(),
  model: z.string().nullable(),
  loras: json,
  pixels: integer,
  shape: z.string(),
  turn: integer,
  createdAt: integer,
  runAfter: integer,
  attempt: integer,
  maxAttempts: integer,
  losses: integer,
  frugal: integer,
  notOn: json,
  leaseId: z.string().nullable(),
  leaseUntil: time,
  workerId: z.string().nullable(),
  startedAt: time,
  finishedAt: time,
  beatAt: time,
  progress: json.nullable(),
  cancelRequestedAt: time,
  failure: json.nullable(),
  result: json.nullable(),
  reusedFrom: z.string().nullable(),
  usage: json.nullable(),
  followUp: z.string(),
  followUpNote: z.string().nullable(),
})

/** A GpuJob row as a job. Throws ZodError on a row this program did not write. */
export function toJob(row: unknown): Job {
  const { backend, model, loras, pixels, shape, frugal, ...rest } = jobRow.parse(row)
  return job.parse({
    ...rest,
    class: JOB_CLASSES[rest.class],
    frugal: frugal === 1,
    needs: { backend, model, loras, pixels, shape },
  })
}

const candidateRow = jobRow.pick({
  id: true,
  kind: true,
  class: true,
  userId: true,
  storyId: true,
  backend: true,
  model: true,
  loras: true,
  pixels: true,
  shape: true,
  turn: true,
  createdAt: true,
  notOn: true,
})
const candidate = job.pick({
  id: true,
  kind: true,
  class: true,
  userId: true,
  storyId: true,
  needs: true,
  turn: true,
  createdAt: true,
  notOn: true,
})

/** The part of a job row that choosing reads. */
export function toCandidate(row: unknown): z.infer<typeof candidate> {
  const { backend, model, loras, pixels, shape, ...rest } = candidateRow.parse(row)
  return candidate.parse({
    ...rest,
    class: JOB_CLASSES[rest.class],
    needs: { backend, model, loras, pixels, shape },
  })
}

const attemptRow = z.object({
  attempt: integer,
  leaseId: z.string(),
  workerId: z.string(),
  startedAt: integer,
  endedAt: time,
  outcome: z.enum(['running', 'done', 'failed', 'lost', 'released', 'cancelled']),
  failure: json.pipe(failure).nullable(),
  lastBeat: json.pipe(progress).nullable(),
})

/** A GpuAttempt row. */
export function toAttempt(row: unknown): AttemptRow {
  return attemptRow.parse(row)
}

const countRow = z.object({ key: z.string().nullable(), n: integer })

/** Rows of `SELECT <key> AS key, count(*) AS n` as a map. */
export function toCounts(rows: readonly unknown[]): ReadonlyMap<string, number> {
  return new Map(rows.map((row) => countRow.parse(row)).flatMap(({ key, n }) => (key === null ? [] : [[key, n]])))
}
