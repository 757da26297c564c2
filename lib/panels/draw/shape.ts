import type { Random } from '../../kernel/ports.ts'

/** A point in panel pixels (y down) or in figure heads (y up), as the caller says. */
export type Pt = readonly [number, number]

/** One inked or filled path of the drawing. `kind` and `id` say what it is, so QC and tails know it exactly. */
export interface Mark {
  readonly kind: string
  readonly id: string
  readonly d: string
  readonly fill: string | null
  readonly stroke?: string
  readonly width?: number
  readonly opacity?: number
}

/** Marks that belong together: a figure, a setting, a head. */
export interface Group {
  readonly kind: string
  readonly id: string
  readonly children: readonly Node[]
  readonly transform?: string
}
export type Node = Mark | Group

/** Rounds to 0.01 and never writes -0, so that bytes agree between engines. */
export function num(value: number): string {
  const rounded = Math.round(value * 100) / 100
  return String(rounded === 0 ? 0 : rounded)
}

function pair(p: Pt): string {
  return `${num(p[0])} ${num(p[1])}`
}

/** Straight path through points; closed by default. */
export function poly(points: readonly Pt[], closed = true): string {
  if (points.length === 0) return ''
  return `M${points.map(pair).join('L')}${closed ? 'Z' : ''}`
}

/** Smooth path (Catmull-Rom as cubic curves) through points. */
export function smooth(points: readonly Pt[], closed: boolean): string {
  const n = points.length
  if (n < 3) return poly(points, closed)
  const at = (i: number): Pt => {
    const k = closed ? ((i % n) + n) % n : Math.min(n - 1, Math.max(0, i))
    return points[k] as Pt
  }
  let d = `M${pair(at(0))}`
  const segments = closed ? n : n - 1
  for (let i = 0; i < segments; i++) {
    const [a, b, c, e] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    const c1: Pt = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6]
    const c2: Pt = [c[0] - (e[0] - b[0]) / 6, c[1] - (e[1] - b[1]) / 6]
    d += `C${pair(c1)} ${pair(c2)} ${pair(c)}`
  }
  return closed ? `${d}Z` : d
}

/** Ellipse as a path, radii in px. */
export function ellipse(centre: Pt, rx: number, ry: number): string {
  const [x, y] = centre
  return `M${num(x - rx)} ${num(y)}A${num(rx)} ${num(ry)} 0 1 0 ${num(x + rx)} ${num(y)}A${num(rx)} ${num(ry)} 0 1 0 ${num(x - rx)} ${num(y)}Z`
}

/** Points around an ellipse, for shapes that are wobbled or clipped afterwards. */
export function ring(centre: Pt, rx: number, ry: number, count = 16): Pt[] {
  return Array.from({ length: count }, (_, i) => {
    const a = (i / count) * Math.PI * 2
    return [centre[0] + Math.cos(a) * rx, centre[1] + Math.sin(a) * ry] as const
  })
}

/** Evenly resamples a polyline to `count` points by arc length. */
function resample(points: readonly Pt[], count: number): Pt[] {
  const lengths = [0]
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Pt, points[i] as Pt]
    lengths.push((lengths[i - 1] as number) + Math.hypot(b[0] - a[0], b[1] - a[1]))
  }
  const total = lengths.at(-1) ?? 0
  if (total === 0) return points.slice(0, 1)
  const out: Pt[] = []
  let k = 1
  for (let i = 0; i < count; i++) {
    const want = (total * i) / (count - 1)
    while (k < lengths.length - 1 && (lengths[k] as number) < want) k++
    const [l0, l1] = [lengths[k - 1] as number, lengths[k] as number]
    const t = l1 === l0 ? 0 : (want - l0) / (l1 - l0)
    out.push(between(points[k - 1] as Pt, points[k] as Pt, t))
  }
  return out
}

/** Point between two points; t 0..1. */
export function between(a: Pt, b: Pt, t: number): Pt {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/** Bounding box {x, y, w, h}. */
export function boxOf(points: readonly Pt[]): { x: number; y: number; w: number; h: number } {
  const xs = points.map((p) => p[0])
  const ys = points.map((p) => p[1])
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y }
}

