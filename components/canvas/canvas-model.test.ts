import { describe, expect, it } from 'vitest'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import { align, distribute } from './arrange.ts'
import { canvasModel, detailAt, ghostsOf, nextEdgeType, shownIn, walkOrder, withMembers } from './canvas-model.ts'
import { boundsOf, contains, freePlace, spatialGrid, widen } from './spatial-grid.ts'

const box = (id: string, x: number, y: number, width = 100, height = 50) => ({ id, x, y, width, height })
const NONE: ReadonlySet<string> = new Set()

describe('grid', () => {
  it('finds exactly the boxes in an area, small or large', () => {
    const boxes = Array.from({ length: 900 }, (_, n) =>
      box(`b${n}`, (n % 30) * 320 - 3000, Math.floor(n / 30) * 150 - 1500),
    )
    const grid = spatialGrid(boxes)
    for (const area of [
      { x: -100, y: -100, width: 900, height: 500 },
      { x: -9000, y: -9000, width: 20000, height: 20000 },
      { x: 0, y: 0, width: 1, height: 1 },
    ]) {
      const wanted = boxes.filter(
        (b) =>
          b.x < area.x + area.width && area.x < b.x + b.width && b.y < area.y + area.height && area.y < b.y + b.height,
      )
      expect(new Set(grid.query(area))).toEqual(new Set(wanted))
    }
  })

  it('a new box finds a place that is free', () => {
    const grid = spatialGrid([box('a', 0, 0, 220, 96), box('b', 0, 136, 220, 96)])
    expect(freePlace(grid, { x: 0, y: 0, width: 220, height: 96 })).toEqual({ x: 0, y: 272 })
  })

  it('bounds hold every box', () => {
    const boxes = [box('a', -5, 3), box('b', 400, -90)]
    const around = boundsOf(boxes)
    expect(around && boxes.every((b) => contains(around, b))).toBe(true)
    expect(boundsOf([])).toBeNull()
  })
})

