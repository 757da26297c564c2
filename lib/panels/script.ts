import { z } from 'zod'
import { characterId, panelId, sceneId } from '../kernel/ids.ts'

/**
 * The words of the comic: what a panel says and shows, before anything is drawn (comics.md 2). Rules PA1-PA9.
 * Everything here is a closed vocabulary or plain text, so the same script gives the same drawing everywhere.
 */
export const SHOTS = ['extreme-wide', 'wide', 'full', 'medium', 'close', 'extreme-close'] as const
export const ANGLES = ['eye', 'high', 'low', 'tilted'] as const
export const SETTINGS = [
  'none',
  'room',
  'library',
  'kitchen',
  'corridor',
  'street',
  'rooftop',
  'forest',
  'field',
  'shore',
  'sea',
  'cave',
] as const
export const LIGHTS = ['day', 'dawn', 'dusk', 'night', 'lamp', 'storm'] as const
export const ACTIONS = [
  'stand',
  'relax',
  'walk',
  'run',
  'sit',
  'sit-ground',
  'kneel',
  'crouch',
  'lie',
  'point',
  'wave',
  'reach',
  'reach-up',
  'think',
  'arms-crossed',
  'hands-on-hips',
  'shrug',
  'fists',
  'read',
  'hold',
  'write',
  'look-back',
  'turned-away',
  'fall',
  'bow',
  'whisper',
] as const
export const EXPRESSIONS = [
  'neutral',
  'happy',
  'sad',
  'angry',
  'afraid',
  'surprised',
  'tired',
  'determined',
  'sly',
  'shout',
] as const
export const SIDES = ['left', 'centre', 'right'] as const
export const FACINGS = ['left', 'right', 'front'] as const
export const LINE_KINDS = [
  'speech',
  'thought',
  'whisper',
  'shout',
  'radio',
  'off-panel',
  'caption',
  'location',
  'sfx',
] as const

export const shot = z.enum(SHOTS)
export const angle = z.enum(ANGLES)
export const setting = z.enum(SETTINGS)
export const light = z.enum(LIGHTS)
export const action = z.enum(ACTIONS)
export const expression = z.enum(EXPRESSIONS)
export const lineKind = z.enum(LINE_KINDS)
export type Shot = z.infer<typeof shot>
export type Angle = z.infer<typeof angle>
export type Setting = z.infer<typeof setting>
export type Light = z.infer<typeof light>
export type Action = z.infer<typeof action>
export type Expression = z.infer<typeof expression>
export type LineKind = z.infer<typeof lineKind>

/** Where in the scene's prose a panel or line comes from: character offsets and the quote itself. */
const sourceRange = z.strictObject({
  from: z.number().int().min(0),
  to: z.number().int().min(0),
  quote: z.string().max(4000),
})
export type SourceRange = z.infer<typeof sourceRange>

export const line = z.strictObject({
  id: z.string().min(1).max(64),
  kind: lineKind,
  speakerId: characterId.nullable(),
  text: z.string().min(1).max(500),
  /** The prose behind the words, or null for a line a person wrote. */
  source: sourceRange.nullable(),
})
export type Line = z.infer<typeof line>

export const figure = z.strictObject({
  characterId,
  action,
  expression,
  side: z.enum(SIDES),
  facing: z.enum(FACINGS),
  /** What is held, by noun: lantern, book, letter, cup, sword, key, rope, flower. Empty for nothing. */
  prop: z.string().max(40),
})
export type Figure = z.infer<typeof figure>

/** One row of the shot list. `weight` 1-5 decides how much of the page it gets. */
export const panelScript = z.strictObject({
  id: panelId,
  sceneId,
  beat: z.string().max(600),
  source: sourceRange.nullable(),
  shot,
  angle,
  setting,
  light,
  figures: z.array(figure).max(6),
  lines: z.array(line).max(12),
  altText: z.string().max(600),
  weight: z.number().int().min(1).max(5),
  turn: z.boolean(),
})
export type PanelScript = z.infer<typeof panelScript>

/** What the comic needs to know of a character to draw and name it. Plain words; `lib/panels/look.ts` reads them. */
export interface CastMember {
  readonly id: string
  readonly name: string
  readonly aliases: readonly string[]
  readonly build: string
  readonly hair: string
  readonly wardrobe: string
  readonly colour: string
  readonly marks: string
}

/** Whether a line still stands in the prose as quoted (PA3): `verbatim`, `adapted` (words differ), or `written` (no source). */
export function lineOrigin(entry: Line, prose: string): 'verbatim' | 'adapted' | 'written' {
  if (!entry.source) return 'written'
  const there = prose.slice(entry.source.from, entry.source.to)
  return there === entry.source.quote && there.includes(entry.text) ? 'verbatim' : 'adapted'
}
