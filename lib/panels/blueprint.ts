import { z } from 'zod'
import { seedFrom } from '../kernel/random.ts'
import { POSES } from './draw/poses.ts'
import { lookOf } from './look.ts'
import type { Look } from './look.ts'
import { poseHead } from './draw/skeleton.ts'
import type { Camera } from './draw/stage.ts'
import type { CastMember, Figure, Light, PanelScript, Setting, Shot } from './script.ts'

/** Sizes a picture may have, px. A slot gets the nearest aspect (comics.md 2). */
const SIZES = [
  [1536, 640],
  [1344, 768],
  [1216, 832],
  [1024, 1024],
  [832, 1216],
  [768, 1344],
] as const

/** Hand changes over the derived blueprint; kept apart so that they survive a new derivation. */
export const blueprintOverrides = z.strictObject({
  /** Share of the panel height, positive moves the picture down. */
  shiftY: z.number().min(-0.5).max(0.5).optional(),
  zoom: z.number().min(0.5).max(2).optional(),
  lightFrom: z.enum(['left', 'right']).optional(),
})
export type BlueprintOverrides = z.infer<typeof blueprintOverrides>

export interface PlacedFigure {
  readonly id: string
  readonly look: Look
  readonly action: Figure['action']
  readonly expression: Figure['expression']
  readonly prop: string
  readonly dir: 1 | -1
  readonly frontal: boolean
  /** World place: heads from the middle, depth (1 is the figures' plane). */
  readonly x: number
  readonly z: number
}

/** One panel ready to draw: everything the drawing reads, and what a stale picture is told by (PA10). */
export interface Blueprint {
  readonly panelId: string
  readonly width: number
  readonly height: number
  readonly shot: Shot
  readonly camera: Camera
  /** Camera roll, degrees. */
  readonly roll: number
  /** Seen from above (1) or below (-1). */
  readonly tilt: number
  readonly figures: readonly PlacedFigure[]
  readonly setting: Setting
  readonly light: Light
  readonly lightDir: 1 | -1
  /** Where balloons are expected: share of the panel height from the top. */
  readonly reserved: number
  /** Hand changes, already worked into the camera and the light. */
  readonly overrides: BlueprintOverrides
  readonly altText: string
}

const FRAMING: Readonly<Record<Shot, { heads: number; anchor: 'feet' | 'head'; at: number }>> = {
  'extreme-wide': { heads: 20, anchor: 'feet', at: 0.86 },
  wide: { heads: 11.6, anchor: 'feet', at: 0.93 },
  full: { heads: 9.4, anchor: 'feet', at: 0.95 },
  medium: { heads: 4.9, anchor: 'head', at: 0.2 },
  close: { heads: 2.5, anchor: 'head', at: 0.17 },
  'extreme-close': { heads: 1.35, anchor: 'head', at: -0.06 },
}

/** Height of a mattress in heads. */
export const BED = 1.15

/** Whether whoever lies in this place lies in a bed; elsewhere it is the ground. */
export function hasBed(setting: Blueprint['setting']): boolean {
  return setting === 'room' || setting === 'library' || setting === 'kitchen' || setting === 'corridor'
}

/** Heads across a picture that shows somebody lying: all of them, or head and shoulders with the pillow. */
const LYING_ACROSS: Readonly<Record<Shot, number>> = {
  'extreme-wide': 20,
  wide: 12.5,
  full: 11,
  medium: 6,
  close: 4.4,
  'extreme-close': 2.6,
}

/** The picture size for a slot of this width / height. */
function sizeFor(aspect: number): { width: number; height: number } {
  const best = SIZES.toSorted(
    (a, b) => Math.abs(Math.log(a[0] / a[1] / aspect)) - Math.abs(Math.log(b[0] / b[1] / aspect)),
  )[0]
  return best ? { width: best[0], height: best[1] } : { width: 1024, height: 1024 }
}

