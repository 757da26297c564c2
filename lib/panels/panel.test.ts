import { expect, test } from 'vitest'
import { decideAndFold, emptyStream } from '../stream/stream.ts'
import type { PastEvent, StoryCommand, StreamState } from '../stream/stream.ts'
import { storyCommand } from '../stream/stream.ts'
import { blueprintOf } from './blueprint.ts'
import { panelsOfScene } from './panel.ts'
import { fingerprint, staleParts } from './stale.ts'
import { CAST, figureOf, lineOf, scriptOf } from './test-cast.ts'

const meta = { actorId: 'us_1', at: 1000 }
function run(state: StreamState, command: unknown): readonly PastEvent[] {
  const decided = decideAndFold(state, storyCommand.parse(command), meta)
  if (!decided.ok) throw new Error(decided.error.kind)
  return decided.value.events
}
function refusal(state: StreamState, command: unknown): string | null {
  const decided = decideAndFold(state, storyCommand.parse(command) as StoryCommand, meta)
  return decided.ok ? null : decided.error.kind
}
const { sceneId: _scene, ...body } = scriptOf()
const add = (...ids: string[]) => ({ type: 'AddPanels', sceneId: 'sc_1', panels: ids.map((id) => ({ ...body, id })) })
function withScene(): StreamState {
  const state = emptyStream()
  run(state, { type: 'CreateStory', storyId: 'st_1', title: 'T', canonBranchId: 'br_1' })
  run(state, { type: 'CreateScene', sceneId: 'sc_1', branchId: 'br_1', x: 0, y: 0 })
  return state
}
const order = (state: StreamState) => panelsOfScene(state, 'sc_1').map((panel) => panel.id as string)
const version = {
  image: { sha256: 'a'.repeat(64), width: 10, height: 10, mime: 'image/png' },
  recipe: { seed: 1 },
  drawnBy: 'rules',
  fingerprint: {},
  qc: null,
  facts: null,
  jobId: null,
  parentVersionId: null,
  reason: 'first',
}

test('[PA20] panels are added at the end or after a panel, with new ids, in scenes that exist', () => {
  const state = withScene()
  run(state, add('p1', 'p2'))
  run(state, { ...add('p3'), afterPanelId: 'p1' })
  expect(order(state)).toEqual(['p1', 'p3', 'p2'])
  expect(refusal(state, add('p1'))).toBe('panel-exists')
  expect(refusal(state, { ...add('p9'), sceneId: 'sc_9' })).toBe('unknown-scene')
})

test('[PA21] reordering names every panel once', () => {
  const state = withScene()
  run(state, add('p1', 'p2', 'p3'))
  run(state, { type: 'ReorderPanels', sceneId: 'sc_1', panelIds: ['p3', 'p1', 'p2'] })
  expect(order(state)).toEqual(['p3', 'p1', 'p2'])
  expect(refusal(state, { type: 'ReorderPanels', sceneId: 'sc_1', panelIds: ['p3', 'p1'] })).toBe('panel-list-differs')
})

test('[PA22] a panel goes with its versions and undo brings both back', () => {
  const state = withScene()
  run(state, add('p1'))
  run(state, { type: 'RecordPanelVersion', panelId: 'p1', versionId: 'v1', version })
  const past = run(state, { type: 'DeletePanels', panelIds: ['p1'] })
  expect([state.panels.size, state.panelVersions.size]).toEqual([0, 0])
  decideAndFold(state, { type: 'Undo' }, meta, past)
  expect([state.panels.get('p1')?.chosenVersionId, state.panelVersions.size]).toEqual(['v1', 1])
})

test('[PA23] deleting a scene takes its panels along and undo brings them back', () => {
  const state = withScene()
  run(state, add('p1'))
  run(state, { type: 'SetComicLayout', sceneId: 'sc_1', fields: { direction: 'rtl' } })
  const past = run(state, { type: 'DeleteScenes', sceneIds: ['sc_1'] })
  expect([state.panels.size, state.comicLayouts.size]).toEqual([0, 0])
  decideAndFold(state, { type: 'Undo' }, meta, past)
  expect([order(state), state.comicLayouts.get('sc_1')?.direction]).toEqual([['p1'], 'rtl'])
})

test('[PA30][PA31] a redraw adds a version and shows it; undo leaves the picture', () => {
  const state = withScene()
  run(state, add('p1'))
  run(state, { type: 'RecordPanelVersion', panelId: 'p1', versionId: 'v1', version })
  const past = run(state, {
    type: 'RecordPanelVersion',
    panelId: 'p1',
    versionId: 'v2',
    version: { ...version, reason: 'redraw' },
  })
  expect([...state.panelVersions.keys()]).toEqual(['v1', 'v2'])
  expect(state.panels.get('p1')?.chosenVersionId).toBe('v2')
  decideAndFold(state, { type: 'Undo' }, meta, past)
  expect([state.panels.get('p1')?.chosenVersionId, state.panelVersions.size]).toEqual(['v1', 2])
  expect(refusal(state, { type: 'RecordPanelVersion', panelId: 'p1', versionId: 'v2', version })).toBe(
    'panel-version-exists',
  )
})

test('[PA32] only a version of the panel itself can be chosen', () => {
  const state = withScene()
  run(state, add('p1', 'p2'))
  run(state, { type: 'RecordPanelVersion', panelId: 'p1', versionId: 'v1', version })
  expect(refusal(state, { type: 'ChoosePanelVersion', panelId: 'p2', versionId: 'v1' })).toBe('unknown-panel-version')
  run(state, { type: 'ChoosePanelVersion', panelId: 'p1', versionId: null })
  expect(state.panels.get('p1')?.chosenVersionId).toBeNull()
})

test('[PA35] each input makes exactly its own part stale; words of a line do not', () => {
  const figures = [figureOf('mara')]
  const base = scriptOf({ figures, lines: [lineOf('l1', 'Come in.', 'mara')] })
  const print = (script = base, cast: Parameters<typeof blueprintOf>[1] = CAST, aspect = 1) =>
    fingerprint(blueprintOf(script, cast, aspect), 'rules-1')
  const changed = (now: Record<string, string>) => staleParts(print(), now)
  expect(changed(print())).toEqual([])
  expect(changed(print({ ...base, lines: [lineOf('l1', 'Go away!', 'mara')] }))).toEqual([])
  expect(changed(print({ ...base, beat: 'Other words' }))).toEqual([])
  expect(changed(print({ ...base, light: 'night' }))).toEqual(['light'])
  expect(changed(print({ ...base, setting: 'cave' }))).toEqual(['setting'])
  expect(changed(print({ ...base, shot: 'close' }))).toEqual(['shot'])
  expect(changed(print({ ...base, angle: 'low' }))).toEqual(['angle'])
  expect(changed(print({ ...base, figures: [figureOf('mara', { expression: 'sad' })] }))).toEqual(['figures'])
  expect(changed(print(base, [{ ...CAST[0], wardrobe: 'teal dress' }, CAST[1]]))).toEqual(['looks'])
  expect(changed(print(base, CAST, 2))).toEqual(['shape'])
})
