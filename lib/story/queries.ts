import type { BranchId } from '../kernel/ids.ts'
import { branchChain } from './branch.ts'
import { STRUCTURE_EDGES, storyOf } from './state.ts'
import type { Edge, Scene, SceneType, StoryState } from './state.ts'

// Pure questions about the graph: who follows whom, in which order a branch reads, what led here. Rules ST70-ST84.

/** The parts of a state these questions read. */
export type GraphState = Pick<StoryState, 'stories' | 'scenes' | 'edges' | 'branches'>

const STRUCTURE: ReadonlySet<string> = new Set(STRUCTURE_EDGES)
const CONTAINERS: ReadonlySet<SceneType> = new Set(['group', 'note', 'volume'])

/** Whether the edge belongs to the reading order (next, choice, converges). */
export function isStructure(edge: Edge): boolean {
  return STRUCTURE.has(edge.type)
}

/** Whether a reader meets the scene: groups, notes and volumes hold scenes but are not read (ST71). */
export function isReadable(scene: Scene): boolean {
  return !CONTAINERS.has(scene.type)
}

/**
 * The scenes play shows (PL16): readable ones on active timelines, and on the branch one stands on, the canon branch where
 * that is null, with what it grew from. The player and the playable page follow ways among these only.
 */
export function playableScenes(
  state: Pick<GraphState, 'stories' | 'scenes' | 'branches'>,
  branchId: string | null,
): Scene[] {
  const from = branchId ?? storyOf(state)?.canonBranchId
  const here = new Set(from === undefined ? [] : branchChain(state, from))
  return [...state.scenes.values()].filter((scene) => {
    const branch = state.branches.get(scene.branchId)
    return (
      isReadable(scene) && (here.has(scene.branchId) || (branch?.kind === 'timeline' && branch.status === 'active'))
    )
  })
}

/** Edges by scene. Built once per state, O(E log E); hand it to the questions that take it. */
export interface GraphIndex {
  /** Outgoing edges of all types by scene id, in the order of the choices. */
  readonly out: ReadonlyMap<string, readonly Edge[]>
  /** Incoming edges of all types by scene id, in the same order. */
  readonly in: ReadonlyMap<string, readonly Edge[]>
}

const NO_EDGES: readonly Edge[] = []

function byOrder(a: Edge, b: Edge): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** Indexes the edges by their ends (ST70). */
export function indexGraph(state: Pick<GraphState, 'edges'>): GraphIndex {
  const out = new Map<string, Edge[]>()
  const into = new Map<string, Edge[]>()
  for (const edge of state.edges.values()) {
    push(out, edge.from, edge)
    push(into, edge.to, edge)
  }
  for (const list of out.values()) list.sort(byOrder)
  for (const list of into.values()) list.sort(byOrder)
  return { out, in: into }
}

function push(lists: Map<string, Edge[]>, key: string, edge: Edge): void {
  const list = lists.get(key)
  if (list) list.push(edge)
  else lists.set(key, [edge])
}

/** Outgoing edges of a scene, in the order of the choices. */
export function outEdges(index: GraphIndex, sceneId: string): readonly Edge[] {
  return index.out.get(sceneId) ?? NO_EDGES
}

/** Incoming edges of a scene. */
export function inEdges(index: GraphIndex, sceneId: string): readonly Edge[] {
  return index.in.get(sceneId) ?? NO_EDGES
}

function walk(
  index: GraphIndex,
  from: Iterable<string>,
  way: 'out' | 'in',
  stop?: (id: string) => boolean,
): Set<string> {
  const seen = new Set<string>(from)
  const queue = [...seen]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const edge of index[way].get(id) ?? NO_EDGES) {
      const next = way === 'out' ? edge.to : edge.from
      if (!isStructure(edge) || seen.has(next) || stop?.(next)) continue
      seen.add(next)
      queue.push(next)
    }
  }
  return seen
}

/** Every scene that leads to one of the given ones through structure edges, without them unless they form a circle. */
export function upstream(index: GraphIndex, sceneIds: readonly string[]): Set<string> {
  return reach(index, sceneIds, 'in')
}

/** Every scene the given ones lead to through structure edges, without them unless they form a circle. */
export function downstream(index: GraphIndex, sceneIds: readonly string[]): Set<string> {
  return reach(index, sceneIds, 'out')
}

function reach(index: GraphIndex, sceneIds: readonly string[], way: 'out' | 'in'): Set<string> {
  const firsts = sceneIds.flatMap((id) =>
    (index[way].get(id) ?? NO_EDGES).filter(isStructure).map((edge) => (way === 'out' ? edge.to : edge.from)),
  )
  return walk(index, firsts, way)
}

/**
 * The ids a branch sees (ST72): its own scenes, the shared past up to the fork, and, where it links back into its
 * parent, what follows there. Links back into the shared past open nothing new.
 */
export function visibleSceneIds(
  state: Pick<GraphState, 'stories' | 'scenes' | 'branches'>,
  branchId: string,
  index: GraphIndex,
): Set<string> {
  return visible(state, branchId, index, new Set())
}

function visible(
  state: Pick<GraphState, 'stories' | 'scenes' | 'branches'>,
  branchId: string,
  index: GraphIndex,
  guard: Set<string>,
): Set<string> {
  const own = new Set<string>()
  for (const scene of state.scenes.values()) if (scene.branchId === branchId) own.add(scene.id)
  const branch = state.branches.get(branchId)
  if (!branch?.parentId || guard.has(branchId)) return own
  guard.add(branchId)
  const parent = visible(state, branch.parentId, index, guard)
  const past = sharedPast(state, branch.forkSceneId, parent, index)
  const stop = (id: string) => past.has(id) || !(parent.has(id) || own.has(id))
  const rejoined = walk(index, own, 'out', stop)
  return new Set([...past, ...own, ...rejoined])
}

