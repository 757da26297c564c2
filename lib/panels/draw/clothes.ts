import type { Look } from '../look.ts'
import { between, mix, smooth, tube } from './shape.ts'
import type { Mark, Node, Pt } from './shape.ts'
import { isFolded, limb, norm } from './figure-pen.ts'
import type { Draw } from './figure-pen.ts'
import type { Side } from './skeleton.ts'

// What a figure wears below the neck.

export function shoe(ctx: Draw, side: Side): Node[] {
  const { bones, place, pen } = ctx
  const [k, a] = [bones.knee[side], bones.ankle[side]]
  const shin = Math.atan2(a[0] - k[0], k[1] - a[1])
  // The foot lies flat on the ground, or hangs along the shin when the leg is in the air.
  const level = a[1] < 0.42
  const turn = ctx.pose.roll ? shin : level ? 0 : shin * 0.75
  const face = ctx.pose.away ? 0.35 : 0.45 + 0.55 * ctx.pose.turn
  const at = (x: number, y: number): Pt =>
    ctx.px([a[0] + x * Math.cos(turn) - y * Math.sin(turn) * -1, a[1] + x * Math.sin(turn) + y * Math.cos(turn)])
  const f = face
  const shape = [
    at(-0.17, 0.32),
    at(-0.19, -0.02),
    at(-0.2, -0.17),
    at(-0.05, -0.21),
    at(0.3 * f, -0.2),
    at(0.62 * f, -0.2),
    at(0.66 * f, -0.1),
    at(0.45 * f, 0.0),
    at(0.18, 0.1),
    at(0.17, 0.32),
  ]
  const colour = mix('#3a2a22', place.look.legColour, 0.2)
  return [
    pen.fill('shoe', shape, side === 'far' ? mix(colour, '#15120f', 0.3) : colour),
    { kind: 'contour', id: place.id, d: smooth(shape, true), fill: null, stroke: place.ink, width: ctx.inkPx * 0.8 },
    pen.line('sole', [at(-0.2, -0.16), at(0.2 * f, -0.17), at(0.64 * f, -0.15)], 0.9),
  ]
}

/** The hem of coat, dress or robe in heads below the hip, or 0. */
function hemLength(look: Look): number {
  return look.top === 'robe' ? 3.0 : look.top === 'dress' ? 2.0 : look.top === 'coat' ? 1.55 : 0
}

function spread(ctx: Draw, drop: number): { left: number; right: number } {
  const { bones } = ctx
  const along = (side: Side): number => {
    const h = bones.hip[side]
    const k = bones.knee[side]
    const a = bones.ankle[side]
    const thigh = h[1] - k[1]
    if (drop <= thigh) return h[0] + ((k[0] - h[0]) * drop) / (thigh || 1)
    return k[0] + (a[0] - k[0]) * Math.min(1, (drop - thigh) / (k[1] - a[1] || 1))
  }
  const xs = [along('near'), along('far')]
  return { left: Math.min(...xs), right: Math.max(...xs) }
}

