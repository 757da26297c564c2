import { contrastRatio } from '../kernel/luminance.ts'
import { darkestBehind } from './ground.ts'
import { levelOf } from './report.ts'
import type { AxisResult, Finding, Region, ReportPart } from './report.ts'

/** A lettered page as QC sees it: plain geometry, px of the page. Rules QC20-QC29. */
interface ReadBalloon {
  readonly id: string
  readonly box: Region
  /** Where its words stand. */
  readonly text: Region
  readonly words: number
  /** Glyph size, px. */
  readonly sizePx: number
  readonly speakerId: string | null
  readonly tip: readonly [number, number] | null
  readonly needsTail: boolean
  readonly missing: readonly string[]
  /** Relative luminance of the letters, and of the balloon's own ground; null where they stand on the picture. */
  readonly ink: number
  readonly paper: number | null
}
export interface ReadPanel {
  readonly id: string
  readonly frame: Region
  /** Where the picture lies (it may reach beyond the frame), and its own size, px. */
  readonly art: Region
  readonly picture: { readonly width: number; readonly height: number }
  /** Null where nobody knows where the picture has faces. */
  readonly faces: readonly { readonly id: string; readonly box: Region }[] | null
  readonly hands: readonly Region[]
  /** In reading order, as on the page the panels. */
  readonly balloons: readonly ReadBalloon[]
  /** How light the picture is (`groundOf`), null where it was not measured. */
  readonly ground: string | null
}
interface ReadPage {
  readonly panels: readonly ReadPanel[]
  readonly direction: 'ltr' | 'rtl'
  /** Width the sizes are measured against: 12 px at 800 px wide is the least. */
  readonly pageWidth: number
  readonly safe: Region
}
interface Readability {
  /** Everything found, regions in px of the page. */
  readonly page: ReportPart
  /** By panel: what was found in it, regions in px of its picture. */
  readonly panels: ReadonlyMap<string, ReportPart>
}

const LIMITS = {
  area: 0.35,
  sizeAt800: 12,
  wordsBalloon: 25,
  wordsPanel: 50,
  wordsPage: 210,
  contrast: 4.5,
  contrastLarge: 3,
  /** Borders lead the eye; a balloon beyond them is taken for the next only this near, px at 800 px wide. */
  reachAt800: 80,
} as const

/**
 * Assesses the lettering of a page exactly: order also across borders, tails, covered faces and hands, area, size,
 * contrast, words (QC20-QC29). A panel whose picture is not known well enough is never passed: its axis says what it
 * needs unless what can be seen is bad enough already (QC26).
 */
export function assessReadability(page: ReadPage): Readability {
  const found: { readonly panel: ReadPanel | null; readonly finding: Finding }[] = []
  const addTo =
    (panel: ReadPanel | null): Add =>
    (category, severity, region, value, threshold, unit, fix) => {
      found.push({
        panel,
        finding: {
          axis: 'readability',
          category,
          severity,
          region,
          measure: Math.round(value * 100) / 100,
          threshold: Math.round(threshold * 100) / 100,
          unit,
          confidence: 1,
          scorer: 'readability-2',
          fix,
        },
      })
    }
  checkOrder(page, addTo)
  for (const panel of page.panels) checkPanel(panel, page, addTo(panel))
  const words = wordsOf(page.panels)
  if (words > LIMITS.wordsPage)
    addTo(null)('page-words', 'review', page.safe, words, LIMITS.wordsPage, 'words', 'split-page')
  return {
    page: part(
      page.panels,
      found.map((entry) => entry.finding),
    ),
    panels: new Map(
      page.panels.map((panel) => {
        const own = found.filter((entry) => entry.panel === panel).map((entry) => entry.finding)
        return [
          panel.id,
          part(
            [panel],
            own.map((entry) => ({ ...entry, region: inPicture(panel, entry.region) })),
          ),
        ]
      }),
    ),
  }
}

