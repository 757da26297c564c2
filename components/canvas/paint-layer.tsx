'use client'
import { useStoreApi } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { branchHue } from '#components/ui/tokens.ts'
import { isStructure } from '#lib/story/queries.ts'
import type { Drawn, DrawnEdge } from './canvas-model.ts'
import { contains } from './spatial-grid.ts'
import type { Rect } from './spatial-grid.ts'

export interface Painted {
  readonly edges: readonly DrawnEdge[]
  /** Scenes painted as points; empty while they are elements. */
  readonly dots: readonly Drawn[]
  readonly selected: ReadonlySet<string>
  readonly ground: { readonly madder: string; readonly paper: string }
}

/** Share of the view that is painted beyond each border, so that most pans only shift the picture. */
const MARGIN = 0.5

/**
 * One surface behind the scenes for whatever is too many to be elements. It follows the view by shifting the picture
 * and paints anew only when the view leaves what was painted, the zoom settles, or the story changes.
 */
export function PaintLayer({ painted }: { painted: Painted }) {
  const flow = useStoreApi()
  const surface = useRef<HTMLCanvasElement>(null)
  const empty = painted.edges.length === 0 && painted.dots.length === 0
  // Syncs the surface with the view of the canvas, which changes outside of React while panning.
  useEffect(() => {
    const canvas = surface.current
    if (!canvas || empty) return
    let at: (Rect & { zoom: number }) | null = null
    let frame = 0
    const settle = { timer: undefined as ReturnType<typeof setTimeout> | undefined }
    const paint = () => {
      frame = 0
      at = paintNow(canvas, flow.getState(), painted)
      place(canvas, flow.getState().transform, at)
    }
    const follow = () => {
      const { transform, width, height } = flow.getState()
      const [x, y, zoom] = transform
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
      if (at) place(canvas, transform, at)
      if (!at || !contains(at, seen)) frame ||= requestAnimationFrame(paint)
      else if (at.zoom !== zoom) {
        clearTimeout(settle.timer)
        settle.timer = setTimeout(paint, 120)
      }
    }
    paint()
    let last = flow.getState().transform
    const stop = flow.subscribe((state) => {
      if (state.transform === last) return
      last = state.transform
      follow()
    })
    const observer = new ResizeObserver(() => (frame ||= requestAnimationFrame(paint)))
    if (canvas.parentElement) observer.observe(canvas.parentElement)
    return () => {
      stop()
      observer.disconnect()
      cancelAnimationFrame(frame)
      clearTimeout(settle.timer)
    }
  }, [flow, painted, empty])
  return empty ? null : (
    <canvas
      ref={surface}
      aria-hidden
      className="pointer-events-none absolute top-0 left-0 origin-top-left"
      style={{ zIndex: 0 }}
    />
  )
}

type Transform = readonly [x: number, y: number, zoom: number]

function place(canvas: HTMLCanvasElement, [x, y, zoom]: Transform, at: Rect & { zoom: number }): void {
  canvas.style.transform = `translate(${at.x * zoom + x}px, ${at.y * zoom + y}px) scale(${zoom / at.zoom})`
}

function paintNow(
  canvas: HTMLCanvasElement,
  view: { readonly transform: Transform; readonly width: number; readonly height: number },
  painted: Painted,
): Rect & { zoom: number } {
  const [x, y, zoom] = view.transform
  // Twice the view in each direction at one pixel per point: enough for lines, and light on memory.
  const width = Math.max(1, Math.ceil(view.width * (1 + 2 * MARGIN)))
  const height = Math.max(1, Math.ceil(view.height * (1 + 2 * MARGIN)))
  const area = {
    x: (-x - view.width * MARGIN) / zoom,
    y: (-y - view.height * MARGIN) / zoom,
    width: width / zoom,
    height: height / zoom,
    zoom,
  }
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const pen = canvas.getContext('2d')
  if (!pen) return area
  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.clearRect(0, 0, width, height)
  pen.setTransform(zoom, 0, 0, zoom, -area.x * zoom, -area.y * zoom)
  paintEdges(pen, area, painted)
  paintDots(pen, area, painted)
  return area
}

function paintEdges(pen: CanvasRenderingContext2D, area: Rect & { zoom: number }, painted: Painted): void {
  const lines = new Map<string, Path2D>()
  const straight = area.zoom < 0.35
  for (const { edge, from, to, colour, onBranch, bounds } of painted.edges) {
    if (!meets(bounds, area)) continue
    const key = `${colour} ${onBranch ? 1 : 0} ${isStructure(edge) ? 1 : 0}`
    let line = lines.get(key)
    if (!line) lines.set(key, (line = new Path2D()))
    const x1 = from.x + from.width
    const y1 = from.y + from.height / 2
    const y2 = to.y + to.height / 2
    line.moveTo(x1, y1)
    if (straight) line.lineTo(to.x, y2)
    else {
      const bend = Math.max(40, Math.abs(to.x - x1) / 2)
      line.bezierCurveTo(x1 + bend, y1, to.x - bend, y2, to.x, y2)
    }
  }
  for (const [key, line] of lines) {
    const [colour, onBranch, structure] = key.split(' ').map(Number)
    pen.strokeStyle = branchHue(colour ?? 1).hex
    pen.globalAlpha = onBranch ? 0.8 : 0.3
    pen.lineWidth = Math.max(2, 1 / area.zoom)
    pen.setLineDash(structure || straight ? [] : [2, 5])
    pen.stroke(line)
  }
  pen.globalAlpha = 1
  pen.setLineDash([])
}

function paintDots(pen: CanvasRenderingContext2D, area: Rect & { zoom: number }, painted: Painted): void {
  const faces = new Map<string, Path2D>()
  const marked = new Path2D()
  for (const dot of painted.dots) {
    if (!meets(dot, area)) continue
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

function meets(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
