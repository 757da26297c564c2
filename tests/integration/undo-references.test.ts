import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventWriter } from '#lib/server/events/writer.ts'
import type { StoryCommandInput, StreamState } from '#lib/stream/stream.ts'
import { ANNA, BEN, createStory, scene, STORY, tempEvents, testClient } from '../support/events.ts'
import { violations } from '../support/invariants.ts'

// Undo and redo bring back what somebody wrote only where all that it names is still there (C2, C16). Anna does something,
// Ben something else, and Anna takes hers back.

let temp: ReturnType<typeof tempEvents>
let writer: EventWriter
let anna: ReturnType<typeof testClient>
let ben: ReturnType<typeof testClient>
beforeEach(async () => {
  temp = tempEvents()
  writer = temp.open()
  anna = testClient(() => writer, 'anna', ANNA)
  ben = testClient(() => writer, 'ben', BEN)
  const maker = testClient(() => writer, 'maker', { id: 'us_maker', kind: 'human' })
  for (const command of [createStory, scene('sc_x'), scene('sc_y'), scene('sc_z'), group('sc_g'), group('sc_h')])
    expect(await maker.send(command)).toMatchObject({ status: 'committed' })
})
afterEach(async () => {
  expect(violations(state())).toEqual([])
  await writer.close()
  temp.remove()
})

const state = () => writer.state(STORY) as StreamState
const raw = (command: object) => command as StoryCommandInput
const group = (id: string) => raw({ ...scene(id), fields: { title: id, type: 'group' } })
const into = (sceneId: string, groupId: string | null) => raw({ type: 'UpdateScene', sceneId, fields: { groupId } })
const link = (edgeId: string, fields: object = {}) =>
  raw({ type: 'LinkScenes', edgeId, from: 'sc_x', to: 'sc_y', fields: { type: 'choice', ...fields } })
const remove = (sceneId: string) => raw({ type: 'DeleteScenes', sceneIds: [sceneId] })
const undo = raw({ type: 'Undo' })
const redo = raw({ type: 'Redo' })

async function done(who: typeof anna, ...commands: readonly StoryCommandInput[]) {
  for (const command of commands) expect(await who.send(command)).toMatchObject({ status: 'committed' })
}

describe('[ST5] [C2] [C16] what undo leaves alone', () => {
  it('an end of an edge whose scene was deleted', async () => {
    await done(anna, link('ed_1'), raw({ type: 'ReconnectEdge', edgeId: 'ed_1', from: 'sc_x', to: 'sc_z' }))
    await done(ben, remove('sc_y'))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'edges.to', id: 'ed_1', why: 'end-missing' }] })
    expect(state().edges.get('ed_1')?.to).toBe('sc_z')
  })

  it('a group that was deleted: the scene comes back without it', async () => {
    await done(anna, into('sc_y', 'sc_g'), remove('sc_y'))
    await done(ben, remove('sc_g'))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'scenes.groupId', why: 'end-missing' }] })
    expect(state().scenes.get('sc_y')?.groupId).toBeNull()
  })

  it('a group that would now go in a circle', async () => {
    await done(anna, into('sc_g', 'sc_h'), into('sc_g', null))
    await done(ben, into('sc_h', 'sc_g'))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'scenes.groupId', why: 'in-use' }] })
  })

  it('a branch whose fork was deleted', async () => {
    await done(
      anna,
      raw({ type: 'CreateBranch', branchId: 'br_if', name: 'If', parentId: 'br_main', forkSceneId: 'sc_y' }),
      undo,
    )
    await done(ben, remove('sc_y'))
    expect(await anna.send(redo)).toMatchObject({ skipped: [{ what: 'branches', why: 'end-missing' }] })
  })

  it('a branch that became canon', async () => {
    const branchId = 'br_if'
    await done(anna, raw({ type: 'CreateBranch', branchId, name: 'If', parentId: 'br_main', forkSceneId: null }))
    await done(anna, raw({ type: 'ArchiveBranch', branchId }), raw({ type: 'RestoreBranch', branchId }))
    await done(ben, raw({ type: 'UpdateStory', fields: { canonBranchId: branchId } }))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'branches.status', why: 'in-use' }] })
  })

  it('a scene that became the start', async () => {
    await done(anna, scene('sc_new'))
    await done(ben, raw({ type: 'UpdateStory', fields: { startSceneId: 'sc_new' } }))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'scenes', id: 'sc_new', why: 'in-use' }] })
  })

  it('a start whose scene was deleted', async () => {
    const start = (startSceneId: string) => raw({ type: 'UpdateStory', fields: { startSceneId } })
    await done(anna, start('sc_y'), start('sc_z'))
    await done(ben, remove('sc_y'))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'stories.startSceneId', why: 'end-missing' }] })
  })

  it('a choice whose variable was deleted', async () => {
    const variableId = 'va_trust'
    await done(ben, raw({ type: 'DefineVariable', variableId, name: 'trust', kind: 'bool', default: false }))
    const condition = { op: 'compare', variableId, by: 'eq', value: true }
    await done(anna, link('ed_1', { condition }), raw({ type: 'UnlinkScenes', edgeId: 'ed_1' }))
    await done(ben, raw({ type: 'DeleteVariable', variableId }))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'edges', id: 'ed_1', why: 'end-missing' }] })
  })

  it('a scene that was drawn meanwhile', async () => {
    await done(anna, scene('sc_new'))
    await done(ben, raw({ type: 'SetComicLayout', sceneId: 'sc_new', fields: { direction: 'rtl' } }))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'scenes', id: 'sc_new', why: 'in-use' }] })
  })

  it('and takes back the rest of a change: the words of a choice, though not its condition', async () => {
    const variableId = 'va_trust'
    await done(ben, raw({ type: 'DefineVariable', variableId, name: 'trust', kind: 'bool', default: false }))
    const condition = { op: 'compare', variableId, by: 'eq', value: true }
    await done(anna, link('ed_1', { condition, choiceText: 'Wait' }))
    await done(anna, raw({ type: 'UpdateEdge', edgeId: 'ed_1', fields: { condition: null, choiceText: 'Go' } }))
    await done(ben, raw({ type: 'DeleteVariable', variableId }))
    expect(await anna.send(undo)).toMatchObject({ skipped: [{ what: 'edges.condition', why: 'end-missing' }] })
    expect(state().edges.get('ed_1')).toMatchObject({ choiceText: 'Wait', condition: null })
  })
})
