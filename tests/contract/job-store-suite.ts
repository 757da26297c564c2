import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Claimant } from '#lib/jobs/choose.ts'
import { LEASE_MS } from '#lib/jobs/failure.ts'
import type { Failure, Job, Progress } from '#lib/jobs/job.ts'
import type { JobStore, NewJob } from '#lib/jobs/ports.ts'
import { jobId, storyId, userId } from '#lib/kernel/ids.ts'

/** One engine under test, with a clock that only the test moves. */
interface StoreUnderTest {
  readonly store: JobStore
  /** Another handle on the same data, as after a restart. */
  readonly again: () => Promise<JobStore>
  readonly close: () => Promise<void>
}
type Factory = (clock: () => number) => Promise<StoreUnderTest>

const usage = { gpuMs: 0, wallMs: 5, peakBytes: null }
const HASH = 'a'.repeat(64)
const transient: Failure = { class: 'transient', code: 'network', message: 'The line broke.', detail: {} }

function claimant(changes: Partial<Claimant> = {}): Claimant {
  return {
    workerId: 'w1',
    kinds: ['render_panel'],
    stories: null,
    backends: ['fake'],
    models: ['base'],
    loras: [],
    maxPixels: 1_000_000,
    warm: { model: null, loras: [], shapes: [] },
    ...changes,
  }
}

function progress(step: number): Progress {
  return { phase: 'denoise', step, steps: 20, etaMs: null, previewSha: null }
}

