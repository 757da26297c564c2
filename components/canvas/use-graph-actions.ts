'use client'
import { useMemo, useRef } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { refusalText } from '#components/shell/refusal-text.ts'
import { announce } from '#components/ui/announcer.tsx'
import { notify } from '#components/ui/toast.tsx'
import { openText } from '#lib/client/prose-sessions.ts'
import type { CommandId } from '#lib/kernel/ids.ts'
import { countWords } from '#lib/prose/words.ts'
import { layeredLayout } from '#lib/story/layout.ts'
import { visibleSceneIds } from '#lib/story/queries.ts'
import { deletionConsequences } from '#lib/story/scene.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Edge, EdgeType, Scene, SceneType } from '#lib/story/state.ts'
import type { StoryCommandInput, StreamState } from '#lib/stream/stream.ts'
import { usePresence } from '#stores/presence.ts'
import type { PresencePage } from '#stores/presence.ts'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { align, distribute } from './arrange.ts'
import type { Alignment, Axis, Move } from './arrange.ts'
import { nextEdgeType, withMembers } from './canvas-model.ts'
import type { CanvasModel } from './canvas-model.ts'
import { freePlace } from './spatial-grid.ts'
import { useBranchId } from './use-canvas-model.ts'

const words = messages.canvas
const CARD = { width: 220, height: 96 }

type SimpleCommandInput = Extract<StoryCommandInput, { type: 'Batch' }>['commands'][number]

/** What a person may do to the graph. Every verb is one command, hence one undo step. */
export type GraphActions = ReturnType<typeof makeActions>

interface Ground {
  readonly state: StreamState
  readonly model: CanvasModel
  readonly branchId: string
  readonly story: ReturnType<typeof useStoryActions>
  readonly view: ReturnType<typeof useViewActions>
  readonly edit: (sceneId: string | null) => void
  readonly mayWrite: boolean
  /** What others are dragging. */
  readonly heldIds: readonly string[]
}

/** The verbs of the graph for the present story, branch and model. The object keeps its identity. */
export function useGraphActions(model: CanvasModel, edit: (sceneId: string | null) => void): GraphActions {
  const state = useStory((s) => s.shown)
  const story = useStoryActions()
  const view = useViewActions()
  const branchId = useBranchId()
  const mayWrite = useMay('story.write')
  const heldIds = usePresence(heldByOthers, (a, b) => a.join() === b.join())
  const ground = useRef<Ground>(null as unknown as Ground)
  // Handlers read the newest ground when they run, so that memoised cards need no new callbacks.
  ground.current = { state, model, branchId, story, view, edit, mayWrite, heldIds }
  return useMemo(() => makeActions(() => ground.current), [])
}

/** The title of a scene, or the word for one without. */
export function titleOf(scene: Pick<Scene, 'title'> | undefined): string {
  return scene?.title.trim() || words.untitled
}

/** Who drags, drags what they have selected. */
function heldByOthers({ people }: PresencePage): readonly string[] {
  return people.flatMap((person) => (person.drag ? (person.selection ?? []) : []))
}

/** Words of a scene as they stand in this browser, when its text is open here: the story's count is some seconds old. */
function wordsNow(scene: Scene): number {
  const text = openText(scene.id)
  return text === null ? scene.words : countWords(text)
}

