import { indexGraph, isReadable, isStructure, outEdges, readingOrder } from './queries.ts'
import type { GraphIndex, GraphState } from './queries.ts'
import { storyOf } from './state.ts'
import type { Scene } from './state.ts'

// Instant layout without a solver: layers by distance from the start, a tidy tree inside them. Rules ST85-ST89.

export interface LayoutOptions {
  readonly direction: 'right' | 'down'
  /** Px between layers and between neighbours of one layer. */
  readonly layerGap: number
  readonly siblingGap: number
  /** Scenes that stay where they are, besides pinned ones. */
  readonly held: ReadonlySet<string>
}

export interface Placed {
  readonly id: Scene['id']
  readonly x: number
  readonly y: number
}

const DEFAULTS: LayoutOptions = { direction: 'right', layerGap: 120, siblingGap: 40, held: new Set() }

interface TreeNode {
  readonly scene: Scene
  readonly layer: number
  readonly children: TreeNode[]
  /** Row in units of one cell, set by `assignRows`. */
  row: number
}

/**
 * New places for the given scenes, in px, integers; only those that move (ST85, ST86). The answer depends on the
 * graph alone, so a second run moves nothing (ST87). Pinned and held scenes stay (ST88). O(V + E).
 */
export function layeredLayout(
  state: GraphState,
  scenes: readonly Scene[],
  wanted: Partial<LayoutOptions> = {},
  index: GraphIndex = indexGraph(state),
): readonly Placed[] {
  const options = { ...DEFAULTS, ...wanted }
  const movable = scenes.filter((scene) => isReadable(scene) && !scene.pinned && !options.held.has(scene.id))
  if (movable.length === 0) return []
  const roots = growTrees(state, movable, index)
  const nodes = assignRows(roots)
  const origin = originOf(state, movable)
  const cell = cellSize(movable, options)
  const obstacles = [...state.scenes.values()].filter(
    (scene) => isReadable(scene) && (scene.pinned || options.held.has(scene.id)),
  )
  const places = nodes.map((node) => {
    const along = node.layer * cell.along
    const across = Math.round(node.row * cell.across)
    const x = origin.x + (options.direction === 'right' ? along : across)
    const y = origin.y + (options.direction === 'right' ? across : along)
    return { scene: node.scene, ...clearOf(obstacles, node.scene, { x, y }, options, cell.across) }
  })
  return places.flatMap(({ scene, x, y }) => (scene.x === x && scene.y === y ? [] : [{ id: scene.id, x, y }]))
}

function cellSize(scenes: readonly Scene[], options: LayoutOptions): { along: number; across: number } {
  let width = 0
  let height = 0
  for (const scene of scenes) {
    width = Math.max(width, scene.width)
    height = Math.max(height, scene.height)
  }
  return options.direction === 'right'
    ? { along: width + options.layerGap, across: height + options.siblingGap }
    : { along: height + options.layerGap, across: width + options.siblingGap }
}

/** The whole story starts at 0,0; a part of it stays around its own first scene by id, which layout itself keeps. */
function originOf(state: GraphState, scenes: readonly Scene[]): { x: number; y: number } {
  const start = storyOf(state)?.startSceneId
  if (!start || scenes.some((scene) => scene.id === start)) return { x: 0, y: 0 }
  const least = (axis: 'x' | 'y') => scenes.reduce((low, scene) => Math.min(low, scene[axis]), Infinity)
  return { x: least('x'), y: least('y') }
}

/** Breadth-first trees in reading order: a scene hangs under the first scene that reaches it. */
function growTrees(state: GraphState, scenes: readonly Scene[], index: GraphIndex): TreeNode[] {
  const members = new Map(scenes.map((scene) => [scene.id as string, scene]))
  const made = new Set<string>()
  const roots: TreeNode[] = []
  for (const scene of readingOrder(state, scenes, index, byId)) {
    if (made.has(scene.id)) continue
    const root: TreeNode = { scene, layer: 0, children: [], row: 0 }
    made.add(scene.id)
    roots.push(root)
    const queue = [root]
    for (let head = 0; head < queue.length; head++) {
      const node = queue[head]
      if (!node) break
      for (const edge of outEdges(index, node.scene.id)) {
        const next = members.get(edge.to)
        if (!next || made.has(edge.to) || !isStructure(edge)) continue
        made.add(edge.to)
        const child: TreeNode = { scene: next, layer: node.layer + 1, children: [], row: 0 }
        node.children.push(child)
        queue.push(child)
      }
    }
  }
  return roots
}

const byId = (a: Scene, b: Scene) => (a.id < b.id ? -1 : 1)

/** Leaves take one row each, a parent the middle of its children. Iterative, since a story may be one long line. */
function assignRows(roots: readonly TreeNode[]): TreeNode[] {
  const done: TreeNode[] = []
  let nextRow = 0
  for (const root of roots) {
    const stack: { node: TreeNode; open: boolean }[] = [{ node: root, open: true }]
    for (let top = stack.pop(); top; top = stack.pop()) {
      const { node, open } = top
      if (open && node.children.length > 0) {
        stack.push({ node, open: false })
        for (let i = node.children.length - 1; i >= 0; i--) {
          const child = node.children[i]
          if (child) stack.push({ node: child, open: true })
        }
        continue
      }
      const first = node.children[0]
      const last = node.children.at(-1)
      node.row = first && last ? (first.row + last.row) / 2 : nextRow++
      done.push(node)
    }
  }
  return done
}

/** Shifts a place across the layers until it overlaps no scene that stays. */
function clearOf(
  obstacles: readonly Scene[],
  scene: Scene,
  wanted: { x: number; y: number },
  options: LayoutOptions,
  step: number,
): { x: number; y: number } {
  let { x, y } = wanted
  const hits = () =>
    obstacles.some((o) => x < o.x + o.width && o.x < x + scene.width && y < o.y + o.height && o.y < y + scene.height)
  for (let tries = 0; tries < obstacles.length && hits(); tries++) {
    if (options.direction === 'right') y += step
    else x += step
  }
  return { x, y }
}