/** Every engine behind the JobStore port runs this suite (gpu.md 1). Rules JO1-JO12 of lib/jobs/SPEC.md. */
export function jobStoreSuite(name: string, factory: Factory): void {
  describe(`job store: ${name}`, () => {
    let now = 1_000_000
    let under: StoreUnderTest
    let store: JobStore
    let made = 0

    beforeEach(async () => {
      now = 1_000_000
      made = 0
      under = await factory(() => now)
      store = under.store
    })
    afterEach(() => under.close())

    function wish(changes: Partial<NewJob> & { user?: string; needs?: NewJob['needs'] } = {}): NewJob {
      made++
      const { user = 'us_a', ...rest } = changes
      return {
        id: jobId.parse(`jo_${String(made).padStart(6, '0')}`),
        kind: 'render_panel',
        class: 'interactive',
        storyId: storyId.parse('st_1'),
        userId: userId.parse(user),
        subject: null,
        input: { seed: made },
        inputHash: made.toString(16).padStart(64, '0'),
        inputs: [],
        needs: { backend: null, model: null, loras: [], pixels: 0, shape: '' },
        reuse: false,
        followUp: false,
        ...rest,
      }
    }
    const needs = (changes: Partial<NewJob['needs']>): NewJob['needs'] => ({
      backend: null,
      model: null,
      loras: [],
      pixels: 0,
      shape: '',
      ...changes,
    })
    async function add(changes: Parameters<typeof wish>[0] = {}): Promise<Job> {
      return (await store.enqueue(wish(changes))).job
    }
    async function claimOne(changes: Partial<Claimant> = {}, from = store): Promise<Job> {
      const [job] = (await from.claim(claimant(changes), 1)).jobs
      if (!job) throw new Error('nothing was claimed')
      return job
    }
    const leaseOf = (job: Job) => ({ jobId: job.id, leaseId: job.leaseId ?? '' })
    const finish = (job: Job, result: unknown = { picture: 1 }) =>
      store.complete(leaseOf(job), job.attempt, { result, usage })
    async function loseLease(): Promise<readonly Job[]> {
      now += LEASE_MS + 1
      return store.sweepExpired()
    }

    it('[JO12] a new job is queued and can be read back whole', async () => {
      const { job, fresh } = await store.enqueue(
        wish({ subject: 'pa_1', needs: needs({ backend: 'fake', loras: ['x'] }) }),
      )
      expect(fresh).toBe(true)
      expect(job).toMatchObject({ state: 'queued', attempt: 0, subject: 'pa_1', createdAt: now, leaseId: null })
      expect(job.needs).toEqual(needs({ backend: 'fake', loras: ['x'] }))
      expect(await store.get(job.id)).toEqual(job)
    })

    it('[JO12] the same id twice is one job, the first one', async () => {
      const first = wish()
      await store.enqueue(first)
      const again = await store.enqueue({ ...first, input: { other: true } })
      expect(again.fresh).toBe(false)
      expect(again.job.input).toEqual(first.input)
      expect((await store.counts()).queued).toBe(1)
    })

    it('[JO12] the same id twice at once is one job', async () => {
      const first = wish()
      const answers = await Promise.all([store.enqueue(first), store.enqueue(first)])
      expect(answers.filter((answer) => answer.fresh)).toHaveLength(1)
    })

    it('[JO12] an unknown id is absent', async () => {
      expect(await store.get('jo_none')).toBeNull()
      expect(await store.requestCancel('jo_none')).toEqual({ kind: 'absent' })
      expect(await store.retry('jo_none')).toEqual({ kind: 'absent' })
    })

    it('[JO1] a claim leases for sixty seconds of the app clock', async () => {
      await add()
      const job = await claimOne()
      expect(job).toMatchObject({ state: 'leased', leaseUntil: now + 60_000, workerId: 'w1', startedAt: now })
    })

    it('[JO1] a beat extends the lease and keeps the last state', async () => {
      await add()
      const job = await claimOne()
      now += 50_000
      const answer = await store.beat(leaseOf(job), progress(3))
      expect(answer).toMatchObject({ kind: 'held', leaseUntil: now + 60_000, cancel: false })
      expect((await store.get(job.id))?.progress).toEqual(progress(3))
    })

    it('[JO1] beats closer than half a second are answered, not stored', async () => {
      await add()
      const job = await claimOne()
      now += 1_000
      await store.beat(leaseOf(job), progress(1))
      now += 100
      expect((await store.beat(leaseOf(job), progress(2))).kind).toBe('held')
      expect((await store.get(job.id))?.progress?.step).toBe(1)
      now += 450
      await store.beat(leaseOf(job), progress(3))
      expect((await store.get(job.id))?.progress?.step).toBe(3)
    })

    it('[JO1] a beat without progress keeps what was reported', async () => {
      await add()
      const job = await claimOne()
      await store.beat(leaseOf(job), progress(4))
      now += 10_000
      await store.beat(leaseOf(job), null)
      expect((await store.get(job.id))?.progress?.step).toBe(4)
    })

    it('[JO1] a beat after expiry is stale, swept or not', async () => {
      await add()
      const job = await claimOne()
      now += LEASE_MS
      expect(await store.beat(leaseOf(job), progress(1))).toEqual({ kind: 'stale' })
      await store.sweepExpired()
      expect(await store.beat(leaseOf(job), progress(1))).toEqual({ kind: 'stale' })
      expect((await store.get(job.id))?.progress).toBeNull()
    })

    it('[JO1] a clock that steps back neither shortens nor loses a lease', async () => {
      await add()
      const job = await claimOne()
      now -= 30_000
      expect(await store.beat(leaseOf(job), progress(1))).toMatchObject({ kind: 'held', leaseUntil: job.leaseUntil })
      expect(await store.sweepExpired()).toEqual([])
      expect((await finish(job)).kind).toBe('done')
    })

    it('[JO1] a clock that steps back still hands out what is queued once it catches up', async () => {
      await add()
      now -= 5_000
      expect((await store.claim(claimant(), 1)).jobs).toHaveLength(0)
      now += 5_000
      expect((await store.claim(claimant(), 1)).jobs).toHaveLength(1)
    })

    it('[JO2] a writer with another lease changes nothing', async () => {
      await add()
      const job = await claimOne()
      const wrong = { jobId: job.id, leaseId: 'le_wrong' }
      expect(await store.beat(wrong, progress(9))).toEqual({ kind: 'stale' })
      expect(await store.fail(wrong, transient)).toEqual({ kind: 'stale' })
      expect(await store.release(wrong, 'x')).toEqual({ kind: 'stale' })
      expect(await store.complete(wrong, 1, { result: {}, usage })).toEqual({ kind: 'stale' })
      expect(await store.get(job.id)).toEqual(job)
    })

    it('[JO2] a late writer is stale after its job went on', async () => {
      await add()
      const first = await claimOne()
      await loseLease()
      const second = await claimOne({ workerId: 'w2' })
      expect(await finish(first)).toEqual({ kind: 'stale' })
      expect(await store.beat(leaseOf(first), progress(5))).toEqual({ kind: 'stale' })
      expect((await store.get(second.id))?.workerId).toBe('w2')
      expect((await finish(second)).kind).toBe('done')
    })

    it('[JO3] the attempt is counted at claim', async () => {
      await add()
      expect((await claimOne()).attempt).toBe(1)
      await loseLease()
      expect((await claimOne()).attempt).toBe(2)
    })

    it('[JO3] ten claimants racing get one job each, never the same', async () => {
      for (let i = 0; i < 10; i++) await add()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => store.claim(claimant({ workerId: `w${i}` }), 1)),
      )
      const ids = answers.flatMap((answer) => answer.jobs.map((job) => job.id))
      expect(ids).toHaveLength(10)
      expect(new Set(ids).size).toBe(10)
    })

    it('[JO3] twenty racing for one job: one wins', async () => {
      await add()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.claim(claimant({ workerId: `w${i}` }), 1)),
      )
      expect(answers.flatMap((answer) => answer.jobs)).toHaveLength(1)
    })

    it('[JO3] several jobs can be claimed at once, each with a lease of its own', async () => {
      for (let i = 0; i < 5; i++) await add()
      const { jobs } = await store.claim(claimant(), 3)
      expect(new Set(jobs.map((job) => job.leaseId)).size).toBe(3)
      expect((await store.counts()).queued).toBe(2)
    })

    it('[JO4] a lease lost once queues the job again', async () => {
      await add()
      const job = await claimOne()
      const [moved] = await loseLease()
      expect(moved).toMatchObject({ id: job.id, state: 'queued', losses: 1, leaseId: null })
      expect(moved?.failure?.code).toBe('lease-lost')
    })

    it('[JO4] lost twice is quarantined with its last beat, and only a person queues it again', async () => {
      await add()
      await claimOne()
      await loseLease()
      const job = await claimOne()
      await store.beat(leaseOf(job), progress(7))
      const [moved] = await loseLease()
      expect(moved).toMatchObject({ state: 'quarantined', progress: progress(7), finishedAt: now })
      expect((await store.claim(claimant(), 1)).jobs).toEqual([])
      expect(await store.retry(job.id)).toMatchObject({ kind: 'changed', job: { state: 'queued', losses: 0 } })
      expect((await claimOne()).attempt).toBe(3)
    })

    it('[JO4] the sweep leaves living leases alone and may run twice', async () => {
      await add()
      await claimOne()
      now += LEASE_MS - 1
      expect(await store.sweepExpired()).toEqual([])
      now += 1
      expect(await store.sweepExpired()).toHaveLength(1)
      expect(await store.sweepExpired()).toEqual([])
    })

    it('[JO4] a sweep during done: exactly one of them counts', async () => {
      await add()
      const job = await claimOne()
      now += LEASE_MS - 1
      const [answer] = await Promise.all([finish(job), store.sweepExpired()])
      expect(answer.kind).toBe('done')
      now += 2
      expect(await store.sweepExpired()).toEqual([])
      expect((await store.get(job.id))?.state).toBe('done')
    })

    it('[JO5] done stores result, usage and time, and frees the lease', async () => {
      await add({ followUp: true })
      const job = await claimOne()
      expect(await finish(job)).toMatchObject({ kind: 'done', again: false })
      expect(await store.get(job.id)).toMatchObject({
        state: 'done',
        result: { picture: 1 },
        usage,
        finishedAt: now,
        leaseId: null,
        followUp: 'due',
      })
    })

    it('[JO5] the same answer again is accepted and changes nothing', async () => {
      await add()
      const job = await claimOne()
      await finish(job)
      const before = await store.get(job.id)
      now += 90_000
      expect(await finish(job)).toMatchObject({ kind: 'done', again: true })
      expect(await store.get(job.id)).toEqual(before)
    })

    it('[JO5] another answer for the same try is refused', async () => {
      await add()
      const job = await claimOne()
      await finish(job)
      expect(await finish(job, { picture: 2 })).toEqual({ kind: 'different' })
      expect((await store.get(job.id))?.result).toEqual({ picture: 1 })
    })

    it('[JO5] done for another attempt number is stale', async () => {
      await add()
      const job = await claimOne()
      expect(await store.complete(leaseOf(job), 2, { result: {}, usage })).toEqual({ kind: 'stale' })
      expect((await store.get(job.id))?.state).toBe('leased')
    })

    it('[JO5] two done at once: one stores, the other hears it was stored', async () => {
      await add()
      const job = await claimOne()
      const answers = await Promise.all([finish(job), finish(job)])
      expect(answers.map((answer) => (answer.kind === 'done' ? answer.again : answer.kind)).sort()).toEqual([
        false,
        true,
      ])
    })

    it('[JO5] everything survives a restart after each commit', async () => {
      const job = await add({ followUp: true })
      expect((await (await under.again()).get(job.id))?.state).toBe('queued')
      const leased = await claimOne()
      const second = await under.again()
      expect(await second.get(job.id)).toEqual(leased)
      expect((await second.beat(leaseOf(leased), progress(2))).kind).toBe('held')
      await finish(leased)
      const third = await under.again()
      expect((await third.followUpsDue(10)).map((one) => one.id)).toEqual([job.id])
      await third.settleFollowUp(job.id, 'sent', null)
      expect(await (await under.again()).followUpsDue(10)).toEqual([])
    })

    it('[JO6] a transient failure waits two seconds, shortened at random, then runs again', async () => {
      await add()
      const job = await claimOne()
      expect(await store.fail(leaseOf(job), transient)).toMatchObject({ kind: 'ended', job: { state: 'queued' } })
      const runAfter = (await store.get(job.id))?.runAfter ?? 0
      expect(runAfter - now).toBeGreaterThanOrEqual(1_000)
      expect(runAfter - now).toBeLessThanOrEqual(2_000)
      expect((await store.claim(claimant(), 1)).jobs).toEqual([])
      now = runAfter
      expect((await claimOne()).attempt).toBe(2)
    })

    it('[JO6] the third transient failure is the last', async () => {
      await add()
      for (let i = 0; i < 3; i++) {
        const job = await claimOne()
        await store.fail(leaseOf(job), transient)
        now += 300_000
      }
      const [job] = await store.list({})
      expect(job).toMatchObject({ state: 'failed', attempt: 3, failure: transient })
    })

    it('[JO6] out of memory runs once more frugally, then fails', async () => {
      await add()
      const oom: Failure = { ...transient, class: 'oom', code: 'cuda-oom' }
      const first = await claimOne()
      expect(await store.fail(leaseOf(first), oom)).toMatchObject({ job: { state: 'queued', frugal: true } })
      const second = await claimOne()
      expect(second.frugal).toBe(true)
      expect(await store.fail(leaseOf(second), oom)).toMatchObject({ job: { state: 'failed' } })
    })

    it.each(['invalid', 'unsafe'] as const)('[JO6] %s fails at once', async (failureClass) => {
      await add()
      const job = await claimOne()
      const answer = await store.fail(leaseOf(job), { ...transient, class: failureClass })
      expect(answer).toMatchObject({ kind: 'ended', job: { state: 'failed', attempt: 1 } })
    })

    it('[JO6] a missing model is not offered to that worker again, costs no try and waits for another', async () => {
      await add()
      const job = await claimOne()
      await store.fail(leaseOf(job), { ...transient, class: 'missing_model' })
      expect(await store.claim(claimant(), 1)).toEqual({ jobs: [], skipped: { excluded: 1 } })
      expect((await claimOne({ workerId: 'w2' })).attempt).toBe(1)
    })

    it('[JO7] a queued job is cancelled at once', async () => {
      const job = await add()
      expect(await store.requestCancel(job.id)).toMatchObject({ kind: 'changed', job: { state: 'cancelled' } })
      expect((await store.claim(claimant(), 1)).jobs).toEqual([])
    })

    it('[JO7] a leased job hears of it at the next beat and ends cancelled', async () => {
      await add()
      const job = await claimOne()
      await store.requestCancel(job.id)
      expect(await store.beat(leaseOf(job), progress(2))).toMatchObject({ kind: 'held', cancel: true })
      const answer = await store.fail(leaseOf(job), { ...transient, class: 'cancelled', code: 'cancelled' })
      expect(answer).toMatchObject({ job: { state: 'cancelled' } })
    })

    it('[JO7] cancel wins over a done that arrives later, and its result is dropped', async () => {
      await add({ followUp: true })
      const job = await claimOne()
      await store.requestCancel(job.id)
      expect((await finish(job)).kind).toBe('cancelled')
      expect(await store.get(job.id)).toMatchObject({ state: 'cancelled', result: null })
      expect(await store.followUpsDue(10)).toEqual([])
      expect((await finish(job)).kind).toBe('cancelled')
    })

    it('[JO7] cancel wins over a retry, a release and a lost lease', async () => {
      for (const end of ['fail', 'release', 'lost'] as const) {
        await add()
        const job = await claimOne()
        await store.requestCancel(job.id)
        if (end === 'fail') await store.fail(leaseOf(job), transient)
        if (end === 'release') await store.release(leaseOf(job), 'stopping')
        if (end === 'lost') await loseLease()
        expect((await store.get(job.id))?.state).toBe('cancelled')
      }
    })

    it('[JO7] a finished job cannot be cancelled', async () => {
      await add()
      const job = await claimOne()
      await finish(job)
      expect(await store.requestCancel(job.id)).toMatchObject({ kind: 'unchanged', job: { state: 'done' } })
    })

    it('[JO7] cancel and done at once: the job ends in one of the two, never between', async () => {
      for (let round = 0; round < 5; round++) {
        await add()
        const job = await claimOne()
        await Promise.all([store.requestCancel(job.id), finish(job)])
        const after = await store.get(job.id)
        expect(['done', 'cancelled']).toContain(after?.state)
        expect(after?.result === null).toBe(after?.state === 'cancelled')
      }
    })

    it('[JO8] a settled follow-up is settled once', async () => {
      await add({ followUp: true })
      const job = await claimOne()
      await finish(job)
      await store.settleFollowUp(job.id, 'refused', 'panel-gone')
      await store.settleFollowUp(job.id, 'sent', null)
      expect(await store.get(job.id)).toMatchObject({ followUp: 'refused', followUpNote: 'panel-gone' })
    })

    it('[JO9] interactive goes before batch before training', async () => {
      await add({ class: 'training' })
      await add({ class: 'batch' })
      await add({ class: 'interactive' })
      const classes = [(await claimOne()).class, (await claimOne()).class, (await claimOne()).class]
      expect(classes).toEqual(['interactive', 'batch', 'training'])
    })

    it('[JO9] what waited ten minutes counts as one class more urgent', async () => {
      const old = await add({ class: 'batch' })
      now += 10 * 60_000
      await add({ class: 'interactive' })
      expect((await claimOne()).id).toBe(old.id)
    })

    it('[JO9] ageing reaches what a full queue would hide', async () => {
      const old = await add({ class: 'training' })
      now += 21 * 60_000
      for (let i = 0; i < 70; i++) await add({ class: 'interactive', user: 'us_b' })
      expect((await claimOne()).id).toBe(old.id)
    })

    it('[JO10] one person with many jobs does not keep another waiting', async () => {
      for (let i = 0; i < 80; i++) await add({ user: 'us_many' })
      now += 1_000
      const late = await add({ user: 'us_one' })
      const first = await claimOne()
      const second = await claimOne()
      expect([first.id, second.id]).toContain(late.id)
    })

    it('[JO10] two people are served in turn', async () => {
      for (let i = 0; i < 4; i++) await add({ user: 'us_a' })
      for (let i = 0; i < 4; i++) await add({ user: 'us_b' })
      const served: string[] = []
      for (let i = 0; i < 8; i++) {
        const job = await claimOne()
        served.push(job.userId)
        await finish(job)
      }
      for (let i = 0; i < 8; i += 2) expect(new Set(served.slice(i, i + 2)).size).toBe(2)
    })

    it('[JO10] what is loaded goes first among the jobs of one person', async () => {
      await add({ needs: needs({ model: 'other', shape: '512x512' }) })
      const warm = await add({ needs: needs({ model: 'base', shape: '832x1216' }) })
      const job = await claimOne({
        models: ['base', 'other'],
        warm: { model: 'base', loras: [], shapes: ['832x1216'] },
      })
      expect(job.id).toBe(warm.id)
    })

    it('[JO11] a finished result of the same input answers at no cost, marked as reused', async () => {
      await add({ inputHash: HASH })
      const first = await claimOne()
      await finish(first)
      const { job } = await store.enqueue(wish({ inputHash: HASH, reuse: true, followUp: true }))
      expect(job).toMatchObject({
        state: 'done',
        reusedFrom: first.id,
        result: { picture: 1 },
        attempt: 0,
        followUp: 'due',
      })
      expect(job.usage).toEqual({ gpuMs: 0, wallMs: 0, peakBytes: null })
    })

    it('[JO11] nothing is reused when it was not wished for', async () => {
      await add({ inputHash: HASH })
      await finish(await claimOne())
      expect((await add({ inputHash: HASH })).state).toBe('queued')
    })

    it('[JO11] twins that wait are answered by the first result', async () => {
      await add({ inputHash: HASH, reuse: true })
      const twin = await add({ inputHash: HASH, reuse: true })
      const stranger = await add({ reuse: true })
      const first = await claimOne()
      await finish(first)
      expect(await store.get(twin.id)).toMatchObject({ state: 'done', reusedFrom: first.id })
      expect((await store.get(stranger.id))?.state).toBe('queued')
    })

    it('[JO11] a failed or cancelled twin answers nothing', async () => {
      await add({ inputHash: HASH })
      const job = await claimOne()
      await store.fail(leaseOf(job), { ...transient, class: 'invalid' })
      expect((await add({ inputHash: HASH, reuse: true })).state).toBe('queued')
    })

    it('[JO14] what a claimant cannot take is counted by reason, as choosing sees it', async () => {
      await add({ kind: 'train_character' })
      await add({ needs: needs({ backend: 'diffusers' }) })
      await add({ needs: needs({ model: 'sdxl' }) })
      await add({ needs: needs({ loras: ['mara'] }) })
      await add({ needs: needs({ pixels: 2_000_000 }) })
      expect(await store.claim(claimant(), 8)).toEqual({
        jobs: [],
        skipped: { kind: 1, backend: 1, model: 1, lora: 1, pixels: 1 },
      })
    })

    it('[JO26] a claimant bound to stories gets jobs of these, and of others only their number', async () => {
      const other = await add({ storyId: storyId.parse('st_2') })
      await add({ needs: needs({ model: 'sdxl' }) })
      expect(await store.claim(claimant({ stories: [] }), 8)).toEqual({ jobs: [], skipped: { story: 2 } })
      const { jobs } = await store.claim(claimant({ stories: ['st_2', 'st_3'] }), 8)
      expect(jobs.map((job) => job.id)).toEqual([other.id])
      expect(await store.claim(claimant({ stories: ['st_2'] }), 8)).toEqual({ jobs: [], skipped: { story: 1 } })
      expect(await store.claim(claimant({ stories: ['st_1'] }), 8)).toEqual({ jobs: [], skipped: { model: 1 } })
    })

    it('[JO14] how many stand before a job is known while it is queued', async () => {
      await add()
      await add({ class: 'batch' })
      const last = await add({ class: 'batch' })
      expect(await store.ahead(last.id)).toBe(2)
      await store.requestCancel(last.id)
      expect(await store.ahead(last.id)).toBeNull()
    })

    it('[JO17] release hands the job and the attempt back', async () => {
      await add()
      const job = await claimOne()
      expect(await store.release(leaseOf(job), 'stopping')).toMatchObject({
        kind: 'ended',
        job: { state: 'queued', attempt: 0 },
      })
      const next = await claimOne({ workerId: 'w2' })
      expect(next.attempt).toBe(1)
      expect(await finish(job)).toEqual({ kind: 'stale' })
      expect((await finish(next)).kind).toBe('done')
    })

    it('[JO18] a person may retry what failed, was cancelled or set aside, and nothing else', async () => {
      const queued = await add()
      expect((await store.retry(queued.id)).kind).toBe('unchanged')
      const job = await claimOne()
      expect((await store.retry(job.id)).kind).toBe('unchanged')
      await store.fail(leaseOf(job), { ...transient, class: 'unsafe' })
      expect(await store.retry(job.id)).toMatchObject({ kind: 'changed', job: { state: 'queued', failure: null } })
      const again = await claimOne()
      expect(again.attempt).toBe(2)
      await finish(again)
      expect((await store.retry(job.id)).kind).toBe('unchanged')
    })

    it('[JO19] every try is kept with how it ended', async () => {
      await add()
      const first = await claimOne()
      await store.fail(leaseOf(first), transient)
      now += 10_000
      const second = await claimOne()
      await loseLease()
      const third = await claimOne({ workerId: 'w2' })
      await finish(third)
      const tries = await store.attempts(first.id)
      expect(tries.map((one) => [one.attempt, one.workerId, one.outcome])).toEqual([
        [1, 'w1', 'failed'],
        [2, 'w1', 'lost'],
        [3, 'w2', 'done'],
      ])
      expect(tries[1]?.leaseId).toBe(second.leaseId)
      expect(tries[0]?.failure).toEqual(transient)
    })

    it('[JO19] lists newest first, by story, subject and state', async () => {
      const first = await add({ subject: 'pa_1' })
      now += 1
      const second = await add({ subject: 'pa_2' })
      now += 1
      const other = await add({ storyId: storyId.parse('st_2') })
      expect((await store.list({})).map((job) => job.id)).toEqual([other.id, second.id, first.id])
      expect((await store.list({ storyId: 'st_1' })).map((job) => job.id)).toEqual([second.id, first.id])
      expect((await store.list({ subject: 'pa_1' })).map((job) => job.id)).toEqual([first.id])
      await store.requestCancel(second.id)
      expect((await store.list({ states: ['cancelled'] })).map((job) => job.id)).toEqual([second.id])
      expect(await store.counts('st_1')).toMatchObject({ queued: 1, cancelled: 1, done: 0 })
    })

    it('[JO20] who waits is woken by an enqueue, a release and the end of its patience', async () => {
      const never = new AbortController()
      const woken = store.wait(60_000, never.signal)
      await add()
      await woken
      const job = await claimOne()
      const again = store.wait(60_000, never.signal)
      await store.release(leaseOf(job), 'stopping')
      await again
      await store.wait(5, never.signal)
      const stopped = store.wait(60_000, never.signal)
      never.abort()
      await stopped
    })
  })
}
