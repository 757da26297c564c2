import { z } from 'zod'
import { branchId, edgeId, sceneId } from '../kernel/ids.ts'
import { changedFields, changedRecord, recordNoun, sameJson } from '../kernel/records.ts'
import type { Changed, Created, Deleted, Noun, Reverted } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import type { BranchEvent } from './branch.ts'
import type { EdgeEvent } from './edge.ts'
import { decideLink } from './edge.ts'
import type { EdgeRefusal } from './edge.ts'
import { SCENE_TYPES, storyOf } from './state.ts'
import type { Scene, StoryState } from './state.ts'
import type { StoryRecordEvent } from './story-record.ts'

// Scenes: the nodes of the graph. Rules ST10-ST29 in SPEC.md.

const px = z.number().int().min(-1_000_000).max(1_000_000)
const shortText = z.string().max(200)
const words = z.array(z.string().trim().min(1).max(60)).max(40)

const sceneFields = z.strictObject({
  type: z.enum(SCENE_TYPES),
  title: shortText,
  summary: z.string().max(1000),
  groupId: sceneId.nullable(),
  width: z.number().int().min(80).max(2000),
  height: z.number().int().min(40).max(2000),
  pinned: z.boolean(),
  importance: z.number().min(0).max(1),
  draftState: z.enum(['empty', 'drafting', 'review', 'final']),
  moods: words,
  tags: words,
  cast: z.array(z.string().max(64)).max(100),
  targetWords: z.number().int().min(0).max(1_000_000).nullable(),
  metadata: z.record(z.string().max(40), z.string().max(500)),
  foreign: z.record(z.string().max(100), z.unknown()),
})

/** An edge made together with the scene: dropped on empty canvas, or a chosen continuation. One undo step. */
const linkWithScene = z.strictObject({
  edgeId,
  from: sceneId,
  type: z.enum(['next', 'choice', 'converges']),
  choiceText: z.string().max(200).default(''),
})

export const createScene = z.strictObject({
  type: z.literal('CreateScene'),
  sceneId,
  branchId,
  x: px,
  y: px,
  originId: sceneId.nullable().default(null),
  fields: sceneFields.partial().default({}),
  link: linkWithScene.optional(),
  origin: z
    .strictObject({
      kind: z.enum(['human', 'ai', 'import']),
      runId: z.string().max(64).optional(),
      model: z.string().max(200).optional(),
    })
    .default({ kind: 'human' }),
  /** Tiptap document the server seeds the scene's prose with, once. Not part of the event. */
  prose: z.unknown().optional(),
})
export const updateScene = z.strictObject({ type: z.literal('UpdateScene'), sceneId, fields: sceneFields.partial() })
export const moveScenes = z.strictObject({
  type: z.literal('MoveScenes'),
  moves: z
    .array(z.strictObject({ sceneId, x: px, y: px }))
    .min(1)
    .max(10_000),
})
export const deleteScenes = z.strictObject({
  type: z.literal('DeleteScenes'),
  sceneIds: z.array(sceneId).max(10_000),
  edgeIds: z.array(edgeId).max(10_000).default([]),
})
/** Sent by the prose service only: the scene's text as recorded at a moment. */
export const recordProseCheckpoint = z.strictObject({
  type: z.literal('RecordProseCheckpoint'),
  sceneId,
  hash: z.string().max(64),
  words: z.number().int().min(0),
  actors: z.array(z.string().max(64)).max(100),
})

export type SceneCommand =
  | z.infer<typeof createScene>
  | z.infer<typeof updateScene>
  | z.infer<typeof moveScenes>
  | z.infer<typeof deleteScenes>
  | z.infer<typeof recordProseCheckpoint>

export type SceneEvent =
  | Created<'SceneCreated', Scene>
  | Changed<'SceneChanged', Scene>
  | Deleted<'SceneDeleted'>
  | {
      readonly type: 'ScenesMoved'
      readonly moves: readonly { readonly id: string; readonly x: number; readonly y: number }[]
    }
  | {
      readonly type: 'ProseCheckpointed'
      readonly sceneId: string
      readonly hash: string
      readonly words: number
      readonly actors: readonly string[]
    }