/** What leads to the fork in the parent's reading order. A way back to an earlier scene makes no past of what follows. */
function sharedPast(
  state: Pick<GraphState, 'stories' | 'scenes'>,
  fork: string | null,
  parent: ReadonlySet<string>,
  index: GraphIndex,
): ReadonlySet<string> {
  if (fork === null || !parent.has(fork)) return new Set()
  const scenes = [...parent].flatMap((id) => state.scenes.get(id) ?? [])
  const place = new Map(readingOrder(state, scenes, index).map((scene, at) => [scene.id as string, at]))
  const past = new Set([fork])
  const queue = [fork]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const here = place.get(id) ?? -1
    for (const edge of inEdges(index, id)) {
      if (!isStructure(edge) || past.has(edge.from) || (place.get(edge.from) ?? Infinity) > here) continue
      past.add(edge.from)
      queue.push(edge.from)
    }
  }
  return past
}

/**
 * The scenes of a branch in reading order (ST73): from the start, every scene after all that lead to it as far as
 * circles allow, first choices first; then what the start does not reach, by place. Only readable types. O(V + E).
 */
export function scenesOfBranch(
  state: GraphState,
  branchId: string,
  index: GraphIndex = indexGraph(state),
): readonly Scene[] {
  const ids = visibleSceneIds(state, branchId, index)
  const scenes = [...ids].flatMap((id) => {
    const scene = state.scenes.get(id)
    return scene && isReadable(scene) ? [scene] : []
  })
  return readingOrder(state, scenes, index)
}

/**
 * Any set of scenes in reading order; edges that leave the set are not followed (ST73). `tie` orders what the graph
 * leaves open: by place unless told.
 */
export function readingOrder(
  state: Pick<GraphState, 'stories'>,
  scenes: readonly Scene[],
  index: GraphIndex,
  tie: (a: Scene, b: Scene) => number = byPlace,
): readonly Scene[] {
  const members = new Map(scenes.map((scene) => [scene.id as string, scene]))
  const start = storyOf(state)?.startSceneId ?? null
  const entered = (scene: Scene) =>
    inEdges(index, scene.id).some((e) => isStructure(e) && e.from !== scene.id && members.has(e.from))
  const rank = (scene: Scene) => (scene.id === start ? 0 : entered(scene) ? 2 : 1)
  const roots = scenes
    .map((scene) => ({ scene, rank: rank(scene) }))
    .sort((a, b) => a.rank - b.rank || tie(a.scene, b.scene))
  const order: Scene[] = []
  const seen = new Set<string>()
  for (const { scene } of roots) {
    if (seen.has(scene.id)) continue
    const part = finishOrder(scene.id, members, index, seen)
    for (let i = part.length - 1; i >= 0; i--) {
      const member = members.get(part[i] ?? '')
      if (member) order.push(member)
    }
  }
  return order
}

function byPlace(a: Scene, b: Scene): number {
  return a.x - b.x || a.y - b.y || (a.id < b.id ? -1 : 1)
}

/** Ids in the order a depth-first walk leaves them; last choices are walked first so that the reverse reads right. */
function finishOrder(
  root: string,
  members: ReadonlyMap<string, Scene>,
  index: GraphIndex,
  seen: Set<string>,
): string[] {
  const finished: string[] = []
  const stack: { id: string; next: number }[] = []
  const enter = (id: string) => {
    seen.add(id)
    stack.push({ id, next: outEdges(index, id).length - 1 })
  }
  enter(root)
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const edge = outEdges(index, top.id)[top.next]
    if (!edge) {
      finished.push(top.id)
      stack.pop()
      continue
    }
    top.next--
    if (isStructure(edge) && members.has(edge.to) && !seen.has(edge.to)) enter(edge.to)
  }
  return finished
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** A rectangle on the canvas, px. */
export interface Box {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The nearest box in a direction, or null: centres more than 50 px along, least `along + 0.5 * offset`
 * (product.md 4.4; ST75).
 */
export function nearestInDirection(from: Box, boxes: Iterable<Box>, direction: Direction): string | null {
  let best: string | null = null
  let bestScore = Infinity
  for (const box of boxes) {
    if (box.id === from.id) continue
    const dx = box.x + box.width / 2 - (from.x + from.width / 2)
    const dy = box.y + box.height / 2 - (from.y + from.height / 2)
    const sideways = direction === 'left' || direction === 'right'
    const along = (sideways ? dx : dy) * (direction === 'right' || direction === 'down' ? 1 : -1)
    if (along <= 50) continue
    const score = along + 0.5 * Math.abs(sideways ? dy : dx)
    if (score < bestScore) {
      bestScore = score
      best = box.id
    }
  }
  return best
}

/** Words, own scenes and fork of one branch, for the branch list (ST76). */
export interface BranchFigures {
  readonly branchId: BranchId
  readonly scenes: number
  readonly words: number
}

/** Counts the scenes made on each branch and their words. O(V). */
export function branchFigures(state: Pick<GraphState, 'scenes' | 'branches'>): ReadonlyMap<string, BranchFigures> {
  const figures = new Map<string, { branchId: BranchId; scenes: number; words: number }>()
  for (const branch of state.branches.values()) figures.set(branch.id, { branchId: branch.id, scenes: 0, words: 0 })
  for (const scene of state.scenes.values()) {
    const entry = figures.get(scene.branchId)
    if (!entry || !isReadable(scene)) continue
    entry.scenes++
    entry.words += scene.words
  }
  return figures
}
