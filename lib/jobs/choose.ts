import { JOB_CLASSES, type Job, type JobClass } from './job.ts'

/** Who asks for work and what it can do. */
export interface Claimant {
  readonly workerId: string
  readonly kinds: readonly string[]
  /** Stories its key is bound to; null for every story (JO26). */
  readonly stories: readonly string[] | null
  readonly backends: readonly string[]
  readonly models: readonly string[]
  readonly loras: readonly string[]
  readonly maxPixels: number
  /** What is loaded right now. */
  readonly warm: {
    readonly model: string | null
    readonly loras: readonly string[]
    readonly shapes: readonly string[]
  }
}

export type SkipReason = 'kind' | 'story' | 'backend' | 'model' | 'lora' | 'pixels' | 'excluded'
export type Skipped = Readonly<Partial<Record<SkipReason, number>>>

type Candidate = Pick<Job, 'id' | 'kind' | 'class' | 'userId' | 'storyId' | 'needs' | 'turn' | 'createdAt' | 'notOn'>

/** What choosing reads: at most 64 runnable rows and who is being served at this moment. */
export interface Choice {
  readonly candidates: readonly Candidate[]
  readonly claimant: Claimant
  readonly now: number
  /** Leased jobs per user, absent means none. */
  readonly running: ReadonlyMap<string, number>
}

/** A job that has waited this long counts as one class more urgent, so nothing starves (JO9). */
const AGE_MS = 10 * 60_000

/** Says why a claimant cannot run a job, or null when it can. */
export function whyNot(job: Pick<Job, 'kind' | 'storyId' | 'needs' | 'notOn'>, claimant: Claimant): SkipReason | null {
  if (!claimant.kinds.includes(job.kind)) return 'kind'
  // Before what the machine lacks: of other stories a bound worker hears only how many jobs are not for it.
  if (claimant.stories !== null && !claimant.stories.includes(job.storyId)) return 'story'
  if (job.needs.backend !== null && !claimant.backends.includes(job.needs.backend)) return 'backend'
  if (job.needs.model !== null && !claimant.models.includes(job.needs.model)) return 'model'
  if (job.needs.loras.some((lora) => !claimant.loras.includes(lora))) return 'lora'
  if (job.needs.pixels > claimant.maxPixels) return 'pixels'
  if (job.notOn.includes(claimant.workerId)) return 'excluded'
  return null
}

/** Rank of a class after waiting: 0 is most urgent; every ten minutes lift a job by one class (JO9). */
export function urgency(jobClass: JobClass, waitedMs: number): number {
  return Math.max(0, JOB_CLASSES.indexOf(jobClass) - Math.floor(Math.max(0, waitedMs) / AGE_MS))
}

/** Loaded things a job would use: its model counts 4, its LoRAs 2, its shape 1. */
function warmth(job: Candidate, claimant: Claimant): number {
  const { warm } = claimant
  const model = job.needs.model !== null && job.needs.model === warm.model ? 4 : 0
  const loras = job.needs.loras.length > 0 && job.needs.loras.every((lora) => warm.loras.includes(lora)) ? 2 : 0
  return model + loras + (warm.shapes.includes(job.needs.shape) ? 1 : 0)
}

/**
 * Chooses the order in which a claimant should try to take jobs (JO9, JO10): urgency with ageing, then the person with
 * the least running work, then the fair turn, then what is already loaded, then age, then id. Unfit jobs are left out.
 * Warmth stands after fairness but before age: it may reorder one person's work, never let one person pass another.
 */
export function choose({ candidates, claimant, now, running }: Choice): readonly string[] {
  return candidates
    .filter((job) => whyNot(job, claimant) === null)
    .map((job) => ({
      id: job.id,
      keys: [
        urgency(job.class, now - job.createdAt),
        running.get(job.userId) ?? 0,
        fairTurn(job, candidates, now),
        -warmth(job, claimant),
        job.createdAt,
      ],
    }))
    .sort((a, b) => compareKeys(a.keys, b.keys) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
}

/**
 * The turn of a job, but equal for all jobs of the same person where nobody else waits in its urgency: then warmth may
 * decide freely.
 */
function fairTurn(job: Candidate, all: readonly Candidate[], now: number): number {
  const level = urgency(job.class, now - job.createdAt)
  const contested = all.some(
    (other) => other.userId !== job.userId && urgency(other.class, now - other.createdAt) === level,
  )
  return contested ? job.turn : 0
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
