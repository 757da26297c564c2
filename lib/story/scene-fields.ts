import type { Scene, SceneType } from './state.ts'

// The fields a scene's type adds, kept as text in its metadata (product.md 4.3). Rules ST90-ST93.

interface FieldBase {
  /** Key in `metadata`. */
  readonly key: string
}
export type SceneField =
  | (FieldBase & { readonly kind: 'line' | 'text' })
  /** Whole number, written in digits. */
  | (FieldBase & { readonly kind: 'number'; readonly min: number })
  | (FieldBase & { readonly kind: 'choice'; readonly options: readonly string[] })
  /** Id of a character. */
  | (FieldBase & { readonly kind: 'character' })

const TIMES = ['dawn', 'morning', 'noon', 'afternoon', 'dusk', 'evening', 'night', 'midnight'] as const
const EMOTIONS = ['calm', 'happy', 'sad', 'angry', 'afraid', 'surprised', 'tender', 'ashamed'] as const

const FIELDS: Readonly<Record<SceneType, readonly SceneField[]>> = {
  chapter: [
    { key: 'number', kind: 'number', min: 0 },
    { key: 'arc', kind: 'line' },
  ],
  scene: [
    { key: 'place', kind: 'line' },
    { key: 'timeOfDay', kind: 'choice', options: TIMES },
    { key: 'weather', kind: 'line' },
    { key: 'pointOfView', kind: 'character' },
  ],
  beat: [
    {
      key: 'beatKind',
      kind: 'choice',
      options: ['action', 'reaction', 'decision', 'revelation', 'emotional', 'transition'],
    },
    { key: 'goal', kind: 'line' },
    { key: 'outcome', kind: 'line' },
    { key: 'stakes', kind: 'line' },
  ],
  dialogue: [
    { key: 'speaker', kind: 'character' },
    { key: 'emotion', kind: 'choice', options: EMOTIONS },
    { key: 'manner', kind: 'line' },
    { key: 'listener', kind: 'character' },
  ],
  volume: [
    { key: 'number', kind: 'number', min: 0 },
    { key: 'pages', kind: 'number', min: 0 },
    { key: 'chapters', kind: 'number', min: 0 },
  ],
  hub: [{ key: 'place', kind: 'line' }],
  ending: [{ key: 'endingKind', kind: 'choice', options: ['hopeful', 'tragic', 'bittersweet', 'ambiguous', 'open'] }],
  convergence: [
    { key: 'pasts', kind: 'text' },
    { key: 'holds', kind: 'text' },
  ],
  group: [],
  note: [],
}

/** The moods a person may pick from; own words are legal besides. */
export const MOODS = ['tense', 'peaceful', 'mysterious', 'joyful', 'sad', 'angry', 'romantic', 'fearful'] as const

/** The fields a scene of the type has beyond the common ones (ST90). */
export function sceneFieldsOf(type: SceneType): readonly SceneField[] {
  return FIELDS[type]
}

/** The metadata with one field written; an empty value takes the field away (ST91). Values are trimmed, at most 500. */
export function withSceneField(scene: Pick<Scene, 'metadata'>, key: string, value: string): Record<string, string> {
  const { [key]: _old, ...rest } = scene.metadata
  const text = value.trim().slice(0, 500)
  return text === '' ? rest : { ...rest, [key]: text }
}

/** Why a value does not fit its field, or null (ST92). Empty always fits: nothing is required here. */
export function fieldProblem(field: SceneField, value: string): 'not-a-number' | 'too-small' | null {
  if (value.trim() === '' || field.kind !== 'number') return null
  if (!/^\d{1,9}$/.test(value.trim())) return 'not-a-number'
  return Number(value) < field.min ? 'too-small' : null
}
