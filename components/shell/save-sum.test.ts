import { describe, expect, it } from 'vitest'
import { sumOf } from './save-sum.ts'

describe('the save sign', () => {
  it('[UI30] says saved only when every area has every answer', () => {
    expect(sumOf([]).state).toBe('opening')
    expect(sumOf([{ unsaved: 0, connected: true, opening: true }]).state).toBe('opening')
    expect(sumOf([{ unsaved: 1, connected: true, opening: true }]).state).toBe('saving')
    expect(sumOf([{ unsaved: 0, connected: true }]).state).toBe('saved')
    const both = sumOf([
      { unsaved: 0, connected: true },
      { unsaved: 2, connected: true },
    ])
    expect(both).toEqual({ state: 'saving', unsaved: 2, kept: true, trouble: null })
  })

  it('[UI31] one line down means offline, and what waits is counted over all areas', () => {
    const sum = sumOf([
      { unsaved: 3, connected: false },
      { unsaved: 1, connected: true },
    ])
    expect(sum).toEqual({ state: 'offline', unsaved: 4, kept: true, trouble: null })
    expect(sumOf([{ unsaved: 0, connected: false }]).state).toBe('offline')
  })

  it('[UI32] trouble is said before everything else', () => {
    const sum = sumOf([
      { unsaved: 0, connected: false },
      { unsaved: 0, connected: true, trouble: 'The disk is full' },
    ])
    expect(sum).toEqual({ state: 'trouble', unsaved: 0, kept: true, trouble: 'The disk is full' })
  })

  it('[UI33] says kept only where everything that waits is kept', () => {
    expect(sumOf([{ unsaved: 2, connected: false, kept: false }]).kept).toBe(false)
    expect(sumOf([{ unsaved: 0, connected: false, kept: false }]).kept).toBe(true)
    const one = { unsaved: 1, connected: true }
    expect(sumOf([one, { ...one, kept: false }]).kept).toBe(false)
  })
})
