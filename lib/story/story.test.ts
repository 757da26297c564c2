import { describe, expect, it } from 'vitest'
import { branchId, edgeId, sceneId, variableId } from '../kernel/ids.ts'
import type { BranchId } from '../kernel/ids.ts'
import { decideBranch } from './branch.ts'
import { decideEdge, linkScenes } from './edge.ts'
import { decideScene, createScene, deletionConsequences, updateScene } from './scene.ts'
import { decideStoryRecord, createStory } from './story-record.ts'
import { storyRecordNoun } from './story-record.ts'
import { sceneNoun } from './scene.ts'
import { edgeNoun } from './edge.ts'
import { branchNoun } from './branch.ts'
import { decideVariable, defineVariable, variableNoun } from './variable.ts'
import { EdgeMap } from './state.ts'
import type { StoryState } from './state.ts'

const NOUNS = [storyRecordNoun, sceneNoun, edgeNoun, branchNoun, variableNoun]
const MAIN = branchId.parse('main')
const sid = (id: string) => sceneId.parse(id)
const meta = { actorId: 'us_a', at: 5, version: 0 }

function fold(state: StoryState, events: readonly { type: string }[]): StoryState {
  for (const event of events) {
    const noun = NOUNS.find((candidate) => event.type in candidate.evolve)
    const handlers = noun?.evolve as unknown as Record<string, (s: StoryState, e: unknown, m: typeof meta) => void>
    handlers[event.type]?.(state, event, meta)
  }
  return state
}

