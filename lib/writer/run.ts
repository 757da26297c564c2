import { z } from 'zod'
import { branchId, sceneId } from '../kernel/ids.ts'
import { errorKind, finishReason, usage } from './generation.ts'
import { contextPack } from './pack.ts'

/** What the browser and the server say to each other about the writer. Times are ISO 8601. */

export const verb = z.enum(['continue', 'branches'])
export type Verb = z.infer<typeof verb>

export const providerKind = z.enum(['offline', 'openai-compatible', 'anthropic', 'ollama'])
export type ProviderKindName = z.infer<typeof providerKind>

export const hostClass = z.enum(['built-in', 'local', 'cloud'])

/** What is asked of the writer; the same for a preview and for a run. */
export const ask = z.strictObject({
  verb,
  sceneId,
  branchId,
  instruction: z.string().max(4000).default(''),
  words: z.number().int().min(50).max(1500).default(250),
  provider: providerKind,
  /** Item ids left out this once. */
  exclude: z.array(z.string().max(200)).max(200).default([]),
})
export type Ask = z.infer<typeof ask>

export const searchReport = z.object({
  mode: z.enum(['hybrid', 'lexical', 'alias-only', 'none']),
  degradedReason: z.string().nullable(),
  indexLag: z.number().int(),
  arms: z.array(
    z.object({
      name: z.enum(['lexical', 'alias', 'dense']),
      ms: z.number(),
      n: z.number().int(),
      error: z.string().nullable(),
    }),
  ),
})
export type SearchReport = z.infer<typeof searchReport>

export const contextPreview = z.object({
  pack: contextPack,
  search: searchReport,
  /** `provider/model` as it would be stored, and where the text goes. */
  label: z.string(),
  hostClass,
})
export type ContextPreview = z.infer<typeof contextPreview>

export const runItem = z.object({
  ordinal: z.number().int(),
  title: z.string(),
  hook: z.string(),
  choiceText: z.string(),
  firstLines: z.string(),
  state: z.enum(['open', 'accepted', 'discarded']),
  /** The id of the scene it is or would become; derived from run and place, so it can be made only once. */
  sceneId,
  decidedBy: z.string().nullable(),
})
export type RunItem = z.infer<typeof runItem>

export const runView = z.object({
  id: z.string(),
  storyId: z.string(),
  sceneId: z.string(),
  branchId: z.string(),
  verb,
  instruction: z.string(),
  provider: providerKind,
  label: z.string(),
  hostClass,
  state: z.enum(['running', 'done', 'interrupted']),
  finishReason: finishReason.nullable(),
  error: z.object({ kind: errorKind, message: z.string() }).nullable(),
  text: z.string(),
  verdict: z.enum(['pending', 'accepted', 'edited', 'discarded']),
  wordsKept: z.number().int(),
  askedBy: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  items: z.array(runItem),
  /** Tokens and cost of all calls of this run; null while it has none. Cost null = unknown. */
  usage: usage.extend({ costMicros: z.number().int().nullable(), calls: z.number().int() }).nullable(),
  packTokens: z.number().int(),
})
export type RunView = z.infer<typeof runView>

export const providerView = z.object({
  kind: providerKind,
  enabled: z.boolean(),
  /** Whether a run can be started with it now. */
  ready: z.boolean(),
  baseUrl: z.string().nullable(),
  model: z.string(),
  label: z.string(),
  keyLast4: z.string().nullable(),
  needsKey: z.enum(['yes', 'maybe', 'no']),
  hostClass,
})
export type ProviderView = z.infer<typeof providerView>

/** What a provider's test found (WR37). */
export const providerTest = z.object({
  ok: z.boolean(),
  /** What to look at: is it there, is it this API, the key, the model; `other` leaves it to `detail`. */
  problem: z.enum(['unreachable', 'address', 'key', 'model', 'other']).nullable(),
  /** The model that answered, else the one that is set. */
  model: z.string(),
  detail: z.string(),
  models: z.array(z.string()).readonly(),
  durationMs: z.number(),
})
export type ProviderTest = z.infer<typeof providerTest>

/** The id of the scene a suggestion becomes. One per run and place, so a second acceptance is refused by the story. */
export function itemSceneId(runId: string, ordinal: number): z.infer<typeof sceneId> {
  return sceneId.parse(`sc_${runId.replace(/^ru_/, '')}_${ordinal}`)
}

export const usageRow = usage.extend({
  id: z.string(),
  at: z.string(),
  runId: z.string().nullable(),
  purpose: z.string(),
  label: z.string(),
  hostClass,
  durationMs: z.number().int(),
  firstTokenMs: z.number().int().nullable(),
  finishReason: z.string(),
  errorKind: z.string().nullable(),
  retries: z.number().int(),
  costMicros: z.number().int().nullable(),
})
export type UsageRow = z.infer<typeof usageRow>

export const usageSummary = z.object({
  /** Newest first, at most 100. */
  calls: z.array(usageRow),
  totals: z.array(
    z.object({
      label: z.string(),
      calls: z.number().int(),
      input: z.number().int(),
      output: z.number().int(),
      /** Known cost only. */
      costMicros: z.number().int(),
      /** Calls whose cost nobody knows. */
      unknownCost: z.number().int(),
    }),
  ),
})
export type UsageSummary = z.infer<typeof usageSummary>