function part(panels: readonly ReadPanel[], findings: Finding[]): ReportPart {
  // One finding puts the axis at the level its severity names.
  const cost = { note: 3, review: 30, redraw: 46, block: 100 } as const
  const score = Math.max(
    0,
    100 -
      Math.max(0, ...findings.map((entry) => cost[entry.severity])) -
      Math.min(24, Math.max(0, findings.length - 1) * 6),
  )
  const needs = panels.map(needOf).find((need) => need !== null)
  const readability: AxisResult =
    needs && levelOf(score) === 'pass' ? { state: 'not-assessed', needs } : { state: 'assessed', score }
  const balloons = panels.reduce((sum, panel) => sum + panel.balloons.length, 0)
  return { axes: { readability }, findings, measures: { balloons, words: wordsOf(panels) } }
}

/** What is missing to judge a panel's balloons; a panel without balloons covers nothing. */
function needOf(panel: ReadPanel): 'detector' | 'picture' | null {
  if (panel.balloons.length === 0) return null
  if (panel.faces === null) return 'detector'
  return panel.ground === null && panel.balloons.some((balloon) => balloon.paper === null) ? 'picture' : null
}

function wordsOf(panels: readonly ReadPanel[]): number {
  return panels.flatMap((panel) => panel.balloons).reduce((sum, balloon) => sum + balloon.words, 0)
}