function makeActions(now: () => Ground) {
  /** Answers the command's id, or null when nothing was sent; the person has then been told why. */
  function send(command: StoryCommandInput): CommandId | null {
    if (!now().mayWrite) {
      // A gesture of the mouse or a key that no hidden button stands for.
      notify.info(messages.members.readHere(null), { id: 'read-only' })
      return null
    }
    const sent = now().story.send(command)
    if (sent.ok) return sent.value.commandId
    notify.problem(refusalText(sent.error), { durationMs: 8000, id: `refused-${sent.error.kind}` })
    return null
  }

  /** The button of a notice about a command: it takes back that command, whatever was done since. */
  function undoOf(commandId: CommandId) {
    return { label: words.actions.undo, run: () => void send({ type: 'Undo', commandId }) }
  }

  function createScene(wanted: {
    x: number
    y: number
    type?: SceneType
    from?: string
    exact?: boolean
  }): string | null {
    const { story, view, model, branchId, state, edit } = now()
    const sceneId = story.newId('scene')
    const place = wanted.exact
      ? { x: Math.round(wanted.x), y: Math.round(wanted.y) }
      : freePlace(model.grid, { ...wanted, ...CARD })
    const link = wanted.from
      ? { link: { edgeId: story.newId('edge'), from: wanted.from, type: nextEdgeType(model.index, wanted.from) } }
      : {}
    const fields = wanted.type ? { fields: { type: wanted.type } } : {}
    if (!send({ type: 'CreateScene', sceneId, branchId, ...place, ...fields, ...link })) return null
    view.select([sceneId])
    edit(sceneId)
    const from = wanted.from ? state.scenes.get(wanted.from) : undefined
    announce(from ? words.said.linked(titleOf(from), words.untitled) : words.said.created(words.untitled))
    return sceneId
  }

  function createLinked(fromId: string): string | null {
    const from = now().model.drawn.get(fromId)
    return from ? createScene({ x: from.x + from.width + 100, y: from.y, from: fromId }) : null
  }

  function link(from: string, to: string, type?: EdgeType): boolean {
    const { story, model, state } = now()
    const edgeId = story.newId('edge')
    const kind = type ?? (from === to ? 'choice' : nextEdgeType(model.index, from))
    if (!send({ type: 'LinkScenes', edgeId, from, to, fields: { type: kind } })) return false
    announce(words.said.linked(titleOf(state.scenes.get(from)), titleOf(state.scenes.get(to))))
    return true
  }

  function reconnect(edgeId: string, from: string, to: string): boolean {
    return send({ type: 'ReconnectEdge', edgeId, from, to }) !== null
  }

  function update(sceneId: string, fields: SceneFields): boolean {
    return send({ type: 'UpdateScene', sceneId, fields }) !== null
  }

  function updateEdge(edgeId: string, fields: EdgeFields): boolean {
    return send({ type: 'UpdateEdge', edgeId, fields }) !== null
  }

  function move(moves: readonly Move[]): CommandId | null {
    if (moves.length === 0) return null
    const commandId = send({
      type: 'MoveScenes',
      moves: moves.map(({ id, x, y }) => ({ sceneId: id, x: Math.round(x), y: Math.round(y) })),
    })
    if (commandId) announce(words.said.moved(moves.length))
    return commandId
  }

  /** Moves scenes by an offset in px; containers take their members along. */
  function moveBy(ids: Iterable<string>, dx: number, dy: number): void {
    const { state } = now()
    const all = [...withMembers(state, ids)].flatMap((id) => {
      const scene = state.scenes.get(id)
      return scene ? [{ id, x: scene.x + dx, y: scene.y + dy }] : []
    })
    if (dx !== 0 || dy !== 0) move(all)
  }

  /** Deletes at once; the notice offers Undo and names what went along. */
  function remove(sceneIds: readonly string[], edgeIds: readonly string[]): boolean {
    const { state, view } = now()
    if (sceneIds.length + edgeIds.length === 0) return false
    const taken = consequences(sceneIds)
    const commandId = send({ type: 'DeleteScenes', sceneIds: [...sceneIds], edgeIds: [...edgeIds] })
    if (!commandId) return false
    view.clear()
    const edges = new Set([...edgeIds, ...taken.edges.map((edge) => edge.id as string)]).size
    const said = words.said.deleted(sceneIds.length, edges)
    const named = sceneIds.length === 1 ? titleOf(state.scenes.get(sceneIds[0] ?? '')) : ''
    notify.info(said, { description: named, action: undoOf(commandId) })
    announce(said)
    return true
  }

  function consequences(sceneIds: readonly string[]) {
    const { state } = now()
    const { edges, branches, ungrouped } = deletionConsequences(state, sceneIds)
    const scenes = sceneIds.flatMap((id) => state.scenes.get(id) ?? [])
    const gone = new Set<string>(sceneIds)
    const panels = [...state.panels.values()].filter((panel) => gone.has(panel.sceneId)).length
    const startLost = gone.has(storyOf(state)?.startSceneId ?? '')
    const wordsLost = scenes.reduce((sum, scene) => sum + wordsNow(scene), 0)
    return { edges, branches, ungrouped, scenes, panels, startLost, wordsLost }
  }

  function fork(wanted: {
    sceneId: string
    name: string
    colour: number
    reason: string
    first: boolean
    choiceText: string
  }) {
    const { story, view, state, model, branchId, edit } = now()
    const scene = state.scenes.get(wanted.sceneId)
    if (!scene) return false
    const id = story.newId('branch')
    // The branch one stands on is the parent where it sees the scene; otherwise the one the scene was made on.
    const parentId = visibleSceneIds(state, branchId, model.index).has(scene.id) ? branchId : scene.branchId
    const { name, colour, reason } = wanted
    const commands: SimpleCommandInput[] = [
      { type: 'CreateBranch', branchId: id, name, colour, reason, parentId, forkSceneId: scene.id },
    ]
    const sceneId = story.newId('scene')
    if (wanted.first) {
      const place = freePlace(model.grid, { x: scene.x + scene.width + 100, y: scene.y + scene.height + 60, ...CARD })
      const edge = {
        edgeId: story.newId('edge'),
        from: scene.id,
        type: 'choice' as const,
        choiceText: wanted.choiceText,
      }
      commands.push({ type: 'CreateScene', sceneId, branchId: id, ...place, link: edge })
    }
    if (!send({ type: 'Batch', label: words.actions.branchHere, commands })) return false
    view.setBranch(id)
    announce(words.said.branched(name))
    if (wanted.first) {
      view.select([sceneId])
      edit(sceneId)
    }
    return true
  }

  function arrange(ids: Iterable<string>, how: { align: Alignment } | { distribute: Axis }): void {
    const { model } = now()
    const boxes = [...ids].flatMap((id) => {
      const entry = model.drawn.get(id)
      return entry && !entry.frame ? [entry] : []
    })
    move('align' in how ? align(boxes, how.align) : distribute(boxes, how.distribute))
  }

  /** Puts scenes in order around those that somebody else is dragging. */
  function tidy(ids?: ReadonlySet<string>): void {
    const { state, model, heldIds } = now()
    const held = withMembers(state, heldIds)
    const scenes = [...state.scenes.values()].filter((scene) => !ids || ids.has(scene.id))
    const places = layeredLayout(state, scenes, { held }, model.index)
    const commandId = move(places)
    if (places.length > 0 && !commandId) return
    notify.info(words.said.tidy(places.length), commandId ? { action: undoOf(commandId) } : {})
  }

  function group(ids: readonly string[]): void {
    const { story, model, branchId, state, edit } = now()
    const members = ids.filter((id) => state.scenes.has(id))
    const first = model.drawn.get(members[0] ?? '')
    if (!first) return
    const sceneId = story.newId('scene')
    const shared = new Set(members.map((id) => state.scenes.get(id)?.groupId ?? null))
    const outer = shared.size === 1 ? ([...shared][0] ?? null) : null
    const made: SimpleCommandInput = {
      type: 'CreateScene',
      sceneId,
      branchId,
      x: first.x,
      y: first.y,
      fields: { type: 'group', groupId: outer },
    }
    const filed = members.map((id): SimpleCommandInput => ({
      type: 'UpdateScene',
      sceneId: id,
      fields: { groupId: sceneId },
    }))
    if (send({ type: 'Batch', label: words.actions.group, commands: [made, ...filed] })) edit(sceneId)
  }

  function ungroup(ids: readonly string[]): void {
    const { state } = now()
    const inside = ids.filter((id) => state.scenes.get(id)?.groupId)
    const commands = inside.map((id): SimpleCommandInput => ({
      type: 'UpdateScene',
      sceneId: id,
      fields: { groupId: null },
    }))
    if (commands.length > 0) send({ type: 'Batch', label: words.actions.ungroup, commands })
  }

  /** Writes the orders of a scene's ways on so that they follow the given list. */
  function reorder(edges: readonly Edge[]): void {
    const commands = edges.flatMap((edge, order): SimpleCommandInput[] =>
      edge.order === order ? [] : [{ type: 'UpdateEdge', edgeId: edge.id, fields: { order } }],
    )
    if (commands.length > 0) send({ type: 'Batch', label: words.details.choices, commands })
  }

  return {
    send,
    createScene,
    createLinked,
    link,
    reconnect,
    update,
    updateEdge,
    move,
    moveBy,
    remove,
    consequences,
    fork,
    arrange,
    tidy,
    group,
    ungroup,
    reorder,
    undo: () => now().story.undo(),
    redo: () => now().story.redo(),
  }
}

type SceneFields = Extract<SimpleCommandInput, { type: 'UpdateScene' }>['fields']
type EdgeFields = Extract<SimpleCommandInput, { type: 'UpdateEdge' }>['fields']
