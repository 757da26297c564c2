/**
 * The lineage rule (RT1-RT5 in SPEC.md): the ordered ancestors of a head along the chosen path. Branches share
 * scenes, so no branch column decides what belongs; the graph does.
 */
export interface LineageScene {
  readonly id: string
  readonly branchId: string
}

export interface LineageGraph {
  readonly scenes: ReadonlyMap<string, LineageScene>
  /** Structure edges only, by target. Meaning edges never define a past. */
  readonly incoming: ReadonlyMap<string, readonly { readonly from: string; readonly order: number }[]>
  /** Parent and fork scene of each branch. */
  readonly branches: ReadonlyMap<string, { readonly parentId: string | null; readonly forkSceneId: string | null }>
}

export interface LineageRequest {
  readonly headId: string
  /** The branch one stands on. */
  readonly branchId: string
  /** Scenes the reader or writer came through, if known; at a merge a parent on it wins. */
  readonly path?: readonly string[]
}

/** Scene ids from the story's start to the head, the head last. Empty when the head does not exist. */
export function lineageOf(graph: LineageGraph, request: LineageRequest): string[] {
  const onPath = new Set(request.path ?? [])
  const rank = branchRanks(graph, request.branchId)
  const seen = new Set<string>()
  const ids: string[] = []
  for (let at: string | null = request.headId; at !== null; at = parentOf(graph, at, { onPath, rank, seen })) {
    if (!graph.scenes.has(at)) break
    seen.add(at)
    ids.push(at)
  }
  return ids.reverse()
}

interface Choosing {
  readonly onPath: ReadonlySet<string>
  readonly rank: ReadonlyMap<string, number>
  readonly seen: ReadonlySet<string>
}

/** The one parent that counts: on the path first, then nearest branch, then edge order, then id. */
function parentOf(graph: LineageGraph, id: string, by: Choosing): string | null {
  const far = by.rank.size
  const parents = (graph.incoming.get(id) ?? [])
    .filter((edge) => graph.scenes.has(edge.from) && !by.seen.has(edge.from))
    .map((edge) => ({
      id: edge.from,
      onPath: by.onPath.has(edge.from) ? 0 : 1,
      branch: by.rank.get(graph.scenes.get(edge.from)?.branchId ?? '') ?? far,
      order: edge.order,
    }))
    .sort((a, b) => a.onPath - b.onPath || a.branch - b.branch || a.order - b.order || (a.id < b.id ? -1 : 1))
  const best = parents[0]
  if (best) return best.id
  // A branch's first scene may stand without an edge yet: its past is the scene it forked from.
  const branch = graph.branches.get(graph.scenes.get(id)?.branchId ?? '')
  const fork = branch?.forkSceneId ?? null
  return fork !== null && !by.seen.has(fork) ? fork : null
}

/** Distance of each ancestor branch, the head's own first. */
function branchRanks(graph: LineageGraph, from: string): Map<string, number> {
  const rank = new Map<string, number>()
  for (let id: string | null = from; id !== null && !rank.has(id); id = graph.branches.get(id)?.parentId ?? null)
    rank.set(id, rank.size)
  return rank
}