/**
 * A brush stroke along a polyline as a filled shape: thin where the pen lands and lifts, full in between.
 * `width` px at the fullest; `from` and `to` are the shares of it at the ends.
 */
export function brush(points: readonly Pt[], width: number, from = 0.25, to = 0.25): string {
  if (points.length < 2) return ''
  const line = points.length === 2 ? resample(points, 4) : points
  const n = line.length
  const left: Pt[] = []
  const right: Pt[] = []
  for (let i = 0; i < n; i++) {
    const [p, q, o] = [line[Math.max(0, i - 1)] as Pt, line[Math.min(n - 1, i + 1)] as Pt, line[i] as Pt]
    const [dx, dy] = [q[0] - p[0], q[1] - p[1]]
    const len = Math.hypot(dx, dy) || 1
    const t = i / (n - 1)
    const swell = Math.sin(Math.PI * t) ** 0.7
    const end = from + (to - from) * t
    const half = (width * (end + (1 - end) * swell)) / 2
    left.push([o[0] - (dy / len) * half, o[1] + (dx / len) * half])
    right.push([o[0] + (dy / len) * half, o[1] - (dx / len) * half])
  }
  // A straight stroke needs no curves; hatching is made of hundreds of them.
  if (points.length === 2) return poly([...left, ...right.reverse()])
  // Two open curves joined by short straight ends: a closed curve would overshoot at the thin tips.
  return `${smooth(left, false)}L${smooth(right.reverse(), false).slice(1)}Z`
}

/** A limb: a smooth tube through joints with a radius at each. Returns the outline and both contours. */
export function tube(joints: readonly Pt[], radii: readonly number[]): { outline: Pt[]; left: Pt[]; right: Pt[] } {
  const spine: { p: Pt; r: number }[] = []
  for (let i = 0; i < joints.length; i++) {
    const [p, r] = [joints[i] as Pt, radii[i] as number]
    const prev = joints[i - 1]
    const next = joints[i + 1]
    if (!prev || !next) {
      spine.push({ p, r })
      continue
    }
    // Round the joint: enter and leave a little before and after it.
    const before = between(p, prev, 0.22)
    const after = between(p, next, 0.22)
    spine.push({ p: between(p, prev, 0.55), r: (r + (radii[i - 1] as number)) / 2 + r * 0.06 })
    spine.push({ p: before, r: r * 1.02 })
    spine.push({ p: between(between(before, after, 0.5), p, 0.55), r })
    spine.push({ p: after, r: r * 1.02 })
    spine.push({ p: between(p, next, 0.55), r: (r + (radii[i + 1] as number)) / 2 + r * 0.06 })
  }
  const left: Pt[] = []
  const right: Pt[] = []
  const cap = roundCap(joints, radii)
  for (let i = 0; i < spine.length; i++) {
    const here = spine[i] as { p: Pt; r: number }
    const a = (spine[i - 1] ?? here).p
    const b = (spine[i + 1] ?? here).p
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
    const len = Math.hypot(dx, dy) || 1
    left.push([here.p[0] - (dy / len) * here.r, here.p[1] + (dx / len) * here.r])
    right.push([here.p[0] + (dy / len) * here.r, here.p[1] - (dx / len) * here.r])
  }
  return { outline: [...cap, ...left, ...[...right].reverse()], left, right }
}

/** The rounded start of a limb, from its right contour over the top to its left one. */
function roundCap(joints: readonly Pt[], radii: readonly number[]): Pt[] {
  const [a, b] = [joints[0] as Pt, joints[1] as Pt]
  const r = radii[0] as number
  const len = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1
  const [dx, dy] = [(b[0] - a[0]) / len, (b[1] - a[1]) / len]
  return [0.5, 1, 0.5].map((k, i): Pt => {
    const across = (i - 1) * -0.82
    return [a[0] - dx * r * k * 0.9 + dy * r * across, a[1] - dy * r * k * 0.9 - dx * r * across]
  })
}

