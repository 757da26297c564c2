import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { branchId, clientId, commandId, edgeId, sceneId, storyId } from '#lib/kernel/ids.ts'
import { verifyStories } from '#lib/server/events/verify.ts'
import type { EventWriter } from '#lib/server/events/writer.ts'
import { toSnapshot } from '#lib/stream/stream.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'
import { ANNA, BEN, MAIN, STORY, createStory, scene, tempEvents, testClient } from '../support/events.ts'

const id = (text: string) => sceneId.parse(text)
const link = (edge: string, from: string, to: string) =>
  ({ type: 'LinkScenes', edgeId: edgeId.parse(edge), from: id(from), to: id(to) }) as const

describe('event writer', () => {
  let temp: ReturnType<typeof tempEvents>
  let writer: EventWriter
  let anna: ReturnType<typeof testClient>
  let ben: ReturnType<typeof testClient>

  beforeEach(async () => {
    temp = tempEvents()
    writer = temp.open()
    anna = testClient(() => writer, 'anna', ANNA)
    ben = testClient(() => writer, 'ben', BEN)
    expect(await anna.send(createStory)).toEqual({ status: 'committed', from: 1, to: 2 })
  })
  afterEach(async () => {
    await writer.close()
    temp.remove()
  })

  it('[EV1] a tick commits every command of it, later ones see the earlier', async () => {
    const outcomes = await Promise.all([anna.send(scene('a')), anna.send(scene('b')), anna.send(link('e', 'a', 'b'))])
    expect(outcomes.map((o) => o.status)).toEqual(['committed', 'committed', 'committed'])
    expect(writer.state(STORY)?.edges.size).toBe(1)
  })

  it('[C7] a resent command happens once and answers the same, also after a restart', async () => {
    const envelope = anna.make(scene('a'))
    const first = await writer.submit(envelope, ANNA)
    const again = await Promise.all([writer.submit(envelope, ANNA), writer.submit(envelope, ANNA)])
    expect(again).toEqual([first, first])
    await writer.close()
    writer = temp.open()
    expect(await writer.submit(envelope, ANNA)).toEqual(first)
    expect(writer.state(STORY)?.version).toBe(first.status === 'committed' ? first.to : -1)
  })

  it('[C7] the same number with other content is refused, not replayed', async () => {
    const envelope = anna.make(scene('a'))
    await writer.submit(envelope, ANNA)
    const forged = await writer.submit({ ...envelope, command: scene('b') }, ANNA)
    expect(forged).toEqual({ status: 'refused', refusal: { kind: 'sequence-misused' } })
    expect(await writer.submit(envelope, BEN)).toEqual({ status: 'refused', refusal: { kind: 'sequence-misused' } })
  })

  it('[C8] a gap is refused and stores nothing; a refused command advances seq', async () => {
    anna.make(scene('lost'))
    expect(await anna.send(scene('a'))).toEqual({ status: 'gap', expectedSeq: 2 })
    const benFirst = await ben.send(link('e', 'nowhere', 'a'))
    expect(benFirst.status).toBe('refused')
    expect((await ben.send(scene('b'))).status).toBe('committed')
  })

  it('[EV2] a guarded command loses against a newer version', async () => {
    const version = writer.state(STORY)?.version ?? 0
    expect((await ben.send(scene('b'))).status).toBe('committed')
    expect(await anna.send(scene('a'), version)).toEqual({ status: 'conflict', version: version + 2 })
  })

  it('[EV3] a refused batch leaves nothing behind', async () => {
    const before = JSON.stringify(toSnapshot(writer.log.replay(STORY)))
    const outcome = await anna.send({
      type: 'Batch',
      commands: [scene('a') as never, link('e', 'a', 'missing') as never],
    })
    expect(outcome).toMatchObject({ status: 'refused', refusal: { kind: 'unknown-scene', data: { index: 1 } } })
    expect(JSON.stringify(toSnapshot(writer.state(STORY) as never))).toBe(before)
  })

  it('[EV4] undo and redo are per person, survive a restart and leave the document as it was', async () => {
    await anna.send(scene('a'))
    await anna.send(scene('b'))
    await anna.send(link('e', 'a', 'b'))
    const before = JSON.stringify(strip(writer.log.replay(STORY)))
    await anna.send({ type: 'DeleteScenes', sceneIds: [id('a')] })
    await writer.close()
    writer = temp.open()
    expect((await anna.send({ type: 'Undo' })).status).toBe('committed')
    expect(JSON.stringify(strip(writer.log.replay(STORY)))).toBe(before)
    expect((await anna.send({ type: 'Redo' })).status).toBe('committed')
    expect(writer.state(STORY)?.scenes.has('a')).toBe(false)
    expect((await anna.send({ type: 'Undo' })).status).toBe('committed')
    expect(JSON.stringify(strip(writer.log.replay(STORY)))).toBe(before)
    expect(await ben.send({ type: 'Undo' })).toMatchObject({ status: 'refused', refusal: { kind: 'nothing-to-undo' } })
  })

  it('[EV13] making the story cannot be undone, now or after a restart', async () => {
    const nothing = { status: 'refused', refusal: { kind: 'nothing-to-undo' } }
    expect(writer.canUndo(STORY, ANNA.id)).toEqual({ undo: false, redo: false })
    expect(await anna.send({ type: 'Undo' })).toMatchObject(nothing)
    await anna.send(scene('a'))
    expect((await anna.send({ type: 'Undo' })).status).toBe('committed')
    await writer.close()
    writer = temp.open()
    expect(await anna.send({ type: 'Undo' })).toMatchObject(nothing)
    expect((await anna.send({ type: 'Redo' })).status).toBe('committed')
    expect(writer.state(STORY)?.scenes.size).toBe(1)
  })

  it('[EV14] the way to the trash and back is no step to undo, alone or in a batch, now or after a restart', async () => {
    await anna.send(scene('a'))
    expect((await anna.send({ type: 'TrashStory' })).status).toBe('committed')
    const trashed = () => writer.state(STORY)?.stories.get(STORY)?.trashedAt
    const at = trashed()
    expect(at).not.toBeNull()
    const batch = { type: 'Batch', label: '', commands: [{ type: 'RestoreStory' }] }
    expect(await anna.send(batch as never)).toMatchObject({ status: 'refused', refusal: { kind: 'invalid' } })
    expect(await anna.send({ type: 'Undo' })).toMatchObject({ status: 'committed' })
    expect([writer.state(STORY)?.scenes.size, trashed()]).toEqual([0, at])
    await writer.close()
    writer = temp.open()
    const nothing = { status: 'refused', refusal: { kind: 'nothing-to-undo' } }
    expect(await anna.send({ type: 'Undo' })).toMatchObject(nothing)
    expect(await anna.send({ type: 'Undo', commandId: 'co_anna_3' as never })).toMatchObject(nothing)
    expect(trashed()).toBe(at)
    expect((await anna.send({ type: 'RestoreStory' })).status).toBe('committed')
    expect(trashed()).toBeNull()
    expect((await anna.send({ type: 'Redo' })).status).toBe('committed')
    expect(trashed()).toBeNull()
  })

  it('[EV5] undo never touches a field another wrote later, and says what it skipped', async () => {
    await anna.send(scene('a'))
    await anna.send({ type: 'UpdateScene', sceneId: id('a'), fields: { title: 'Harbour', summary: 'Night' } })
    await ben.send({ type: 'UpdateScene', sceneId: id('a'), fields: { title: 'The harbour' } })
    const undone = await anna.send({ type: 'Undo' })
    expect(undone).toMatchObject({
      status: 'committed',
      skipped: [{ what: 'scenes.title', id: 'a', why: 'changed-since' }],
    })
    expect(writer.state(STORY)?.scenes.get('a')).toMatchObject({ title: 'The harbour', summary: '' })
    const gone = await anna.send({ type: 'Undo' })
    expect(gone).toMatchObject({ skipped: [{ what: 'scenes', why: 'changed-since' }] })
    expect(writer.state(STORY)?.scenes.has('a')).toBe(true)
  })

  it('[C6] replay equals the projections row for row, and verify sees a changed row', async () => {
    await anna.send({
      type: 'Batch',
      commands: Array.from({ length: 40 }, (_, i) => scene(`s${i}`, i * 10, 5) as never),
    })
    await anna.send({ type: 'MoveScenes', moves: [{ sceneId: id('s1'), x: 1, y: 2 }] })
    await anna.send({
      type: 'CreateBranch',
      branchId: 'br_two' as typeof MAIN,
      name: 'What if',
      parentId: MAIN,
      forkSceneId: id('s3'),
    })
    await anna.send({ type: 'DeleteScenes', sceneIds: [id('s3'), id('s4')] })
    expect(verifyStories(writer.log, writer.projection)).toEqual([
      { storyId: STORY, events: writer.state(STORY)?.version, differences: [], snapshotEqual: true },
    ])
    writer.db.prepare("UPDATE scenes SET data = json_set(data, '$.title', 'forged') WHERE id = 's7'").run()
    writer.db.prepare("DELETE FROM scenes WHERE id = 's8'").run()
    expect(verifyStories(writer.log, writer.projection)[0]?.differences).toEqual([
      { table: 'scenes', id: 's7', what: 'different' },
      { table: 'scenes', id: 's8', what: 'missing' },
    ])
  })

  it.each([
    ["UPDATE scenes SET words = 90000 WHERE id = 's1'", STORY, 'scenes', 's1', 'different'],
    ["UPDATE scenes SET title = 'forged' WHERE id = 's1'", STORY, 'scenes', 's1', 'different'],
    ["UPDATE scenes SET branch_id = 'br_gone' WHERE id = 's1'", STORY, 'scenes', 's1', 'different'],
    ["UPDATE stories SET trashed_at = 1 WHERE id = 'st_test'", STORY, 'stories', STORY, 'different'],
    ["UPDATE edges SET to_id = 's1' WHERE id = 'e'", STORY, 'edges', 'e', 'different'],
    [
      "INSERT INTO scenes (story_id, id, branch_id, type, title, words, data) VALUES ('st_none', 'x', 'b', 'scene', 'x', 7, '{}')",
      ...['st_none', 'scenes', 'x', 'extra'],
    ],
    [
      "INSERT INTO stories (id, title, state, changed_at, data) VALUES ('st_none', 'x', 'draft', 1, '{}')",
      ...['st_none', 'stories', 'st_none', 'extra'],
    ],
  ])('[C6] verify sees what no event tells: %s', async (damage, storyId, table, id, what) => {
    await anna.send({ type: 'Batch', commands: [scene('s1'), scene('s2'), link('e', 's1', 's2')] as never })
    const found = () => verifyStories(writer.log, writer.projection).filter((story) => story.differences.length > 0)
    expect(found()).toEqual([])
    writer.db.prepare(damage).run()
    expect(found()).toMatchObject([{ storyId, differences: [{ table, id, what }] }])
  })

  it('[EV6] a snapshot is only a cache: with and without it the state is the same', async () => {
    await anna.send({ type: 'Batch', commands: Array.from({ length: 30 }, (_, i) => scene(`s${i}`) as never) })
    writer.log.saveSnapshot(STORY, writer.state(STORY) as never)
    await anna.send(scene('later'))
    const withCache = JSON.stringify(toSnapshot(writer.log.load(STORY)))
    writer.db.prepare('DELETE FROM snapshots').run()
    expect(JSON.stringify(toSnapshot(writer.log.load(STORY)))).toBe(withCache)
  })

  it('[EV7] work that throws takes no neighbour down', async () => {
    const bad = writer.transact(() => {
      throw new Error('broken work')
    })
    const good = anna.send(scene('a'))
    await expect(bad).rejects.toThrow('broken work')
    expect((await good).status).toBe('committed')
    expect(verifyStories(writer.log, writer.projection)[0]?.differences).toEqual([])
  })

  it('[C20] a full disk acknowledges nothing and service resumes without a restart', async () => {
    const pages = Number(writer.db.pragma('page_count', { simple: true }))
    writer.db.pragma(`max_page_count = ${pages + 1}`)
    const big = Array.from({ length: 400 }, (_, i) => scene(`s${i}`, 0, 0, 'x'.repeat(150)) as never)
    const envelope = anna.make({ type: 'Batch', commands: big })
    expect(await writer.submit(envelope, ANNA)).toMatchObject({ status: 'unavailable', reason: 'SQLITE_FULL' })
    expect(writer.state(STORY)?.scenes.size).toBe(0)
    writer.db.pragma('max_page_count = 1000000')
    expect((await writer.submit(envelope, ANNA)).status).toBe('committed')
    expect(verifyStories(writer.log, writer.projection)[0]?.differences).toEqual([])
  })

  it('[EV9] what only the program may say is refused to people, also inside a batch', async () => {
    await anna.send(scene('a'))
    const forged = { type: 'RecordProseCheckpoint' as const, sceneId: id('a'), hash: 'x', words: 9, actors: [] }
    const alone = await anna.send(forged)
    const hidden = await anna.send({ type: 'Batch', commands: [scene('b') as never, forged] })
    expect([alone, hidden]).toEqual(Array(2).fill({ status: 'refused', refusal: { kind: 'system-only' } }))
    expect(writer.state(STORY)?.scenes.size).toBe(1)
  })

  it('[EV10] [A4] a scene id of another story is refused: its text is not to be had that way', async () => {
    await anna.send(scene('a'))
    const other = storyId.parse('st_other')
    const as = (seq: number, command: StoryCommandInput) =>
      writer.submit(
        { clientId: clientId.parse('cl_x'), seq, commandId: commandId.parse(`co_x${seq}`), storyId: other, command },
        BEN,
      )
    await as(1, { type: 'CreateStory', storyId: other, title: 'Other', canonBranchId: branchId.parse('br_other') })
    const stolen = { type: 'CreateScene' as const, sceneId: id('a'), branchId: branchId.parse('br_other'), x: 0, y: 0 }
    expect(await as(2, stolen)).toMatchObject({ status: 'refused', refusal: { kind: 'scene-exists' } })
    expect(await as(3, { type: 'Batch', commands: [stolen] })).toMatchObject({ status: 'refused' })
    // Both stories in one tick: the second is still refused.
    const both = await Promise.all([anna.send(scene('twin')), as(4, { ...stolen, sceneId: id('twin') })])
    expect(both.map((outcome) => outcome.status)).toEqual(['committed', 'refused'])
  })

  it('[EV8] deleting a fork scene moves the fork to the nearest scene that stays', async () => {
    await anna.send({ type: 'Batch', commands: [scene('a'), scene('b'), link('e', 'a', 'b')] as never })
    await anna.send({
      type: 'CreateBranch',
      branchId: 'br_two' as typeof MAIN,
      name: 'What if',
      parentId: MAIN,
      forkSceneId: id('b'),
    })
    await anna.send({ type: 'DeleteScenes', sceneIds: [id('b')] })
    expect(writer.state(STORY)?.branches.get('br_two')?.forkSceneId).toBe('a')
    await anna.send({ type: 'Undo' })
    expect(writer.state(STORY)?.branches.get('br_two')?.forkSceneId).toBe('b')
  })
})

/** Content without stamps: undo restores what was there, as a newer version. */
function strip(state: Parameters<typeof toSnapshot>[0]) {
  return JSON.parse(
    JSON.stringify(toSnapshot(state).collections, (key, value: unknown) =>
      ['createdAt', 'createdBy', 'changedAt', 'changedBy', 'version'].includes(key) ? undefined : value,
    ),
  ) as unknown
}