describe('model', () => {
  const state = syntheticState({ seed: 11, scenes: 1000 })
  const model = canvasModel(state, 'br_000000')

  it('unchanged scenes and edges keep their identity, changed ones do not', () => {
    const scene = [...state.scenes.values()].find((entry) => entry.type === 'scene' && !entry.groupId)
    if (!scene) throw new Error('no scene')
    const next = { ...state, scenes: new Map(state.scenes).set(scene.id, { ...scene, title: 'New' }) }
    const after = canvasModel(next, 'br_000000', model)
    expect(after.drawn.get(scene.id)).not.toBe(model.drawn.get(scene.id))
    const same = [...after.drawn.values()].filter((entry) => model.drawn.get(entry.id) === entry)
    expect(same.length).toBe(model.drawn.size - 1)
  })

  it('frames hold their members', () => {
    for (const frame of model.frames) {
      for (const entry of model.cards) {
        if (entry.scene.groupId === frame.id) expect(contains(frame, entry)).toBe(true)
      }
    }
    expect(model.frames.length).toBeGreaterThan(3)
    const group = model.frames[0]
    expect(withMembers(state, [group?.id ?? '']).size).toBeGreaterThan(1)
  })

  // 150 edges: few enough to be elements.
  const small = canvasModel(syntheticState({ seed: 3, scenes: 100 }), 'br_000000')

  it('a window shows what lies in it, with both ends of every edge that is an element', () => {
    const shown = shownIn(small, { x: 0, y: 0, width: 1400, height: 900 }, 1, NONE)
    expect([shown.detail, shown.paintsEdges]).toEqual(['card', false])
    expect(shown.edges.length).toBeGreaterThan(10)
    const ghosts = ghostsOf(shown.edges, shown.elements)
    expect(ghosts.length).toBeGreaterThan(0)
    const known = new Set([...shown.elements, ...ghosts].map((entry) => entry.id))
    expect(shown.edges.every(({ edge }) => known.has(edge.from) && known.has(edge.to))).toBe(true)
    expect(shown.elements.length).toBeLessThan(120)
  })

  it('a large story paints its edges, but for picked ones and those of scenes that are picked or moved', () => {
    const area = { x: 0, y: 0, width: 1400, height: 900 }
    expect(shownIn(model, area, 1, NONE)).toMatchObject({ paintsEdges: true, edges: [] })
    const [first] = model.edges
    if (!first) throw new Error('no edges')
    expect(shownIn(model, area, 1, new Set([first.edge.id])).edges).toEqual([first])
    const { edges } = shownIn(model, area, 1, new Set([first.edge.from]))
    expect(edges).toContain(first)
    expect(edges.every(({ edge }) => edge.from === first.edge.from || edge.to === first.edge.from)).toBe(true)
  })

  it('few scenes keep their titles from afar, many become dots', () => {
    const few = canvasModel(syntheticState({ seed: 3, scenes: 40 }), 'br_000000')
    if (!few.bounds || !model.bounds) throw new Error('no scenes')
    expect(shownIn(few, widen(few.bounds, 9000), 0.2, NONE).detail).toBe('title')
    expect(shownIn(model, model.bounds, 0.2, NONE).detail).toBe('overview')
    const half = { ...model.bounds, width: model.bounds.width / 3 }
    const shown = shownIn(model, half, 0.2, NONE)
    expect([shown.elements.length > 60, shown.detail]).toEqual([true, 'dot'])
  })

  it('the whole of a large story is painted, but for the scenes that must be elements', () => {
    const bounds = model.bounds ?? { x: 0, y: 0, width: 0, height: 0 }
    const shown = shownIn(model, bounds, 0.1, new Set(['sc_000005']))
    expect(shown.detail).toBe('overview')
    expect(shown.elements.map((entry) => entry.id)).toEqual(['sc_000005'])
    expect(shown.paintsEdges).toBe(true)
    expect(shown.edges.every(({ edge }) => [edge.from, edge.to].includes('sc_000005' as never))).toBe(true)
    expect(detailAt(0.5)).toBe('title')
    expect(detailAt(0.2)).toBe('dot')
  })

  it('what a pan has painted stays painted until the zoom changes', () => {
    const bounds = model.bounds ?? { x: 0, y: 0, width: 0, height: 0 }
    const aside = { ...bounds, x: bounds.x + bounds.width * 0.8 }
    const whole = shownIn(model, bounds, 0.1, NONE)
    expect(shownIn(model, aside, 0.1, NONE).detail).not.toBe('overview')
    expect(shownIn(model, aside, 0.1, NONE, whole).detail).toBe('overview')
    expect(shownIn(model, aside, 0.12, NONE, whole).detail).not.toBe('overview')
  })

  it('the walk names every scene once, the start first', () => {
    const order = walkOrder(state, model, 'br_000000')
    expect(order.length).toBe(state.scenes.size)
    expect(new Set(order).size).toBe(order.length)
    expect(order[0]).toBe('sc_000000')
    expect(nextEdgeType(model.index, 'sc_000000')).toBe('choice')
  })
})

describe('arrange', () => {
  const boxes = [box('a', 0, 0), box('b', 130, 40), box('c', 500, 90)]

  it('aligns on whole pixels and names only what moves', () => {
    expect(align(boxes, 'top')).toEqual([
      { id: 'b', x: 130, y: 0 },
      { id: 'c', x: 500, y: 0 },
    ])
    expect(align(boxes, 'right').map((move) => move.x)).toEqual([500, 500])
    expect(align([box('a', 0, 0)], 'left')).toEqual([])
  })

  it('distributes with equal gaps and leaves the ends', () => {
    expect(distribute(boxes, 'across')).toEqual([{ id: 'b', x: 250, y: 40 }])
    expect(distribute(boxes.slice(0, 2), 'across')).toEqual([])
  })
})
