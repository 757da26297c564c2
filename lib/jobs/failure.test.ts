import { describe, expect, it } from 'vitest'
import { afterFailure, backoffMs } from './failure.ts'
import type { FailureClass } from './job.ts'

const job = { attempt: 1, maxAttempts: 3, frugal: false, notOn: [], workerId: 'w1', cancelRequestedAt: null }
const failed = (failureClass: FailureClass) => ({ class: failureClass, code: 'x', message: '', detail: {} })

describe('what follows a failure', () => {
  it('[JO6] waits 2 s, 8 s, 32 s and at most five minutes, shortened by up to half', () => {
    expect([1, 2, 3, 4, 9].map((attempt) => backoffMs(attempt, () => 0))).toEqual([
      2_000, 8_000, 32_000, 128_000, 300_000,
    ])
    expect(backoffMs(1, () => 0.999999)).toBe(1_000)
  })

  it('[JO6] gives a transient failure three tries', () => {
    expect(afterFailure(job, failed('transient'), 0, () => 0)).toMatchObject({ state: 'queued', runAfter: 2_000 })
    expect(afterFailure({ ...job, attempt: 3 }, failed('transient'), 0, () => 0)).toEqual({ state: 'failed' })
  })

  it('[JO6] remembers which worker lacks the model', () => {
    const next = afterFailure({ ...job, notOn: ['w0'] }, failed('missing_model'), 5, () => 0)
    expect(next).toMatchObject({ state: 'queued', attemptBack: true, notOn: ['w0', 'w1'], runAfter: 5 })
  })

  it('[JO7] never retries what somebody wanted cancelled', () => {
    expect(afterFailure({ ...job, cancelRequestedAt: 1 }, failed('transient'), 5, () => 0)).toEqual({
      state: 'cancelled',
    })
  })
})
