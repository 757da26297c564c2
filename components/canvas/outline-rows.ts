import { isReadable, isStructure, outEdges, scenesOfBranch } from '#lib/story/queries.ts'
import type { GraphIndex, GraphState } from '#lib/story/queries.ts'
import type { Branch, Edge, Scene } from '#lib/story/state.ts'

/** One line of the outline. `level` counts from 1. */
export type OutlineRow =
  | {
      readonly kind: 'scene'
      readonly key: string
      readonly level: number
      readonly scene: Scene
      /** The edge that leads here from the line above it in the tree, or null at a root. */
      readonly by: Edge | null
      /** Ways on that lead to scenes shown elsewhere in the outline. */
      readonly jumps: readonly Edge[]
    }
  | {
      readonly kind: 'branch'
      readonly key: string
      readonly level: 1
      readonly branch: Branch
      readonly count: number
    }
  | { readonly kind: 'beside'; readonly key: string; readonly level: 1; readonly count: number }

/**
 * The story as a tree of lines: the branch as it reads, indented where it forks, so that a long line of scenes stays
 * at one level; then the scenes of other branches, then groups and notes. Each scene once. O(V + E).
 */
export function outlineRows(state: GraphState, branchId: string, index: GraphIndex): readonly OutlineRow[] {
  const order = scenesOfBranch(state, branchId, index)
  const rows = treeRows(order, index)
  const here = new Set(order.map((scene) => scene.id as string))
  const elsewhere = new Map<string, Scene[]>()
  const beside: Scene[] = []
  for (const scene of state.scenes.values()) {
    if (!isReadable(scene)) beside.push(scene)
    else if (!here.has(scene.id)) {
      const list = elsewhere.get(scene.branchId)
      if (list) list.push(scene)
      else elsewhere.set(scene.branchId, [scene])
    }
  }
  for (const [id, scenes] of elsewhere) {
    const branch = state.branches.get(id)
    if (!branch) continue
    rows.push({ kind: 'branch', key: `branch-${id}`, level: 1, branch, count: scenes.length })
    const inOrder = scenesOfBranch(state, id, index).filter((scene) => scenes.includes(scene))
    for (const scene of inOrder) rows.push(plainRow(scene, index))
  }
  if (beside.length > 0) {
    rows.push({ kind: 'beside', key: 'beside', level: 1, count: beside.length })
    for (const scene of beside) rows.push(plainRow(scene, index))
  }
  return rows
}

function plainRow(scene: Scene, index: GraphIndex): OutlineRow {
  const jumps = outEdges(index, scene.id).filter(isStructure)
  return { kind: 'scene', key: scene.id, level: 2, scene, by: null, jumps }
}

function treeRows(order: readonly Scene[], index: GraphIndex): OutlineRow[] {
  const scenes = new Map(order.map((scene) => [scene.id as string, scene]))
  const taken = new Set<string>()
  const rows: OutlineRow[] = []
  for (const root of order) {
    if (taken.has(root.id)) continue
    taken.add(root.id)
    const stack: { scene: Scene; level: number; by: Edge | null }[] = [{ scene: root, level: 1, by: null }]
    for (let top = stack.pop(); top; top = stack.pop()) {
      const { scene, level, by } = top
      const ways = outEdges(index, scene.id).filter(isStructure)
      const own: { scene: Scene; by: Edge }[] = []
      const jumps: Edge[] = []
      for (const edge of ways) {
        const next = scenes.get(edge.to)
        if (!next || taken.has(edge.to)) jumps.push(edge)
        else {
          taken.add(edge.to)
          own.push({ scene: next, by: edge })
        }
      }
      rows.push({ kind: 'scene', key: scene.id, level, scene, by, jumps })
      const below = ways.length > 1 ? level + 1 : level
      for (const child of own.reverse()) stack.push({ ...child, level: below })
    }
  }
  return rows
}

/** The row a step leads to: up, down, to the line it hangs under, to the first line below it, first or last. */
export function outlineStep(
  rows: readonly OutlineRow[],
  at: number,
  step: 'up' | 'down' | 'out' | 'in' | 'first' | 'last',
): number {
  const level = rows[at]?.level ?? 1
  switch (step) {
    case 'up':
      return Math.max(0, at - 1)
    case 'down':
      return Math.min(rows.length - 1, at + 1)
    case 'first':
      return 0
    case 'last':
      return rows.length - 1
    case 'in':
      return (rows[at + 1]?.level ?? 0) > level ? at + 1 : at
    case 'out': {
      for (let up = at - 1; up >= 0; up--) if ((rows[up]?.level ?? 1) < level) return up
      return at
    }
  }
}
