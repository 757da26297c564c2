import { z } from 'zod'
import { branchesTemplate, continueTemplate, fill, systemTemplate } from './templates.ts'
import { estimateTokens, tailWithin } from './tokens.ts'
import type { Sha256 } from '../kernel/ports.ts'

/** The context pack: the frozen, hashed list of everything one model call is shown (WR10-WR16). */

export const packLayer = z.enum(['system', 'codex', 'summary', 'recent', 'found', 'mentioned', 'instruction'])
export type PackLayer = z.infer<typeof packLayer>

export const packItem = z.object({
  id: z.string(),
  layer: packLayer,
  title: z.string(),
  /** Why it is there. */
  reason: z.string(),
  /** Scene or codex entry and the version this head sees; null for templates and instructions. */
  source: z.object({ id: z.string(), version: z.string() }).nullable(),
  /** An estimate. */
  tokens: z.number().int(),
  text: z.string(),
})
export type PackItem = z.infer<typeof packItem>

export const skippedItem = z.object({
  id: z.string(),
  layer: packLayer,
  title: z.string(),
  tokens: z.number().int(),
  why: z.string(),
})
export type SkippedItem = z.infer<typeof skippedItem>

export const contextPack = z.object({
  verb: z.enum(['continue', 'branches']),
  items: z.array(packItem),
  skipped: z.array(skippedItem),
  /** The three parts exactly as sent: system text, the stable part of the message, and the rest of it. */
  system: z.string(),
  stable: z.string(),
  volatile: z.string(),
  tokens: z.number().int(),
  budgetTokens: z.number().int(),
  templates: z.array(z.object({ id: z.string(), version: z.number().int() })),
  hash: z.string(),
})
export type ContextPack = z.infer<typeof contextPack>

export interface PackScene {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly summary: string
  readonly version: string
}
export interface PackEntry {
  readonly id: string
  readonly name: string
  readonly aliases: readonly string[]
  readonly text: string
  readonly version: string
  readonly always: boolean
}
export interface PackPassage {
  readonly sceneId: string
  readonly sceneTitle: string
  readonly version: string
  readonly ordinal: number
  readonly text: string
  readonly reason: string
}

export interface PackInput {
  readonly verb: 'continue' | 'branches'
  /** Root to head; the last one is the scene that is written in. */
  readonly lineage: readonly PackScene[]
  readonly codex: readonly PackEntry[]
  /** Best first. */
  readonly found: readonly PackPassage[]
  readonly instruction: string
  readonly words: number
  /** Item ids the person left out this once. The scene itself cannot be left out. */
  readonly exclude?: readonly string[]
  /** Tokens the model may read and write together, and how many of them are kept for its answer. */
  readonly windowTokens: number
  readonly outputTokens: number
}

const SHARE = { codex: 0.2, summary: 0.15, recent: 0.4, found: 0.2 }
const BLOCK = 5
/** More context than this costs more than it helps; the writer's window is not filled just because it is large. */
const USEFUL_TOKENS = 24_000

/** Builds the pack. Deterministic: the same input gives the same bytes and hash. */
export function buildPack(asked: PackInput, sha256: Sha256): ContextPack {
  const skipped: SkippedItem[] = []
  const input = withoutExcluded(asked, skipped)
  const system = [item('system', 'system', 'Rules for the co-writer', 'always', systemTemplate.text)]
  const instruction = [item('instruction', 'instruction', 'What is asked', 'always', instructionText(input))]
  const always = input.codex.filter((entry) => entry.always).sort(byId)
  const fixedCodex = always.map((entry) => codexItem(entry, 'codex', 'always on'))
  const fixed = sum([...system, ...instruction, ...fixedCodex])
  const budget = Math.max(0, Math.min(USEFUL_TOKENS, input.windowTokens) - input.outputTokens - fixed)

  const recent = recentScenes(input.lineage, budget * SHARE.recent)
  let flow = budget * SHARE.recent - sum(recent.items)
  const older = input.lineage.slice(0, recent.from)
  const summaries = takeWithin(older.toReversed().map(summaryItem), budget * SHARE.summary + flow, skipped)
  flow += budget * SHARE.summary - sum(summaries)
  const mentioned = mentionedEntries(input)
  const detected = takeWithin(mentioned, budget * SHARE.codex + flow, skipped)
  flow += budget * SHARE.codex - sum(detected)
  const whole = new Set(input.lineage.slice(recent.from).map((scene) => scene.id))
  const found = takeWithin(passages(input, whole, skipped), budget * SHARE.found + flow, skipped)
  noteUnmentioned(input, skipped)

  const stable = [...fixedCodex, ...summaries.toReversed(), ...recent.items]
  const volatile = [...found, ...detected, ...instruction]
  const items = [...system, ...stable, ...volatile]
  const parts = { system: joined(system), stable: `${joined(stable)}\n\n`, volatile: joined(volatile) }
  const verbTemplate = input.verb === 'continue' ? continueTemplate : branchesTemplate
  return {
    verb: input.verb,
    items,
    skipped,
    ...parts,
    tokens: sum(items),
    budgetTokens: budget + fixed,
    templates: [systemTemplate, verbTemplate].map(({ id, version }) => ({ id, version })),
    hash: sha256(JSON.stringify([parts.system, parts.stable, parts.volatile])),
  }
}

