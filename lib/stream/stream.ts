import { z } from 'zod'
import { commandId } from '../kernel/ids.ts'
import type { EventEnvelope, Refusal, Skipped } from '../kernel/envelope.ts'
import {
  characterNoun,
  createCharacter,
  decideCharacter,
  deleteCharacter,
  updateCharacter,
} from '../characters/character.ts'
import type { CharacterEvent, CharacterState } from '../characters/character.ts'
import type { EventMeta, Noun, RecordRef } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import {
  addPanels,
  choosePanelVersion,
  comicLayoutNoun,
  decidePanel,
  deletePanels,
  dropPanelsOfScenes,
  panelNoun,
  panelVersionNoun,
  recordPanelVersion,
  reorderPanels,
  setComicLayout,
  updatePanel,
} from '../panels/panel.ts'
import type { ComicLayoutEvent, PanelEvent, PanelState, PanelVersionEvent } from '../panels/panel.ts'
import { archiveBranch, branchNoun, createBranch, decideBranch, restoreBranch, updateBranch } from '../story/branch.ts'
import type { BranchEvent } from '../story/branch.ts'
import { decideEdge, edgeNoun, linkScenes, reconnectEdge, unlinkScenes, updateEdge } from '../story/edge.ts'
import type { EdgeEvent } from '../story/edge.ts'
import {
  createScene,
  decideScene,
  deleteScenes,
  moveScenes,
  recordProseCheckpoint,
  sceneNoun,
  updateScene,
} from '../story/scene.ts'
import type { SceneEvent } from '../story/scene.ts'
import { EdgeMap } from '../story/state.ts'
import type { StoryState } from '../story/state.ts'
import {
  createStory,
  decideStoryRecord,
  restoreStory,
  storyRecordNoun,
  trashStory,
  updateStory,
} from '../story/story-record.ts'
import type { StoryRecordEvent } from '../story/story-record.ts'
import { decideVariable, defineVariable, deleteVariable, updateVariable, variableNoun } from '../story/variable.ts'
import type { VariableEvent } from '../story/variable.ts'

/**
 * A story's event stream: the one place that joins the slices' nouns into one decider, run alike in browser and
 * server. Slices never import each other; a noun that needs a neighbour's records gets the joined state.
 */
export interface StreamState extends StoryState, CharacterState, Omit<PanelState, 'scenes'> {
  /** Version of the last folded event; 0 before the first. */
  version: number
}

/** One command of a batch. */
export const gesturePart = z.discriminatedUnion('type', [
  createStory,
  updateStory,
  createScene,
  updateScene,
  moveScenes,
  deleteScenes,
  recordProseCheckpoint,
  linkScenes,
  updateEdge,
  reconnectEdge,
  unlinkScenes,
  createBranch,
  updateBranch,
  archiveBranch,
  restoreBranch,
  defineVariable,
  updateVariable,
  deleteVariable,
  createCharacter,
  updateCharacter,
  deleteCharacter,
  addPanels,
  updatePanel,
  reorderPanels,
  deletePanels,
  recordPanelVersion,
  choosePanelVersion,
  setComicLayout,
])
/** What a batch may be made of. */
export type GesturePart = z.infer<typeof gesturePart>
// The way to the trash and back is no part of a gesture that undo takes back (EV14).
const simpleCommand = z.discriminatedUnion('type', [...gesturePart.options, trashStory, restoreStory])
type SimpleCommand = z.infer<typeof simpleCommand>

/** One gesture of several commands: all or nothing, one undo step. */
const batch = z.strictObject({
  type: z.literal('Batch'),
  label: z.string().max(120).default(''),
  commands: z.array(gesturePart).min(1).max(50_000),
})
/** Takes back a command; without a target the newest of this person's that can be. */
const undo = z.strictObject({ type: z.literal('Undo'), commandId: commandId.optional() })
const redo = z.strictObject({ type: z.literal('Redo') })

/** Every command a story's stream knows. */
export const storyCommand = z.discriminatedUnion('type', [...simpleCommand.options, batch, undo, redo])
export type StoryCommand = z.infer<typeof storyCommand>
/** What a caller may write: defaults left out. */
export type StoryCommandInput = z.input<typeof storyCommand>

export type StreamEvent =
  | StoryRecordEvent
  | SceneEvent
  | EdgeEvent
  | BranchEvent
  | VariableEvent
  | CharacterEvent
  | PanelEvent
  | PanelVersionEvent
  | ComicLayoutEvent

