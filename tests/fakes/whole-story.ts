import { plainEdge, plainScene } from '#lib/exchange/story-document.ts'
import { storyDocument } from '#lib/exchange/story-document.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { HOSTILE_PICTURE_HASH } from './hostile-story.ts'

const image = { sha256: HOSTILE_PICTURE_HASH, width: 8, height: 6, mime: 'image/png' }
const version = (id: string) => ({
  id,
  image,
  recipe: { seed: 1 },
  drawnBy: 'rules',
  fingerprint: {},
  qc: null,
  facts: null,
  jobId: null,
  parentVersionId: null,
  reason: 'first',
})
const panel = (id: string, order: number, chosenVersionId: string) => ({
  id,
  sceneId: 'sc_1',
  order,
  alt: 'a pier',
  image,
  blobs: [HOSTILE_PICTURE_HASH],
  record: {
    beat: 'The pier.',
    source: null,
    shot: 'wide',
    angle: 'eye',
    setting: 'shore',
    light: 'day',
    figures: [],
    lines: [{ id: 'l1', kind: 'caption', speakerId: null, text: 'Rain.', source: null }],
    altText: 'a pier',
    weight: 2,
    turn: false,
    overrides: {},
    balloons: [],
    chosenVersionId,
    versions: [version(chosenVersionId), version(`${chosenVersionId}b`)],
  },
})
const needs = { op: 'compare', variableId: 'va_1', by: 'ge', value: 2 }
const edge = (id: string, from: string, to: string, fields: object) =>
  plainEdge({ id: id as never, from: from as never, to: to as never, ...fields })
const scene = (id: string, branchId: string, title: string, fields: object = {}) =>
  plainScene({ id: id as never, branchId: branchId as never, title, ...fields })

/** A small story with one of everything a story can hold; its only picture is the hostile story's. */
export function wholeStory(): StoryDocument {
  const branch = { kind: 'timeline', parentId: null, forkSceneId: null, status: 'active', colour: 1, reason: '' }
  const variable = { scope: 'story', options: [], description: '' }
  return storyDocument.parse({
    story: {
      id: 'st_1',
      title: 'Whole',
      logline: 'All of it',
      language: 'en',
      direction: 'ltr',
      startSceneId: 'sc_1',
      canonBranchId: 'br_1',
      foreign: { other: 1 },
    },
    branches: [
      { ...branch, id: 'br_1', name: 'Main' },
      { ...branch, id: 'br_2', name: 'Other', kind: 'take', parentId: 'br_1', forkSceneId: 'sc_1', status: 'archived' },
      { ...branch, id: 'br_3', name: 'Deeper', parentId: 'br_2', forkSceneId: 'sc_3', reason: 'why' },
    ],
    variables: [
      { ...variable, id: 'va_1', name: 'coins', kind: 'int', default: 1 },
      { ...variable, id: 'va_2', name: 'mood', kind: 'enum', default: 'calm', options: ['calm', 'wild'] },
    ],
    scenes: [
      scene('sc_1', 'br_1', 'Shore', { tags: ['wet', 'cold'], moods: ['sad'], groupId: 'sc_5', cast: ['ch_1'] }),
      scene('sc_2', 'br_1', 'Boat', { prose: [{ type: 'paragraph', content: [{ type: 'text', text: 'Salt.' }] }] }),
      scene('sc_3', 'br_2', 'Home', { originId: 'sc_2', metadata: { place: 'x' } }),
      scene('sc_4', 'br_3', 'End', { type: 'ending', foreign: { a: 1 } }),
      scene('sc_5', 'br_1', 'Chapter', { type: 'chapter', groupId: 'sc_6' }),
      scene('sc_6', 'br_1', 'Volume', { type: 'volume' }),
    ],
    edges: [
      edge('ed_1', 'sc_1', 'sc_2', { choiceText: 'go', condition: needs }),
      edge('ed_2', 'sc_1', 'sc_2', { choiceText: 'go', condition: { op: 'not', item: needs } }),
      edge('ed_3', 'sc_1', 'sc_3', { choiceText: 'go', condition: { op: 'visited', sceneId: 'sc_2', atLeast: 1 } }),
      edge('ed_4', 'sc_3', 'sc_4', { type: 'next', effects: [{ op: 'add', variableId: 'va_1', amount: 1 }] }),
      edge('ed_5', 'sc_2', 'sc_4', { type: 'converges', label: 'l' }),
      edge('ed_6', 'sc_1', 'sc_1', { choiceText: 'wait', once: true, foreign: { n: 1 } }),
    ],
    characters: [
      { id: 'ch_1', name: 'Mara', record: { aliases: ['M'], description: 'x' } },
      { id: 'ch_2', name: 'Ben', record: {} },
    ],
    panels: [panel('pa_1', 0, 'pv_1'), panel('pa_2', 1, 'pv_2')],
    records: { comicLayouts: [{ id: 'sc_1', templates: [], direction: 'story' }] },
  })
}