/** Takes out what the person left out, and says so; the head always stays. */
function withoutExcluded(input: PackInput, skipped: SkippedItem[]): PackInput {
  const out = new Set(input.exclude ?? [])
  if (out.size === 0) return input
  const keep = (layers: readonly PackLayer[], id: string, title: string, text: string): boolean => {
    const layer = layers.find((name) => out.has(`${name}:${id}`))
    if (layer === undefined) return true
    skipped.push({ id: `${layer}:${id}`, layer, title, tokens: estimateTokens(text), why: 'left out by you' })
    return false
  }
  const head = input.lineage.at(-1)
  return {
    ...input,
    lineage: input.lineage.filter(
      (scene) => scene === head || keep(['recent', 'summary'], scene.id, scene.title, scene.text),
    ),
    codex: input.codex.filter((entry) => keep(['codex', 'mentioned'], entry.id, entry.name, entry.text)),
    found: input.found.filter(
      (passage) =>
        // Who leaves a scene out does not want its passages either.
        !out.has(`recent:${passage.sceneId}`) &&
        !out.has(`summary:${passage.sceneId}`) &&
        keep(['found'], `${passage.sceneId}:${passage.ordinal}`, passage.sceneTitle, passage.text),
    ),
  }
}

/** Fences story text as data (WR15): the fence is longer than any run of `=` inside, so no text can close it. */
export function fence(kind: string, title: string, text: string): string {
  const longest = Math.max(4, ...(text.match(/=+/g) ?? []).map((run) => run.length))
  const bar = '='.repeat(longest + 1)
  return `${bar} ${kind}: ${title.replace(/[\r\n=]+/g, ' ').trim() || 'untitled'}\n${text}\n${bar} end`
}

function instructionText(input: PackInput): string {
  const title = input.lineage.at(-1)?.title ?? ''
  const wish = input.instruction.trim() === '' ? '' : `The author asks: ${input.instruction.trim()}`
  return input.verb === 'continue'
    ? fill(continueTemplate, { title, wish, words: String(input.words) })
    : fill(branchesTemplate, { title, wish })
}

/**
 * Whole scenes before the head. The first one stands at a multiple of five, so that the stable part changes only
 * every fifth scene; when a block is too large, as many of its last scenes as fit. The head always comes, cut from
 * the front when it alone is too long.
 */
function recentScenes(lineage: readonly PackScene[], budget: number): { from: number; items: PackItem[] } {
  const head = lineage.at(-1)
  if (!head) return { from: 0, items: [] }
  const whole = (scene: PackScene, reason: string): PackItem =>
    item('recent', scene.id, scene.title, reason, fence('scene', scene.title, scene.text), scene)
  const cost = lineage.map((scene) => estimateTokens(scene.text) + 16)
  const from = firstWhole(cost, budget)
  const before = lineage.slice(from, -1).filter((scene) => scene.text.trim() !== '')
  const items = before.map((scene) => whole(scene, 'recent scene on this path'))
  const left = Math.max(400, budget - sum(items))
  const tail = tailWithin(head.text, left)
  const cut = tail.length < head.text.length
  const reason = cut ? 'the scene itself; its beginning is left out for length' : 'the scene itself'
  return { from, items: [...items, whole({ ...head, text: tail }, reason)] }
}