/** Parallel strokes inside a polygon: `gap` px apart at `angleDeg`, as one path of thin quads. */
export function hatch(area: readonly Pt[], gap: number, angleDeg: number, random: Random, jitter = 0.25): Pt[][] {
  const a = (angleDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(a), Math.sin(a)]
  const turned = area.map((p): Pt => [p[0] * cos + p[1] * sin, -p[0] * sin + p[1] * cos])
  const box = boxOf(turned)
  const strokes: Pt[][] = []
  if (box.h / gap > 220) return strokes
  for (let y = box.y + gap * (0.4 + random() * 0.3); y < box.y + box.h; y += gap * (1 + (random() - 0.5) * jitter)) {
    const xs: number[] = []
    for (let i = 0; i < turned.length; i++) {
      const [p, q] = [turned[i] as Pt, turned[(i + 1) % turned.length] as Pt]
      if (p[1] > y === q[1] > y) continue
      xs.push(p[0] + ((y - p[1]) / (q[1] - p[1])) * (q[0] - p[0]))
    }
    xs.sort((m, n) => m - n)
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const [x0, x1] = [xs[i] as number, xs[i + 1] as number]
      const inset = Math.min(gap * 0.4, (x1 - x0) * 0.2)
      const s = x0 + inset * random()
      const e = x1 - inset * (0.5 + random())
      if (e - s < gap * 0.4) continue
      strokes.push([
        [s * cos - y * sin, s * sin + y * cos],
        [e * cos - y * sin, e * sin + y * cos],
      ])
    }
  }
  return strokes
}

/** Moves each point a little, so that ruled lines look drawn by hand; `by` in px. */
export function wobble(points: readonly Pt[], by: number, random: Random): Pt[] {
  return points.map((p) => [p[0] + (random() - 0.5) * by * 2, p[1] + (random() - 0.5) * by * 2])
}

/** Mixes two #rrggbb colours; t 0 gives a, 1 gives b. */
export function mix(a: string, b: string, t: number): string {
  const channel = (hex: string, i: number) => Number.parseInt(hex.slice(1 + i * 2, 3 + i * 2), 16)
  const out = [0, 1, 2].map((i) => Math.round(channel(a, i) + (channel(b, i) - channel(a, i)) * t))
  return `#${out.map((v) => v.toString(16).padStart(2, '0')).join('')}`
}

/** Writes the tree as SVG text. No font, no script, no outside reference. `clip` frames it by the view box. */
export function toSvg(tree: Node, width: number, height: number, label: string): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${num(width)} ${num(height)}" width="${num(width)}" height="${num(height)}" role="img" aria-label="${escapeXml(label)}">`
  return `${head}${nodeSvg(tree)}</svg>`
}

/** The inner markup of a node, for placing a drawing inside a page. */
export function nodeSvg(node: Node): string {
  if ('children' in node) {
    const inner = node.children.map(nodeSvg).join('')
    const turned = node.transform ? ` transform="${node.transform}"` : ''
    return `<g data-kind="${node.kind}" data-id="${escapeXml(node.id)}"${turned}>${inner}</g>`
  }
  if (node.d === '') return ''
  let out = `<path data-kind="${node.kind}" data-id="${escapeXml(node.id)}" d="${node.d}" fill="${node.fill ?? 'none'}"`
  if (node.stroke)
    out += ` stroke="${node.stroke}" stroke-width="${num(node.width ?? 1)}" stroke-linecap="round" stroke-linejoin="round"`
  if (node.opacity !== undefined && node.opacity < 1)
    out += `${node.fill ? ` fill-opacity="${num(node.opacity)}"` : ''}${node.stroke ? ` stroke-opacity="${num(node.opacity)}"` : ''}`
  return `${out}/>`
}

/** Escapes text for XML content and attributes; control characters are dropped. */
export function escapeXml(text: string): string {
  return (
    text
      // Control characters are not allowed in XML 1.0 at all.
      // eslint-disable-next-line no-control-regex -- the range is the point
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}
