import { LABEL_ZOOM, paintStory } from './paint-story.ts'
import type { Painted } from './paint-story.ts'

/** Side of a tile in px on screen, at the zoom it is painted for. */
const TILE = 512
/** Tiles painted beyond the view, one per frame, while nothing in view is missing. */
const RING = 1
/** How long the zoom has to rest until the picture is painted anew for it, ms. */
const SETTLE_MS = 120

/** Where the view stands, as the canvas library has it; sizes in px on screen. */
export interface TileView {
  readonly transform: readonly [x: number, y: number, zoom: number]
  readonly width: number
  readonly height: number
}

interface Tile {
  readonly canvas: HTMLCanvasElement
  /** What was painted into it; another picture makes it stale. */
  painted: Painted
}

/** Tiles are scaled down no further than to this share of what they were painted for: more and more would cover the view. */
const LEAST_SCALE = 0.5

/**
 * The tiles, as `column row`, that a view touches when they are painted for `zoom`, and `ring` more on every side. None
 * for a view without a place or a zoom, which would touch endlessly many.
 */
export function tilesOf({ transform: [x, y, seen], width, height }: TileView, zoom: number, ring: number): string[] {
  const scale = zoom / seen / TILE
  if (![x, y, width, height, scale].every(Number.isFinite)) return []
  const right = Math.ceil((width - x) * scale) + ring
  const bottom = Math.ceil((height - y) * scale) + ring
  const keys: string[] = []
  for (let row = Math.floor(-y * scale) - ring; row < bottom; row++) {
    for (let column = Math.floor(-x * scale) - ring; column < right; column++) keys.push(`${column} ${row}`)
  }
  return keys
}

/**
 * A picture of the story in tiles, like a map. A pan shifts the tiles; what comes into view is painted at once and the
 * ring around it one tile per frame, so that no frame of a pan paints the whole. A zoom scales the tiles until it rests.
 */
export class TileSurface {
  private readonly box: HTMLElement
  private readonly view: () => TileView
  private readonly tiles = new Map<string, Tile>()
  private readonly spare: HTMLCanvasElement[] = []
  private painted: Painted | null = null
  /** The zoom the tiles are painted for; 0 before the first. */
  private zoom = 0
  private rested = false
  private frame = 0
  private settle: ReturnType<typeof setTimeout> | undefined

  /** Draws into `box`, which lies over the canvas with its corner in the canvas's. */
  constructor(box: HTMLElement, view: () => TileView) {
    this.box = box
    this.view = view
  }

  /** Shows another picture. */
  show(painted: Painted): void {
    this.painted = painted
    this.frame ||= requestAnimationFrame(this.paint)
  }

  /** Brings the tiles to where the view stands. Call it whenever the view has changed. */
  follow(): void {
    const view = this.view()
    this.place(view)
    if (view.transform[2] === this.zoom) {
      if (this.missing(view, RING).length > 0) this.frame ||= requestAnimationFrame(this.paint)
      return
    }
    if (this.outgrown(view)) this.frame ||= requestAnimationFrame(this.paint)
    clearTimeout(this.settle)
    this.settle = setTimeout(() => {
      this.rested = true
      this.frame ||= requestAnimationFrame(this.paint)
    }, SETTLE_MS)
  }

  /** Takes the picture away and stops what waits to be painted. */
  close(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.settle)
    this.box.replaceChildren()
  }

  private readonly paint = (): void => {
    this.frame = 0
    const { painted } = this
    const view = this.view()
    if (!painted || view.width === 0 || view.height === 0) return
    const zoom = view.transform[2]
    if (zoom !== this.zoom && (this.rested || this.outgrown(view))) this.startOver(zoom)
    this.rested = false
    const near = this.missing(view, 0)
    for (const key of near) this.paintTile(key, painted)
    if (zoom !== this.zoom) return this.place(view)
    const ring = this.missing(view, RING)
    if (near.length === 0 && ring[0] !== undefined) this.paintTile(ring.shift() ?? '', painted)
    if (ring.length > 0) this.frame = requestAnimationFrame(this.paint)
    this.drop(view)
    this.place(view)
  }

  /** Whether the tiles of another zoom do not cover the view any more, or only by being many. */
  private outgrown(view: TileView): boolean {
    return view.transform[2] < this.zoom * LEAST_SCALE || this.missing(view, 0).length > 0
  }

  private missing(view: TileView, ring: number): string[] {
    return tilesOf(view, this.zoom || view.transform[2], ring).filter(
      (key) => this.tiles.get(key)?.painted !== this.painted,
    )
  }

  private startOver(zoom: number): void {
    this.zoom = zoom
    for (const key of this.tiles.keys()) this.free(key)
  }

  /** Forgets what lies further off than the ring and one more. */
  private drop(view: TileView): void {
    const kept = new Set(tilesOf(view, this.zoom, RING + 1))
    for (const key of this.tiles.keys()) if (!kept.has(key)) this.free(key)
  }

  private free(key: string): void {
    const tile = this.tiles.get(key)
    if (!tile) return
    this.tiles.delete(key)
    tile.canvas.remove()
    this.spare.push(tile.canvas)
  }

  private paintTile(key: string, painted: Painted): void {
    const [column = 0, row = 0] = key.split(' ').map(Number)
    const known = this.tiles.get(key)
    const canvas = known?.canvas ?? this.spare.pop() ?? document.createElement('canvas')
    // From afar one pixel per point is enough for lines, and light on memory.
    const density = this.zoom >= LABEL_ZOOM ? Math.min(2, window.devicePixelRatio) : 1
    const side = Math.round(TILE * density)
    if (canvas.width !== side) canvas.width = canvas.height = side
    if (!known) {
      canvas.style.cssText = `position:absolute;left:${column * TILE}px;top:${row * TILE}px;width:${TILE}px;height:${TILE}px`
      this.box.append(canvas)
    }
    this.tiles.set(key, { canvas, painted })
    const pen = canvas.getContext('2d')
    if (!pen) return
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.clearRect(0, 0, side, side)
    const scale = this.zoom * density
    pen.setTransform(scale, 0, 0, scale, -column * side, -row * side)
    const size = TILE / this.zoom
    paintStory(pen, { x: column * size, y: row * size, width: size, height: size, zoom: this.zoom }, painted)
  }

  private place({ transform: [x, y, zoom] }: TileView): void {
    if (this.zoom === 0) return
    const scale = zoom / this.zoom
    // On whole pixels while nothing is scaled, so that no seam shows between tiles.
    const [left, top] = scale === 1 ? [Math.round(x), Math.round(y)] : [x, y]
    this.box.style.transform = `translate(${left}px, ${top}px) scale(${scale})`
  }
}