function firstWhole(cost: readonly number[], budget: number): number {
  const last = cost.length - 1
  const fits = (from: number): boolean => cost.slice(from).reduce((a, b) => a + b, 0) <= budget
  for (let from = 0; from <= last; from += BLOCK) if (fits(from)) return from
  for (let from = Math.floor(last / BLOCK) * BLOCK; from < last; from++) if (fits(from)) return from
  return last
}

function summaryItem(scene: PackScene): PackItem {
  if (scene.summary.trim() !== '')
    return item(
      'summary',
      scene.id,
      scene.title,
      'summary of an earlier scene',
      fence('summary', scene.title, scene.summary),
      scene,
    )
  const opening = scene.text.trim().split(/(?<=[.!?…]["”’]?)\s+/)[0] ?? ''
  const text = fence('opening sentence', scene.title, opening.slice(0, 300))
  return item('summary', scene.id, scene.title, 'earlier scene without a summary: its first sentence', text, scene)
}

function mentionedEntries(input: PackInput): PackItem[] {
  const head = input.lineage.at(-1)
  const text = `${head?.text.slice(-6000) ?? ''} ${input.instruction}`.toLowerCase()
  return input.codex
    .filter((entry) => !entry.always)
    .sort(byId)
    .flatMap((entry) => {
      const name = [entry.name, ...entry.aliases].find((word) => mentions(text, word))
      return name === undefined ? [] : [codexItem(entry, 'mentioned', `“${name}” is mentioned`)]
    })
}

function noteUnmentioned(input: PackInput, skipped: SkippedItem[]): void {
  const present = new Set(mentionedEntries(input).map((entry) => entry.id))
  for (const entry of [...input.codex].sort(byId)) {
    if (entry.always || present.has(`mentioned:${entry.id}`)) continue
    const tokens = estimateTokens(entry.text)
    skipped.push({
      id: `mentioned:${entry.id}`,
      layer: 'mentioned',
      title: entry.name,
      tokens,
      why: 'not mentioned here',
    })
  }
}

function mentions(text: string, name: string): boolean {
  const word = name.trim().toLowerCase()
  if (word === '') return false
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?:s|es|['’]s)?(?![\\p{L}\\p{N}])`, 'u').test(text)
}

function passages(input: PackInput, whole: ReadonlySet<string>, skipped: SkippedItem[]): PackItem[] {
  return input.found.flatMap((passage) => {
    const id = `${passage.sceneId}:${passage.ordinal}`
    const text = fence('passage from', passage.sceneTitle, passage.text)
    const source = { id: passage.sceneId, version: passage.version }
    const made = item('found', id, passage.sceneTitle, passage.reason, text, source)
    if (!whole.has(passage.sceneId)) return [made]
    const why = 'its scene is already here as a whole'
    skipped.push({ id: made.id, layer: 'found', title: made.title, tokens: made.tokens, why })
    return []
  })
}

function codexItem(entry: PackEntry, layer: 'codex' | 'mentioned', reason: string): PackItem {
  return item(layer, entry.id, entry.name, reason, fence('codex', entry.name, entry.text), entry)
}

function item(
  layer: PackLayer,
  id: string,
  title: string,
  reason: string,
  text: string,
  source: { readonly id: string; readonly version: string } | null = null,
): PackItem {
  const from = source === null ? null : { id: source.id, version: source.version }
  return { id: `${layer}:${id}`, layer, title, reason, source: from, tokens: estimateTokens(text), text }
}

/** Takes items in order while they fit; the others are named as skipped. */
function takeWithin(items: readonly PackItem[], budget: number, skipped: SkippedItem[]): PackItem[] {
  let left = budget
  return items.filter((candidate) => {
    if (candidate.tokens <= left) {
      left -= candidate.tokens
      return true
    }
    const { id, layer, title, tokens } = candidate
    skipped.push({ id, layer, title, tokens, why: 'over the budget of its layer' })
    return false
  })
}

function sum(items: readonly PackItem[]): number {
  return items.reduce((total, entry) => total + entry.tokens, 0)
}

function joined(items: readonly PackItem[]): string {
  return items.map((entry) => entry.text).join('\n\n')
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}
