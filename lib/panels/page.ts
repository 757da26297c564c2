import type { Box } from './draw/figure-pen.ts'
import { escapeXml, nodeSvg, num } from './draw/shape.ts'
import type { Pt } from './draw/shape.ts'
import type { LetteringFont } from './font.ts'
import { letterPanel } from './lettering.ts'
import type { Busy, Lettering } from './lettering.ts'
import type { BalloonOverride } from './panel.ts'
import type { Line } from './script.ts'
import type { PanelFacts } from './storyboard.ts'

// Pages: panels as boxes in reading order, composed with their lettering. Rules PA50-PA59.

/** A page template for a number of panels; cells in shares of the live area, in reading order left to right. */
export interface PageTemplate {
  readonly id: string
  readonly cells: readonly Box[]
}

const rows = (...list: readonly (readonly [number, readonly number[]])[]): Box[] => {
  const total = list.reduce((sum, [height]) => sum + height, 0)
  let y = 0
  return list.flatMap(([height, widths]) => {
    const wide = widths.reduce((sum, width) => sum + width, 0)
    let x = 0
    const cells = widths.map((width): Box => {
      const cell = { x: x / wide, y: y / total, w: width / wide, h: height / total }
      x += width
      return cell
    })
    y += height
    return cells
  })
}

export const TEMPLATES: readonly PageTemplate[] = [
  { id: 'splash', cells: rows([1, [1]]) },
  { id: 'two-bands', cells: rows([1, [1]], [1, [1]]) },
  { id: 'two-wide-first', cells: rows([3, [1]], [2, [1]]) },
  { id: 'two-columns', cells: rows([1, [1, 1]]) },
  { id: 'three-top', cells: rows([5, [1]], [4, [1, 1]]) },
  { id: 'three-bottom', cells: rows([4, [1, 1]], [5, [1]]) },
  { id: 'three-bands', cells: rows([1, [1]], [1, [1]], [1, [1]]) },
  {
    id: 'three-tall-left',
    cells: [
      { x: 0, y: 0, w: 0.46, h: 1 },
      { x: 0.46, y: 0, w: 0.54, h: 0.5 },
      { x: 0.46, y: 0.5, w: 0.54, h: 0.5 },
    ],
  },
  { id: 'four-grid', cells: rows([1, [1, 1]], [1, [1, 1]]) },
  { id: 'four-wide-first', cells: rows([4, [1]], [3, [1, 1]], [3, [1]]) },
  { id: 'four-offset', cells: rows([1, [3, 2]], [1, [2, 3]]) },
  { id: 'four-last-wide', cells: rows([3, [1, 1, 1]], [4, [1]]) },
  { id: 'five-wide-first', cells: rows([4, [1]], [3, [1, 1]], [3, [1, 1]]) },
  { id: 'five-middle', cells: rows([3, [1, 1]], [4, [1]], [3, [1, 1]]) },
  { id: 'five-wide-last', cells: rows([3, [3, 2]], [3, [2, 3]], [4, [1]]) },
  { id: 'six-grid', cells: rows([1, [1, 1]], [1, [1, 1]], [1, [1, 1]]) },
  { id: 'six-wide-first', cells: rows([4, [1]], [3, [1, 1]], [3, [1, 1, 1]]) },
  { id: 'six-rhythm', cells: rows([3, [3, 2]], [3, [1]], [3, [1, 1, 1]]) },
]

/** Page measures in px: width and height, margin around the live area, gutters. */
interface PageFormat {
  readonly width: number
  readonly height: number
  readonly margin: number
  readonly gutterX: number
  readonly gutterY: number
  readonly fontPx: number
}
export const PAGE: PageFormat = { width: 1600, height: 2400, margin: 70, gutterX: 22, gutterY: 34, fontPx: 32 }

/** What pagination reads of a panel. */
interface Paged {
  readonly id: string
  readonly weight: number
  readonly turn: boolean
}
interface PagePlan<P extends Paged = Paged> {
  readonly template: PageTemplate
  readonly panels: readonly P[]
}

/** Deals panels onto pages by weight (PA51): weight 5 alone, a turn opens a page, at most six and a weight of 15. */
export function paginate<P extends Paged>(panels: readonly P[], chosen: readonly string[]): PagePlan<P>[] {
  const pages: P[][] = []
  let open: P[] = []
  const close = () => {
    if (open.length > 0) pages.push(open)
    open = []
  }
  for (const panel of panels) {
    const weight = open.reduce((sum, entry) => sum + entry.weight, 0)
    if (panel.turn || panel.weight === 5 || open.length >= 6 || weight + panel.weight > 15) close()
    open.push(panel)
    if (panel.weight === 5) close()
  }
  close()
  return pages.map((list, i) => {
    const wanted = TEMPLATES.find((template) => template.id === chosen[i] && template.cells.length === list.length)
    return { panels: list, template: wanted ?? bestTemplate(list) }
  })
}

