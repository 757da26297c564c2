import type { PanelScript } from './script.ts'

/** Two characters and a plain script, for the tests of this folder. */
export const CAST = [
  {
    id: 'ch_mara',
    name: 'Mara',
    aliases: ['the keeper'],
    build: 'slim',
    hair: 'long dark braid',
    wardrobe: 'madder coat, scarf',
    colour: '',
    marks: '',
  },
  {
    id: 'ch_oren',
    name: 'Oren',
    aliases: [],
    build: 'broad, old',
    hair: 'short grey, beard',
    wardrobe: 'navy jacket, cap',
    colour: '',
    marks: '',
  },
] as const

/** A script with the given fields over a plain one. */
export function scriptOf(fields: Partial<PanelScript> = {}): PanelScript {
  const plain = {
    id: 'pa_1',
    sceneId: 'sc_1',
    beat: '',
    source: null,
    shot: 'medium',
    angle: 'eye',
    setting: 'room',
    light: 'day',
    figures: [],
    lines: [],
    altText: '',
    weight: 3,
    turn: false,
  }
  // Ids of tests are plain words; the brand is a compile-time mark.
  return { ...plain, ...fields } as unknown as PanelScript
}

/** A figure of the test cast. */
export function figureOf(
  who: 'mara' | 'oren',
  fields: Partial<PanelScript['figures'][number]> = {},
): PanelScript['figures'][number] {
  return {
    characterId: `ch_${who}`,
    action: 'stand',
    expression: 'neutral',
    side: 'centre',
    facing: 'right',
    prop: '',
    ...fields,
  } as PanelScript['figures'][number]
}

/** A line of the test cast. */
export function lineOf(
  id: string,
  text: string,
  who: 'mara' | 'oren' | null,
  kind: PanelScript['lines'][number]['kind'] = 'speech',
): PanelScript['lines'][number] {
  return { id, kind, speakerId: who === null ? null : `ch_${who}`, text, source: null } as PanelScript['lines'][number]
}