export type SceneRefusal =
  | { readonly kind: 'no-story' }
  | { readonly kind: 'scene-exists'; readonly data: { sceneId: string } }
  | { readonly kind: 'unknown-scene'; readonly data: { sceneId: string } }
  | { readonly kind: 'unknown-branch'; readonly data: { branchId: string } }
  | { readonly kind: 'unknown-edge'; readonly data: { edgeId: string } }
  | { readonly kind: 'group-cycle'; readonly data: { sceneId: string } }
  | { readonly kind: 'not-a-group'; readonly data: { sceneId: string } }

type AnyStoryEvent = SceneEvent | EdgeEvent | BranchEvent | StoryRecordEvent
type Decision = Result<AnyStoryEvent[], SceneRefusal | EdgeRefusal>

/** Says which events follow from a command on scenes, or why it is refused (ST10-ST29). */
export function decideScene(state: StoryState, command: SceneCommand): Decision {
  switch (command.type) {
    case 'CreateScene':
      return decideCreate(state, command)
    case 'UpdateScene':
      return decideUpdate(state, command)
    case 'MoveScenes':
      return decideMove(state, command.moves)
    case 'DeleteScenes':
      return decideDelete(state, command)
    case 'RecordProseCheckpoint': {
      const scene = state.scenes.get(command.sceneId)
      if (!scene) return unknownScene(command.sceneId)
      if (scene.proseHash === command.hash) return ok([])
      const { sceneId: id, hash, words: count, actors } = command
      return ok([{ type: 'ProseCheckpointed', sceneId: id, hash, words: count, actors }])
    }
  }
}

const unknownScene = (id: string) => err({ kind: 'unknown-scene', data: { sceneId: id } } as const)

function decideCreate(state: StoryState, command: z.infer<typeof createScene>): Decision {
  const story = storyOf(state)
  if (!story) return err({ kind: 'no-story' })
  if (state.scenes.has(command.sceneId)) return err({ kind: 'scene-exists', data: { sceneId: command.sceneId } })
  if (!state.branches.has(command.branchId))
    return err({ kind: 'unknown-branch', data: { branchId: command.branchId } })
  const grouped = checkGroup(state, command.sceneId, command.fields.groupId)
  if (grouped) return grouped
  const events: AnyStoryEvent[] = [{ type: 'SceneCreated', record: newScene(command) }]
  if (story.startSceneId === null && startable(command.fields.type)) {
    events.push({ type: 'StoryChanged', id: story.id, fields: { startSceneId: command.sceneId } })
  }
  if (!command.link) return ok(events)
  const linked = decideLink(
    state,
    {
      ...command.link,
      to: command.sceneId,
      order: undefined,
      label: '',
      condition: null,
      effects: [],
      once: false,
      returns: false,
      dynamic: false,
      foreign: {},
    },
    command.sceneId,
  )
  return linked.ok ? ok([...events, ...linked.value]) : linked
}

const startable = (type: Scene['type'] | undefined) => type !== 'group' && type !== 'note' && type !== 'volume'

function newScene(command: z.infer<typeof createScene>): Created<'SceneCreated', Scene>['record'] {
  const given = Object.fromEntries(Object.entries(command.fields).filter(([, value]) => value !== undefined))
  return {
    type: 'scene',
    title: '',
    summary: '',
    groupId: null,
    width: 220,
    height: 96,
    pinned: false,
    importance: 0.5,
    draftState: 'empty',
    moods: [],
    tags: [],
    cast: [],
    targetWords: null,
    metadata: {},
    foreign: {},
    ...given,
    id: command.sceneId,
    branchId: command.branchId,
    originId: command.originId,
    x: command.x,
    y: command.y,
    origin: command.origin,
    words: 0,
    proseHash: null,
  }
}

function checkGroup(
  state: StoryState,
  id: string,
  groupId: string | null | undefined,
): ReturnType<typeof err<SceneRefusal>> | null {
  if (!groupId) return null
  const group = state.scenes.get(groupId)
  if (!group) return unknownScene(groupId)
  if (group.type !== 'group' && group.type !== 'chapter' && group.type !== 'volume') {
    return err({ kind: 'not-a-group', data: { sceneId: groupId } })
  }
  for (let up: Scene | undefined = group; up; up = up.groupId ? state.scenes.get(up.groupId) : undefined) {
    if (up.id === id) return err({ kind: 'group-cycle', data: { sceneId: id } })
  }
  return null
}

