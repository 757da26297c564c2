import type { Random } from '../../kernel/ports.ts'
import type { Action, Expression } from '../script.ts'
import type { Look } from '../look.ts'
import type { Pose } from './poses.ts'
import { between, brush, hatch, mix, smooth, tube } from './shape.ts'
import type { Mark, Node, Pt } from './shape.ts'
import type { Skeleton } from './skeleton.ts'

// What the parts of a figure are drawn with and where.

/** Where and how a figure stands in the panel. */
export interface FigurePlace {
  readonly id: string
  readonly look: Look
  readonly action: Action
  readonly expression: Expression
  readonly prop: string
  /** 1 faces right, -1 faces left. */
  readonly dir: 1 | -1
  /** Adds to the pose's turn: negative is more frontal. */
  readonly frontal: boolean
  /** Feet on the ground, panel px. */
  readonly foot: Pt
  /** Pixels per head. */
  readonly unit: number
  /** Above 0 seen from above, below 0 from below; -1..1. */
  readonly tilt: number
  readonly tint: (colour: string) => string
  readonly ink: string
  /** 1 light comes from the right, -1 from the left. */
  readonly lightDir: 1 | -1
  readonly random: Random
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

interface Pen {
  fill: (kind: string, points: readonly Pt[], colour: string, curved?: boolean) => Mark
  line: (kind: string, points: readonly Pt[], weight: number, from?: number, to?: number) => Mark
  hatch: (area: readonly Pt[], gap: number, angle: number, weight: number) => Mark
}

export interface Draw {
  readonly place: FigurePlace
  readonly pose: Pose
  readonly bones: Skeleton
  readonly px: (p: Pt) => Pt
  readonly inkPx: number
  readonly pen: Pen
  readonly wide: number
  readonly grow: (y: number) => number
}

export function makePen(place: FigurePlace, inkPx: number): Pen {
  const id = place.id
  return {
    fill: (kind, points, colour, curved = true) => ({
      kind,
      id,
      d: smooth(points, curved || true),
      fill: place.tint(colour),
    }),
    line: (kind, points, weight, from = 0.3, to = 0.3) => ({
      kind,
      id,
      d: brush(points, inkPx * weight, from, to),
      fill: place.ink,
    }),
    hatch: (area, gap, angle, weight) => {
      const strokes = place.unit < 14 ? [] : hatch(area, gap, angle, place.random)
      return {
        kind: 'hatch',
        id,
        d: strokes.map((s) => brush(s, inkPx * weight, 0.5, 0.1)).join(''),
        fill: place.ink,
        opacity: 0.72,
      }
    },
  }
}

/** A limb of cloth or skin: fill, shadow side, both contours with the shadow side heavier. */
export function limb(
  ctx: Draw,
  kind: string,
  joints: readonly Pt[],
  radii: readonly number[],
  colour: string,
  dim: boolean,
): Node[] {
  const { pen, place } = ctx
  const shape = tube(
    joints.map(ctx.px),
    radii.map((r, i) => r * ctx.wide * place.unit * ctx.grow((joints[i] as Pt)[1])),
  )
  const base = dim ? mix(colour, '#2a2530', 0.2) : colour
  const trim = kind === 'sleeve' ? 1 : 0
  const sideX = (points: readonly Pt[]) => points.reduce((sum, p) => sum + p[0], 0) / points.length
  const leftIsShade = sideX(shape.left) < sideX(shape.right) === place.lightDir > 0
  const [dark, lit] = leftIsShade ? [shape.left, shape.right] : [shape.right, shape.left]
  const core = dark.map((p, i) => between(p, lit[i] as Pt, 0.32))
  return [
    pen.fill(kind, shape.outline, base),
    pen.fill(`${kind}-shade`, [...dark, ...[...core].reverse()], mix(base, '#2b2238', 0.24)),
    pen.line('contour', dark.slice(trim), 1.35, 0.2, 0.4),
    pen.line('contour', lit.slice(trim), 0.85, 0.15, 0.3),
  ]
}

export function norm(a: Pt, b: Pt): Pt {
  const len = Math.hypot(a[0] - b[0], a[1] - b[1]) || 1
  return [(a[0] - b[0]) / len, (a[1] - b[1]) / len]
}

export function isFolded(ctx: Draw): boolean {
  return (
    Math.max(Math.abs(ctx.pose.near.leg[0]), Math.abs(ctx.pose.far.leg[0])) > 48 || Math.abs(ctx.pose.near.leg[1]) > 60
  )
}
