import { z } from 'zod'
import { jobId, storyId, userId } from '#lib/kernel/ids.ts'

/**
 * The nouns of queued work. A job is a wish for machine work; an attempt is one try; a lease is the time-limited right
 * to try. Rules JO1-JO26 in SPEC.md.
 *
 *              enqueue
 *                 │            claim (attempt + 1)
 *                 ▼        ┌───────────────────────► leased ──── complete ───► done
 *               queued ────┘                            │  │
 *                 ▲   ▲───── release, expiry once, ─────┘  ├──── fail ───────► failed
 *                 │          retryable failure             ├──── cancel ─────► cancelled
 *                 │                                        └──── lost twice ─► quarantined
 *                 └──────── retry by a person ◄──── failed, cancelled, quarantined
 */
export const jobKind = z.string().regex(/^[a-z][a-z_]{1,39}$/, 'a job kind is lower-case words joined by _')
export type JobKind = z.infer<typeof jobKind>

export const JOB_STATES = ['queued', 'leased', 'done', 'failed', 'cancelled', 'quarantined'] as const
export const jobState = z.enum(JOB_STATES)
export type JobState = z.infer<typeof jobState>

/** Order of urgency, first wins: somebody is watching; somebody asked for many; it may run overnight. */
export const JOB_CLASSES = ['interactive', 'batch', 'training'] as const
export const jobClass = z.enum(JOB_CLASSES)
export type JobClass = z.infer<typeof jobClass>

export const FAILURE_CLASSES = ['transient', 'oom', 'invalid', 'missing_model', 'unsafe', 'cancelled'] as const
export const failureClass = z.enum(FAILURE_CLASSES)
export type FailureClass = z.infer<typeof failureClass>

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hex digits')

/** Where a try is. `steps: null` means the length is unknown and is shown as unknown (JO13). */
export const progress = z.object({
  phase: z.enum(['load', 'compile', 'encode', 'denoise', 'draw', 'decode', 'measure', 'upload']),
  step: z.int().min(0),
  steps: z.int().min(1).nullable(),
  etaMs: z.int().min(0).nullable(),
  previewSha: sha256.nullable(),
})
export type Progress = z.infer<typeof progress>

/** What a claimant must have to run a job. Empty lists and nulls ask for nothing. */
export const needs = z.object({
  /** Id of the image backend that must do it; null where any will do. */
  backend: z.string().min(1).max(60).nullable(),
  /** Base model id, null where the backend needs none. */
  model: z.string().min(1).max(200).nullable(),
  loras: z.array(z.string().min(1).max(200)).max(8),
  /** Width times height of the output. */
  pixels: z.int().min(0).max(50_000_000),
  /** Output size class, e.g. `832x1216`; equal shapes run warm. */
  shape: z.string().max(40),
})
export type Needs = z.infer<typeof needs>

export const failure = z.object({
  class: failureClass,
  /** Stable word for programs, e.g. `cuda-oom`. */
  code: z.string().min(1).max(60),
  /** One sentence for people; no prompts, no prose, no secrets. */
  message: z.string().max(500),
  detail: z.record(z.string(), z.union([z.string().max(300), z.number(), z.boolean(), z.null()])).default({}),
})
export type Failure = z.infer<typeof failure>

/** What a try cost. `gpuMs` is machine time of the device, 0 where no GPU was used. */
export const jobUsage = z.object({
  gpuMs: z.int().min(0),
  wallMs: z.int().min(0),
  peakBytes: z.int().min(0).nullable(),
})
export type JobUsage = z.infer<typeof jobUsage>

/** What becomes of the story after a job is done: `due` until the command was answered. */
export const FOLLOW_UPS = ['none', 'due', 'sent', 'refused'] as const
export const followUp = z.enum(FOLLOW_UPS)

/** One job as the store knows it. Times are UTC milliseconds of the app's clock. */
export const job = z.object({
  id: jobId,
  kind: jobKind,
  state: jobState,
  class: jobClass,
  storyId,
  userId,
  /** What in the story it is about, e.g. a panel id. */
  subject: z.string().max(64).nullable(),
  /** Input of the kind; parsed by the kind's schema before enqueue and after claim. */
  input: z.unknown(),
  /** SHA-256 of the normalised input: kind, recipe, seed, input and model hashes (JO11). */
  inputHash: sha256,
  /** Blobs a claimant may read. */
  inputs: z.array(sha256).max(32),
  needs,
  /** Place in the fair order of its class; see `turn` in SPEC.md (JO10). */
  turn: z.int(),
  createdAt: z.number(),
  /** Not before this time. */
  runAfter: z.number(),
  /** Tries so far, counted at claim (JO3). */
  attempt: z.int().min(0),
  maxAttempts: z.int().min(1),
  /** Leases lost in a row since a person last queued it. */
  losses: z.int().min(0),
  /** True after running out of memory: the next try runs at batch 1. */
  frugal: z.boolean(),
  /** Workers that lack what it needs. */
  notOn: z.array(z.string()),
  leaseId: z.string().nullable(),
  leaseUntil: z.number().nullable(),
  workerId: z.string().nullable(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  beatAt: z.number().nullable(),
  progress: progress.nullable(),
  cancelRequestedAt: z.number().nullable(),
  failure: failure.nullable(),
  result: z.unknown(),
  /** The job whose finished result answered this one at no cost. */
  reusedFrom: jobId.nullable(),
  usage: jobUsage.nullable(),
  followUp,
  followUpNote: z.string().nullable(),
})
export type Job = z.infer<typeof job>

/** True for states that nothing leaves by itself. */
export function isFinished(state: JobState): boolean {
  return state !== 'queued' && state !== 'leased'
}

/**
 * The client id under which a finished job speaks to its story. Fixed, with fixed sequence numbers from 1, so the story
 * changes once however often the command is sent (JO8).
 */
export function jobClientId(id: string): string {
  return `job-${id}`
}
