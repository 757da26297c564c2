import { describe, expect, test } from 'vitest'
import { ABSOLUTE_MS, GRACE_MS, IDLE_MS, judgeRefresh } from './refresh.ts'

const at = 1_000_000
const session = { generation: 5, rotatedAtMs: at, expiresAtMs: at + ABSOLUTE_MS, ended: false }

describe('judgeRefresh', () => {
  test('[AC5] the live token rotates', () => expect(judgeRefresh(session, 5, at + 1)).toBe('rotate'))
  test('[AC6] its predecessor repeats the answer to the last millisecond of the grace', () => {
    expect(judgeRefresh(session, 4, at)).toBe('repeat')
    expect(judgeRefresh(session, 4, at + GRACE_MS - 1)).toBe('repeat')
  })
  test('[AC7] its predecessor after the grace is stolen', () =>
    expect(judgeRefresh(session, 4, at + GRACE_MS)).toBe('stolen'))
  test('[AC7] an older one is stolen at any time', () => expect(judgeRefresh(session, 3, at)).toBe('stolen'))
  test('[AC7] one from the future cannot be ours', () => expect(judgeRefresh(session, 6, at)).toBe('stolen'))
  test('[AC8] idle for 7 days is over', () => {
    expect(judgeRefresh(session, 5, at + IDLE_MS - 1)).toBe('rotate')
    expect(judgeRefresh(session, 5, at + IDLE_MS)).toBe('over')
  })
  test('[AC8] past its end is over', () => {
    const used = { ...session, rotatedAtMs: at + ABSOLUTE_MS - 10 }
    expect(judgeRefresh(used, 5, at + ABSOLUTE_MS - 1)).toBe('rotate')
    expect(judgeRefresh(used, 5, at + ABSOLUTE_MS)).toBe('over')
  })
  test('[AC8] ended stays ended', () => expect(judgeRefresh({ ...session, ended: true }, 5, at)).toBe('over'))
})
