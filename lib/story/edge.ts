import { z } from 'zod'
import { edgeId, sceneId } from '../kernel/ids.ts'
import { changedFields, recordNoun, sameJson } from '../kernel/records.ts'
import type { Changed, Created, Deleted, Noun } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import { condition, effect, variablesRead } from './logic.ts'
import type { Condition, Effect } from './logic.ts'
import { EDGE_TYPES } from './state.ts'
import type { Edge, StoryState } from './state.ts'

// Edges: directed connections of two scenes. Rules ST30-ST44 in SPEC.md.

const edgeFields = z.strictObject({
  type: z.enum(EDGE_TYPES),
  order: z.number().int().min(0).max(10_000),
  choiceText: z.string().max(200),
  label: z.string().max(120),
  condition: condition.nullable(),
  effects: z.array(effect).max(50),
  once: z.boolean(),
  returns: z.boolean(),
  dynamic: z.boolean(),
  foreign: z.record(z.string().max(100), z.unknown()),
})

export const linkScenes = z.strictObject({
  type: z.literal('LinkScenes'),
  edgeId,
  from: sceneId,
  to: sceneId,
  fields: edgeFields.partial().default({}),
})
export const updateEdge = z.strictObject({ type: z.literal('UpdateEdge'), edgeId, fields: edgeFields.partial() })
export const reconnectEdge = z.strictObject({ type: z.literal('ReconnectEdge'), edgeId, from: sceneId, to: sceneId })
export const unlinkScenes = z.strictObject({ type: z.literal('UnlinkScenes'), edgeId })

export type EdgeCommand =
  z.infer<typeof linkScenes> | z.infer<typeof updateEdge> | z.infer<typeof reconnectEdge> | z.infer<typeof unlinkScenes>

export type EdgeEvent = Created<'ScenesLinked', Edge> | Changed<'EdgeChanged', Edge> | Deleted<'ScenesUnlinked'>

export type EdgeRefusal =
  | { readonly kind: 'edge-exists'; readonly data: { edgeId: string } }
  | { readonly kind: 'unknown-edge'; readonly data: { edgeId: string } }
  | { readonly kind: 'unknown-scene'; readonly data: { sceneId: string } }
  | { readonly kind: 'unknown-variable'; readonly data: { variableId: string } }
  | { readonly kind: 'self-edge'; readonly data: { sceneId: string } }
  | { readonly kind: 'duplicate-edge'; readonly data: { edgeId: string } }

interface NewEdge {
  readonly edgeId: Edge['id']
  readonly from: Edge['from']
  readonly to: Edge['to']
  readonly type: Edge['type']
  readonly order: number | undefined
  readonly choiceText: string
  readonly label: string
  readonly condition: Condition | null
  readonly effects: readonly Effect[]
  readonly once: boolean
  readonly returns: boolean
  readonly dynamic: boolean
  readonly foreign: Edge['foreign']
}

/** Says which events follow from a command on edges, or why it is refused (ST30-ST44). */
export function decideEdge(state: StoryState, command: EdgeCommand): Result<EdgeEvent[], EdgeRefusal> {
  if (command.type === 'LinkScenes') {
    const { edgeId: id, from, to, fields } = command
    return decideLink(state, {
      edgeId: id,
      from,
      to,
      type: fields.type ?? 'next',
      order: fields.order,
      choiceText: fields.choiceText ?? '',
      label: fields.label ?? '',
      condition: fields.condition ?? null,
      effects: fields.effects ?? [],
      once: fields.once ?? false,
      returns: fields.returns ?? false,
      dynamic: fields.dynamic ?? false,
      foreign: fields.foreign ?? {},
    })
  }
  const edge = state.edges.get(command.edgeId)
  if (!edge) return err({ kind: 'unknown-edge', data: { edgeId: command.edgeId } })
  if (command.type === 'UnlinkScenes') return ok([{ type: 'ScenesUnlinked', id: edge.id }])
  const wanted = command.type === 'UpdateEdge' ? command.fields : { from: command.from, to: command.to }
  const fields = changedFields(edge, wanted as Partial<Edge>)
  if (!fields) return ok([])
  const refused = checkEdge(state, { ...edge, ...fields })
  return refused ? err(refused) : ok([{ type: 'EdgeChanged', id: edge.id, fields }])
}

/** Links two scenes; `made` names a scene the same command creates, which the state does not hold yet (ST30, ST31). */
export function decideLink(state: StoryState, wanted: NewEdge, made?: string): Result<EdgeEvent[], EdgeRefusal> {
  if (state.edges.has(wanted.edgeId)) return err({ kind: 'edge-exists', data: { edgeId: wanted.edgeId } })
  const { edgeId: id, order, ...rest } = wanted
  const record = { ...rest, id, order: order ?? nextOrder(state, wanted.from) }
  const refused = checkEdge(state, record, made)
  return refused ? err(refused) : ok([{ type: 'ScenesLinked', record }])
}

function nextOrder(state: StoryState, from: string): number {
  let highest = -1
  for (const edge of state.edges.from(from)) if (edge.order > highest) highest = edge.order
  return highest + 1
}

type EdgeBody = Created<'ScenesLinked', Edge>['record']

function checkEdge(state: StoryState, edge: EdgeBody, made?: string): EdgeRefusal | null {
  for (const end of [edge.from, edge.to]) {
    if (end !== made && !state.scenes.has(end)) return { kind: 'unknown-scene', data: { sceneId: end } }
  }
  if (edge.from === edge.to && edge.type !== 'choice') return { kind: 'self-edge', data: { sceneId: edge.from } }
  for (const id of [...variablesRead(edge.condition), ...edge.effects.map((item) => item.variableId)]) {
    if (!state.variables.has(id)) return { kind: 'unknown-variable', data: { variableId: id } }
  }
  for (const other of state.edges.from(edge.from)) {
    if (other.to === edge.to && other.id !== edge.id && sameMeaning(other, edge)) {
      return { kind: 'duplicate-edge', data: { edgeId: other.id } }
    }
  }
  return null
}

/** Exact duplicates are refused; several choices to one target are legal when words or conditions differ (ST33). */
function sameMeaning(a: EdgeBody, b: EdgeBody): boolean {
  if (a.type !== b.type) return false
  if (a.type !== 'choice') return true
  return a.choiceText === b.choiceText && sameJson(a.condition, b.condition) && sameJson(a.foreign, b.foreign)
}

export const edgeNoun: Noun<StoryState, EdgeEvent> = recordNoun<
  StoryState,
  Edge,
  'ScenesLinked',
  'EdgeChanged',
  'ScenesUnlinked'
>({
  created: 'ScenesLinked',
  changed: 'EdgeChanged',
  deleted: 'ScenesUnlinked',
  collection: 'edges',
  records: (state) => state.edges,
  blocked: (state, edge) => {
    const refused = checkEdge(state, edge)
    if (!refused) return null
    return refused.kind === 'unknown-scene' || refused.kind === 'unknown-variable' ? 'end-missing' : 'exists'
  },
})