/** Commands only the program itself may send. */
export const SYSTEM_COMMANDS: ReadonlySet<string> = new Set(['RecordProseCheckpoint', 'RecordPanelVersion'])

// Each noun handles its own part of the joined state; the wider state is given on purpose.
const NOUNS: readonly Noun<StreamState, StreamEvent>[] = [
  storyRecordNoun,
  sceneNoun,
  edgeNoun,
  branchNoun,
  variableNoun,
  characterNoun,
  panelNoun,
  panelVersionNoun,
  comicLayoutNoun,
].map((noun) => noun as unknown as Noun<StreamState, StreamEvent>)
const nounByEvent = new Map(NOUNS.flatMap((noun) => Object.keys(noun.evolve).map((type) => [type, noun] as const)))

/** The collections of a stream, in the order a snapshot lists them. */
export const COLLECTIONS = [
  'stories',
  'branches',
  'variables',
  'scenes',
  'edges',
  'characters',
  'panels',
  'panelVersions',
  'comicLayouts',
] as const
export type Collection = (typeof COLLECTIONS)[number]

/** A stream before its first event. */
export function emptyStream(): StreamState {
  return {
    version: 0,
    stories: new Map(),
    scenes: new Map(),
    edges: new EdgeMap(),
    branches: new Map(),
    variables: new Map(),
    characters: new Map(),
    panels: new Map(),
    panelVersions: new Map(),
    comicLayouts: new Map(),
  }
}

/** Copies the collections; records are shared because they never change. O(records). */
export function copyState(state: StreamState): StreamState {
  const copy = emptyStream()
  copy.version = state.version
  for (const name of COLLECTIONS) {
    const target: Map<string, unknown> = copy[name]
    for (const [id, record] of state[name]) target.set(id, record)
  }
  return copy
}

function nounOf(event: { readonly type: string }): Noun<StreamState, StreamEvent> {
  const noun = nounByEvent.get(event.type)
  if (!noun) throw new RangeError(`no noun folds ${event.type}`)
  return noun
}

type Handler = (state: StreamState, event: StreamEvent, meta: EventMeta) => void
// One lookup per event: replay folds hundreds of thousands.
const handlers = new Map(NOUNS.flatMap((noun) => Object.entries(noun.evolve as Record<string, Handler>)))

/** Every type of event that can be folded. */
export const EVENT_TYPES: readonly string[] = [...handlers.keys()]

/** Folds one event into the state, in place, and moves its version to `meta.version`. */
export function evolve(state: StreamState, event: StreamEvent, meta: EventMeta): void {
  const handler = handlers.get(event.type)
  if (!handler) throw new RangeError(`no noun folds ${event.type}`)
  handler(state, event, meta)
  state.version = meta.version
}

/** Folds a stored event. */
export function evolveEnvelope(state: StreamState, envelope: EventEnvelope): void {
  // Stored events were written by this decider (or upcast on read).
  evolve(state, envelope.event as StreamEvent, {
    actorId: envelope.actor.id,
    at: envelope.at,
    version: envelope.version,
  })
}

/** What undo of the event will need, read before it is folded. */
export function invertEvent(state: StreamState, event: StreamEvent): unknown {
  return nounOf(event).invert(state, event)
}

/** The records an event writes. */
export function touchedBy(event: StreamEvent): readonly RecordRef[] {
  return nounOf(event).touches(event)
}

/** A past event with what it replaced, as undo reads it. */
export interface PastEvent {
  readonly event: StreamEvent
  readonly inverse: unknown
}

/** The decider's answer: the events, and the state with them folded in. */
export interface Decided {
  readonly events: readonly PastEvent[]
  readonly skipped: readonly Skipped[]
}

/**
 * Decides a command and folds its events into `state` as it goes. On a refusal of a batch the state is spoilt:
 * give a copy (or reload). `past` is the command that undo or redo takes back, oldest event first.
 */
export function decideAndFold(
  state: StreamState,
  command: StoryCommand,
  meta: { readonly actorId: string; readonly at: number },
  past?: readonly PastEvent[],
): Result<Decided, Refusal> {
  switch (command.type) {
    case 'Undo':
    case 'Redo':
      return past
        ? ok(revertAll(state, past, meta))
        : err({ kind: command.type === 'Undo' ? 'nothing-to-undo' : 'nothing-to-redo' })
    case 'Batch': {
      const events: PastEvent[] = []
      for (const [index, item] of command.commands.entries()) {
        const decided = decideOne(state, item, meta)
        if (!decided.ok) return err({ ...decided.error, data: { ...decided.error.data, index } })
        events.push(...decided.value)
      }
      return ok({ events, skipped: [] })
    }
    default: {
      const decided = decideOne(state, command, meta)
      return decided.ok ? ok({ events: decided.value, skipped: [] }) : decided
    }
  }
}