/** The part of a coat, dress or robe below the waist. */
export function skirt(ctx: Draw): Node[] {
  const { bones, place, pen, wide } = ctx
  const length = hemLength(place.look)
  if (length === 0 || ctx.pose.roll) return []
  if (isFolded(ctx)) {
    const reach = place.look.top === 'coat' ? 0.55 : 0.95
    return (['far', 'near'] as const).flatMap((side) =>
      limb(
        ctx,
        'skirt',
        [
          bones.hip[side],
          between(bones.hip[side], bones.knee[side], reach * 0.5),
          between(bones.hip[side], bones.knee[side], reach),
        ],
        [0.4, 0.38, 0.33],
        place.look.topColour,
        side === 'far',
      ),
    )
  }
  const hip = bones.pelvis
  const at = spread(ctx, length)
  const mid = spread(ctx, length * 0.5)
  const flare = place.look.top === 'dress' ? 0.44 : place.look.top === 'robe' ? 0.36 : 0.3
  const y = hip[1] - length
  const wave = (place.random() - 0.5) * 0.12
  const waist = 0.4 * wide * (1 - 0.2 * ctx.pose.turn)
  const shape: Pt[] = [
    [hip[0] - waist, hip[1] + 0.5],
    [hip[0] - waist - 0.06, hip[1] + 0.1],
    [mid.left - 0.3 * wide, hip[1] - length * 0.5],
    [at.left - flare * wide, y + 0.04],
    [at.left * 0.6 + at.right * 0.4, y - 0.08 + wave],
    [at.left * 0.3 + at.right * 0.7, y - 0.03 - wave],
    [at.right + flare * wide, y + 0.05],
    [mid.right + 0.3 * wide, hip[1] - length * 0.5],
    [hip[0] + waist + 0.06, hip[1] + 0.1],
    [hip[0] + waist, hip[1] + 0.5],
  ]
  const points = shape.map(ctx.px)
  const colour = place.look.topColour
  const dark = place.lightDir * place.dir > 0
  const shadeSide = dark ? shape.slice(0, 4) : shape.slice(6)
  const inner = shadeSide.map((p): Pt => [p[0] + (dark ? 0.26 : -0.26) * wide, p[1]])
  const shade = [...shadeSide, ...inner.reverse()].map(ctx.px)
  const out: Node[] = [
    pen.fill('skirt', points, colour),
    pen.fill('skirt-shade', shade, mix(colour, '#2b2238', 0.26)),
    pen.line('contour', points.slice(0, 4), 1.2),
    pen.line('contour', points.slice(3, 7), 1),
    pen.line('contour', points.slice(6), 1.2),
  ]
  const foldFrom: Pt[] = [
    [hip[0] - 0.16, hip[1] + 0.1],
    [hip[0] + 0.18, hip[1] + 0.05],
  ]
  for (const [i, from] of foldFrom.entries()) {
    const to: Pt = [from[0] + (i === 0 ? at.left * 0.5 - 0.12 : at.right * 0.5 + 0.1), y + 0.35]
    out.push(pen.line('fold', [from, between(from, to, 0.5), to].map(ctx.px), 0.75, 0.1, 0.5))
  }
  const seam: Pt[] = [
    [hip[0] + 0.1 * ctx.pose.turn + 0.05, hip[1] + 0.4],
    [hip[0] + 0.12, hip[1] - length * 0.5],
    [(at.left + at.right) / 2 + 0.1, y],
  ]
  if (place.look.top === 'coat') out.push(pen.line('seam', seam.map(ctx.px), 0.9))
  out.push(pen.hatch(shade, place.unit * 0.085, 62, 0.42))
  return out
}

export function coatTail(ctx: Draw): Node[] {
  return ctx.place.look.top === 'robe' ? skirt(ctx) : []
}

export function coatFront(ctx: Draw, at: (a: number, u: number) => Pt, c: number): Node[] {
  return [0.2, 0.02].map((u) => button(ctx, at(c + 0.12, u)))
}

function button(ctx: Draw, p: Pt): Mark {
  const [x, y] = ctx.px(p)
  const r = ctx.place.unit * 0.035
  return {
    kind: 'button',
    id: ctx.place.id,
    d: smooth(
      [
        [x - r, y],
        [x, y - r],
        [x + r, y],
        [x, y + r],
      ],
      true,
    ),
    fill: ctx.place.ink,
  }
}

