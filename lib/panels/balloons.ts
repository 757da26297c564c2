import { seededRandom, seedFrom } from '../kernel/random.ts'
import { brush, num, poly, smooth } from './draw/shape.ts'
import type { Node, Pt } from './draw/shape.ts'
import type { LineKind } from './script.ts'

/** Shapes a balloon may have. */
export type BalloonShape =
  'ellipse' | 'rounded' | 'squared' | 'cloud' | 'burst' | 'dashed' | 'wavy' | 'caption' | 'borderless'

/** The shape a kind of line gets unless a person chose another. */
export const SHAPE_OF: Readonly<Record<LineKind, BalloonShape>> = {
  speech: 'ellipse',
  thought: 'cloud',
  whisper: 'dashed',
  shout: 'burst',
  radio: 'wavy',
  'off-panel': 'ellipse',
  caption: 'caption',
  location: 'squared',
  sfx: 'borderless',
}

export interface BalloonBody {
  readonly id: string
  readonly shape: BalloonShape
  readonly cx: number
  readonly cy: number
  /** Half width and height of the outer shape, px. */
  readonly rx: number
  readonly ry: number
}

/** Outer half sizes that hold a text block with an inner margin of one em (PA42). */
export function bodySize(shape: BalloonShape, width: number, height: number, em: number): { rx: number; ry: number } {
  switch (shape) {
    case 'ellipse':
    case 'dashed':
      return { rx: width * 0.62 + em * 0.75, ry: height * 0.6 + em * 0.62 }
    case 'cloud':
    case 'wavy':
      return { rx: width * 0.62 + em * 1.05, ry: height * 0.6 + em * 0.9 }
    case 'burst':
      return { rx: width * 0.66 + em * 1.5, ry: height * 0.66 + em * 1.25 }
    case 'borderless':
      return { rx: width / 2 + em * 0.3, ry: height / 2 + em * 0.2 }
    default:
      return { rx: width / 2 + em * 0.85, ry: height / 2 + em * 0.55 }
  }
}

/** Corner points of a balloon's outline, for hit tests, QC and drawing. */
function balloonOutline(body: BalloonBody): Pt[] {
  const { cx, cy, rx, ry } = body
  const random = seededRandom(seedFrom(body.id))
  const around = (count: number, radius: (i: number, a: number) => number, power = 2): Pt[] =>
    Array.from({ length: count }, (_, i) => {
      const a = (i / count) * Math.PI * 2
      const [c, s] = [Math.cos(a), Math.sin(a)]
      const k = (Math.abs(c) ** power + Math.abs(s) ** power) ** (-1 / power) * radius(i, a)
      return [cx + c * rx * k, cy + s * ry * k]
    })
  switch (body.shape) {
    case 'ellipse':
    case 'dashed':
      return around(24, () => 1, 2.35)
    case 'cloud': {
      const bumps = Math.max(7, Math.min(15, Math.round((rx + ry) / (Math.min(rx, ry) * 0.34 + 6))))
      return around(bumps * 6, (i) => 0.86 + 0.14 * Math.abs(Math.sin(((i % 6) / 6) * Math.PI)), 2.3)
    }
    case 'wavy':
      return around(44, (i) => (i % 4 < 2 ? 0.94 : 1.03), 2.6)
    case 'burst': {
      const spikes = Math.max(11, Math.min(20, Math.round((rx + ry) / 16)))
      return around(spikes * 2, (i) => (i % 2 === 0 ? 0.97 + random() * 0.13 : 0.76 + random() * 0.05), 2.3)
    }
    case 'rounded':
      return around(32, () => 1, 5)
    default:
      return [
        [cx - rx, cy - ry],
        [cx + rx, cy - ry],
        [cx + rx, cy + ry],
        [cx - rx, cy + ry],
      ]
  }
}

function outlinePath(body: BalloonBody): string {
  const points = balloonOutline(body)
  if (body.shape === 'burst' || body.shape === 'squared' || body.shape === 'caption' || body.shape === 'borderless')
    return poly(points)
  if (body.shape !== 'cloud') return smooth(points, true)
  // Each bump of a cloud is its own arc.
  let d = ''
  for (let i = 0; i <= points.length; i += 6) {
    const p = points[i % points.length] as Pt
    const mid = points[(i + 3) % points.length] as Pt
    const q = points[(i + 6) % points.length] as Pt
    if (i === 0) d = `M${num(p[0])} ${num(p[1])}`
    if (i < points.length)
      d += `Q${num(mid[0] * 1.0 + (mid[0] - (p[0] + q[0]) / 2) * 0.9)} ${num(mid[1] + (mid[1] - (p[1] + q[1]) / 2) * 0.9)} ${num(q[0])} ${num(q[1])}`
  }
  return `${d}Z`
}

/** Where the ray from the middle towards a point leaves the balloon. */
export function edgeTowards(body: BalloonBody, target: Pt): Pt {
  const [dx, dy] = [target[0] - body.cx, target[1] - body.cy]
  const square = body.shape === 'caption' || body.shape === 'squared'
  const k = square
    ? 1 / Math.max(Math.abs(dx) / body.rx, Math.abs(dy) / body.ry, 1e-6)
    : 1 / Math.max(Math.hypot(dx / body.rx, dy / body.ry), 1e-6)
  return [body.cx + dx * Math.min(1, k), body.cy + dy * Math.min(1, k)]
}

/** Share of the way from balloon to head at which a tail ends (Blambot: 50 to 60 %). */
const TAIL_SHARE = 0.56

