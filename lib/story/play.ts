import { applyEffect, holds } from './evaluate.ts'
import type { Comparison, Condition, Effect, Value, VariableKind } from './logic.ts'

// The interpreter: plays a story along its choices. Pure and deterministic; a play-through is its record of moves, and
// every state is that record played again. Rules PL1-PL16 in SPEC.md. Inlined into the playable page: see evaluate.ts.

export interface PlayScene {
  readonly id: string
  readonly type: string
  readonly title: string
}
export interface PlayEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly type: string
  readonly order: number
  readonly choiceText: string
  readonly condition: Condition | null
  readonly effects: readonly Effect[]
  readonly once: boolean
  readonly returns: boolean
}
export interface PlayVariable {
  readonly id: string
  readonly name: string
  readonly kind: VariableKind
  readonly scope: 'story' | 'branch' | 'visit'
  readonly default: Value
  readonly options: readonly string[]
}
/** What the interpreter needs of a story; the records of the stream fit as they are. */
export interface PlaySource {
  readonly startSceneId: string | null
  readonly scenes: Iterable<PlayScene>
  readonly edges: Iterable<PlayEdge>
  readonly variables: Iterable<PlayVariable>
}
export interface PlayStory {
  readonly startSceneId: string | null
  readonly scenes: ReadonlyMap<string, PlayScene>
  readonly variables: ReadonlyMap<string, PlayVariable>
  /** Edges a reader follows, by scene, in the order of the choices. */
  readonly out: ReadonlyMap<string, readonly PlayEdge[]>
}

export type PlayMove =
  | { readonly kind: 'take'; readonly edgeId: string }
  | { readonly kind: 'return' }
  | { readonly kind: 'set'; readonly variableId: string; readonly value: Value }

/** A play-through, whole: where it began and what was done. JSON. */
export interface PlayRecord {
  readonly startSceneId: string
  readonly moves: readonly PlayMove[]
}

/** One part of a condition that does not hold, with what was wanted and what is, for the author's eyes. */
export type Unmet =
  | {
      readonly op: 'compare'
      readonly name: string
      readonly by: Comparison
      readonly wanted: Value
      readonly has: Value | null
    }
  | { readonly op: 'has'; readonly name: string; readonly wanted: string }
  | { readonly op: 'visited'; readonly title: string; readonly atLeast: number; readonly times: number }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'once' }

export interface PlayOption {
  /** Null for the way back out of a sub-flow. */
  readonly edgeId: string | null
  readonly to: string
  readonly kind: 'choice' | 'continue' | 'return'
  /** The reader's words; the target's title where the choice has none. */
  readonly text: string
  readonly available: boolean
  /** Why it is locked; empty when available. */
  readonly unmet: readonly Unmet[]
}

export interface PlayPage {
  readonly sceneId: string
  readonly title: string
  /** The words that led away from here, or null on the last page. */
  readonly taken: string | null
}

export interface PlayChange {
  readonly variableId: string
  readonly before: Value | null
  readonly after: Value | null
}

export interface PlayState {
  readonly record: PlayRecord
  readonly sceneId: string
  readonly values: ReadonlyMap<string, Value>
  /** Times each scene was entered. */
  readonly visits: ReadonlyMap<string, number>
  /** Times each edge was taken. */
  readonly taken: ReadonlyMap<string, number>
  /** Scenes to come back to, innermost last. */
  readonly stack: readonly string[]
  readonly pages: readonly PlayPage[]
  /** What the newest move did to the variables. */
  readonly changes: readonly PlayChange[]
  readonly options: readonly PlayOption[]
  /** `ending`: marked as one or nothing leads on; `dead-end`: nothing leads on though no ending; `locked`: all ways are locked. */
  readonly end: 'ending' | 'dead-end' | 'locked' | null
  /** Moves that no longer fit the story after an edit; they were left out. */
  readonly lost: number
}

/** Most moves of one play-through; later ones are refused (PL15). */
export const LONGEST_PLAY = 5000

