import { indexGraph, isReadable, isStructure, scenesOfBranch, visibleSceneIds } from '#lib/story/queries.ts'
import type { Box, GraphIndex, GraphState } from '#lib/story/queries.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Edge, Scene } from '#lib/story/state.ts'
import { boundsOf, spatialGrid, widen } from './spatial-grid.ts'
import type { Rect, SpatialGrid } from './spatial-grid.ts'

/** A scene as the canvas draws it. Frames are scenes drawn as containers round their members. */
export interface Drawn extends Box {
  readonly scene: Scene
  readonly frame: boolean
  /** Branch colour 1..12. */
  readonly colour: number
  /** Whether the present branch sees it. */
  readonly onBranch: boolean
  readonly start: boolean
}

export interface DrawnEdge {
  readonly edge: Edge
  readonly from: Drawn
  readonly to: Drawn
  readonly colour: number
  readonly onBranch: boolean
  readonly bounds: Rect
}

/** Everything the canvas, minimap and outline draw, worked out once per change of the story. */
export interface CanvasModel {
  readonly drawn: ReadonlyMap<string, Drawn>
  readonly cards: readonly Drawn[]
  readonly frames: readonly Drawn[]
  readonly edges: readonly DrawnEdge[]
  readonly grid: SpatialGrid
  readonly index: GraphIndex
  readonly bounds: Rect | null
}

const FRAME_PADDING = 28
const FRAME_TITLE = 36

/**
 * Works out boxes, colours and edges for a branch. Pass the model before: what did not change keeps its identity, so
 * memoised cards do not draw again. O(V + E).
 */
export function canvasModel(state: GraphState, branchId: string, before?: CanvasModel): CanvasModel {
  const index = indexGraph(state)
  const seen = visibleSceneIds(state, branchId, index)
  const start = storyOf(state)?.startSceneId ?? null
  const frames = frameBoxes(state)
  const drawn = new Map<string, Drawn>()
  for (const scene of state.scenes.values()) {
    const box = frames.get(scene.id)
    const fresh: Drawn = {
      id: scene.id,
      x: box?.x ?? scene.x,
      y: box?.y ?? scene.y,
      width: box?.width ?? scene.width,
      height: box?.height ?? scene.height,
      scene,
      frame: box !== undefined,
      colour: state.branches.get(scene.branchId)?.colour ?? 1,
      onBranch: seen.has(scene.id),
      start: scene.id === start,
    }
    drawn.set(scene.id, keep(before?.drawn.get(scene.id), fresh))
  }
  const cards = [...drawn.values()].filter((entry) => !entry.frame)
  return {
    drawn,
    cards,
    frames: [...drawn.values()].filter((entry) => entry.frame),
    edges: drawnEdges(state, drawn, before),
    grid: spatialGrid(cards),
    index,
    bounds: boundsOf(drawn.values()),
  }
}

function keep(before: Drawn | undefined, fresh: Drawn): Drawn {
  if (!before) return fresh
  const keys = Object.keys(fresh) as (keyof Drawn)[]
  return keys.every((key) => before[key] === fresh[key]) ? before : fresh
}

function drawnEdges(
  state: GraphState,
  drawn: ReadonlyMap<string, Drawn>,
  before: CanvasModel | undefined,
): readonly DrawnEdge[] {
  const old = new Map(before?.edges.map((entry) => [entry.edge.id as string, entry]))
  const edges: DrawnEdge[] = []
  for (const edge of state.edges.values()) {
    const from = drawn.get(edge.from)
    const to = drawn.get(edge.to)
    if (!from || !to) continue
    const last = old.get(edge.id)
    if (last && last.edge === edge && last.from === from && last.to === to) {
      edges.push(last)
      continue
    }
    // The curve bends out by up to this far beyond its ends.
    const bounds = widen(boundsOf([from, to]) ?? from, 60)
    edges.push({ edge, from, to, colour: to.colour, onBranch: from.onBranch && to.onBranch, bounds })
  }
  return edges
}

/** Boxes of containers: round their members, or their own size while empty. Members may be containers themselves. */
function frameBoxes(state: Pick<GraphState, 'scenes'>): Map<string, Rect> {
  const members = new Map<string, Scene[]>()
  for (const scene of state.scenes.values()) {
    if (!scene.groupId) continue
    const list = members.get(scene.groupId)
    if (list) list.push(scene)
    else members.set(scene.groupId, [scene])
  }
  const boxes = new Map<string, Rect>()
  const boxOf = (scene: Scene): Rect => {
    const known = boxes.get(scene.id)
    if (known) return known
    const inside = members.get(scene.id)
    if (!inside) {
      if (scene.type === 'group') boxes.set(scene.id, scene)
      return scene
    }
    const around = widen(boundsOf(inside.map(boxOf)) ?? scene, FRAME_PADDING)
    const box = { ...around, y: around.y - FRAME_TITLE, height: around.height + FRAME_TITLE }
    boxes.set(scene.id, box)
    return box
  }
  for (const scene of state.scenes.values()) if (members.has(scene.id) || scene.type === 'group') boxOf(scene)
  return boxes
}

