import { describe, expect, it } from 'vitest'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import { canvasModel } from './canvas-model.ts'
import { tilesOf } from './tile-surface.ts'
import { pace } from './use-paced.ts'

const scenes = [...canvasModel(syntheticState({ seed: 2, scenes: 30 }), 'br_000000').cards]
const ids = scenes.map((entry) => entry.id)

describe('pace', () => {
  it('takes what is urgent at once and a few of the rest, until all are there', () => {
    const [first, second] = ids
    const urgent = (entry: { id: string }) => entry.id === first || entry.id === second
    let now = pace(new Set(), scenes, urgent, 3)
    expect(now.size).toBe(5)
    expect([now.has(first ?? ''), now.has(second ?? '')]).toEqual([true, true])
    let turns = 1
    for (let next = pace(now, scenes, urgent, 3); next !== now; next = pace(now, scenes, urgent, 3)) {
      expect(next.size - now.size).toBeLessThanOrEqual(3)
      now = next
      turns++
    }
    expect([...now].sort()).toEqual([...ids].sort())
    expect(turns).toBe(1 + Math.ceil((ids.length - 5) / 3))
  })

  it('lets a few go at a time and ends with exactly what is wanted', () => {
    const wanted = scenes.slice(20)
    let now: ReadonlySet<string> = new Set(ids)
    for (let turn = 0; turn < 5; turn++) {
      const before = now.size
      now = pace(now, wanted, () => false, 4)
      expect(before - now.size).toBe(4)
    }
    expect([...now].sort()).toEqual(wanted.map((entry) => entry.id).sort())
    expect(pace(now, wanted, () => false, 4)).toBe(now)
  })
})

describe('tiles', () => {
  it('cover the view at any zoom, and a ring adds one on every side', () => {
    const view = { transform: [-600, 100, 0.5] as const, width: 900, height: 400 }
    expect(tilesOf(view, 0.5, 0)).toEqual(['1 -1', '2 -1', '1 0', '2 0'])
    expect(tilesOf(view, 0.5, 1).length).toBe(4 * 4)
    // Painted for twice the zoom, the same view takes twice the tiles along each side, or one more.
    const fine = tilesOf(view, 1, 0)
    expect(fine).toContain('2 -1')
    expect(fine.length).toBe(4 * 3)
  })

  it('are none for a view without a place or a zoom', () => {
    const view = { transform: [10, 10, 1] as const, width: 900, height: 400 }
    expect(tilesOf({ ...view, transform: [10, 10, 0] }, 1, 1)).toEqual([])
    expect(tilesOf({ ...view, transform: [NaN, 10, 1] }, 1, 1)).toEqual([])
    expect(tilesOf({ ...view, transform: [10, -Infinity, 1] }, 1, 1)).toEqual([])
    expect(tilesOf(view, NaN, 1)).toEqual([])
  })
})
