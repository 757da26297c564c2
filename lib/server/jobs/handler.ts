import type { Job, JobKind, JobUsage, Progress } from '#lib/jobs/job.ts'

/** What a handler may do while it runs. */
export interface JobContext {
  /** Aborts on cancel, on a lost lease and when the process drains; pass it to whatever can be aborted. */
  readonly signal: AbortSignal
  /**
   * The one place for heartbeat, progress and cancellation. Call it between the steps of the work; throws when the job
   * must stop (the loop knows what that means; let it through). Cheap: beats closer than 500 ms are not stored.
   */
  readonly step: (progress: Pick<Progress, 'phase' | 'step' | 'steps'> & Partial<Progress>) => Promise<void>
}

interface JobRun {
  /** Parsed by the kind's result schema before it is stored. */
  readonly result: unknown
  readonly usage?: Partial<JobUsage>
}

/**
 * One job kind in this process. A new one is one file plus one line in registry.ts.
 * To fail on purpose throw JobFailed with its class; anything else counts as transient.
 */
export interface JobHandler {
  readonly kind: JobKind
  /** Image backends this process draws with; jobs that need another one wait for a worker that has it. */
  readonly backends: readonly string[]
  readonly run: (job: Job, context: JobContext) => Promise<JobRun>
  /**
   * The commands a finished job sends to its story, the same ones each time it is asked (they are sent until answered).
   * Also called for results that remote workers delivered.
   */
  readonly followUp: (job: Job) => Promise<readonly { readonly type: string }[]>
}