/**
 * Derives the blueprint of a panel from its script, the cast and the slot's aspect (width / height). Of the lines
 * only number and size class are read, so that a changed line never changes the picture (PA11).
 */
export function blueprintOf(
  script: PanelScript,
  cast: readonly CastMember[],
  aspect: number,
  overrides: BlueprintOverrides = {},
): Blueprint {
  const { width, height } = sizeFor(aspect)
  const frame = FRAMING[script.shot]
  const spoken = script.lines.filter((line) => line.kind !== 'sfx').length
  const long = script.lines.reduce((sum, line) => sum + line.text.length, 0) > 70 ? 1 : 0
  const room = spoken + (spoken > 0 ? long : 0)
  const reserved = spoken === 0 ? 0.04 : room === 1 ? 0.2 : room === 2 ? 0.27 : 0.34
  const looks = script.figures.map((figure) => lookFor(figure, cast))
  const heights = script.figures.map((figure, i) => poseHead(figure.action, looks[i] as Look).crown)
  const tallest = heights.length === 0 ? 7 : Math.max(...heights)
  const crowd = script.figures.length
  const need =
    crowd <= 1 ? 2.4 : 1.2 + crowd * (script.shot === 'close' || script.shot === 'extreme-close' ? 1.75 : 2.3)
  const lower = frame.anchor === 'head' ? 1 + Math.max(0, reserved - 0.12) * 0.9 : 1 + Math.max(0, reserved - 0.1) * 0.5
  const lying = crowd > 0 && script.figures.every((figure) => figure.action === 'lie')
  const heads = Math.max(
    lying ? (LYING_ACROSS[script.shot] * height) / width : frame.heads * lower,
    crowd > 1 ? (need * height) / width : 0,
    !lying && frame.anchor === 'feet' && script.shot !== 'extreme-wide'
      ? (tallest + 0.6) / (0.93 - reserved * 0.55)
      : 0,
  )
  const unit = (height / heads) * (overrides.zoom ?? 1)
  const bed = lying && hasBed(script.setting) ? BED : 0
  // Somebody lying is seen from a little above, or the bed would hide behind its own edge.
  const eyes = lying ? bed + 3.4 : Math.max(2.2, tallest - 0.62)
  const camH = script.angle === 'high' ? eyes + 3.6 : script.angle === 'low' ? 1.3 : eyes
  const shift = (overrides.shiftY ?? 0) * height
  const top = Math.max(frame.at, script.shot === 'extreme-close' ? frame.at : reserved + 0.03) * height
  // The middle of the lying body stands at two thirds of the height, under the lines.
  const lyingY = height * 0.66 - (camH - bed - 0.6) * unit
  const horizonY = lying
    ? shift + lyingY
    : shift + (frame.anchor === 'feet' ? frame.at * height - camH * unit : top - (camH - tallest) * unit)
  return {
    panelId: script.id,
    width,
    height,
    shot: script.shot,
    camera: { w: width, h: height, unit, camH, camX: 0, horizonY },
    roll: script.angle === 'tilted' ? (seedFrom(script.id) % 2 === 0 ? 7 : -7) : 0,
    tilt: script.angle === 'high' ? 0.9 : script.angle === 'low' ? -0.9 : 0,
    figures: placeFigures(script, looks, width / unit),
    setting: script.setting,
    light: script.light,
    lightDir: (overrides.lightFrom ?? (seedFrom(script.sceneId) % 2 === 0 ? 'right' : 'left')) === 'right' ? 1 : -1,
    reserved,
    overrides,
    altText: script.altText === '' ? describe(script, cast) : script.altText,
  }
}

function lookFor(figure: Figure, cast: readonly CastMember[]): Look {
  const member = cast.find((entry) => entry.id === figure.characterId)
  return lookOf(
    member ?? {
      id: figure.characterId,
      name: '',
      aliases: [],
      build: '',
      hair: '',
      wardrobe: '',
      colour: '',
      marks: '',
    },
  )
}

