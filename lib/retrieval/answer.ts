/** What a search answers, and how hits of several arms become one list (writer.md 7.4; RT10-RT15). */

export interface Hit {
  readonly sceneId: string
  readonly version: string
  readonly ordinal: number
  readonly text: string
  /** The arm's own score; larger is better. */
  readonly score: number
}

export interface Ranked extends Hit {
  /** Final score in [0, 1.3], priors included. */
  readonly fused: number
  readonly priors: readonly { readonly name: 'mentioned' | 'recency'; readonly amount: number }[]
}

export interface ArmReport {
  readonly name: 'lexical' | 'alias' | 'dense'
  readonly ms: number
  readonly n: number
  readonly error: string | null
}

export type SearchMode = 'hybrid' | 'lexical' | 'alias-only' | 'none'

/** Every answer says how it came about, so that a poorer one never looks like a full one. */
export interface SearchAnswer {
  readonly mode: SearchMode
  readonly arms: readonly ArmReport[]
  readonly degradedReason: string | null
  /** Committed changes of this story that the index has not taken in yet. */
  readonly indexLag: number
  readonly hits: readonly Ranked[]
}

/** The lineage as pairs of scene and the version this head sees. */
export type SceneVersions = ReadonlyMap<string, string>

/** Drops every hit from outside the lineage or of a stale version (RT5). The last check before use, for every arm. */
export function withinLineage<T extends { readonly sceneId: string; readonly version: string }>(
  hits: readonly T[],
  lineage: SceneVersions,
): T[] {
  return hits.filter((hit) => lineage.get(hit.sceneId) === hit.version)
}

interface RankInput {
  readonly hits: readonly Hit[]
  /** Scene ids root to head. */
  readonly lineage: readonly string[]
  readonly mentions: readonly string[]
  readonly limit: number
}

const RECENCY_WEIGHT = 0.1
const RECENCY_SCENES = 40
const MENTION_WEIGHT = 0.2

/**
 * Orders lexical hits: score divided by the best one, plus visible priors for mentions and nearness, then takes the
 * best while leaving out texts that mostly repeat a taken one. With a dense arm this is where the convex combination
 * would join; without a real embedder its weight is 0.
 */
export function rank({ hits, lineage, mentions, limit }: RankInput): Ranked[] {
  const top = Math.max(...hits.map((hit) => hit.score), Number.MIN_VALUE)
  const place = new Map(lineage.map((id, index) => [id, lineage.length - 1 - index]))
  const names = mentions.map((name) => name.toLowerCase())
  const scored = hits.map((hit): Ranked => {
    const lower = hit.text.toLowerCase()
    const named = names.some((name) => name !== '' && lower.includes(name))
    const recency = RECENCY_WEIGHT * Math.exp(-(place.get(hit.sceneId) ?? lineage.length) / RECENCY_SCENES)
    const priors: Ranked['priors'][number][] = [{ name: 'recency', amount: recency }]
    if (named) priors.push({ name: 'mentioned', amount: MENTION_WEIGHT })
    const fused = hit.score / top + priors.reduce((sum, prior) => sum + prior.amount, 0)
    return { ...hit, fused, priors }
  })
  scored.sort((a, b) => b.fused - a.fused || (a.sceneId < b.sceneId ? -1 : 1) || a.ordinal - b.ordinal)
  const taken: Ranked[] = []
  for (const hit of scored) {
    if (taken.length >= limit) break
    if (!taken.some((other) => overlaps(other, hit))) taken.push(hit)
  }
  return taken
}

/** Neighbouring chunks of one scene share a paragraph; identical texts may stand in several scenes. */
function overlaps(a: Hit, b: Hit): boolean {
  return a.text === b.text || (a.sceneId === b.sceneId && Math.abs(a.ordinal - b.ordinal) === 1)
}