/** Templates that hold this many panels. */
export function templatesFor(count: number): readonly PageTemplate[] {
  return TEMPLATES.filter((template) => template.cells.length === count)
}

/** The template whose cell areas follow the weights best; first wins a tie. */
function bestTemplate(panels: readonly Paged[]): PageTemplate {
  const total = panels.reduce((sum, panel) => sum + panel.weight, 0) || 1
  const misfit = (template: PageTemplate) =>
    template.cells.reduce((sum, cell, i) => sum + Math.abs(cell.w * cell.h - (panels[i]?.weight ?? 0) / total), 0)
  const fitting = [...templatesFor(panels.length)].sort((a, b) => misfit(a) - misfit(b))
  return (
    fitting[0] ?? {
      id: 'grid',
      cells: rows(...Array.from({ length: Math.ceil(panels.length / 2) }, () => [1, [1, 1]] as const)).slice(
        0,
        panels.length,
      ),
    }
  )
}

/** Cell boxes in page px; `rtl` mirrors the page. */
export function cellsOf(template: PageTemplate, direction: 'ltr' | 'rtl', format: PageFormat = PAGE): Box[] {
  const live = { w: format.width - format.margin * 2, h: format.height - format.margin * 2 }
  return template.cells.map((cell) => {
    const inner = (start: number, size: number, total: number, gutter: number) => {
      const from = start <= 0.001 ? 0 : start * total + gutter / 2
      const to = start + size >= 0.999 ? total : (start + size) * total - gutter / 2
      return { from, size: to - from }
    }
    const x = inner(cell.x, cell.w, live.w, format.gutterX)
    const y = inner(cell.y, cell.h, live.h, format.gutterY)
    const left = direction === 'rtl' ? live.w - x.from - x.size : x.from
    return {
      x: Math.round(format.margin + left),
      y: Math.round(format.margin + y.from),
      w: Math.round(x.size),
      h: Math.round(y.size),
    }
  })
}

/**
 * Reading order of boxes by recursive cuts: first through full-width gutters, then through full-height ones (PA53).
 * Answers indices in order, or null where no clean cut exists.
 */
export function readingOrder(boxes: readonly Box[], direction: 'ltr' | 'rtl'): number[] | null {
  const solve = (ids: readonly number[]): number[] | null => {
    if (ids.length <= 1) return [...ids]
    for (const axis of ['y', 'x'] as const) {
      const parts = cut(ids, boxes, axis)
      if (parts.length < 2) continue
      const ordered = axis === 'x' && direction === 'rtl' ? parts.toReversed() : parts
      const solved = ordered.map(solve)
      return solved.some((part) => part === null) ? null : solved.flatMap((part) => part ?? [])
    }
    return null
  }
  return solve(boxes.map((_, i) => i))
}

function cut(ids: readonly number[], boxes: readonly Box[], axis: 'x' | 'y'): number[][] {
  const size = axis === 'x' ? 'w' : 'h'
  const sorted = [...ids].sort((a, b) => (boxes[a]?.[axis] ?? 0) - (boxes[b]?.[axis] ?? 0))
  const parts: number[][] = []
  let end = Number.NEGATIVE_INFINITY
  for (const id of sorted) {
    const box = boxes[id]
    if (!box) continue
    if (box[axis] >= end - 1) parts.push([])
    parts.at(-1)?.push(id)
    end = Math.max(end, box[axis] + box[size])
  }
  return parts
}

/** What fills a cell: drawn markup or picture data, with its size and what is known of it. */
export interface PanelArt {
  readonly width: number
  readonly height: number
  /** Inner SVG markup, or an address or data URI of a picture. */
  readonly content:
    { readonly kind: 'markup'; readonly markup: string } | { readonly kind: 'image'; readonly href: string }
  readonly facts: PanelFacts | null
}
export type KnownArt = Pick<PanelArt, 'width' | 'height' | 'facts'>
export interface LetteredPanel {
  readonly id: string
  readonly frame: Box
  readonly lettering: Lettering
  readonly busy: Busy
}
interface ComposedPage {
  readonly svg: string
  readonly width: number
  readonly height: number
  readonly panels: readonly LetteredPanel[]
}
interface PageInput {
  readonly cells: readonly Box[]
  readonly panels: readonly {
    readonly id: string
    readonly art: PanelArt
    readonly lines: readonly Line[]
    readonly balloons: readonly BalloonOverride[]
    readonly altText: string
  }[]
  readonly direction: 'ltr' | 'rtl'
  readonly font: LetteringFont
  readonly format?: PageFormat
  readonly lettered?: boolean
  /** Words under the page, such as how it was drawn; outlines, bottom left. */
  readonly note?: string
  /** Said by screen readers; makes the drawing one picture. */
  readonly label?: string
}