/** Near shots centre the head, wherever the pose holds it; wide ones keep the feet in place. */
function headShift(shot: Shot, action: Figure['action'], look: Look, dir: 1 | -1): number {
  const near = shot === 'close' || shot === 'extreme-close' ? 1 : shot === 'medium' ? 0.8 : 0
  return near * dir * poseHead(action, look).forward
}

function placeFigures(script: PanelScript, looks: readonly Look[], spanHeads: number): PlacedFigure[] {
  const share = { left: 0.3, centre: 0.5, right: 0.7 } as const
  const order = script.figures
    .map((figure, i) => ({ figure, look: looks[i] as Look, want: share[figure.side] + i * 0.001 }))
    .sort((a, b) => a.want - b.want)
  const gap = Math.min(2.35, (spanHeads * 0.78) / Math.max(1, order.length))
  const xs = order.map((entry) => (entry.want - 0.5) * spanHeads)
  // Push neighbours apart from the middle outwards, then re-centre the group inside the frame.
  for (let i = 1; i < xs.length; i++) xs[i] = Math.max(xs[i] as number, (xs[i - 1] as number) + gap)
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 0]
  const room = Math.max(0, spanHeads / 2 - 1.15)
  const drift = last > room ? room - last : first < -room ? -room - first : 0
  const crowd = xs.length > 1 && last - first > room * 2 ? -(first + last) / 2 : drift
  return order.map((entry, i) => {
    const x = (xs[i] as number) + crowd
    const facing = entry.figure.facing
    const dir = facing === 'right' ? 1 : facing === 'left' ? -1 : x > 0 ? -1 : 1
    const frontal = facing === 'front' && POSES[entry.figure.action].turn < 0.72
    const back = order.length > 2 && i % 2 === 1 ? 1.14 : 1
    return {
      id: entry.figure.characterId,
      look: entry.look,
      action: entry.figure.action,
      expression: entry.figure.expression,
      prop: entry.figure.prop,
      dir,
      frontal,
      x: (x - headShift(script.shot, entry.figure.action, entry.look, dir)) * back,
      z: back,
    } as const
  })
}

const ACTION_WORDS: Partial<Record<Figure['action'], string>> = {
  'sit-ground': 'sits on the ground',
  'arms-crossed': 'stands with arms crossed',
  'hands-on-hips': 'stands with hands on hips',
  'look-back': 'looks back',
  'turned-away': 'stands turned away',
  'reach-up': 'reaches up',
  fists: 'stands with clenched fists',
  lie: 'lies down',
  hold: 'holds something out',
}

/** A plain description of what the panel shows, used where nobody wrote one (PA12). */
export function describe(script: PanelScript, cast: readonly CastMember[]): string {
  const place =
    script.setting === 'none'
      ? ''
      : ` ${script.setting === 'sea' ? 'at sea' : script.setting === 'shore' ? 'on the shore' : script.setting === 'rooftop' ? 'on a rooftop' : script.setting === 'field' ? 'in a field' : script.setting === 'street' ? 'in a street' : `in a ${script.setting}`}`
  const hour =
    script.light === 'day'
      ? ''
      : script.light === 'lamp'
        ? ', by lamplight'
        : script.light === 'storm'
          ? ', in a storm'
          : `, at ${script.light}`
  const who = script.figures.map((figure) => {
    const name = cast.find((entry) => entry.id === figure.characterId)?.name ?? 'Somebody'
    const verb =
      ACTION_WORDS[figure.action] ?? `${figure.action}s`.replace(/chs$/, 'ches').replace('relaxs', 'stands at ease')
    const mood =
      figure.expression === 'neutral' ? '' : `, ${figure.expression === 'shout' ? 'shouting' : figure.expression}`
    return `${name} ${verb}${mood}`
  })
  const subject = who.length === 0 ? 'An empty place' : who.join('; ')
  return `${subject}${place}${hour}.`
}