/** The tip of a tail aimed at a mouth, a share of the way to the head it belongs to (PA44). */
export function tailTip(body: BalloonBody, mouth: Pt, head: { x: number; y: number; w: number; h: number }): Pt {
  const edge = edgeTowards(body, mouth)
  const at = (t: number): Pt => [edge[0] + (mouth[0] - edge[0]) * t, edge[1] + (mouth[1] - edge[1]) * t]
  let reach = 1
  for (let i = 1; i <= 40; i++) {
    const [x, y] = at(i / 40)
    if (x <= head.x || x >= head.x + head.w || y <= head.y || y >= head.y + head.h) continue
    reach = i / 40
    break
  }
  return at(reach * TAIL_SHARE)
}

export interface BalloonInk {
  readonly ink: string
  readonly paper: string
  readonly caption: string
  /** Outline, px. */
  readonly widthPx: number
  readonly em: number
}

/** Draws a balloon with its tail. `tip` null draws none; `thought` tails are bubbles. */
export function drawBalloon(body: BalloonBody, tip: Pt | null, kind: LineKind, ink: BalloonInk): Node[] {
  if (body.shape === 'borderless') return []
  const d = outlinePath(body)
  const fill = body.shape === 'caption' || body.shape === 'squared' ? ink.caption : ink.paper
  const mark = (kindName: string, path: string, colour: string | null, stroke?: number): Node => ({
    kind: kindName,
    id: body.id,
    d: path,
    fill: colour,
    ...(stroke ? { stroke: ink.ink, width: stroke } : {}),
  })
  if (!tip) return [mark('balloon', d, fill, ink.widthPx)]
  if (kind === 'thought')
    return [
      ...bubbles(body, tip, ink).map((path) => mark('tail', path, fill, ink.widthPx)),
      mark('balloon', d, fill, ink.widthPx),
    ]
  const tail = tailPath(body, tip, ink.em)
  // Outlines first, then both fills over them: balloon and tail become one shape.
  const edge = [
    mark('balloon', d, fill, ink.widthPx * 2),
    mark('tail', tail, fill, ink.widthPx * 2),
    mark('balloon', d, fill),
    mark('tail', tail, fill),
  ]
  return body.shape === 'dashed'
    ? [
        mark('balloon', d, fill),
        mark('tail', tail, fill),
        ...dashes(body, ink),
        mark('tail', tailSides(body, tip, ink), ink.ink),
      ]
    : edge
}

function tailRoot(body: BalloonBody, tip: Pt, em: number): { a: Pt; b: Pt; bend: Pt } {
  const [dx, dy] = [tip[0] - body.cx, tip[1] - body.cy]
  const len = Math.hypot(dx, dy) || 1
  const n: Pt = [-dy / len, dx / len]
  const half = Math.min(em * 0.62, Math.min(body.rx, body.ry) * 0.4)
  const root: Pt = [body.cx + dx * 0.12, body.cy + dy * 0.12]
  const side = dx >= 0 ? 1 : -1
  const bend: Pt = [root[0] + dx * 0.45 + n[0] * len * 0.07 * side, root[1] + dy * 0.45 + n[1] * len * 0.07 * side]
  return { a: [root[0] + n[0] * half, root[1] + n[1] * half], b: [root[0] - n[0] * half, root[1] - n[1] * half], bend }
}

function tailPath(body: BalloonBody, tip: Pt, em: number): string {
  const { a, b, bend } = tailRoot(body, tip, em)
  const near = (p: Pt): Pt => [bend[0] + (p[0] - bend[0]) * 0.35, bend[1] + (p[1] - bend[1]) * 0.35]
  const q = (c: Pt, p: Pt) => `Q${num(c[0])} ${num(c[1])} ${num(p[0])} ${num(p[1])}`
  return `M${num(a[0])} ${num(a[1])}${q(near(a), tip)}${q(near(b), b)}Z`
}

function tailSides(body: BalloonBody, tip: Pt, ink: BalloonInk): string {
  const edge = edgeTowards(body, tip)
  const { a, b } = tailRoot({ ...body, cx: edge[0], cy: edge[1] }, tip, ink.em)
  return brush([a, tip], ink.widthPx, 0.9, 0.6) + brush([b, tip], ink.widthPx, 0.9, 0.6)
}

function dashes(body: BalloonBody, ink: BalloonInk): Node[] {
  const points = balloonOutline(body)
  const out: Node[] = []
  for (let i = 0; i < points.length; i++) {
    const [p, q] = [points[i] as Pt, points[(i + 1) % points.length] as Pt]
    const end: Pt = [p[0] + (q[0] - p[0]) * 0.58, p[1] + (q[1] - p[1]) * 0.58]
    out.push({ kind: 'balloon-edge', id: body.id, d: brush([p, end], ink.widthPx * 1.1, 0.8, 0.8), fill: ink.ink })
  }
  return out
}

function bubbles(body: BalloonBody, tip: Pt, ink: BalloonInk): string[] {
  const edge = edgeTowards(body, tip)
  return [0.2, 0.6, 1].map((t, i) => {
    const r = ink.em * (0.42 - i * 0.12)
    const c: Pt = [edge[0] + (tip[0] - edge[0]) * t, edge[1] + (tip[1] - edge[1]) * t]
    return smooth(
      Array.from({ length: 8 }, (_, k): Pt => [
        c[0] + Math.cos((k / 8) * 6.2832) * r,
        c[1] + Math.sin((k / 8) * 6.2832) * r * 0.85,
      ]),
      true,
    )
  })
}
