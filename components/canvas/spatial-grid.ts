import type { Box } from '#lib/story/queries.ts'

/** An axis-parallel area of the canvas, px. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Side of a grid cell in canvas px: about two cards wide, so a card lies in one to four cells. */
const CELL = 512

/** Boxes filed by grid cell, for culling and hit tests without looking at every scene. */
export interface SpatialGrid {
  /** The boxes that overlap the area, each once. */
  readonly query: (area: Rect) => Box[]
  /** The topmost box over a point, or null; `slack` widens the boxes by that many px. */
  readonly hit: (x: number, y: number, slack?: number) => Box | null
}

/** Whether two areas share more than an edge. */
export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Whether `inner` lies wholly in `outer`. */
export function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

/** The area widened by `by` px on every side. */
export function widen(area: Rect, by: number): Rect {
  return { x: area.x - by, y: area.y - by, width: area.width + 2 * by, height: area.height + 2 * by }
}

/** The smallest area around all boxes, or null without any. */
export function boundsOf(boxes: Iterable<Rect>): Rect | null {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (const box of boxes) {
    left = Math.min(left, box.x)
    top = Math.min(top, box.y)
    right = Math.max(right, box.x + box.width)
    bottom = Math.max(bottom, box.y + box.height)
  }
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top }
}

/** Files the boxes by cell. O(boxes) for boxes of card size. */
export function spatialGrid(boxes: Iterable<Box>): SpatialGrid {
  const cells = new Map<string, Box[]>()
  for (const box of boxes) {
    eachCell(box, (key) => {
      const list = cells.get(key)
      if (list) list.push(box)
      else cells.set(key, [box])
    })
  }
  function query(area: Rect): Box[] {
    const found = new Set<Box>()
    const columns = Math.ceil(area.width / CELL) + 1
    const rows = Math.ceil(area.height / CELL) + 1
    const look = (list: readonly Box[]) => {
      for (const box of list) if (overlaps(box, area)) found.add(box)
    }
    // An area of more cells than are filled is answered quicker by walking the filled ones.
    if (columns * rows > cells.size) for (const list of cells.values()) look(list)
    else eachCell(area, (key) => look(cells.get(key) ?? []))
    return [...found]
  }
  function hit(x: number, y: number, slack = 0): Box | null {
    const near = query({ x: x - slack, y: y - slack, width: 2 * slack + 1, height: 2 * slack + 1 })
    return near.at(-1) ?? null
  }
  return { query, hit }
}

function eachCell(area: Rect, visit: (key: string) => void): void {
  const right = Math.floor((area.x + area.width) / CELL)
  const bottom = Math.floor((area.y + area.height) / CELL)
  for (let cx = Math.floor(area.x / CELL); cx <= right; cx++) {
    for (let cy = Math.floor(area.y / CELL); cy <= bottom; cy++) visit(`${cx},${cy}`)
  }
}

/** A free place for a new box near the wanted one: straight down, then a column further, in steps of `gap` px. */
export function freePlace(grid: SpatialGrid, wanted: Rect, gap = 40): { x: number; y: number } {
  const { width, height } = wanted
  for (let column = 0; column < 8; column++) {
    for (let row = 0; row < 24; row++) {
      const x = Math.round(wanted.x + column * (width + gap))
      const y = Math.round(wanted.y + row * (height + gap))
      if (grid.query(widen({ x, y, width, height }, gap / 2 - 1)).length === 0) return { x, y }
    }
  }
  return { x: Math.round(wanted.x), y: Math.round(wanted.y) }
}