/** A container and everything in it, at any depth. */
export function withMembers(state: Pick<GraphState, 'scenes'>, ids: Iterable<string>): Set<string> {
  const all = new Set(ids)
  for (let grown = true; grown;) {
    grown = false
    for (const scene of state.scenes.values()) {
      if (scene.groupId && all.has(scene.groupId) && !all.has(scene.id)) {
        all.add(scene.id)
        grown = true
      }
    }
  }
  return all
}

/** How closely scenes are drawn: everything, title only, a coloured dot, or all as points on one surface. */
export type Detail = 'card' | 'title' | 'dot' | 'overview'

/** What is put on screen for one window of the canvas. */
export interface Shown {
  readonly detail: Detail
  readonly zoom: number
  /** Scenes drawn as elements. */
  readonly elements: readonly Drawn[]
  /** Edges drawn as elements. */
  readonly edges: readonly DrawnEdge[]
  /** Whether all other edges are drawn on the one surface behind the scenes. */
  readonly paintsEdges: boolean
}

/** Share of the view that is kept drawn beyond each border. */
export const DRAWN_MARGIN = 0.3
/** Up to this many scenes in the middle of the window, which is what is seen, keep their titles however far off they are. */
const MOST_TITLES = 60
/**
 * Above this many scenes in view they are painted, not built as elements (collab.md 8: about 1,000 elements), and stay so
 * until the zoom changes: a pan over the border of the story must not build hundreds of elements and throw them away.
 */
const MOST_ELEMENTS = 500
/**
 * A story of more edges has them painted on one surface, and an edge becomes an element when it is pointed at or picked.
 * It is the story that counts and not the view, so that panning never swaps one for the other.
 */
const MOST_EDGES = 300

/** The level of detail for a zoom factor: cards from 0.65, titles from 0.4, dots below. */
export function detailAt(zoom: number): Detail {
  if (zoom >= 0.65) return 'card'
  return zoom >= 0.4 ? 'title' : 'dot'
}

function detailFor(model: CanvasModel, area: Rect, zoom: number, inside: number, before: Shown | null): Detail {
  const painted = before?.detail === 'overview' && before.zoom === zoom
  if (painted || inside > MOST_ELEMENTS) return 'overview'
  const detail = detailAt(zoom)
  if (detail !== 'dot') return detail
  const share = 1 / (1 + 2 * DRAWN_MARGIN)
  const seen = {
    x: area.x + (area.width * (1 - share)) / 2,
    y: area.y + (area.height * (1 - share)) / 2,
    width: area.width * share,
    height: area.height * share,
  }
  return model.grid.query(seen).length <= MOST_TITLES ? 'title' : 'dot'
}

/**
 * Chooses what to draw in an area at a zoom. `always` names what is an element wherever it is: scenes that are focused,
 * dragged or edited, with their edges, and edges that are pointed at or picked. `before` is what was shown last.
 */
export function shownIn(
  model: CanvasModel,
  area: Rect,
  zoom: number,
  always: ReadonlySet<string>,
  before: Shown | null = null,
): Shown {
  const inside = model.grid.query(area) as Drawn[]
  const detail = detailFor(model, area, zoom, inside.length, before)
  const frames = model.frames.filter((frame) => detail !== 'overview' && touches(frame, area))
  const elements = new Map<string, Drawn>()
  for (const frame of frames) elements.set(frame.id, frame)
  if (detail !== 'overview') for (const entry of inside) elements.set(entry.id, entry)
  for (const id of always) {
    const entry = model.drawn.get(id)
    if (entry) elements.set(id, entry)
  }
  const paintsEdges = detail === 'overview' || model.edges.length > MOST_EDGES
  const isElement = ({ edge, bounds }: DrawnEdge) =>
    paintsEdges ? always.has(edge.id) || always.has(edge.from) || always.has(edge.to) : touches(bounds, area)
  return { detail, zoom, elements: [...elements.values()], edges: model.edges.filter(isElement), paintsEdges }
}

/** Ends of edges that are no elements themselves: they have a place and no face. */
export function ghostsOf(edges: readonly DrawnEdge[], elements: readonly Drawn[]): readonly Drawn[] {
  const known = new Set(elements.map((entry) => entry.id))
  const ghosts = new Map<string, Drawn>()
  for (const { from, to } of edges) {
    for (const end of [from, to]) if (!known.has(end.id)) ghosts.set(end.id, end)
  }
  return [...ghosts.values()]
}

function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** The order in which Tab walks the canvas: the branch as it reads, then everything else by place. */
export function walkOrder(state: GraphState, model: CanvasModel, branchId: string): readonly string[] {
  const first = scenesOfBranch(state, branchId, model.index).map((scene) => scene.id as string)
  const known = new Set(first)
  const rest = [...model.drawn.values()].filter((entry) => !known.has(entry.id)).sort((a, b) => a.x - b.x || a.y - b.y)
  return [...first, ...rest.map((entry) => entry.id)]
}

/** The type a new edge takes: the first way on is plain, every further one a choice. */
export function nextEdgeType(index: GraphIndex, from: string): 'next' | 'choice' {
  return (index.out.get(from) ?? []).some(isStructure) ? 'choice' : 'next'
}

/** Whether a scene can lead on: containers and notes cannot. */
export function canLink(scene: Scene): boolean {
  return isReadable(scene)
}
