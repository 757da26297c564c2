import type { Claimant } from '#lib/jobs/choose.ts'
import { HEARTBEAT_MS } from '#lib/jobs/failure.ts'
import { type Failure, type Job, progress as progressSchema } from '#lib/jobs/job.ts'
import { kindSpec } from '#lib/jobs/kinds.ts'
import type { JobStore, Lease } from '#lib/jobs/ports.ts'
import { OverQuotaError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { Log } from '../log.ts'
import type { JobContext, JobHandler } from './handler.ts'
import { JobFailed, JobStopped } from './job-failed.ts'

/** Id of this process as a claimant; remote workers have ids of their own. */
export const IN_PROCESS_WORKER = 'background'

const SWEEP_MS = 5_000
const IDLE_WAIT_MS = 1_000
/** What a running job may still use after the signal to drain before it is handed back. */
const DRAIN_GRACE_MS = 3_000

/** This process as a claimant: the kinds and backends of its handlers. */
export function claimantOf(handlers: readonly JobHandler[]): Claimant {
  return {
    workerId: IN_PROCESS_WORKER,
    kinds: handlers.filter((handler) => handler.backends.length > 0).map((handler) => handler.kind),
    stories: null,
    backends: [...new Set(handlers.flatMap((handler) => handler.backends))],
    models: [],
    loras: [],
    maxPixels: 16_000_000,
    warm: { model: null, loras: [], shapes: [] },
  }
}

interface Deps {
  readonly store: JobStore
  readonly handlers: readonly JobHandler[]
  readonly clock: Clock
  readonly log: Log
}

/**
 * The claimant inside this process (JO15-JO18): takes jobs it has handlers for, one at a time, beats while they run,
 * stops them on cancel within a step, and hands them back when the process drains. Also sweeps expired leases.
 * What it left leased when it was killed is swept after the lease time, like any worker's.
 */
export function startBackground({ store, handlers, clock, log }: Deps): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  const claimant = claimantOf(handlers)
  const loop = runLoop()
  const sweeper = setInterval(() => void sweep(), SWEEP_MS)
  void sweep()

  async function sweep(): Promise<void> {
    try {
      await store.sweepExpired()
    } catch (cause) {
      log.error({ err: cause }, 'expired leases could not be swept; the next round tries again')
    }
  }

  async function runLoop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const job = claimant.kinds.length === 0 ? null : (await store.claim(claimant, 1)).jobs[0]
        if (job) await runJob(job)
        else await store.wait(IDLE_WAIT_MS, stopping.signal)
      } catch (cause) {
        log.error({ err: cause }, 'the job loop stumbled and goes on')
        await store.wait(IDLE_WAIT_MS, stopping.signal)
      }
    }
  }

  async function runJob(job: Job): Promise<void> {
    const handler = handlers.find((one) => one.kind === job.kind)
    if (!handler || job.leaseId === null) throw new Error(`claimed job ${job.id} of kind ${job.kind} without a handler`)
    const lease = { jobId: job.id, leaseId: job.leaseId }
    const startedAt = clock()
    const run = watch(lease)
    try {
      const { result, usage } = await handler.run(job, run.context)
      const parsed = kindSpec(job.kind)?.result.safeParse(result)
      if (!parsed?.success)
        throw new JobFailed('invalid', 'result-shape', 'The drawing step answered something unexpected.')
      await store.complete(lease, job.attempt, {
        result: parsed.data,
        usage: { gpuMs: 0, wallMs: Math.max(0, Math.round(clock() - startedAt)), peakBytes: null, ...usage },
      })
    } catch (cause) {
      await endRun(job, lease, run.stopped() ?? cause)
    } finally {
      run.end()
    }
  }

  /** Heartbeat and stop signals of one run. */
  function watch(lease: Lease) {
    const abort = new AbortController()
    let why: JobStopped | null = null
    const stopRun = (because: JobStopped['because']) => {
      why ??= new JobStopped(because)
      abort.abort(why)
    }
    const tell = async (progress: Parameters<JobStore['beat']>[1]) => {
      const answer = await store.beat(lease, progress)
      if (answer.kind === 'stale') stopRun('lease-lost')
      else if (answer.cancel) stopRun('cancelled')
    }
    const heart = setInterval(() => {
      tell(null).catch((cause: unknown) => log.warn({ err: cause, jobId: lease.jobId }, 'a beat was lost'))
    }, HEARTBEAT_MS)
    let grace: NodeJS.Timeout | undefined
    const onDrain = () => {
      grace = setTimeout(() => stopRun('draining'), DRAIN_GRACE_MS)
    }
    if (stopping.signal.aborted) onDrain()
    stopping.signal.addEventListener('abort', onDrain, { once: true })
    const context: JobContext = {
      signal: abort.signal,
      step: async (at) => {
        await tell(progressSchema.parse({ etaMs: null, previewSha: null, ...at }))
        if (why) throw why
      },
    }
    return {
      context,
      stopped: () => why,
      end: () => {
        clearInterval(heart)
        clearTimeout(grace)
        stopping.signal.removeEventListener('abort', onDrain)
      },
    }
  }

  async function endRun(job: Job, lease: Lease, cause: unknown): Promise<void> {
    if (cause instanceof JobStopped && cause.because === 'lease-lost') return
    if (cause instanceof JobStopped && cause.because === 'draining') {
      await store.release(lease, 'The app was stopping.')
      return
    }
    await store.fail(lease, failureOf(cause))
    const foreseen = [JobStopped, JobFailed, OverQuotaError].some((kind) => cause instanceof kind)
    if (!foreseen) {
      log.error({ err: cause, jobId: job.id, kind: job.kind }, 'a job failed')
    }
  }

  return {
    stop: async () => {
      clearInterval(sweeper)
      stopping.abort()
      await loop
    },
  }
}

function failureOf(cause: unknown): Failure {
  if (cause instanceof JobStopped)
    return { class: 'cancelled', code: 'cancelled', message: 'Cancelled on request.', detail: {} }
  if (cause instanceof JobFailed) return cause.failure
  if (cause instanceof OverQuotaError) return { class: 'invalid', code: cause.code, message: cause.message, detail: {} }
  return { class: 'transient', code: 'crashed', message: 'The job stopped with an unexpected error.', detail: {} }
}