/** Collar, lapels, opening and buttons. */
export function closure(ctx: Draw, at: (a: number, u: number) => Pt, c: number): Node[] {
  const { pen, place } = ctx
  const { look } = place
  const px = (list: Pt[]) => list.map(ctx.px)
  if (look.top === 'shirt') {
    return [
      pen.line('collar', px([at(-0.2, 1.05), at(c * 0.6, 0.9), at(0.2, 1.05)]), 0.9),
      ...(place.unit > 30 ? [pen.line('placket', px([at(c * 0.7, 0.9), at(c, 0.5), at(c, -0.1)]), 0.55)] : []),
    ]
  }
  if (look.top === 'dress') return [pen.line('collar', px([at(-0.22, 1.04), at(c * 0.6, 0.84), at(0.22, 1.04)]), 0.9)]
  const shirt = px([at(-0.18, 1.02), at(c * 0.5, 0.93), at(0.18, 1.02), at(c + 0.06, 0.52)])
  const cream = '#e9e1cf'
  return [
    {
      kind: 'shirt',
      id: place.id,
      d: `M${shirt.map((p) => `${Math.round(p[0] * 100) / 100} ${Math.round(p[1] * 100) / 100}`).join('L')}Z`,
      fill: place.tint(cream),
    },
    pen.line('lapel', px([at(-0.19, 1.07), at(-0.16 + c * 0.3, 0.78), at(c + 0.06, 0.5)]), 1),
    pen.line('lapel', px([at(0.19, 1.07), at(0.2 + c * 0.4, 0.78), at(c + 0.06, 0.5)]), 1),
    pen.line('lapel', px([at(-0.16 + c * 0.3, 0.8), at(-0.3 + c * 0.3, 0.74), at(-0.2, 1.0)]), 0.7),
    pen.line('placket', px([at(c + 0.06, 0.5), at(c + 0.07, 0.2), at(c + 0.06, -0.14)]), 0.9),
    ...(place.unit > 22 ? [0.4, 0.22, 0.04].map((u) => button(ctx, at(c + 0.14, u))) : []),
  ]
}

export function neckAndScarf(ctx: Draw, scarf: boolean): Node[] {
  const { bones, place, pen } = ctx
  const up = norm(bones.head, bones.neck)
  if (!scarf) {
    const top: Pt = [bones.head[0] - up[0] * 0.36 - 0.03, bones.head[1] - up[1] * 0.36]
    const base: Pt = [bones.neck[0] - up[0] * 0.12, bones.neck[1] - up[1] * 0.12]
    const r = place.look.build === 'broad' ? 0.21 : 0.165
    const low: Pt = [bones.neck[0] - up[0] * 0.3, bones.neck[1] - up[1] * 0.3]
    const shape = tube(
      [low, base, top].map(ctx.px),
      [r * 1.15, r, r].map((v) => v * place.unit),
    )
    return [
      pen.fill('neck', shape.outline, mix(place.look.skin, '#5b3a4a', 0.18)),
      pen.line('contour', shape.left, 0.8),
      pen.line('contour', shape.right, 0.8),
    ]
  }
  if (!place.look.scarf) return []
  const n = bones.neck
  const colour = mix(place.look.topColour, '#e9d9b0', 0.55)
  const wrap: Pt[] = [
    [n[0] - 0.32, n[1] - 0.04],
    [n[0] - 0.24, n[1] + 0.15],
    [n[0], n[1] + 0.13],
    [n[0] + 0.27, n[1] + 0.14],
    [n[0] + 0.35, n[1] - 0.04],
    [n[0] + 0.2, n[1] - 0.2],
    [n[0] - 0.12, n[1] - 0.22],
  ]
  const tail: Pt[] = [
    [n[0] + 0.05, n[1] - 0.1],
    [n[0] + 0.28, n[1] - 0.06],
    [n[0] + 0.34, n[1] - 0.85],
    [n[0] + 0.1, n[1] - 0.9],
  ]
  const [w, t] = [wrap.map(ctx.px), tail.map(ctx.px)]
  const edge = (points: Pt[]): Mark => ({
    kind: 'contour',
    id: place.id,
    d: smooth(points, true),
    fill: null,
    stroke: place.ink,
    width: ctx.inkPx * 0.8,
  })
  return [
    pen.fill('scarf', t, colour),
    edge(t),
    pen.fill('scarf', w, colour),
    edge(w),
    pen.line('fold', [w[0] as Pt, between(w[6] as Pt, w[2] as Pt, 0.3), w[4] as Pt], 0.7),
    pen.line('fold', [w[1] as Pt, between(w[6] as Pt, w[2] as Pt, 0.72), between(w[4] as Pt, w[3] as Pt, 0.4)], 0.6),
    pen.line('fold', [between(t[0] as Pt, t[1] as Pt, 0.5), between(t[2] as Pt, t[3] as Pt, 0.45)], 0.6),
  ]
}
