import type { AxisResult, Finding, Region } from './report.ts'

/** A lettered panel as QC sees it: plain geometry in px of the page or panel it was lettered on. Rules QC20-QC28. */
interface ReadBalloon {
  readonly id: string
  readonly box: Region
  readonly words: number
  /** Glyph size, px. */
  readonly sizePx: number
  readonly speakerId: string | null
  readonly tip: readonly [number, number] | null
  readonly needsTail: boolean
  readonly missing: readonly string[]
  /** Ink and paper of the balloon, relative luminance 0..1, where the balloon has its own ground. */
  readonly contrast: number
}
export interface ReadPanel {
  readonly id: string
  readonly frame: Region
  readonly balloons: readonly ReadBalloon[]
  readonly faces: readonly { readonly id: string; readonly box: Region }[]
  readonly hands: readonly Region[]
}
interface ReadInput {
  readonly panels: readonly ReadPanel[]
  readonly direction: 'ltr' | 'rtl'
  /** Width the sizes are measured against: 12 px at 800 px wide is the least. */
  readonly pageWidth: number
  readonly safe: Region
}

const LIMITS = {
  area: 0.35,
  sizeAt800: 12,
  wordsBalloon: 25,
  wordsPanel: 50,
  wordsPage: 210,
  contrast: 4.5,
  contrastLarge: 3,
} as const

/** Assesses lettering geometry exactly: order, tails, covered faces and hands, area, size, contrast, words (QC20-QC28). */
export function assessReadability(input: ReadInput): {
  axes: { readability: AxisResult }
  findings: Finding[]
  measures: Record<string, number>
} {
  const findings: Finding[] = []
  const add = (
    category: string,
    severity: Finding['severity'],
    region: Region,
    value: number,
    threshold: number,
    unit: string,
    fix: string,
  ): void => {
    findings.push({
      axis: 'readability',
      category,
      severity,
      region,
      measure: Math.round(value * 100) / 100,
      threshold,
      unit,
      confidence: 1,
      scorer: 'readability-1',
      fix,
    })
  }
  const order = input.panels.flatMap((panel) => panel.balloons.map((balloon) => ({ panel, balloon })))
  checkNearest(order, input.direction, add)
  for (const panel of input.panels) checkPanel(panel, input, add)
  const words = order.reduce((sum, entry) => sum + entry.balloon.words, 0)
  if (words > LIMITS.wordsPage) add('page-words', 'review', input.safe, words, LIMITS.wordsPage, 'words', 'split-page')
  const cost = { note: 3, review: 18, redraw: 46, block: 100 } as const
  const score = Math.max(
    0,
    100 -
      Math.max(0, ...findings.map((entry) => cost[entry.severity])) -
      Math.min(24, Math.max(0, findings.length - 1) * 6),
  )
  return { axes: { readability: { state: 'assessed', score } }, findings, measures: { balloons: order.length, words } }
}

type Add = (
  category: string,
  severity: Finding['severity'],
  region: Region,
  value: number,
  threshold: number,
  unit: string,
  fix: string,
) => void
type Entry = { readonly panel: ReadPanel; readonly balloon: ReadBalloon }

const centre = (box: Region): [number, number] => [box.x + box.w / 2, box.y + box.h / 2]

/** Gap between two boxes, px; 0 where they touch. */
function gap(a: Region, b: Region): number {
  const dx = Math.max(0, a.x - b.x - b.w, b.x - a.x - a.w)
  const dy = Math.max(0, a.y - b.y - b.h, b.y - a.y - a.h)
  return Math.hypot(dx, dy)
}

/** From each balloon of a panel the nearest unread one in it must be the next; and the next may not stand before it. */
function checkNearest(order: readonly Entry[], direction: 'ltr' | 'rtl', add: Add): void {
  order.forEach((entry, i) => {
    const rest = order.slice(i + 1).filter((other) => other.panel.id === entry.panel.id)
    const next = rest[0]
    if (!next) return
    const nearest = rest.reduce(
      (best, other) =>
        gap(entry.balloon.box, other.balloon.box) < gap(entry.balloon.box, best.balloon.box) - 1 ? other : best,
      next,
    )
    if (nearest !== next)
      add(
        'reading-order',
        'redraw',
        nearest.balloon.box,
        gap(entry.balloon.box, nearest.balloon.box),
        gap(entry.balloon.box, next.balloon.box),
        'px',
        'move-balloon',
      )
    const [ax, ay] = centre(entry.balloon.box)
    const [bx, by] = centre(next.balloon.box)
    const level = Math.abs(ay - by) < Math.max(entry.balloon.box.h, next.balloon.box.h) / 2
    const behind = direction === 'rtl' ? bx > ax : bx < ax
    if (by + next.balloon.box.h * 0.2 < ay - entry.balloon.box.h * 0.2 || (level && behind))
      add('reading-order', 'redraw', next.balloon.box, by, ay, 'px', 'move-balloon')
  })
}