/** Prepares a story for playing: O(E log E). */
export function playStory(source: PlaySource): PlayStory {
  const scenes = new Map<string, PlayScene>()
  for (const scene of source.scenes) scenes.set(scene.id, scene)
  const out = new Map<string, PlayEdge[]>()
  for (const edge of source.edges) {
    const read = edge.type === 'next' || edge.type === 'choice' || edge.type === 'converges'
    if (!read || !scenes.has(edge.from) || !scenes.has(edge.to)) continue
    const list = out.get(edge.from)
    if (list) list.push(edge)
    else out.set(edge.from, [edge])
  }
  for (const list of out.values()) list.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
  const variables = new Map<string, PlayVariable>()
  for (const variable of source.variables) variables.set(variable.id, variable)
  return { startSceneId: source.startSceneId, scenes, variables, out }
}

/** Begins at a scene (PL1), or null when the story has no such scene. */
export function startPlay(story: PlayStory, sceneId: string): PlayState | null {
  return replay(story, { startSceneId: sceneId, moves: [] })
}

/**
 * Plays a record from its start (PL2). A move that no longer fits, after an edit of the story, ends the replay there;
 * `lost` says how many moves were left out. Null when the start is gone.
 */
export function replay(story: PlayStory, record: PlayRecord): PlayState | null {
  if (!story.scenes.has(record.startSceneId)) return null
  let draft = enter(
    story,
    {
      sceneId: record.startSceneId,
      values: new Map([...story.variables.values()].map((variable) => [variable.id, variable.default])),
      visits: new Map(),
      taken: new Map(),
      stack: [],
      pages: [],
    },
    record.startSceneId,
  )
  let before = draft.values
  let done = 0
  for (const move of record.moves.slice(0, LONGEST_PLAY)) {
    const next = apply(story, draft, move)
    if (!next) break
    before = draft.values
    draft = next
    done++
  }
  const moves = record.moves.slice(0, done)
  const options = optionsAt(story, draft)
  return {
    ...draft,
    record: { startSceneId: record.startSceneId, moves },
    changes: done === 0 ? [] : changesBetween(before, draft.values),
    options,
    end: endAt(story, draft.sceneId, options),
    lost: record.moves.length - done,
  }
}

/** The state after one more move, or the same state when the move is not open (PL3) or one too many (PL15). */
export function play(story: PlayStory, state: PlayState, move: PlayMove): PlayState {
  if (state.record.moves.length >= LONGEST_PLAY) return state
  return replay(story, { ...state.record, moves: [...state.record.moves, move] }) ?? state
}

/** One step back (PL4): the newest move and its effects are undone. */
export function stepBack(story: PlayStory, state: PlayState): PlayState {
  return replay(story, { ...state.record, moves: state.record.moves.slice(0, -1) }) ?? state
}

/** Takes one open option by lot (PL5); the generator decides, so a seed gives the same walk. Null at an end. */
export function moveByLot(state: PlayState, random: () => number): PlayMove | null {
  const open = state.options.filter((option) => option.available)
  const option = open[Math.floor(random() * open.length)]
  if (!option) return null
  return option.edgeId === null ? { kind: 'return' } : { kind: 'take', edgeId: option.edgeId }
}

type Draft = Pick<PlayState, 'sceneId' | 'values' | 'visits' | 'taken' | 'stack' | 'pages'>

function enter(story: PlayStory, draft: Draft, sceneId: string): Draft {
  const values = new Map(draft.values)
  for (const variable of story.variables.values())
    if (variable.scope === 'visit') values.set(variable.id, variable.default)
  return {
    ...draft,
    sceneId,
    values,
    visits: new Map(draft.visits).set(sceneId, (draft.visits.get(sceneId) ?? 0) + 1),
    pages: [...draft.pages, { sceneId, title: story.scenes.get(sceneId)?.title ?? '', taken: null }],
  }
}

function leave(draft: Draft, words: string): Draft {
  const last = draft.pages[draft.pages.length - 1]
  return last ? { ...draft, pages: [...draft.pages.slice(0, -1), { ...last, taken: words }] } : draft
}

