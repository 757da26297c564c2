import { z } from 'zod'
import { type Claimant, whyNot } from './choose.ts'
import { type Job, failure, followUp, isFinished, jobClass, jobState, jobUsage, progress } from './job.ts'

/** Why a queued job does not start: its own delay, its place in the queue, or nobody who could or may run it (JO14). */
export const waitingFor = z.enum(['turn', 'retry-time', 'worker', 'key', 'backend', 'model', 'lora', 'size'])
export type WaitingFor = z.infer<typeof waitingFor>

/** A job as people see it. No input, no lease: those belong to the machines. */
export const jobView = z.object({
  id: z.string(),
  kind: z.string(),
  state: jobState,
  class: jobClass,
  storyId: z.string(),
  subject: z.string().nullable(),
  backend: z.string().nullable(),
  model: z.string().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** When it may start again after a failed try. */
  runAfter: z.number(),
  attempt: z.number(),
  maxAttempts: z.number(),
  progress: progress.nullable(),
  cancelRequested: z.boolean(),
  failure: failure.nullable(),
  workerId: z.string().nullable(),
  reused: z.boolean(),
  usage: jobUsage.nullable(),
  followUp,
  followUpNote: z.string().nullable(),
  /** Jobs before it in the fair order; null when it is not queued or this is a live frame. */
  ahead: z.number().nullable(),
  waitingFor: waitingFor.nullable(),
})
export type JobView = z.infer<typeof jobView>

/** Presents a job; `queue` is known in answers to questions and absent in live frames. */
export function viewJob(
  job: Job,
  queue: { readonly ahead: number | null; readonly waitingFor: WaitingFor | null } = { ahead: null, waitingFor: null },
): JobView {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    class: job.class,
    storyId: job.storyId,
    subject: job.subject,
    backend: job.needs.backend,
    model: job.needs.model,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    runAfter: job.runAfter,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    progress: isFinished(job.state) && job.state !== 'quarantined' ? null : job.progress,
    cancelRequested: job.cancelRequestedAt !== null,
    failure: job.failure,
    workerId: job.workerId,
    reused: job.reusedFrom !== null,
    usage: job.usage,
    followUp: job.followUp,
    followUpNote: job.followUpNote,
    ahead: queue.ahead,
    waitingFor: queue.waitingFor,
  }
}

/** Says what a queued job waits for, given everybody who could claim now (JO14). */
export function whatItWaitsFor(job: Job, claimants: readonly Claimant[], now: number): WaitingFor | null {
  if (job.state !== 'queued') return null
  if (claimants.some((claimant) => whyNot(job, claimant) === null)) return job.runAfter > now ? 'retry-time' : 'turn'
  // What stands in the way besides the stories a key is bound to: nothing, then it is the key (JO26).
  const reasons = claimants.map((claimant) => whyNot(job, { ...claimant, stories: null }))
  if (reasons.includes(null)) return 'key'
  if (reasons.includes('pixels')) return 'size'
  if (reasons.includes('lora')) return 'lora'
  if (reasons.includes('model') || reasons.includes('excluded')) return 'model'
  return reasons.includes('backend') ? 'backend' : 'worker'
}
