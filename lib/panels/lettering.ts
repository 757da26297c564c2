import type { BalloonBody, BalloonInk, BalloonShape } from './balloons.ts'
import { bodySize, drawBalloon, edgeTowards, SHAPE_OF, tailTip } from './balloons.ts'
import type { Box } from './draw/figure-pen.ts'
import type { Group, Node, Pt } from './draw/shape.ts'
import type { LetteringFont } from './font.ts'
import type { BalloonOverride } from './panel.ts'
import type { Line } from './script.ts'
import { blockOutline, layoutText } from './text-block.ts'
import type { TextBlock } from './text-block.ts'

/** What lettering must keep clear of, in the same px as the panel frame. */
export interface Busy {
  readonly heads: readonly { readonly id: string; readonly box: Box; readonly mouth: Pt }[]
  readonly hands: readonly Box[]
  readonly bodies: readonly Box[]
}
interface LetteringInput {
  /** Panel frame, px; the origin is its top left corner. */
  readonly width: number
  readonly height: number
  readonly lines: readonly Line[]
  readonly busy: Busy
  readonly font: LetteringFont
  readonly sizePx: number
  readonly direction: 'ltr' | 'rtl'
  readonly overrides: readonly BalloonOverride[]
}

export interface Balloon extends BalloonBody {
  readonly lineId: string
  readonly speakerId: string | null
  readonly kind: Line['kind']
  readonly text: string
  readonly words: number
  readonly block: TextBlock
  readonly mouth: Pt | null
  readonly tip: Pt | null
  readonly locked: boolean
}
export interface Lettering {
  readonly balloons: readonly Balloon[]
  readonly tree: Group
  /** Characters no glyph exists for, with their line. */
  readonly missing: readonly { readonly lineId: string; readonly chars: readonly string[] }[]
}

/** Colours of the lettering; `edge` lies around sound words. */
export const LETTER_COLOURS = {
  ink: '#1b1815',
  paper: '#fffdf7',
  caption: '#fbf1d3',
  sound: '#8c2f2b',
  edge: '#fffdf7',
} as const

/**
 * Letters one panel: breaks the words, places balloons in reading order away from faces and hands, aims tails at
 * mouths. A balloon a person placed stays (PA45). Pure and deterministic.
 */
export function letterPanel(input: LetteringInput): Lettering {
  const placed: Balloon[] = []
  const wanted = input.lines.map((line) => sized(input, line))
  wanted.forEach((entry, index) => placed.push(place(input, entry, placed, wanted.slice(index + 1))))
  const ink: BalloonInk = {
    ...LETTER_COLOURS,
    widthPx: Math.max(1.4, input.sizePx * 0.09),
    em: input.sizePx,
  }
  const children: Node[] = placed.map((balloon) => ({
    kind: 'balloon',
    id: balloon.lineId,
    children: [...drawBalloon(balloon, balloon.tip, balloon.kind, ink), ...drawText(balloon, input.font, ink)],
  }))
  return {
    balloons: placed,
    tree: { kind: 'lettering', id: 'lettering', children },
    missing: placed
      .filter((balloon) => balloon.block.missing.length > 0)
      .map((balloon) => ({ lineId: balloon.lineId, chars: balloon.block.missing })),
  }
}

function drawText(balloon: Balloon, font: LetteringFont, ink: BalloonInk): Node[] {
  const left = balloon.shape === 'caption'
  const d = blockOutline(
    balloon.block,
    font,
    balloon.cx,
    balloon.cy - balloon.block.height / 2,
    left ? 'left' : 'centre',
  )
  if (balloon.kind !== 'sfx') return [{ kind: 'text', id: balloon.lineId, d, fill: ink.ink }]
  return [
    {
      kind: 'text-edge',
      id: balloon.lineId,
      d,
      fill: LETTER_COLOURS.edge,
      stroke: LETTER_COLOURS.edge,
      width: balloon.block.sizePx * 0.28,
    },
    {
      kind: 'text',
      id: balloon.lineId,
      d,
      fill: LETTER_COLOURS.sound,
      stroke: ink.ink,
      width: balloon.block.sizePx * 0.035,
    },
  ]
}