function apply(story: PlayStory, draft: Draft, move: PlayMove): Draft | null {
  if (move.kind === 'set') {
    const variable = story.variables.get(move.variableId)
    const value = variable ? settled(variable, move.value) : undefined
    return variable && value !== undefined ? { ...draft, values: new Map(draft.values).set(variable.id, value) } : null
  }
  const wanted = move.kind === 'take' ? move.edgeId : null
  const option = optionsAt(story, draft).find((item) => item.edgeId === wanted && item.available)
  if (!option) return null
  if (option.edgeId === null)
    return enter(story, { ...leave(draft, option.text), stack: draft.stack.slice(0, -1) }, option.to)
  const edge = story.out.get(draft.sceneId)?.find((item) => item.id === option.edgeId)
  if (!edge) return null
  const values = edge.effects.reduce((present, effect) => withEffect(story, present, effect), draft.values)
  const left = leave(draft, option.text)
  const gone: Draft = {
    ...left,
    values,
    taken: new Map(draft.taken).set(edge.id, (draft.taken.get(edge.id) ?? 0) + 1),
    stack: edge.returns ? [...draft.stack, draft.sceneId] : draft.stack,
  }
  return enter(story, gone, edge.to)
}

/** An effect whose result does not fit the variable's kind changes nothing (PL8). */
function withEffect(story: PlayStory, values: ReadonlyMap<string, Value>, effect: Effect): ReadonlyMap<string, Value> {
  const variable = story.variables.get(effect.variableId)
  if (!variable) return values
  const next = applyEffect(values, effect).get(variable.id)
  const value = next === undefined ? undefined : settled(variable, next)
  return value === undefined ? values : new Map(values).set(variable.id, value)
}

/** The value as the variable's kind holds it, or undefined when it cannot (PL8): whole numbers are cut, enums keep to their list. */
function settled(variable: PlayVariable, value: Value): Value | undefined {
  switch (variable.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'int':
      return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined
    case 'float':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'enum':
      return typeof value === 'string' && variable.options.includes(value) ? value : undefined
    case 'list':
      return Array.isArray(value) ? value : undefined
  }
}

function optionsAt(story: PlayStory, draft: Draft): PlayOption[] {
  const edges = story.out.get(draft.sceneId) ?? []
  const options = edges.map((edge): PlayOption => {
    const unmet = [
      ...(edge.once && (draft.taken.get(edge.id) ?? 0) > 0 ? [{ op: 'once' as const }] : []),
      ...unmetOf(story, draft, edge.condition),
    ]
    const title = story.scenes.get(edge.to)?.title ?? ''
    return {
      edgeId: edge.id,
      to: edge.to,
      kind: edge.type === 'choice' ? 'choice' : 'continue',
      text: edge.choiceText.trim() === '' ? title : edge.choiceText,
      available: unmet.length === 0,
      unmet,
    }
  })
  const back = draft.stack[draft.stack.length - 1]
  if (back === undefined || options.some((option) => option.available)) return options
  const title = story.scenes.get(back)?.title ?? ''
  return [...options, { edgeId: null, to: back, kind: 'return', text: title, available: true, unmet: [] }]
}

function endAt(story: PlayStory, sceneId: string, options: readonly PlayOption[]): PlayState['end'] {
  if (options.some((option) => option.available)) return null
  if (story.scenes.get(sceneId)?.type === 'ending') return 'ending'
  return options.length > 0 ? 'locked' : 'dead-end'
}

/** The leaves that keep a condition from holding (PL7). Of an `or`, all of them: any one would do. */
function unmetOf(story: PlayStory, draft: Draft, condition: Condition | null): Unmet[] {
  if (condition === null || holds(condition, draft)) return []
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.items.flatMap((item) => unmetOf(story, draft, item))
    case 'not':
      return [{ op: 'not', of: condition.item }]
    case 'visited': {
      const { sceneId, atLeast } = condition
      const title = story.scenes.get(sceneId)?.title ?? ''
      return [{ op: 'visited', title, atLeast, times: draft.visits.get(sceneId) ?? 0 }]
    }
    case 'has':
      return [{ op: 'has', name: nameOf(story, condition.variableId), wanted: condition.value }]
    case 'compare': {
      const has = draft.values.get(condition.variableId) ?? null
      return [
        { op: 'compare', name: nameOf(story, condition.variableId), by: condition.by, wanted: condition.value, has },
      ]
    }
  }
}

function nameOf(story: PlayStory, variableId: string): string {
  return story.variables.get(variableId)?.name ?? variableId
}

function changesBetween(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): PlayChange[] {
  return [...after].flatMap(([variableId, value]) => {
    const old = before.get(variableId) ?? null
    return JSON.stringify(old) === JSON.stringify(value) ? [] : [{ variableId, before: old, after: value }]
  })
}