/** How art covers a frame: scale, and the art's corner in frame px. */
export function coverFit(
  art: { readonly width: number; readonly height: number },
  frame: { readonly w: number; readonly h: number },
): { scale: number; dx: number; dy: number } {
  const scale = Math.max(frame.w / art.width, frame.h / art.height)
  return { scale, dx: (frame.w - art.width * scale) / 2, dy: (frame.h - art.height * scale) / 2 }
}

/** Letters one panel over its art in a frame: the one way it is done, wherever a panel is shown or judged. */
export function letterInFrame(
  panel: { readonly id: string; readonly lines: readonly Line[]; readonly balloons: readonly BalloonOverride[] },
  art: KnownArt,
  frame: Box,
  set: { readonly font: LetteringFont; readonly sizePx: number; readonly direction: 'ltr' | 'rtl' },
): LetteredPanel {
  const busy = busyIn(art, frame)
  const { lines, balloons: overrides } = panel
  const lettering = letterPanel({ ...set, width: frame.w, height: frame.h, lines, busy, overrides })
  return { id: panel.id, frame, lettering, busy }
}

/** Facts of the art as busy areas in frame px. */
export function busyIn(art: KnownArt, frame: { readonly w: number; readonly h: number }): Busy {
  const { scale, dx, dy } = coverFit(art, frame)
  const box = (b: Box): Box => ({ x: b.x * scale + dx, y: b.y * scale + dy, w: b.w * scale, h: b.h * scale })
  const point = (p: Pt): Pt => [p[0] * scale + dx, p[1] * scale + dy]
  const figures = art.facts?.figures ?? []
  return {
    heads: figures.map((figure) => ({ id: figure.id, box: box(figure.head), mouth: point(figure.mouth) })),
    hands: figures.flatMap((figure) => figure.hands.map(box)),
    bodies: figures.map((figure) => box(figure.body)),
  }
}

/** Composes one page as SVG: art, borders, lettering as outlines. Deterministic. */
export function composePage(input: PageInput): ComposedPage {
  const format = input.format ?? PAGE
  const { width, height } = format
  const panels: LetteredPanel[] = []
  let body = ''
  let letters = ''
  input.panels.forEach((panel, i) => {
    const frame = input.cells[i]
    if (!frame) return
    const lines = input.lettered === false ? [] : panel.lines
    const lettered = letterInFrame({ ...panel, lines }, panel.art, frame, {
      font: input.font,
      sizePx: format.fontPx,
      direction: input.direction,
    })
    panels.push(lettered)
    const view = `viewBox="0 0 ${num(panel.art.width)} ${num(panel.art.height)}"`
    const inner =
      panel.art.content.kind === 'markup'
        ? panel.art.content.markup
        : `<image href="${panel.art.content.href}" x="0" y="0" width="${num(panel.art.width)}" height="${num(panel.art.height)}" preserveAspectRatio="none"/>`
    const place = `x="${num(frame.x)}" y="${num(frame.y)}" width="${num(frame.w)}" height="${num(frame.h)}"`
    body += `<svg ${place} ${view} preserveAspectRatio="xMidYMid slice">${inner}</svg><rect ${place} fill="none" stroke="#1b1815" stroke-width="5"/>`
    letters += `<g transform="translate(${num(frame.x)} ${num(frame.y)})">${nodeSvg(lettered.lettering.tree)}</g>`
  })
  const note = input.note ? noteOutline(input.note, input.font, format) : ''
  const named = input.label === undefined ? '' : ` role="img" aria-label="${escapeXml(input.label)}"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"${named}><rect width="${width}" height="${height}" fill="#fffdf8"/>${body}${letters}${note}</svg>`
  return { svg, width, height, panels }
}

function noteOutline(note: string, font: LetteringFont, format: PageFormat): string {
  let x = format.margin
  let d = ''
  for (const char of note) {
    d += font.outline(char, x, format.height - format.margin * 0.4, 20)
    x += (font.advance(char) ?? 0) * 20
  }
  return `<path d="${d}" fill="#6b645a"/>`
}
