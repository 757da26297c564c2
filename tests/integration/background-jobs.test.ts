import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OverQuotaError } from '#lib/kernel/errors.ts'
import { jobId, storyId, userId } from '#lib/kernel/ids.ts'
import type { CommandEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import { idMaker } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import { LEASE_MS } from '#lib/jobs/failure.ts'
import type { JobStore } from '#lib/jobs/ports.ts'
import { claimantOf, startBackground } from '#lib/server/jobs/background.ts'
import { startFollowUps } from '#lib/server/jobs/follow-ups.ts'
import type { JobContext, JobHandler } from '#lib/server/jobs/handler.ts'
import { JobFailed } from '#lib/server/jobs/job-failed.ts'
import { createJobs, type Jobs } from '#lib/server/jobs/jobs.ts'
import { createSqliteJobStore } from '#lib/server/jobs/sqlite-store.ts'
import { createLog } from '#lib/server/log.ts'
import { openTestAppDb } from '#tests/support/app-db.ts'

const HOUR_MS = 3_600_000
const STORY = storyId.parse('st_1')
const log = createLog({ logLevel: 'silent' })
const result = {
  outputs: [{ role: 'image', sha256: 'a'.repeat(64), mime: 'image/png', width: 64, height: 64 }],
  recipeEcho: {
    backend: 'storyboard',
    backendVersion: '1',
    software: {},
    device: 'CPU',
    seed: 1,
    widthPx: 64,
    heightPx: 64,
    reproducible: 'exact',
  },
}
const input = {
  panelId: 'pa_1',
  sceneId: 'sc_1',
  versionId: 'pv_1',
  parentVersionId: null,
  reason: 'first',
  backend: 'storyboard',
  widthPx: 64,
  heightPx: 64,
  seed: 1,
  control: { sha256: 'b'.repeat(64), kind: 'storyboard', drawingVersion: '1', blueprintHash: 'x' },
  prompt: '',
  promptVersion: '1',
  palette: 'ink',
} as const

describe('jobs in the background service', () => {
  let database: Awaited<ReturnType<typeof openTestAppDb>>
  let store: JobStore
  let jobs: Jobs
  let offsetMs = 0
  const clock = () => Date.now() + offsetMs
  const stops: (() => Promise<void>)[] = []

  beforeEach(async () => {
    offsetMs = 0
    database = await openTestAppDb()
    const newId = idMaker(clock, seededRandom(3))
    store = createSqliteJobStore({
      app: database.app,
      clock,
      random: seededRandom(5),
      newLeaseId: () => newId('lease'),
    })
    jobs = createJobs({
      store,
      clock,
      claimants: () => Promise.resolve([claimantOf([drawing(() => Promise.resolve())])]),
    })
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
    await database.close()
  })

  function drawing(work: (context: JobContext) => Promise<unknown>): JobHandler {
    return {
      kind: 'render_panel',
      backends: ['storyboard'],
      run: async (_job, context) => {
        await work(context)
        return { result }
      },
      followUp: (job) =>
        Promise.resolve([{ type: 'RecordPanelVersion', versionId: (job.input as { versionId: string }).versionId }]),
    }
  }
  function start(handler: JobHandler) {
    const background = startBackground({ store: jobs.store, handlers: [handler], clock, log })
    stops.push(background.stop)
    return background
  }
  const add = (id = 'jo_1', changes: Partial<typeof input> = {}) =>
    jobs.enqueue({
      id: jobId.parse(id),
      kind: 'render_panel',
      class: 'interactive',
      storyId: STORY,
      userId: userId.parse('us_1'),
      subject: 'pa_1',
      input: { ...input, ...changes },
      needs: { backend: 'storyboard', model: null, loras: [], pixels: 4096, shape: '64x64' },
      inputs: [],
      reuse: false,
    })
  async function until(state: string, id = 'jo_1') {
    const deadline = Date.now() + 50_000
    for (;;) {
      const job = await store.get(id)
      if (job?.state === state) return job
      if (Date.now() > deadline) throw new Error(`job is ${job?.state}, not ${state}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const endless = (started: () => void, steps = { count: 0 }) =>
    drawing(async (context) => {
      started()
      for (let step = 0; ; step++) {
        steps.count = step
        await context.step({ phase: 'draw', step, steps: null })
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })

  it('[JO15] runs a job to done and tells every change', async () => {
    const seen: string[] = []
    jobs.onProgress((view) => void seen.push(`${view.state}${view.progress ? `:${view.progress.step}` : ''}`))
    start(drawing((context) => context.step({ phase: 'draw', step: 1, steps: 2 })))
    await add()
    const job = await until('done')
    expect(job.result).toEqual(result)
    expect(seen).toEqual(['queued', 'leased', 'leased:1', 'done'])
  })

  it('[JO15] an enqueue wakes the idle service, which never looks by itself', async () => {
    const idle = Promise.withResolvers<void>()
    const neverLooks: JobStore = {
      ...jobs.store,
      wait: (_timeoutMs, signal) => {
        const woken = jobs.store.wait(HOUR_MS, signal)
        idle.resolve()
        return woken
      },
    }
    const handlers = [drawing(() => Promise.resolve())]
    const background = startBackground({ store: neverLooks, handlers, clock, log })
    stops.push(background.stop)
    await idle.promise
    await add()
    await until('done')
  })

  it('[JO12] an input that does not fit its kind is refused and names the field', async () => {
    await expect(add('jo_1', { widthPx: 1 } as never)).rejects.toMatchObject({
      code: 'invalid-input',
      detail: { field: 'widthPx' },
    })
    expect(await store.get('jo_1')).toBeNull()
  })

  it('[JO16] cancel stops a running job within a step', async () => {
    const steps = { count: 0 }
    const running = Promise.withResolvers<void>()
    start(endless(running.resolve, steps))
    await add()
    await running.promise
    await jobs.cancel(STORY, 'jo_1')
    const atCancel = steps.count
    await until('cancelled')
    expect(steps.count - atCancel).toBeLessThanOrEqual(2)
  })

  it('[JO16] a job whose lease was lost stops and writes nothing', async () => {
    const running = Promise.withResolvers<void>()
    const background = start(endless(running.resolve))
    await add()
    await running.promise
    const before = await store.get('jo_1')
    offsetMs += LEASE_MS + 1
    await store.sweepExpired()
    const other = { ...claimantOf([]), workerId: 'other', kinds: ['render_panel'], backends: ['storyboard'] }
    const taken = await store.claim(other, 1)
    // Either the other took it, or this process took it anew under another lease; the old one is dead in both cases.
    if (taken.jobs[0]) expect(taken.jobs[0].leaseId).not.toBe(before?.leaseId)
    expect((await store.get('jo_1'))?.attempt).toBeGreaterThanOrEqual(2)
    await background.stop()
  })

  it('[JO6] a handler names the class of its failure; anything else is transient', async () => {
    start(drawing(() => Promise.reject(new JobFailed('invalid', 'no-scene', 'There is nothing to draw.'))))
    await add()
    expect((await until('failed')).failure).toMatchObject({ class: 'invalid', code: 'no-scene' })
  })

  it('[JO6] [F1] without room for the picture the job fails at once, in the words of the refusal', async () => {
    start(drawing(() => Promise.reject(new OverQuotaError('There is no room.'))))
    await add()
    expect(await until('failed')).toMatchObject({
      attempt: 1,
      failure: { class: 'invalid', code: 'over-quota', message: 'There is no room.' },
    })
  })

  it('[JO6] an unexpected error is tried again', async () => {
    let tries = 0
    start(drawing(() => (++tries === 1 ? Promise.reject(new Error('boom')) : Promise.resolve())))
    await add()
    const job = await until('done')
    expect(job.attempt).toBe(2)
  })

  it('[JO17] a drain hands the job and its attempt back', async () => {
    const running = Promise.withResolvers<void>()
    const background = start(endless(running.resolve))
    await add()
    await running.promise
    await background.stop()
    expect(await store.get('jo_1')).toMatchObject({ state: 'queued', attempt: 0, leaseId: null })
  })

  it('[JO4] what a killed process left behind is done after the restart', async () => {
    await add()
    await store.claim(claimantOf([drawing(() => Promise.resolve())]), 1)
    offsetMs += LEASE_MS + 1
    start(drawing(() => Promise.resolve()))
    expect(await until('done')).toMatchObject({ attempt: 2, losses: 1 })
  })

  it('[JO8] the story hears once, under a fixed client and number, until it answers', async () => {
    const sent: CommandEnvelope[] = []
    const answers: Outcome[] = [
      { status: 'unavailable', reason: 'busy', retryAfterMs: 1 },
      { status: 'committed', from: 1, to: 1 },
    ]
    const handler = drawing(() => Promise.resolve())
    start(handler)
    const submit = (command: CommandEnvelope) => {
      sent.push(command)
      return Promise.resolve(answers[sent.length - 1] ?? { status: 'no-effect' as const, at: 1 })
    }
    const followUps = startFollowUps({ store: jobs.store, handlers: [handler], submit, log })
    stops.push(followUps.stop)
    await add()
    await until('done')
    while ((await store.get('jo_1'))?.followUp !== 'sent') await new Promise((resolve) => setTimeout(resolve, 20))
    expect(sent).toHaveLength(2)
    expect(sent[0]).toEqual(sent[1])
    expect(sent[0]).toMatchObject({ clientId: 'job-jo_1', seq: 1, storyId: STORY })
  })

  it('[JO8] one result that cannot be told holds up no other, and stays due', async () => {
    const handler: JobHandler = {
      ...drawing(() => Promise.resolve()),
      followUp: (job) =>
        job.id === 'jo_1' ? Promise.reject(new Error('unreadable')) : Promise.resolve([{ type: 'RecordPanelVersion' }]),
    }
    start(handler)
    await add('jo_1')
    await until('done', 'jo_1')
    await add('jo_2')
    await until('done', 'jo_2')
    const submit = () => Promise.resolve({ status: 'committed' as const, from: 1, to: 1 })
    const followUps = startFollowUps({ store: jobs.store, handlers: [handler], submit, log })
    stops.push(followUps.stop)
    while ((await store.get('jo_2'))?.followUp !== 'sent') await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await store.get('jo_1'))?.followUp).toBe('due')
  })

  it('[JO8] a page full of such results does not hide those behind it', async () => {
    const asked: number[] = []
    const bad = Array.from({ length: 50 }, (_, i) => ({ id: `jo_bad${i}`, kind: 'render_panel' }))
    const good = { id: 'jo_good', kind: 'render_panel', userId: 'us_1', storyId: STORY }
    const sent = Promise.withResolvers<string>()
    const store: JobStore = {
      ...jobs.store,
      followUpsDue: (limit) => {
        asked.push(limit)
        return Promise.resolve([...bad, good].slice(0, limit) as never)
      },
      settleFollowUp: (id) => Promise.resolve(sent.resolve(id) as never),
      wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
    }
    const handler: JobHandler = {
      ...drawing(() => Promise.resolve()),
      followUp: (job) => (job.id === good.id ? Promise.resolve([]) : Promise.reject(new Error('unreadable'))),
    }
    const submit = () => Promise.resolve({ status: 'committed' as const, from: 1, to: 1 })
    stops.push(startFollowUps({ store, handlers: [handler], submit, log }).stop)
    expect(await sent.promise).toBe(good.id)
    expect(asked.slice(0, 2)).toEqual([50, 100])
  })

  it('[JO8] a refusal is kept with its reason', async () => {
    const handler = drawing(() => Promise.resolve())
    start(handler)
    const submit = () => Promise.resolve({ status: 'refused' as const, refusal: { kind: 'unknown-panel' } })
    const followUps = startFollowUps({ store: jobs.store, handlers: [handler], submit, log })
    stops.push(followUps.stop)
    await add()
    await until('done')
    while ((await store.get('jo_1'))?.followUp === 'due') await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await store.get('jo_1')).toMatchObject({ followUp: 'refused', followUpNote: 'unknown-panel' })
  })

  it('[JO18] cancel and retry of a job of another story are refused', async () => {
    await add()
    await expect(jobs.cancel('st_other', 'jo_1')).rejects.toMatchObject({ code: 'not-found' })
    await expect(jobs.retry(STORY, 'jo_1')).rejects.toMatchObject({ code: 'conflict' })
    await jobs.cancel(STORY, 'jo_1')
    expect((await jobs.retry(STORY, 'jo_1')).state).toBe('queued')
  })

  it('[JO14] the list says place in the queue and what is missing', async () => {
    await add('jo_1')
    await add('jo_2')
    const [second, first] = await jobs.list({ storyId: STORY })
    expect([first?.ahead, second?.ahead]).toEqual([0, 1])
    expect(first?.waitingFor).toBe('turn')
  })
})
