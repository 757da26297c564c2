import { setImmediate as nextTurn } from 'node:timers/promises'
import { rank, withinLineage } from '#lib/retrieval/answer.ts'
import { ftsQuery } from '#lib/retrieval/query.ts'
import type { ArmReport, SceneVersions, SearchAnswer } from '#lib/retrieval/answer.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { FtsIndex } from './fts-index.ts'

/** What the index needs of a story: the present version of each scene, and a scene's text. */
export interface TextSource {
  /** Scene ids with the version of their text; null for an unknown story. */
  readonly versions: (storyId: string) => SceneVersions | null
  readonly text: (storyId: string, sceneId: string, version: string) => Promise<string>
}

export interface SearchRequest {
  readonly storyId: string
  /** Root to head, with the version this head sees. */
  readonly lineage: SceneVersions
  readonly terms: readonly string[]
  readonly mentions: readonly string[]
  readonly limit: number
}

export interface Retrieval {
  readonly search: (request: SearchRequest) => Promise<SearchAnswer>
  /** Says that a story changed; its index follows soon after. */
  readonly changed: (storyId: string) => void
  /** Resolves when nothing waits to be indexed. For tests and shutdown. */
  readonly settled: () => Promise<void>
  readonly stats: () => { readonly chunks: number; readonly texts: number; readonly lastError: string | null }
  readonly close: () => Promise<void>
}

interface RetrievalPorts {
  /** Null when the index file could not be opened; every answer then says so. */
  readonly index: FtsIndex | null
  readonly source: TextSource
  readonly clock: Clock
  /** Milliseconds a search waits for the index to catch up. */
  readonly patienceMs?: number
}

const ARM_LIMIT = 100

/**
 * Search over one story's lineage, and the reactor that keeps the index in step with committed text. The index is
 * compared with the present versions, not fed event by event, so a lost or deleted file heals itself (RT13).
 */
export function createRetrieval({ index, source, clock, patienceMs = 250 }: RetrievalPorts): Retrieval {
  const dirty = new Set<string>()
  let working: Promise<void> | null = null
  let lastError: string | null = null
  let closed = false

  function changed(storyId: string): void {
    if (closed || !index) return
    dirty.add(storyId)
    working ??= work().finally(() => {
      working = null
      if (dirty.size > 0 && !closed) changed([...dirty][0] ?? storyId)
    })
  }

  async function work(): Promise<void> {
    for (const storyId of dirty) {
      dirty.delete(storyId)
      try {
        await follow(storyId)
        lastError = null
      } catch (thrown) {
        // Only the class is kept: a message could quote a text.
        lastError = thrown instanceof Error ? thrown.name : 'unknown'
      }
    }
  }

  async function follow(storyId: string): Promise<void> {
    if (!index) return
    const wanted = source.versions(storyId) ?? new Map<string, string>()
    const present = index.versions(storyId)
    for (const sceneId of present.keys()) if (!wanted.has(sceneId)) index.remove(storyId, sceneId)
    for (const [sceneId, version] of wanted) {
      if (closed) return
      if (present.get(sceneId) === version) continue
      index.put(storyId, { sceneId, version, text: await source.text(storyId, sceneId, version) })
      await nextTurn()
    }
  }

  function lag(storyId: string): number {
    if (!index) return 0
    const present = index.versions(storyId)
    let behind = 0
    for (const [sceneId, version] of source.versions(storyId) ?? []) if (present.get(sceneId) !== version) behind += 1
    return behind
  }

  async function search(request: SearchRequest): Promise<SearchAnswer> {
    const none = (reason: string, arms: readonly ArmReport[] = []): SearchAnswer => ({
      mode: 'none',
      arms,
      degradedReason: reason,
      indexLag: 0,
      hits: [],
    })
    if (!index) return none('The search index could not be opened.')
    const startedAt = clock()
    try {
      if (lag(request.storyId) > 0) {
        changed(request.storyId)
        await Promise.race([working, sleep(patienceMs)])
      }
      const query = ftsQuery(request.terms)
      const raw = query === null ? [] : index.search(request.storyId, request.lineage, query, ARM_LIMIT)
      const inside = withinLineage(raw, request.lineage)
      const order = [...request.lineage.keys()]
      const hits = rank({ hits: inside, lineage: order, mentions: request.mentions, limit: request.limit })
      const arm: ArmReport = { name: 'lexical', ms: clock() - startedAt, n: inside.length, error: null }
      const indexLag = lag(request.storyId)
      const degradedReason = indexLag > 0 ? `${indexLag} scenes are not indexed yet.` : null
      return { mode: 'lexical', arms: [arm], degradedReason, indexLag, hits }
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.name : 'unknown'
      lastError = error
      return none('The search index failed.', [{ name: 'lexical', ms: clock() - startedAt, n: 0, error }])
    }
  }

  const settled = async (): Promise<void> => {
    while (working) await working
  }
  return {
    search,
    changed,
    settled,
    stats: () => ({ ...(index?.stats() ?? { chunks: 0, texts: 0 }), lastError }),
    close: async () => {
      closed = true
      await settled()
      index?.close()
    },
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