function decideUpdate(state: StoryState, command: z.infer<typeof updateScene>): Decision {
  const scene = state.scenes.get(command.sceneId)
  if (!scene) return unknownScene(command.sceneId)
  const grouped = checkGroup(state, command.sceneId, command.fields.groupId)
  if (grouped) return grouped
  const fields = changedFields(scene, command.fields as Partial<Scene>)
  return ok(fields ? [{ type: 'SceneChanged', id: scene.id, fields }] : [])
}

function decideMove(state: StoryState, moves: z.infer<typeof moveScenes>['moves']): Decision {
  const changed: { id: string; x: number; y: number }[] = []
  for (const move of moves) {
    const scene = state.scenes.get(move.sceneId)
    if (!scene) return unknownScene(move.sceneId)
    if (scene.x !== move.x || scene.y !== move.y) changed.push({ id: move.sceneId, x: move.x, y: move.y })
  }
  return ok(changed.length > 0 ? [{ type: 'ScenesMoved', moves: changed }] : [])
}

/**
 * What a delete takes along: edges at the scenes, scenes that only lose their group, branches that fork there.
 * The screen lists exactly this before asking.
 */
export function deletionConsequences(state: StoryState, sceneIds: readonly string[]) {
  const gone = new Set(sceneIds)
  const edges = [...state.edges.values()].filter((edge) => gone.has(edge.from) || gone.has(edge.to))
  const ungrouped = [...state.scenes.values()].filter(
    (s) => s.groupId !== null && gone.has(s.groupId) && !gone.has(s.id),
  )
  const branches = [...state.branches.values()].filter((b) => b.forkSceneId !== null && gone.has(b.forkSceneId))
  return { edges, ungrouped, branches }
}

function decideDelete(state: StoryState, command: z.infer<typeof deleteScenes>): Decision {
  for (const id of command.sceneIds) if (!state.scenes.has(id)) return unknownScene(id)
  for (const id of command.edgeIds) if (!state.edges.has(id)) return err({ kind: 'unknown-edge', data: { edgeId: id } })
  const gone = new Set<string>(command.sceneIds)
  const { edges, ungrouped, branches } = deletionConsequences(state, command.sceneIds)
  const edgeIds = new Set<string>([...command.edgeIds, ...edges.map((edge) => edge.id)])
  const events: AnyStoryEvent[] = [...edgeIds].map((id) => ({ type: 'ScenesUnlinked', id }))
  for (const scene of ungrouped) events.push({ type: 'SceneChanged', id: scene.id, fields: { groupId: null } })
  for (const branch of branches) {
    events.push({
      type: 'BranchChanged',
      id: branch.id,
      fields: { forkSceneId: survivingPredecessor(state, branch.forkSceneId, gone) },
    })
  }
  const story = storyOf(state)
  if (story?.startSceneId && gone.has(story.startSceneId)) {
    events.push({ type: 'StoryChanged', id: story.id, fields: { startSceneId: null } })
  }
  for (const id of gone) events.push({ type: 'SceneDeleted', id })
  return ok(events)
}

/** The nearest scene before `from` that stays, or null: where a branch forks once its fork scene is deleted (ST24). */
function survivingPredecessor(
  state: StoryState,
  from: Scene['id'] | null,
  gone: ReadonlySet<string>,
): Scene['id'] | null {
  const seen = new Set<string>()
  let queue = from ? [from] : []
  while (queue.length > 0) {
    const next: Scene['id'][] = []
    for (const id of queue) {
      if (!gone.has(id)) return id
      if (seen.has(id)) continue
      seen.add(id)
      for (const edge of state.edges.values()) {
        if (edge.to === id && (edge.type === 'next' || edge.type === 'choice' || edge.type === 'converges'))
          next.push(edge.from)
      }
    }
    queue = next
  }
  return null
}

