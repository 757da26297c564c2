import { z } from 'zod'
import { failure, jobKind, jobUsage, progress, sha256 } from './job.ts'
import { jobOutput, recipeEcho } from './render-panel.ts'

/**
 * The worker protocol under /api/worker/v1 (gpu.md 1). The Python side is generated from these schemas by
 * scripts/contract.mjs. Unknown fields are ignored on both sides, so either may be newer than the other.
 */
export const PROTOCOL = 1
export const MIN_PROTOCOL = 1
export const LONG_POLL_MAX_MS = 25_000

const names = z.array(z.string().min(1).max(200)).max(500)

export const helloRequest = z.object({
  protocol: z.int().min(0),
  version: z.string().max(40),
  name: z.string().min(1).max(80),
  /** Device in words, e.g. "CPU" or "NVIDIA H200". */
  gpu: z.string().max(120),
  vramBytes: z.int().min(0),
  backends: names,
  kinds: z.array(jobKind).max(50),
  models: names,
  loras: names,
  warmShapes: names,
  maxPixels: z.int().min(0),
})
export type HelloRequest = z.infer<typeof helloRequest>

export const helloAnswer = z.object({
  workerId: z.string(),
  heartbeatMs: z.int(),
  minProtocol: z.int(),
})

export const claimRequest = z.object({
  workerId: z.string().min(1).max(64),
  kinds: z.array(jobKind).min(1).max(50),
  max: z.int().min(1).max(8),
  /** How long to wait for work, in ms; at most 25 s. */
  waitMs: z.int().min(0).max(LONG_POLL_MAX_MS).default(LONG_POLL_MAX_MS),
})

export const claimedJob = z.object({
  jobId: z.string(),
  kind: jobKind,
  attempt: z.int(),
  leaseId: z.string(),
  /** UTC ms of the app's clock. */
  leaseUntil: z.number(),
  deadline: z.number().nullable(),
  /** Run at batch 1: the last try was out of memory. */
  frugal: z.boolean(),
  input: z.record(z.string(), z.unknown()),
  inputs: z.array(z.object({ sha256, url: z.string(), bytes: z.int() })),
})
export const claimAnswer = z.object({
  jobs: z.array(claimedJob),
  skipped: z.record(z.string(), z.int()),
  drain: z.boolean(),
})

const leaseId = z.string().min(1).max(64)

export const beatRequest = progress.extend({ leaseId })
export const beatAnswer = z.object({ leaseUntil: z.number(), cancel: z.boolean(), drain: z.boolean() })

export const doneRequest = z.object({
  leaseId,
  attempt: z.int().min(1),
  outputs: z.array(jobOutput).min(1).max(4),
  usage: jobUsage,
  recipeEcho,
})
export const doneAnswer = z.object({ state: z.enum(['done', 'cancelled']), again: z.boolean() })

export const failRequest = z.object({ leaseId }).extend(failure.shape)
export const releaseRequest = z.object({ leaseId, reason: z.string().max(200) })
export const endAnswer = z.object({ state: z.string() })