interface Sized {
  readonly line: Line
  readonly shape: BalloonShape
  readonly block: TextBlock
  readonly rx: number
  readonly ry: number
  readonly mouth: Pt | null
  readonly head: Box | null
  readonly override: BalloonOverride | null
}

function sized(input: LetteringInput, line: Line): Sized {
  const override = input.overrides.find((entry) => entry.lineId === line.id) ?? null
  const shape = override?.shape ?? SHAPE_OF[line.kind]
  const sizePx =
    line.kind === 'sfx'
      ? input.sizePx * 2.1
      : line.kind === 'shout'
        ? input.sizePx * 1.12
        : line.kind === 'whisper'
          ? input.sizePx * 0.92
          : input.sizePx
  const boxed = shape === 'caption' || shape === 'squared'
  const share = boxed ? 0.6 : line.text.length > 60 ? 0.42 : 0.36
  const block = layoutText(line.text, input.font, {
    sizePx,
    maxWidth: input.width * share,
    shape: boxed ? 'box' : 'diamond',
  })
  const { rx, ry } = bodySize(shape, block.width, block.height, sizePx)
  const speaks = line.kind !== 'caption' && line.kind !== 'location' && line.kind !== 'sfx'
  const head =
    speaks && line.kind !== 'off-panel' ? input.busy.heads.find((entry) => entry.id === line.speakerId) : undefined
  return { line, shape, block, rx, ry, mouth: head?.mouth ?? null, head: head?.box ?? null, override }
}

function finish(input: LetteringInput, entry: Sized, cx: number, cy: number): Balloon {
  const { line, shape, block, rx, ry, mouth, head } = entry
  const body: BalloonBody = { id: line.id, shape, cx, cy, rx, ry }
  const tail = mouth && head && inside(mouth, input) ? tailTip(body, mouth, head) : offPanelTip(input, entry, body)
  const words = line.text.trim().split(/\s+/).length
  return {
    ...body,
    lineId: line.id,
    speakerId: line.speakerId,
    kind: line.kind,
    text: line.text,
    words,
    block,
    mouth,
    tip: tail,
    locked: entry.override !== null,
  }
}

function inside(p: Pt, input: { width: number; height: number }): boolean {
  return p[0] >= 0 && p[1] >= 0 && p[0] <= input.width && p[1] <= input.height
}

/** A speaker outside the panel: the tail points to the nearer side border. */
function offPanelTip(input: LetteringInput, entry: Sized, body: BalloonBody): Pt | null {
  const speaks = entry.line.kind !== 'caption' && entry.line.kind !== 'location' && entry.line.kind !== 'sfx'
  if (!speaks || (entry.line.speakerId === null && entry.line.kind !== 'off-panel')) return null
  const right = body.cx > input.width / 2
  const target: Pt = [right ? input.width : 0, Math.min(input.height, body.cy + body.ry * 1.4)]
  const edge = edgeTowards(body, target)
  return [edge[0] + (target[0] - edge[0]) * 0.8, edge[1] + (target[1] - edge[1]) * 0.8]
}

const COLUMNS = 13
const ROWS = 12

function place(input: LetteringInput, entry: Sized, placed: readonly Balloon[], later: readonly Sized[]): Balloon {
  const { width, height } = input
  const pad = input.sizePx * 0.45
  if (entry.override) return finish(input, entry, entry.override.x * width, entry.override.y * height)
  const [x0, x1] = [Math.min(width / 2, entry.rx + pad), Math.max(width / 2, width - entry.rx - pad)]
  const [y0, y1] = [Math.min(height / 2, entry.ry + pad), Math.max(height / 2, height - entry.ry - pad)]
  let best: { cost: number; x: number; y: number } | null = null
  for (let r = 0; r < ROWS; r++)
    for (let c = 0; c < COLUMNS; c++) {
      const x = x0 + ((x1 - x0) * c) / (COLUMNS - 1)
      const y = y0 + ((y1 - y0) * r) / (ROWS - 1)
      const cost = costAt(input, entry, placed, later, x, y)
      if (best === null || cost < best.cost - 1e-9) best = { cost, x, y }
    }
  return finish(input, entry, best?.x ?? width / 2, best?.y ?? height / 2)
}

