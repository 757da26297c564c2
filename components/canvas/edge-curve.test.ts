import { describe, expect, it } from 'vitest'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import { canvasModel } from './canvas-model.ts'
import { curveOf, edgeAt, pointAt } from './edge-curve.ts'

const model = canvasModel(syntheticState({ seed: 11, scenes: 400 }), 'br_000000')

describe('edge curve', () => {
  it('starts and ends in the middle of the cards it joins', () => {
    for (const entry of model.edges) {
      const { from, to } = entry
      const curve = curveOf(entry)
      expect(pointAt(curve, 0)).toEqual({ x: from.x + from.width, y: from.y + from.height / 2 })
      expect(pointAt(curve, 1)).toEqual({ x: to.x, y: to.y + to.height / 2 })
    }
  })

  it('a pointer on a line finds an edge that runs there, beside every line none', () => {
    for (const entry of model.edges.slice(0, 200)) {
      const at = pointAt(curveOf(entry), 0.3)
      const found = edgeAt(model.edges, at.x, at.y, 9)
      if (!found) throw new Error('the line was missed')
      const near = Array.from({ length: 2001 }, (_, step) => pointAt(curveOf(found), step / 2000))
      expect(Math.min(...near.map(({ x, y }) => Math.hypot(x - at.x, y - at.y)))).toBeLessThan(15)
    }
    expect(edgeAt(model.edges, -5000, -5000, 9)).toBeNull()
    const [only] = model.edges
    if (!only) throw new Error('no edges')
    const { x, y } = pointAt(curveOf(only), 0.5)
    expect(edgeAt([only], x, y + 4, 9)).toBe(only)
    expect(edgeAt([only], x + 400, y + 400, 9)).toBeNull()
  })
})
