import { describe, expect, it } from 'vitest'
import type { Claimant } from './choose.ts'
import { type Job, job, progress } from './job.ts'
import { viewJob, whatItWaitsFor } from './view.ts'

function queued(changes: Partial<Job> = {}): Job {
  return {
    ...job.parse({
      id: 'jo_1',
      kind: 'render_panel',
      state: 'queued',
      class: 'interactive',
      storyId: 'st_1',
      userId: 'us_1',
      subject: null,
      input: { secret: 'prompt' },
      inputHash: 'a'.repeat(64),
      inputs: [],
      needs: { backend: 'procedural', model: null, loras: [], pixels: 10, shape: '' },
      turn: 0,
      createdAt: 0,
      runAfter: 0,
      attempt: 0,
      maxAttempts: 3,
      losses: 0,
      frugal: false,
      notOn: [],
      leaseId: 'le_1',
      leaseUntil: null,
      workerId: null,
      startedAt: null,
      finishedAt: null,
      beatAt: null,
      progress: null,
      cancelRequestedAt: null,
      failure: null,
      result: null,
      reusedFrom: null,
      usage: null,
      followUp: 'none',
      followUpNote: null,
    }),
    ...changes,
  }
}
const worker: Claimant = {
  workerId: 'w1',
  kinds: ['render_panel'],
  stories: null,
  backends: ['procedural'],
  models: [],
  loras: [],
  maxPixels: 100,
  warm: { model: null, loras: [], shapes: [] },
}

describe('a job as people see it', () => {
  it('[JO13] progress names phase and steps; an unknown length is null and stays so', () => {
    const at = { phase: 'denoise', step: 3, steps: null, etaMs: null, previewSha: null } as const
    expect(viewJob(queued({ state: 'leased', progress: at })).progress).toEqual(at)
    const taken = (change: object) => progress.safeParse({ ...at, ...change }).success
    expect([taken({}), taken({ steps: 8 })]).toEqual([true, true])
    const wrong = [{ steps: 0 }, { steps: undefined }, { step: -1 }, { step: undefined }, { phase: 'busy' }]
    expect(wrong.filter(taken)).toEqual([])
  })

  it('[JO14] says what it waits for', () => {
    const needs = queued().needs
    expect(whatItWaitsFor(queued(), [], 0)).toBe('worker')
    expect(whatItWaitsFor(queued(), [{ ...worker, backends: [] }], 0)).toBe('backend')
    expect(whatItWaitsFor(queued({ needs: { ...needs, model: 'm' } }), [worker], 0)).toBe('model')
    expect(whatItWaitsFor(queued({ needs: { ...needs, pixels: 101 } }), [worker], 0)).toBe('size')
    expect(whatItWaitsFor(queued(), [worker], 0)).toBe('turn')
    expect(whatItWaitsFor(queued({ runAfter: 9 }), [worker], 0)).toBe('retry-time')
    expect(whatItWaitsFor(queued({ state: 'leased' }), [], 0)).toBeNull()
  })

  it('[JO26] says that only the key stands in the way, and what the machine lacks before that', () => {
    const bound = { ...worker, stories: ['st_elsewhere'] }
    expect(whatItWaitsFor(queued(), [{ ...worker, backends: [] }, bound], 0)).toBe('key')
    expect(whatItWaitsFor(queued(), [bound, worker], 0)).toBe('turn')
    expect(whatItWaitsFor(queued(), [{ ...bound, backends: [] }], 0)).toBe('backend')
  })

  it('[JO22] shows neither input nor lease', () => {
    const text = JSON.stringify(viewJob(queued()))
    expect(text).not.toContain('prompt')
    expect(text).not.toContain('le_1')
  })
})
