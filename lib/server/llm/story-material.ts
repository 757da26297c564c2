import { createHash } from 'node:crypto'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { lineageOf } from '#lib/retrieval/lineage.ts'
import { queryTerms } from '#lib/retrieval/query.ts'
import type { LineageGraph } from '#lib/retrieval/lineage.ts'
import { isStructure } from '#lib/story/queries.ts'
import type { Scene, StoryState } from '#lib/story/state.ts'
import { buildPack } from '#lib/writer/pack.ts'
import type { ContextPack, PackEntry, PackScene } from '#lib/writer/pack.ts'
import type { Ask, SearchReport } from '#lib/writer/run.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import type { Capabilities, Material } from './port.ts'

/** What the writer reads of stories. Codex entries come with ids, names and the text a model may see. */
export interface StorySource {
  readonly state: (storyId: string) => StoryState | null
  readonly codex: (storyId: string) => readonly PackEntry[]
  /** Plain text of a scene as it is now. Throws NotFoundError. */
  readonly text: (sceneId: string) => string
}

export interface Gathered {
  readonly pack: ContextPack
  readonly search: SearchReport
  readonly material: Material
}

interface GatherPorts {
  readonly source: StorySource
  readonly retrieval: Retrieval
}

const FOUND_LIMIT = 12
/** Far older scenes come as summaries or found passages; their whole text is not read for every call. */
const WHOLE_SCENES = 60

/**
 * Collects everything one call is shown: recent scenes from the projections and live text, older passages from the
 * index, codex entries, and packs them. Throws NotFoundError for an unknown story or scene.
 */
export async function gather(
  { source, retrieval }: GatherPorts,
  request: { readonly storyId: string; readonly ask: Ask; readonly model: Capabilities },
): Promise<Gathered> {
  const { storyId, ask, model } = request
  const state = source.state(storyId)
  const head = state?.scenes.get(ask.sceneId)
  if (!state || !head) throw new NotFoundError('There is no such scene.')
  const ids = lineageOf(graphOf(state), { headId: ask.sceneId, branchId: ask.branchId })
  const scenes = ids.flatMap((id, index) => packScene(state.scenes.get(id), source, index >= ids.length - WHOLE_SCENES))
  const codex = source.codex(storyId)
  const sceneText = scenes.at(-1)?.text ?? ''
  const mentions = codex.filter((entry) => sceneText.includes(entry.name)).map((entry) => entry.name)
  const versions = new Map(scenes.slice(0, -1).map((scene) => [scene.id, scene.version]))
  const terms = queryTerms({ sceneText, instruction: ask.instruction, mentions })
  const { hits, ...search } = await retrieval.search({
    storyId,
    lineage: versions,
    terms,
    mentions,
    limit: FOUND_LIMIT,
  })
  const titles = new Map(scenes.map((scene) => [scene.id, scene.title]))
  const outputTokens = outputFor(ask, model)
  const pack = buildPack(
    {
      verb: ask.verb,
      lineage: scenes,
      codex,
      found: hits.map((hit, place) => ({
        sceneId: hit.sceneId,
        sceneTitle: titles.get(hit.sceneId) ?? '',
        version: hit.version,
        ordinal: hit.ordinal,
        text: hit.text,
        reason: `found by its words, rank ${place + 1}`,
      })),
      instruction: ask.instruction,
      words: ask.words,
      exclude: ask.exclude,
      windowTokens: model.contextTokens,
      outputTokens,
    },
    (text) => createHash('sha256').update(text).digest('hex'),
  )
  return { pack, search: { ...search, arms: [...search.arms] }, material: materialOf(ask, scenes, codex) }
}

/** Tokens kept for the answer: about two for each word asked for, within what the model can write. */
export function outputFor(ask: Ask, model: Capabilities): number {
  const wanted = ask.verb === 'branches' ? 1500 : Math.ceil(ask.words * 2) + 100
  return Math.min(model.maxOutputTokens, wanted)
}

function packScene(scene: Scene | undefined, source: StorySource, whole: boolean): PackScene[] {
  if (!scene) return []
  const text = whole || scene.summary === '' ? source.text(scene.id) : ''
  return [{ id: scene.id, title: scene.title, text, summary: scene.summary, version: scene.proseHash ?? 'none' }]
}

function materialOf(ask: Ask, scenes: readonly PackScene[], codex: readonly PackEntry[]): Material {
  const head = scenes.at(-1)
  return {
    verb: ask.verb,
    sceneTitle: head?.title ?? '',
    sceneText: head?.text ?? '',
    instruction: ask.instruction.trim(),
    beats: head?.summary ? [head.summary] : [],
    cast: codex.map((entry) => ({ name: entry.name, note: entry.text })),
    earlier: scenes.slice(0, -1).map(({ title, text }) => ({ title, text })),
  }
}

/** The graph as the lineage rule asks for it: structure edges by target, branches with their fork. */
export function graphOf(state: StoryState): LineageGraph {
  const incoming = new Map<string, { from: string; order: number }[]>()
  for (const edge of state.edges.values()) {
    if (!isStructure(edge)) continue
    const list = incoming.get(edge.to)
    if (list) list.push(edge)
    else incoming.set(edge.to, [edge])
  }
  return { scenes: state.scenes, incoming, branches: state.branches }
}