function decideOne(
  state: StreamState,
  command: SimpleCommand,
  meta: { actorId: string; at: number },
): Result<PastEvent[], Refusal> {
  const decided = decideSimple(state, command, { ...meta, version: state.version })
  if (!decided.ok) return decided
  return ok(foldAll(state, decided.value, meta))
}

function foldAll(
  state: StreamState,
  events: readonly StreamEvent[],
  meta: { actorId: string; at: number },
): PastEvent[] {
  return events.map((event) => {
    const inverse = invertEvent(state, event)
    evolve(state, event, { ...meta, version: state.version + 1 })
    return { event, inverse }
  })
}

function revertAll(state: StreamState, past: readonly PastEvent[], meta: { actorId: string; at: number }): Decided {
  const events: PastEvent[] = []
  const skipped: Skipped[] = []
  for (const { event, inverse } of [...past].reverse()) {
    const reverted = nounOf(event).revert(state, event, inverse, meta.actorId)
    const drawn = reverted.events.find((one) => one.type === 'SceneDeleted' && isDrawn(state, one.id))
    if (drawn?.type === 'SceneDeleted') {
      // Slices do not know each other: that a scene has a comic is seen here.
      skipped.push({ what: 'scenes', id: drawn.id, why: 'in-use' })
      continue
    }
    skipped.push(...reverted.skipped)
    events.push(...foldAll(state, reverted.events, meta))
  }
  return { events, skipped }
}

function isDrawn(state: StreamState, sceneId: string): boolean {
  if (state.comicLayouts.has(sceneId)) return true
  for (const panel of state.panels.values()) if (panel.sceneId === sceneId) return true
  return false
}

/** Routes a command to its noun; pure, folds nothing. */
function decideSimple(
  state: StreamState,
  command: SimpleCommand,
  meta: EventMeta,
): Result<readonly StreamEvent[], Refusal> {
  switch (command.type) {
    case 'CreateStory':
    case 'UpdateStory':
    case 'TrashStory':
    case 'RestoreStory':
      return decideStoryRecord(state, command, meta)
    case 'CreateScene':
    case 'UpdateScene':
    case 'MoveScenes':
    case 'RecordProseCheckpoint':
      return decideScene(state, command)
    case 'DeleteScenes': {
      // A scene takes its panels along; they go first, so that undo brings the scene back before them.
      const decided = decideScene(state, command)
      return decided.ok ? ok([...dropPanelsOfScenes(state, command.sceneIds), ...decided.value]) : decided
    }
    case 'LinkScenes':
    case 'UpdateEdge':
    case 'ReconnectEdge':
    case 'UnlinkScenes':
      return decideEdge(state, command)
    case 'CreateBranch':
    case 'UpdateBranch':
    case 'ArchiveBranch':
    case 'RestoreBranch':
      return decideBranch(state, command, meta)
    case 'DefineVariable':
    case 'UpdateVariable':
    case 'DeleteVariable':
      return decideVariable(state, command)
    case 'CreateCharacter':
    case 'UpdateCharacter':
    case 'DeleteCharacter':
      return decideCharacter(state, command)
    case 'AddPanels':
    case 'UpdatePanel':
    case 'ReorderPanels':
    case 'DeletePanels':
    case 'RecordPanelVersion':
    case 'ChoosePanelVersion':
    case 'SetComicLayout':
      return decidePanel(state, command)
  }
}

/** A snapshot's plain form: each collection as an array of records, sorted by id. */
export interface StreamSnapshot {
  readonly version: number
  readonly collections: Readonly<Record<string, readonly unknown[]>>
}

/** The state as plain JSON, canonical: sorted by id. */
export function toSnapshot(state: StreamState): StreamSnapshot {
  const collections: Record<string, readonly unknown[]> = {}
  for (const name of COLLECTIONS) {
    const entries: [string, unknown][] = [...state[name]]
    collections[name] = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, record]) => record)
  }
  return { version: state.version, collections }
}

/** The state of a snapshot. Collections the snapshot does not know start empty. */
export function fromSnapshot(snapshot: StreamSnapshot): StreamState {
  const state = emptyStream()
  state.version = snapshot.version
  for (const name of COLLECTIONS) {
    const target: Map<string, unknown> = state[name]
    for (const record of snapshot.collections[name] ?? []) target.set((record as { id: string }).id, record)
  }
  return state
}