const records = recordNoun<StoryState, Scene, 'SceneCreated', 'SceneChanged', 'SceneDeleted'>({
  created: 'SceneCreated',
  changed: 'SceneChanged',
  deleted: 'SceneDeleted',
  collection: 'scenes',
  records: (state) => state.scenes,
  blocked: (state, scene) => {
    if (!state.branches.has(scene.branchId)) return 'end-missing'
    const grouped = checkGroup(state, scene.id, scene.groupId)
    if (!grouped) return null
    return grouped.error.kind === 'group-cycle' ? 'in-use' : 'end-missing'
  },
  removeBlocked: (state, scene) => {
    if (storyOf(state)?.startSceneId === scene.id) return 'in-use'
    for (const edge of state.edges.values()) if (edge.from === scene.id || edge.to === scene.id) return 'in-use'
    for (const branch of state.branches.values()) if (branch.forkSceneId === scene.id) return 'in-use'
    for (const other of state.scenes.values()) if (other.groupId === scene.id) return 'in-use'
    return null
  },
})

export const sceneNoun: Noun<StoryState, SceneEvent> = {
  evolve: {
    ...records.evolve,
    ScenesMoved: (state, event, meta) => {
      for (const { id, x, y } of event.moves) {
        const scene = state.scenes.get(id)
        if (scene) state.scenes.set(id, changedRecord(scene, { x, y }, meta))
      }
    },
    ProseCheckpointed: (state, event, meta) => {
      const scene = state.scenes.get(event.sceneId)
      if (!scene) return
      const { words, hash, actors } = event
      const coauthored = scene.coauthored || actors.some((id) => id !== scene.createdBy)
      const changedBy = actors.at(-1) ?? scene.changedBy
      state.scenes.set(scene.id, {
        ...scene,
        words,
        proseHash: hash,
        changedAt: meta.at,
        changedBy,
        coauthored,
        version: meta.version,
      })
    },
  },
  touches: (event) => {
    if (event.type === 'ScenesMoved') return event.moves.map(({ id }) => ({ collection: 'scenes', id }))
    if (event.type === 'ProseCheckpointed') return [{ collection: 'scenes', id: event.sceneId }]
    return records.touches(event)
  },
  invert: (state, event) => {
    if (event.type === 'ProseCheckpointed') return null
    if (event.type !== 'ScenesMoved') return records.invert(state, event)
    return event.moves.map(({ id }) => {
      const scene = state.scenes.get(id)
      return { id, x: scene?.x ?? 0, y: scene?.y ?? 0 }
    })
  },
  revert: (state, event, inverse, by) => {
    // Text has its own undo; a checkpoint only says that it was recorded.
    if (event.type === 'ProseCheckpointed') return { events: [], skipped: [] }
    if (event.type === 'SceneDeleted') return restoreScene(state, event, inverse, by)
    if (event.type !== 'ScenesMoved') return records.revert(state, event, inverse, by)
    return revertMoves(state, event.moves, inverse as { id: string; x: number; y: number }[])
  },
}

/** A scene comes back without its group where that has gone, or is no group any more, and says so. */
function restoreScene(
  state: StoryState,
  event: Deleted<'SceneDeleted'>,
  inverse: unknown,
  by: string,
): Reverted<SceneEvent> {
  // The inverse of a delete is the scene as it was.
  const body = inverse as Created<'SceneCreated', Scene>['record']
  if (!checkGroup(state, body.id, body.groupId)) return records.revert(state, event, body, by)
  const { events, skipped } = records.revert(state, event, { ...body, groupId: null }, by)
  return { events, skipped: [...skipped, { what: 'scenes.groupId', id: body.id, why: 'end-missing' }] }
}

type Place = { readonly id: string; readonly x: number; readonly y: number }

function revertMoves(state: StoryState, wrote: readonly Place[], before: readonly Place[]): Reverted<SceneEvent> {
  const moves: Place[] = []
  const skipped: Reverted<SceneEvent>['skipped'][number][] = []
  wrote.forEach((place, index) => {
    const scene = state.scenes.get(place.id)
    const back = before[index]
    if (!scene || !back) skipped.push({ what: 'scenes', id: place.id, why: 'gone' })
    else if (!sameJson([scene.x, scene.y], [place.x, place.y]))
      skipped.push({ what: 'scenes.position', id: place.id, why: 'changed-since' })
    else moves.push(back)
  })
  return { events: moves.length > 0 ? [{ type: 'ScenesMoved', moves }] : [], skipped }
}