function inPicture({ art, picture }: ReadPanel, region: Region): Region {
  const scale = picture.width / art.w
  return {
    x: Math.round((region.x - art.x) * scale),
    y: Math.round((region.y - art.y) * scale),
    w: Math.round(region.w * scale),
    h: Math.round(region.h * scale),
  }
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

/**
 * From each balloon the nearest unread one must be the next, else both are flagged; across borders where it is near
 * enough to draw the eye over. Inside a panel the next may not stand before it (QC20).
 */
function checkOrder(page: ReadPage, addTo: (panel: ReadPanel) => Add): void {
  const order: Entry[] = page.panels.flatMap((panel) => panel.balloons.map((balloon) => ({ panel, balloon })))
  order.forEach((entry, i) => {
    const rest = order.slice(i + 1)
    const next = rest[0]
    if (!next) return
    const nearest = rest.reduce(
      (best, other) =>
        gap(entry.balloon.box, other.balloon.box) < gap(entry.balloon.box, best.balloon.box) - 1 ? other : best,
      next,
    )
    const inside = nearest.panel === entry.panel
    const near = gap(entry.balloon.box, nearest.balloon.box)
    if (nearest !== next && (inside || (near * 800) / page.pageWidth <= LIMITS.reachAt800)) {
      const far = gap(entry.balloon.box, next.balloon.box)
      for (const { panel, balloon } of [nearest, next])
        addTo(panel)('reading-order', inside ? 'redraw' : 'review', balloon.box, near, far, 'px', 'move-balloon')
    }
    if (next.panel !== entry.panel) return
    const [ax, ay] = centre(entry.balloon.box)
    const [bx, by] = centre(next.balloon.box)
    const level = Math.abs(ay - by) < Math.max(entry.balloon.box.h, next.balloon.box.h) / 2
    const behind = page.direction === 'rtl' ? bx > ax : bx < ax
    if (by + next.balloon.box.h * 0.2 < ay - entry.balloon.box.h * 0.2 || (level && behind))
      addTo(next.panel)('reading-order', 'redraw', next.balloon.box, by, ay, 'px', 'move-balloon')
  })
}

function covered(box: Region, by: Region): number {
  const w = Math.max(0, Math.min(box.x + box.w, by.x + by.w) - Math.max(box.x, by.x))
  const h = Math.max(0, Math.min(box.y + box.h, by.y + by.h) - Math.max(box.y, by.y))
  return box.w * box.h === 0 ? 0 : (w * h) / (box.w * box.h)
}

function checkPanel(panel: ReadPanel, page: ReadPage, add: Add): void {
  const area =
    panel.balloons.reduce((sum, balloon) => sum + balloon.box.w * balloon.box.h * 0.82, 0) /
    (panel.frame.w * panel.frame.h || 1)
  if (area > LIMITS.area) add('balloon-area', 'review', panel.frame, area, LIMITS.area, 'share', 'shorten-lines')
  const words = wordsOf([panel])
  if (words > LIMITS.wordsPanel)
    add('panel-words', 'review', panel.frame, words, LIMITS.wordsPanel, 'words', 'split-panel')
  panel.balloons.forEach((balloon, i) => {
    checkBalloon(panel, balloon, page, add)
    for (const other of panel.balloons.slice(i + 1)) {
      const hit = covered(other.box, balloon.box)
      // Boxes of round balloons may touch at their corners.
      if (hit > 0.12) add('balloons-overlap', 'redraw', other.box, hit, 0.12, 'share', 'move-balloon')
      if (balloon.tip && other.tip && crosses(centre(balloon.box), balloon.tip, centre(other.box), other.tip))
        add('tails-cross', 'redraw', other.box, 1, 0, 'crossings', 'move-balloon')
    }
  })
}

function checkBalloon(panel: ReadPanel, balloon: ReadBalloon, page: ReadPage, add: Add): void {
  const { box } = balloon
  for (const face of panel.faces ?? []) {
    const share = covered(face.box, box)
    if (share > 0.02)
      add('face-covered', share > 0.2 ? 'redraw' : 'review', face.box, share, 0.02, 'share', 'move-balloon')
  }
  for (const hand of panel.hands)
    if (covered(hand, box) > 0.35) add('hand-covered', 'note', hand, covered(hand, box), 0.35, 'share', 'move-balloon')
  const size = (balloon.sizePx * 800) / page.pageWidth
  if (size < LIMITS.sizeAt800) add('text-small', 'redraw', box, size, LIMITS.sizeAt800, 'px', 'larger-text')
  const need = size >= 24 ? LIMITS.contrastLarge : LIMITS.contrast
  const contrast = contrastOf(panel, balloon)
  if (contrast !== null && contrast < need)
    add('text-contrast', 'redraw', balloon.text, contrast, need, 'ratio', 'balloon-ground')
  if (balloon.words > LIMITS.wordsBalloon)
    add('balloon-words', 'review', box, balloon.words, LIMITS.wordsBalloon, 'words', 'split-line')
  if (balloon.needsTail && balloon.tip === null) add('tail-missing', 'review', box, 0, 1, 'tails', 'name-speaker')
  if (balloon.missing.length > 0)
    add('glyph-missing', 'redraw', box, balloon.missing.length, 0, 'glyphs', 'other-words')
  const outside =
    1 - covered(box, { x: panel.frame.x - 1, y: panel.frame.y - 1, w: panel.frame.w + 2, h: panel.frame.h + 2 })
  if (outside > 0.12) add('outside-panel', 'review', box, outside, 0.12, 'share', 'move-balloon')
  const unsafe = 1 - covered(box, page.safe)
  if (unsafe > 0.02) add('outside-safe', 'review', box, unsafe, 0.02, 'share', 'move-balloon')
  checkTail(panel, balloon, add)
}

/** Letters against their balloon's ground, or against the picture behind them; null where that was not measured (QC25). */
function contrastOf(panel: ReadPanel, { ink, paper, text }: ReadBalloon): number | null {
  if (paper !== null) return contrastRatio(ink, paper)
  if (panel.ground === null) return null
  const { art } = panel
  const share = { x: (text.x - art.x) / art.w, y: (text.y - art.y) / art.h, w: text.w / art.w, h: text.h / art.h }
  return contrastRatio(ink, darkestBehind(panel.ground, share))
}

function checkTail(panel: ReadPanel, balloon: ReadBalloon, add: Add): void {
  const { tip, box } = balloon
  if (!tip) return
  const from = centre(box)
  for (const face of panel.faces ?? []) {
    if (face.id === balloon.speakerId) continue
    for (let i = 1; i <= 12; i++) {
      const [x, y] = [from[0] + ((tip[0] - from[0]) * i) / 12, from[1] + ((tip[1] - from[1]) * i) / 12]
      if (x > face.box.x && x < face.box.x + face.box.w && y > face.box.y && y < face.box.y + face.box.h) {
        add('tail-over-face', 'redraw', face.box, 1, 0, 'faces', 'move-balloon')
        break
      }
    }
  }
  const own = panel.faces?.find((face) => face.id === balloon.speakerId)
  if (!own) return
  const distance = (face: { box: Region }) => Math.hypot(centre(face.box)[0] - tip[0], centre(face.box)[1] - tip[1])
  const other = panel.faces?.find((face) => face.id !== own.id && distance(face) < distance(own) * 0.6)
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
