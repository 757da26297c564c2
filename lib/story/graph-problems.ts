import { inEdges, indexGraph, isReadable, isStructure, outEdges } from './queries.ts'
import type { GraphIndex, GraphState } from './queries.ts'
import { storyOf } from './state.ts'
import type { Edge, Scene } from './state.ts'

// Simple checks of the graph for the Problems list. Rules ST80-ST84.

/** A finding with its place. `kind` chooses the words on screen. */
export type GraphProblem =
  | { readonly kind: 'no-start'; readonly severity: 'error' }
  | { readonly kind: 'unreachable'; readonly severity: 'warning'; readonly scene: Scene }
  | { readonly kind: 'dead-end'; readonly severity: 'warning'; readonly scene: Scene }
  | { readonly kind: 'silent-choice'; readonly severity: 'warning'; readonly scene: Scene; readonly edge: Edge }

/**
 * What the graph alone shows to be wrong: no start, scenes no path reaches, scenes without a way on that are not
 * marked as an ending, choices without words beside others (ST80-ST84). O(V + E).
 */
export function graphProblems(state: GraphState, index: GraphIndex = indexGraph(state)): readonly GraphProblem[] {
  const readable = [...state.scenes.values()].filter(isReadable)
  if (readable.length === 0) return []
  const start = storyOf(state)?.startSceneId ?? null
  const problems: GraphProblem[] = start ? [] : [{ kind: 'no-start', severity: 'error' }]
  const reached = start ? reachedFrom(start, index) : null
  for (const scene of readable) {
    if (reached && !reached.has(scene.id)) problems.push({ kind: 'unreachable', severity: 'warning', scene })
    const ways = outEdges(index, scene.id).filter(isStructure)
    if (ways.length === 0 && scene.type !== 'ending' && !isInsideReturn(scene, index)) {
      problems.push({ kind: 'dead-end', severity: 'warning', scene })
    }
    if (ways.length < 2) continue
    for (const edge of ways) {
      if (edge.type === 'choice' && edge.choiceText.trim() === '') {
        problems.push({ kind: 'silent-choice', severity: 'warning', scene, edge })
      }
    }
  }
  return problems
}

/** A scene entered by an edge that returns needs no way on: the reader goes back (ST83). */
function isInsideReturn(scene: Scene, index: GraphIndex): boolean {
  return inEdges(index, scene.id).some((edge) => edge.returns)
}

function reachedFrom(start: string, index: GraphIndex): Set<string> {
  const seen = new Set([start])
  const queue = [start]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const edge of outEdges(index, id)) {
      if (!isStructure(edge) || seen.has(edge.to)) continue
      seen.add(edge.to)
      queue.push(edge.to)
    }
  }
  return seen
}