function covered(box: Region, by: Region): number {
  const w = Math.max(0, Math.min(box.x + box.w, by.x + by.w) - Math.max(box.x, by.x))
  const h = Math.max(0, Math.min(box.y + box.h, by.y + by.h) - Math.max(box.y, by.y))
  return box.w * box.h === 0 ? 0 : (w * h) / (box.w * box.h)
}

function checkPanel(panel: ReadPanel, input: ReadInput, add: Add): void {
  const area =
    panel.balloons.reduce((sum, balloon) => sum + balloon.box.w * balloon.box.h * 0.82, 0) /
    (panel.frame.w * panel.frame.h || 1)
  if (area > LIMITS.area) add('balloon-area', 'review', panel.frame, area, LIMITS.area, 'share', 'shorten-lines')
  const words = panel.balloons.reduce((sum, balloon) => sum + balloon.words, 0)
  if (words > LIMITS.wordsPanel)
    add('panel-words', 'review', panel.frame, words, LIMITS.wordsPanel, 'words', 'split-panel')
  panel.balloons.forEach((balloon, i) => {
    checkBalloon(panel, balloon, input, add)
    for (const other of panel.balloons.slice(i + 1)) {
      const hit = covered(other.box, balloon.box)
      // Boxes of round balloons may touch at their corners.
      if (hit > 0.12) add('balloons-overlap', 'redraw', other.box, hit, 0.12, 'share', 'move-balloon')
      if (balloon.tip && other.tip && crosses(centre(balloon.box), balloon.tip, centre(other.box), other.tip))
        add('tails-cross', 'redraw', other.box, 1, 0, 'crossings', 'move-balloon')
    }
  })
}

function checkBalloon(panel: ReadPanel, balloon: ReadBalloon, input: ReadInput, add: Add): void {
  const { box } = balloon
  for (const face of panel.faces) {
    const share = covered(face.box, box)
    if (share > 0.02)
      add('face-covered', share > 0.2 ? 'redraw' : 'review', face.box, share, 0.02, 'share', 'move-balloon')
  }
  for (const hand of panel.hands)
    if (covered(hand, box) > 0.35) add('hand-covered', 'note', hand, covered(hand, box), 0.35, 'share', 'move-balloon')
  const size = (balloon.sizePx * 800) / input.pageWidth
  if (size < LIMITS.sizeAt800) add('text-small', 'redraw', box, size, LIMITS.sizeAt800, 'px', 'larger-text')
  const need = size >= 24 ? LIMITS.contrastLarge : LIMITS.contrast
  if (balloon.contrast < need) add('text-contrast', 'redraw', box, balloon.contrast, need, 'ratio', 'balloon-ground')
  if (balloon.words > LIMITS.wordsBalloon)
    add('balloon-words', 'review', box, balloon.words, LIMITS.wordsBalloon, 'words', 'split-line')
  if (balloon.needsTail && balloon.tip === null) add('tail-missing', 'review', box, 0, 1, 'tails', 'name-speaker')
  if (balloon.missing.length > 0)
    add('glyph-missing', 'redraw', box, balloon.missing.length, 0, 'glyphs', 'other-words')
  const outside =
    1 - covered(box, { x: panel.frame.x - 1, y: panel.frame.y - 1, w: panel.frame.w + 2, h: panel.frame.h + 2 })
  if (outside > 0.12) add('outside-panel', 'review', box, outside, 0.12, 'share', 'move-balloon')
  const unsafe = 1 - covered(box, input.safe)
  if (unsafe > 0.02) add('outside-safe', 'review', box, unsafe, 0.02, 'share', 'move-balloon')
  checkTail(panel, balloon, add)
}

function checkTail(panel: ReadPanel, balloon: ReadBalloon, add: Add): void {
  const { tip, box } = balloon
  if (!tip) return
  const from = centre(box)
  for (const face of panel.faces) {
    if (face.id === balloon.speakerId) continue
    for (let i = 1; i <= 12; i++) {
      const [x, y] = [from[0] + ((tip[0] - from[0]) * i) / 12, from[1] + ((tip[1] - from[1]) * i) / 12]
      if (x > face.box.x && x < face.box.x + face.box.w && y > face.box.y && y < face.box.y + face.box.h) {
        add('tail-over-face', 'redraw', face.box, 1, 0, 'faces', 'move-balloon')
        break
      }
    }
  }
  const own = panel.faces.find((face) => face.id === balloon.speakerId)
  if (!own) return
  const distance = (face: { box: Region }) => Math.hypot(centre(face.box)[0] - tip[0], centre(face.box)[1] - tip[1])
  const other = panel.faces.find((face) => face.id !== own.id && distance(face) < distance(own) * 0.6)
  if (other) add('tail-to-other', 'redraw', own.box, distance(own), distance(other), 'px', 'move-balloon')
}

function crosses(
  a: readonly [number, number],
  b: readonly [number, number],
  c: readonly [number, number],
  d: readonly [number, number],
): boolean {
  const side = (p: readonly [number, number], q: readonly [number, number], r: readonly [number, number]) =>
    (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}
