import type { DrawnEdge } from './canvas-model.ts'
import { widen } from './spatial-grid.ts'

type Ends = Pick<DrawnEdge, 'from' | 'to'>

/** The curve of an edge: a cubic Bézier from the middle of one card's right side to the middle of the other's left, canvas px. */
export interface Curve {
  readonly x1: number
  readonly y1: number
  /** x of the first control point, at `y1`. */
  readonly c1: number
  /** x of the second control point, at `y2`. */
  readonly c2: number
  readonly x2: number
  readonly y2: number
}

/** Places tried along a curve when the pointer is tested against it. */
const SAMPLES = 32

/** The curve as the canvas library draws it, so that a painted edge that becomes an element does not jump. */
export function curveOf({ from, to }: Ends): Curve {
  const x1 = from.x + from.width
  const y1 = from.y + from.height / 2
  const x2 = to.x
  const y2 = to.y + to.height / 2
  const ahead = x2 - x1
  const bend = ahead >= 0 ? ahead / 2 : 6.25 * Math.sqrt(-ahead)
  return { x1, y1, c1: x1 + bend, c2: x2 - bend, x2, y2 }
}

/** The point at `t` in 0..1 along the curve. */
export function pointAt({ x1, y1, c1, c2, x2, y2 }: Curve, t: number): { x: number; y: number } {
  const s = 1 - t
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
  return { x: a * x1 + b * c1 + c * c2 + d * x2, y: (a + b) * y1 + (c + d) * y2 }
}

/** The edge nearest to a point of the canvas, within `slack` canvas px, or null. O(edges) for their boxes. */
export function edgeAt(edges: readonly DrawnEdge[], x: number, y: number, slack: number): DrawnEdge | null {
  let nearest: DrawnEdge | null = null
  let least = slack
  for (const entry of edges) {
    const { x: left, y: top, width, height } = widen(entry.bounds, slack)
    if (x < left || y < top || x > left + width || y > top + height) continue
    const distance = distanceTo(curveOf(entry), x, y)
    if (distance > least) continue
    least = distance
    nearest = entry
  }
  return nearest
}

function distanceTo(curve: Curve, x: number, y: number): number {
  let least = Infinity
  let before = pointAt(curve, 0)
  for (let step = 1; step <= SAMPLES; step++) {
    const here = pointAt(curve, step / SAMPLES)
    const dx = here.x - before.x
    const dy = here.y - before.y
    const length = dx * dx + dy * dy
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - before.x) * dx + (y - before.y) * dy) / length))
    least = Math.min(least, Math.hypot(x - before.x - along * dx, y - before.y - along * dy))
    before = here
  }
  return least
}