function boxAt(entry: { rx: number; ry: number }, x: number, y: number, grow = 0): Box {
  return { x: x - entry.rx - grow, y: y - entry.ry - grow, w: (entry.rx + grow) * 2, h: (entry.ry + grow) * 2 }
}

/** Overlap area of two boxes, px². */
function overlap(a: Box, b: Box): number {
  return (
    Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) *
    Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y))
  )
}

function costAt(
  input: LetteringInput,
  entry: Sized,
  placed: readonly Balloon[],
  later: readonly Sized[],
  x: number,
  y: number,
): number {
  const { width, height, busy } = input
  const area = entry.rx * entry.ry * 4
  const box = boxAt(entry, x, y)
  const reading = input.direction === 'rtl' ? 1 - x / width : x / width
  let cost = (y / height) * 2.2
  // Lines early in the order belong to the start of the reading path.
  cost += placed.length === 0 ? reading * (later.length > 0 ? 1.5 : 0.15) : 0
  for (const head of busy.heads)
    cost +=
      (overlap(boxAt(entry, x, y, input.sizePx * 0.15), head.box) / Math.min(area, head.box.w * head.box.h || 1)) * 60
  for (const hand of busy.hands) cost += (overlap(box, hand) / (hand.w * hand.h || 1)) * 4
  for (const body of busy.bodies) cost += (overlap(box, body) / area) * 2.4
  for (const other of placed) {
    const hit = overlap(boxAt(entry, x, y, input.sizePx * 0.25), boxAt(other, other.cx, other.cy))
    if (hit > 0) cost += 40 + (hit / area) * 80
    cost += readsBefore(input, { x, y, ry: entry.ry }, other) ? 30 : 0
    if (other.tip && entry.mouth && crosses([other.cx, other.cy], other.tip, [x, y], entry.mouth)) cost += 25
    if (other.tip && segmentHits(box, [other.cx, other.cy], other.tip)) cost += 25
  }
  const last = placed.at(-1)
  if (last) cost += (Math.hypot(x - last.cx, y - last.cy) / height) * 1.6
  if (entry.mouth) cost += tailCost(input, entry, x, y)
  // Leave room above for those who speak later on the other side.
  for (const next of later)
    if (
      next.mouth &&
      entry.mouth &&
      next.line.speakerId !== entry.line.speakerId &&
      Math.abs(next.mouth[0] - x) < Math.abs(entry.mouth[0] - x)
    )
      cost += 0.8
  if (entry.line.kind === 'caption' || entry.line.kind === 'location')
    cost += (y / height) * 4 + Math.abs(reading * width - entry.rx) / width
  if (entry.line.kind === 'sfx') cost += -(y / height) * 2.4
  return cost
}

/** Whether a balloon at this place would be read before `other`, which must come first. */
function readsBefore(input: LetteringInput, at: { x: number; y: number; ry: number }, other: Balloon): boolean {
  const above = at.y + at.ry * 0.35 < other.cy - other.ry * 0.35
  const sameBand = Math.abs(at.y - other.cy) < Math.max(at.ry, other.ry) * 0.9
  const ahead = input.direction === 'rtl' ? at.x > other.cx : at.x < other.cx
  return above || (sameBand && ahead)
}

function tailCost(input: LetteringInput, entry: Sized, x: number, y: number): number {
  const mouth = entry.mouth as Pt
  const away = Math.hypot(mouth[0] - x, mouth[1] - y) / input.height
  let cost = away * 1.7 + (Math.abs(mouth[0] - x) / input.width) * 1.6
  if (y > mouth[1]) cost += 1.2
  for (const head of input.busy.heads)
    if (head.id !== entry.line.speakerId && segmentHits(head.box, [x, y], mouth)) cost += 12
  return cost
}

function crosses(a: Pt, b: Pt, c: Pt, d: Pt): boolean {
  const side = (p: Pt, q: Pt, r: Pt) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

function segmentHits(box: Box, a: Pt, b: Pt): boolean {
  for (let i = 1; i < 12; i++) {
    const t = i / 12
    const [x, y] = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
    if (x > box.x && x < box.x + box.w && y > box.y && y < box.y + box.h) return true
  }
  return false
}
