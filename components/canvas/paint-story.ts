import { branchHue } from '#components/ui/tokens.ts'
import type { Ground } from '#components/ui/tokens.ts'
import type { Drawn, DrawnEdge } from './canvas-model.ts'
import { curveOf, pointAt } from './edge-curve.ts'
import type { Curve } from './edge-curve.ts'
import { overlaps } from './spatial-grid.ts'
import type { Rect } from './spatial-grid.ts'
import { dashOf, labelOf } from './thread-edge.tsx'

/** What is drawn on the surface behind the scenes. */
export interface Painted {
  /** Containers whose ground is painted, because their elements would stand over the painted edges. */
  readonly frames: readonly Drawn[]
  readonly edges: readonly DrawnEdge[]
  /** Scenes painted as points; empty while they are elements. */
  readonly dots: readonly Drawn[]
  readonly selected: ReadonlySet<string>
  readonly ground: Ground
}

/** An area of the canvas and the zoom it is painted for. */
export type PaintedArea = Rect & { readonly zoom: number }

/** Labels of edges are drawn from this zoom on. */
export const LABEL_ZOOM = 0.6
/** Below this zoom an edge is one straight solid line. */
const STRAIGHT_ZOOM = 0.35
/** Canvas px of a label: its letters, its height, the room beside the letters, and the widest it gets. */
const LABEL = { letters: 11, height: 18, beside: 6, most: 176 }

/** Draws containers, edges, then points, in canvas px. The pen stands at the canvas's own scale. */
export function paintStory(pen: CanvasRenderingContext2D, area: PaintedArea, painted: Painted): void {
  const edges = painted.edges.filter((entry) => overlaps(entry.bounds, area) && passes(curveOf(entry), area))
  paintFrames(pen, area, painted)
  paintEdges(pen, area, edges)
  if (area.zoom >= LABEL_ZOOM) paintLabels(pen, area, edges, painted.ground)
  paintDots(pen, area, painted)
}

/** The ground of containers, as their elements have it: its share and its corners in canvas px (frame-node.tsx). */
const FRAME = { share: 0.6, corner: 8 }

function paintFrames(pen: CanvasRenderingContext2D, area: PaintedArea, { frames, ground }: Painted): void {
  pen.fillStyle = ground.sunken
  pen.globalAlpha = FRAME.share
  for (const frame of frames) {
    if (!overlaps(frame, area)) continue
    pen.beginPath()
    pen.roundRect(frame.x, frame.y, frame.width, frame.height, FRAME.corner)
    pen.fill()
  }
  pen.globalAlpha = 1
}

/** Pieces of a curve that are looked at, and the canvas px by which a line's bulge or its label reaches beyond a piece. */
const PIECES = 24
const NEAR = 120

/** Whether a curve comes near an area. The box of a long edge covers much that its line never meets. */
function passes(curve: Curve, area: Rect): boolean {
  let before = pointAt(curve, 0)
  for (let piece = 1; piece <= PIECES; piece++) {
    const here = pointAt(curve, piece / PIECES)
    const box = {
      x: Math.min(before.x, here.x) - NEAR,
      y: Math.min(before.y, here.y) - NEAR,
      width: Math.abs(here.x - before.x) + 2 * NEAR,
      height: Math.abs(here.y - before.y) + 2 * NEAR,
    }
    if (overlaps(box, area)) return true
    before = here
  }
  return false
}

function paintEdges(pen: CanvasRenderingContext2D, area: PaintedArea, edges: readonly DrawnEdge[]): void {
  const straight = area.zoom < STRAIGHT_ZOOM
  const lines = new Map<string, { readonly like: DrawnEdge; readonly line: Path2D }>()
  for (const entry of edges) {
    const key = `${entry.colour} ${entry.onBranch} ${straight ? '' : dashOf(entry)}`
    let group = lines.get(key)
    if (!group) lines.set(key, (group = { like: entry, line: new Path2D() }))
    trace(group.line, curveOf(entry), straight)
  }
  for (const { like, line } of lines.values()) {
    pen.strokeStyle = branchHue(like.colour).hex
    pen.globalAlpha = like.onBranch ? 1 : 0.35
    pen.lineWidth = Math.max(2, 1 / area.zoom)
    const dash = straight ? '' : dashOf(like)
    pen.setLineDash(dash ? dash.split(' ').map(Number) : [])
    pen.stroke(line)
  }
  pen.globalAlpha = 1
  pen.setLineDash([])
}

function trace(line: Path2D, { x1, y1, c1, c2, x2, y2 }: Curve, straight: boolean): void {
  line.moveTo(x1, y1)
  if (straight) line.lineTo(x2, y2)
  else line.bezierCurveTo(c1, y1, c2, y2, x2, y2)
}

function paintLabels(
  pen: CanvasRenderingContext2D,
  area: PaintedArea,
  edges: readonly DrawnEdge[],
  ground: Ground,
): void {
  pen.font = `${LABEL.letters}px ${getComputedStyle(pen.canvas).fontFamily}`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.lineWidth = 1
  for (const entry of edges) {
    const text = labelOf(entry.edge)
    if (!text) continue
    const { x, y } = pointAt(curveOf(entry), 0.5)
    const { height, beside, most } = LABEL
    if (!overlaps({ x: x - most / 2, y: y - height / 2, width: most, height }, area)) continue
    const short = shortened(pen, text, most - 2 * beside)
    const width = pen.measureText(short).width + 2 * beside
    pen.fillStyle = ground.paper
    pen.strokeStyle = ground.line
    pen.beginPath()
    pen.roundRect(x - width / 2, y - height / 2, width, height, 3)
    pen.fill()
    pen.stroke()
    pen.fillStyle = entry.onBranch ? ground.inkSoft : ground.inkFaint
    pen.fillText(short, x, y + 0.5)
  }
}

/** The text, or as much of it as fits into `most` canvas px and an ellipsis. */
function shortened(pen: CanvasRenderingContext2D, text: string, most: number): string {
  if (pen.measureText(text).width <= most) return text
  let kept = Math.min(text.length, 60)
  while (kept > 1 && pen.measureText(`${text.slice(0, kept)}…`).width > most) kept--
  return `${text.slice(0, kept).trimEnd()}…`
}

function paintDots(pen: CanvasRenderingContext2D, area: PaintedArea, painted: Painted): void {
  const faces = new Map<string, Path2D>()
  const marked = new Path2D()
  for (const dot of painted.dots) {
    if (!overlaps(dot, area)) continue
    const key = `${dot.colour} ${dot.onBranch ? 1 : 0}`
    let face = faces.get(key)
    if (!face) faces.set(key, (face = new Path2D()))
    face.rect(dot.x, dot.y, dot.width, dot.height)
    if (painted.selected.has(dot.id) || dot.start) marked.rect(dot.x - 8, dot.y - 8, dot.width + 16, dot.height + 16)
  }
  for (const [key, face] of faces) {
    const [colour, onBranch] = key.split(' ').map(Number)
    pen.fillStyle = painted.ground.paper
    pen.globalAlpha = 1
    pen.fill(face)
    pen.fillStyle = branchHue(colour ?? 1).hex
    pen.globalAlpha = onBranch ? 0.9 : 0.35
    pen.fill(face)
  }
  pen.globalAlpha = 1
  pen.strokeStyle = painted.ground.madder
  pen.lineWidth = 3 / area.zoom
  pen.stroke(marked)
}