function accepted(result: { ok: true; value: readonly { type: string }[] } | { ok: false; error: unknown }) {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** A story with scenes a, b, c on the main branch. */
function given(...scenes: string[]): StoryState {
  const state: StoryState = {
    stories: new Map(),
    scenes: new Map(),
    edges: new EdgeMap(),
    branches: new Map(),
    variables: new Map(),
  }
  fold(
    state,
    accepted(
      decideStoryRecord(
        state,
        createStory.parse({ type: 'CreateStory', storyId: 'st', title: 'T', canonBranchId: MAIN }),
        meta,
      ),
    ),
  )
  for (const id of scenes) fold(state, accepted(decideScene(state, scene(id))))
  return state
}

function scene(id: string, extra: object = {}) {
  return createScene.parse({ type: 'CreateScene', sceneId: id, branchId: MAIN, x: 0, y: 0, ...extra })
}
function link(id: string, from: string, to: string, fields: object = {}) {
  return linkScenes.parse({ type: 'LinkScenes', edgeId: id, from, to, fields })
}
function linked(state: StoryState, ...edges: [string, string, string, object?][]) {
  for (const [id, from, to, fields] of edges) fold(state, accepted(decideEdge(state, link(id, from, to, fields))))
  return state
}
const fork = (id: string, at: string | null, parent: BranchId = MAIN) =>
  ({
    type: 'CreateBranch',
    branchId: branchId.parse(id),
    name: id,
    kind: 'timeline',
    parentId: parent,
    forkSceneId: at === null ? null : sid(at),
    reason: '',
  }) as const

describe('stories', () => {
  it('[ST1] a story is created once', () => {
    const again = decideStoryRecord(
      given(),
      createStory.parse({ type: 'CreateStory', storyId: 'x', title: 'T', canonBranchId: 'b' }),
      meta,
    )
    expect(again).toEqual({ ok: false, error: { kind: 'story-exists' } })
  })
  it('[ST2] start and canon must exist', () => {
    const state = given('a')
    expect(
      decideStoryRecord(state, { type: 'UpdateStory', fields: { startSceneId: sid('nope') } }, meta),
    ).toMatchObject({ error: { kind: 'unknown-scene' } })
    expect(
      decideStoryRecord(state, { type: 'UpdateStory', fields: { canonBranchId: branchId.parse('nope') } }, meta),
    ).toMatchObject({ error: { kind: 'unknown-branch' } })
  })
  it('[ST3] trash sets a time once, restore takes it back', () => {
    const state = given('a')
    fold(state, accepted(decideStoryRecord(state, { type: 'TrashStory' }, meta)))
    expect([...state.stories.values()][0]?.trashedAt).toBe(5)
    expect(accepted(decideStoryRecord(state, { type: 'TrashStory' }, meta))).toEqual([])
    fold(state, accepted(decideStoryRecord(state, { type: 'RestoreStory' }, meta)))
    expect([...state.stories.values()][0]?.trashedAt).toBeNull()
  })
  it('[ST4] a write that changes nothing makes no event', () => {
    const state = given('a')
    expect(accepted(decideStoryRecord(state, { type: 'UpdateStory', fields: { title: 'T' } }, meta))).toEqual([])
    expect(
      accepted(decideScene(state, updateScene.parse({ type: 'UpdateScene', sceneId: 'a', fields: { title: '' } }))),
    ).toEqual([])
  })
})

describe('scenes', () => {
  it('[ST10] a scene needs a known branch and a free id', () => {
    const state = given('a')
    expect(decideScene(state, scene('a'))).toMatchObject({ error: { kind: 'scene-exists' } })
    expect(decideScene(state, scene('b', { branchId: 'nope' }))).toMatchObject({ error: { kind: 'unknown-branch' } })
  })
  it('[ST11] the first readable scene becomes the start; a note does not', () => {
    const state = given()
    fold(state, accepted(decideScene(state, scene('n', { fields: { type: 'note' } }))))
    expect([...state.stories.values()][0]?.startSceneId).toBeNull()
    fold(state, accepted(decideScene(state, scene('a'))))
    expect([...state.stories.values()][0]?.startSceneId).toBe('a')
  })
  it('[ST12] a scene with its edge is one decision', () => {
    const state = given('a')
    const events = accepted(decideScene(state, scene('b', { link: { edgeId: 'e', from: 'a', type: 'next' } })))
    expect(events.map((event) => event.type)).toEqual(['SceneCreated', 'ScenesLinked'])
    expect(decideScene(state, scene('c', { link: { edgeId: 'e', from: 'nope', type: 'next' } }))).toMatchObject({
      error: { kind: 'unknown-scene' },
    })
  })
  it('[ST13] a group holds no circle and is of a grouping type', () => {
    const state = given('a')
    fold(state, accepted(decideScene(state, scene('g', { fields: { type: 'group' } }))))
    fold(state, accepted(decideScene(state, scene('h', { fields: { type: 'group', groupId: 'g' } }))))
    expect(
      decideScene(state, updateScene.parse({ type: 'UpdateScene', sceneId: 'g', fields: { groupId: 'h' } })),
    ).toMatchObject({ error: { kind: 'group-cycle' } })
    expect(
      decideScene(state, updateScene.parse({ type: 'UpdateScene', sceneId: 'g', fields: { groupId: 'a' } })),
    ).toMatchObject({ error: { kind: 'not-a-group' } })
  })
  it('[ST14] a move keeps only what changes', () => {
    const state = given('a', 'b')
    const move = (x: number, y: number) => ({
      type: 'MoveScenes' as const,
      moves: [
        { sceneId: sid('a'), x: 0, y: 0 },
        { sceneId: sid('b'), x, y },
      ],
    })
    expect(accepted(decideScene(state, move(0, 0)))).toEqual([])
    expect(accepted(decideScene(state, move(4, 2)))).toEqual([
      { type: 'ScenesMoved', moves: [{ id: 'b', x: 4, y: 2 }] },
    ])
  })
  it('[ST20] [ST21] [ST22] a delete carries edges, frees grouped scenes and clears the start, as the consequences said', () => {
    const state = linked(given('a', 'b'), ['e', 'a', 'b'], ['f', 'b', 'a'])
    fold(state, accepted(decideScene(state, scene('g', { fields: { type: 'group' } }))))
    fold(
      state,
      accepted(decideScene(state, updateScene.parse({ type: 'UpdateScene', sceneId: 'b', fields: { groupId: 'g' } }))),
    )
    const said = deletionConsequences(state, ['a', 'g'])
    expect([said.edges.map((e) => e.id), said.ungrouped.map((s) => s.id)]).toEqual([['e', 'f'], ['b']])
    fold(state, accepted(decideScene(state, { type: 'DeleteScenes', sceneIds: [sid('a'), sid('g')], edgeIds: [] })))
    expect([state.edges.size, state.scenes.get('b')?.groupId, [...state.stories.values()][0]?.startSceneId]).toEqual([
      0,
      null,
      null,
    ])
  })
  it('[ST24] a branch moves its fork to the nearest scene that stays', () => {
    const state = linked(given('a', 'b', 'c'), ['e', 'a', 'b'], ['f', 'b', 'c'])
    fold(state, accepted(decideBranch(state, fork('two', 'c'), meta)))
    fold(state, accepted(decideScene(state, { type: 'DeleteScenes', sceneIds: [sid('b'), sid('c')], edgeIds: [] })))
    expect(state.branches.get('two')?.forkSceneId).toBe('a')
    fold(state, accepted(decideScene(state, { type: 'DeleteScenes', sceneIds: [sid('a')], edgeIds: [] })))
    expect(state.branches.get('two')?.forkSceneId).toBeNull()
  })
})

describe('edges', () => {
  it('[ST30] [ST31] both ends exist; a scene leads to itself only by a choice', () => {
    const state = given('a')
    expect(decideEdge(state, link('e', 'a', 'nope'))).toMatchObject({ error: { kind: 'unknown-scene' } })
    expect(decideEdge(state, link('e', 'a', 'a'))).toMatchObject({ error: { kind: 'self-edge' } })
    expect(decideEdge(state, link('e', 'a', 'a', { type: 'choice' })).ok).toBe(true)
  })
  it('[ST32] an edge without an order comes last', () => {
    const state = linked(given('a', 'b', 'c'), ['e', 'a', 'b', { order: 7 }], ['f', 'a', 'c'])
    expect(state.edges.get('f')?.order).toBe(8)
  })
  it('[ST33] exact duplicates are refused, choices with other words are not', () => {
    const state = linked(given('a', 'b'), ['e', 'a', 'b'], ['c', 'a', 'b', { type: 'choice', choiceText: 'Go' }])
    expect(decideEdge(state, link('x', 'a', 'b'))).toEqual({
      ok: false,
      error: { kind: 'duplicate-edge', data: { edgeId: 'e' } },
    })
    expect(decideEdge(state, link('x', 'a', 'b', { type: 'choice', choiceText: 'Go' })).ok).toBe(false)
    expect(decideEdge(state, link('x', 'a', 'b', { type: 'choice', choiceText: 'Stay' })).ok).toBe(true)
  })
  it('[ST34] conditions and effects name known variables', () => {
    const condition = { op: 'compare', variableId: 'v', by: 'eq', value: true }
    expect(decideEdge(given('a', 'b'), link('e', 'a', 'b', { condition }))).toMatchObject({
      error: { kind: 'unknown-variable' },
    })
  })
  it('[ST35] an edge is hung elsewhere under the same rules', () => {
    const state = linked(given('a', 'b', 'c'), ['e', 'a', 'b'], ['f', 'a', 'c'])
    const hang = (to: string) =>
      decideEdge(state, { type: 'ReconnectEdge', edgeId: edgeId.parse('e'), from: sid('a'), to: sid(to) })
    expect(hang('c')).toMatchObject({ error: { kind: 'duplicate-edge' } })
    expect(hang('a')).toMatchObject({ error: { kind: 'self-edge' } })
    expect(accepted(hang('b'))).toEqual([])
  })
})

describe('branches', () => {
  it('[ST45] a branch forks on its parent’s line', () => {
    const state = given('a')
    fold(state, accepted(decideBranch(state, fork('two', 'a'), meta)))
    fold(state, accepted(decideScene(state, scene('b', { branchId: 'two' }))))
    expect(decideBranch(state, fork('three', 'b'), meta)).toMatchObject({ error: { kind: 'scene-not-on-branch' } })
    expect(decideBranch(state, fork('three', 'b', branchId.parse('two')), meta).ok).toBe(true)
    expect(decideBranch(state, fork('three', 'a', branchId.parse('nope')), meta)).toMatchObject({
      error: { kind: 'unknown-branch' },
    })
  })
  it('[ST46] a new branch takes the least used hue', () => {
    const state = given('a')
    for (const id of ['two', 'three']) fold(state, accepted(decideBranch(state, fork(id, 'a'), meta)))
    expect([...state.branches.values()].map((branch) => branch.colour)).toEqual([1, 2, 3])
  })
  it('[ST47] canon cannot be archived', () => {
    expect(decideBranch(given(), { type: 'ArchiveBranch', branchId: MAIN, reason: '' }, meta)).toMatchObject({
      error: { kind: 'canon-branch' },
    })
    const state = given('a')
    fold(state, accepted(decideBranch(state, fork('two', 'a'), meta)))
    fold(
      state,
      accepted(decideBranch(state, { type: 'ArchiveBranch', branchId: branchId.parse('two'), reason: '' }, meta)),
    )
    const canon = { type: 'UpdateStory' as const, fields: { canonBranchId: branchId.parse('two') } }
    expect(decideStoryRecord(state, canon, meta)).toMatchObject({ error: { kind: 'archived-branch' } })
  })
})

describe('variables', () => {
  const define = (id: string, name: string, kind: string, initial: unknown) =>
    defineVariable.parse({ type: 'DefineVariable', variableId: id, name, kind, default: initial })
  it('[ST55] [ST56] names are free whatever their case; defaults fit', () => {
    const state = given()
    fold(state, accepted(decideVariable(state, define('v', 'Torn page', 'bool', false))))
    expect(decideVariable(state, define('w', 'torn PAGE', 'bool', false))).toMatchObject({
      error: { kind: 'name-taken' },
    })
    expect(decideVariable(state, define('w', 'trust', 'int', 1.5))).toMatchObject({ error: { kind: 'wrong-type' } })
  })
  it('[ST57] a variable in use stays', () => {
    const state = given('a', 'b')
    fold(state, accepted(decideVariable(state, define('v', 'page', 'bool', false))))
    linked(state, ['e', 'a', 'b', { type: 'choice', effects: [{ op: 'toggle', variableId: 'v' }] }])
    expect(decideVariable(state, { type: 'DeleteVariable', variableId: variableId.parse('v') })).toEqual({
      ok: false,
      error: { kind: 'variable-in-use', data: { edgeIds: ['e'] } },
    })
  })
})
