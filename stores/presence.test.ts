import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LivePerson, PresencePatch } from '#lib/client/live-socket.ts'
import { createPresenceStore } from './presence.ts'

const person = (at: number): LivePerson => ({
  connectionId: `c${at}`,
  userId: `u${at}`,
  name: 'Ada',
  initials: 'A',
  colour: 1,
  at: 0,
})

/** Moves the pointer every 10 ms for two seconds among so many others, and counts what is sent. */
function sentAmong(others: number): PresencePatch[] {
  const sent: PresencePatch[] = []
  const store = createPresenceStore()
  store.connect((patch) => sent.push(patch))
  store.receive(
    Array.from({ length: others }, (_, at) => person(at)),
    true,
  )
  for (let x = 0; x < 200; x++) {
    store.publish({ cursor: { x, y: 0 } })
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(2000)
  return sent
}

describe('what a page tells the room', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is told at most 30 times a second, 10 above twenty people, once alone, and ends with the newest', () => {
    for (const [others, least, most] of [
      [0, 2, 3],
      [1, 40, 60],
      [19, 40, 60],
      [20, 15, 21],
    ] as const) {
      const sent = sentAmong(others)
      expect(sent.length).toBeGreaterThanOrEqual(least)
      expect(sent.length).toBeLessThanOrEqual(most)
      expect(sent.at(-1)).toEqual({ cursor: { x: 199, y: 0 } })
    }
  })

  it('is told at once to a second person who comes, and not a second later', () => {
    const sent: PresencePatch[] = []
    const store = createPresenceStore()
    store.connect((patch) => sent.push(patch))
    store.publish({ place: 'graph' })
    store.receive([person(1)], false)
    vi.advanceTimersByTime(34)
    expect(sent).toEqual([{ place: 'graph' }])
  })
})
