import { seededRandom, seedFrom } from '../kernel/random.ts'
import { BED, hasBed } from './blueprint.ts'
import type { Blueprint, PlacedFigure } from './blueprint.ts'
import { drawFigure } from './draw/figure.ts'
import type { Box } from './draw/figure-pen.ts'
import type { FigureFacts } from './draw/figure.ts'
import { POSES } from './draw/poses.ts'
import { SETTING_KIT } from './draw/settings.ts'
import { brush, hatch, mix, nodeSvg, num, poly, ring, smooth, toSvg } from './draw/shape.ts'
import type { Group, Node, Pt } from './draw/shape.ts'
import { makeStage, rain } from './draw/stage.ts'
import type { Stage } from './draw/stage.ts'

/** Changes whenever the same blueprint would draw differently; part of every recipe. */
export const STORYBOARD_VERSION = 'rules-2'

/** What the drawing knows about itself, panel px: ground truth for tails, lettering and QC (PA13). */
export interface PanelFacts {
  readonly width: number
  readonly height: number
  readonly horizonY: number
  readonly figures: readonly FigureFacts[]
}
export interface Storyboard {
  readonly tree: Group
  readonly facts: PanelFacts
  readonly width: number
  readonly height: number
  readonly altText: string
}

/**
 * Draws one panel by rules: the same blueprint and seed give the same tree everywhere. No model, no font, no clock.
 * @param seed unsigned 32-bit; varies clouds, stones, hatching and the like, never what is shown.
 */
export function storyboard(blueprint: Blueprint, seed: number): Storyboard {
  const { camera, width, height } = blueprint
  const random = seededRandom((seed ^ seedFrom(blueprint.panelId)) >>> 0)
  // Out of doors a lamp does not light the sky: night, and the lamp itself glows.
  const dark = blueprint.light === 'lamp' && !INDOORS.has(blueprint.setting) && blueprint.setting !== 'cave'
  const stage: Stage = { ...makeStage(camera, dark ? 'night' : blueprint.light, random), light: blueprint.light }
  const drawn = [...blueprint.figures]
    .sort((a, b) => b.z - a.z)
    .map((figure) => ({ figure, ...placeFigure(stage, blueprint, figure, random) }))
  const setting: Group = { kind: 'setting', id: blueprint.setting, children: SETTING_KIT[blueprint.setting](stage) }
  const children: Node[] = [setting]
  if (drawn.some((entry) => entry.figure.action === 'run' || entry.figure.action === 'fall'))
    children.push(speedLines(stage, drawn[0]?.facts.head ?? null))
  for (const entry of drawn)
    children.push(
      ...backlight(stage, blueprint, entry.facts),
      ...(blueprint.setting === 'none' ? [] : [shadow(stage, entry.figure, entry.facts)]),
      ...seatFor(stage, entry.figure, blueprint),
      ...bedFor(stage, entry.figure, blueprint, entry.facts),
      entry.group,
      ...deskFor(stage, entry.figure),
      ...blanketFor(stage, entry.figure, blueprint, entry.facts),
    )
  if (
    blueprint.light === 'storm' &&
    blueprint.setting !== 'room' &&
    blueprint.setting !== 'library' &&
    blueprint.setting !== 'kitchen' &&
    blueprint.setting !== 'corridor' &&
    blueprint.setting !== 'cave'
  )
    children.push(rain(stage))
  const scene: Group = { kind: 'scene', id: blueprint.panelId, children }
  const roll = blueprint.roll
  const zoom = roll === 0 ? 1 : 1 + Math.abs(Math.sin((roll * Math.PI) / 180)) * 1.15
  const tree: Group = roll === 0 ? scene : { ...scene, transform: rollTransform(roll, zoom, width, height) }
  const order = new Map(blueprint.figures.map((figure, i) => [figure.id, i]))
  const figures = drawn
    .map((entry) => rolledFacts(entry.facts, roll, zoom, width, height))
    .sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
  return {
    tree,
    facts: { width, height, horizonY: camera.horizonY, figures },
    width,
    height,
    altText: blueprint.altText,
  }
}

/** The whole drawing as an SVG document. */
export function storyboardSvg(board: Storyboard): string {
  return toSvg(board.tree, board.width, board.height, board.altText)
}

/** The drawing's inner markup, for a page. */
export function storyboardMarkup(board: Storyboard): string {
  return nodeSvg(board.tree)
}

function placeFigure(
  stage: Stage,
  blueprint: Blueprint,
  figure: PlacedFigure,
  random: () => number,
): { group: Group; facts: FigureFacts } {
  const { palette } = stage
  const foot = stage.at(figure.x, inBed(figure, blueprint) ? BED : 0, figure.z)
  const lamplit = figure.prop === 'lantern' || POSES[figure.action].holds === 'lantern'
  const by = palette.tintBy * (blueprint.setting === 'none' ? 0.6 : 1) * (lamplit ? 0.55 : 1)
  return drawFigure({
    id: figure.id,
    look: figure.look,
    action: figure.action,
    expression: figure.expression,
    prop: figure.prop,
    dir: figure.dir,
    frontal: figure.frontal,
    foot,
    unit: stage.unit / figure.z,
    tilt: blueprint.tilt,
    tint: (colour) => mix(colour, palette.tint, by),
    ink: palette.ink,
    lightDir: blueprint.lightDir,
    random,
  })
}

function shadow(stage: Stage, figure: PlacedFigure, facts: FigureFacts): Node {
  const width = Math.max(facts.body.w * 0.55, (stage.unit / figure.z) * 0.7)
  const centre = stage.at(figure.x, 0, figure.z)
  const flat = Math.max(0.06, Math.min(0.34, (stage.camH / 30) * 1.1))
  const area = ring([centre[0], centre[1] + 1], width, width * flat, 18)
  const strokes = hatch(area, Math.max(3, stage.unit * 0.075), 4, stage.random)
  return {
    kind: 'shadow',
    id: figure.id,
    children: [
      { kind: 'shadow', id: figure.id, d: smooth(area, true), fill: stage.palette.ink, opacity: 0.24 },
      {
        kind: 'hatch',
        id: figure.id,
        d: strokes.map((s) => brush(s, stage.inkPx * 0.8, 0.4, 0.2)).join(''),
        fill: stage.palette.ink,
        opacity: 0.5,
      },
    ],
  }
}

const INDOORS: ReadonlySet<string> = new Set(['room', 'library', 'kitchen', 'corridor', 'none'])

function inBed(figure: PlacedFigure, blueprint: Blueprint): boolean {
  return figure.action === 'lie' && hasBed(blueprint.setting)
}

/** Ends of a lying figure in world units: where the head rests and where the feet end. */
function lying(stage: Stage, figure: PlacedFigure, facts: FigureFacts): { head: number; feet: number; to: 1 | -1 } {
  const world = (px: number) => stage.camX + ((px - stage.w / 2) * figure.z) / stage.unit
  const head = world(facts.head.x + facts.head.w / 2)
  const ends = [world(facts.body.x), world(facts.body.x + facts.body.w)] as const
  const to = Math.abs(ends[1] - head) > Math.abs(ends[0] - head) ? 1 : -1
  return { head, feet: to === 1 ? ends[1] : ends[0], to }
}

/** Whoever lies indoors lies in a bed: frame, mattress, pillow, headboard. */
function bedFor(stage: Stage, figure: PlacedFigure, blueprint: Blueprint, facts: FigureFacts): Node[] {
  if (!inBed(figure, blueprint)) return []
  const { palette } = stage
  const { head, feet, to } = lying(stage, figure, facts)
  const [start, end] = [head - to * 1.1, feet + to * 0.5]
  const [front, back] = [figure.z * 0.9, figure.z * 1.5]
  const linen = mix('#ece6d8', palette.tint, palette.tintBy * 0.9)
  const p = (x: number, y: number, z: number): Pt => stage.at(x, y, z)
  const board = (x: number, y: number) =>
    stage.fill('bed', [p(x, 0, back), p(x, y, back), p(x, y, front), p(x, 0, front)], palette.wood, { edge: 1 })
  return [
    board(start, BED + 1.5),
    stage.fill('bed', [p(start, BED, back), p(end, BED, back), p(end, BED, front), p(start, BED, front)], linen, {
      edge: 0.9,
    }),
    stage.fill(
      'bed',
      [p(start, BED, front), p(end, BED, front), p(end, BED - 0.35, front), p(start, BED - 0.35, front)],
      mix(linen, palette.ink, 0.16),
      { edge: 0.8 },
    ),
    stage.fill(
      'bed',
      [p(start, BED - 0.35, front), p(end, BED - 0.35, front), p(end, 0.3, front), p(start, 0.3, front)],
      mix(palette.wood, palette.ink, 0.1),
      { edge: 0.8 },
    ),
    stage.fill(
      'pillow',
      [
        p(start + to * 0.1, BED, figure.z),
        p(start + to * 0.15, BED + 0.42, figure.z * 1.2),
        p(head + to * 0.3, BED + 0.36, figure.z * 1.2),
        p(head + to * 0.75, BED, figure.z),
      ],
      mix('#fbf7ec', palette.tint, palette.tintBy * 0.6),
      { edge: 0.9, curved: true },
    ),
  ]
}

/** The blanket over somebody in a bed, from the waist down. */
function blanketFor(stage: Stage, figure: PlacedFigure, blueprint: Blueprint, facts: FigureFacts): Node[] {
  if (!inBed(figure, blueprint)) return []
  const { palette } = stage
  const { head, feet, to } = lying(stage, figure, facts)
  const waist = head + (feet - head) * 0.44
  const cloth = mix('#7d8f86', palette.tint, palette.tintBy)
  const p = (x: number, y: number, z = figure.z * 0.9): Pt => stage.at(x, y, z)
  const fold = [
    p(waist, BED + 1.05, figure.z),
    p(waist + to * 0.4, BED + 1.1, figure.z),
    p(waist + to * 0.35, BED - 0.62),
    p(waist - to * 0.05, BED - 0.6),
  ]
  return [
    stage.fill(
      'blanket',
      [
        p(waist, BED + 1.05, figure.z),
        p(waist + (feet - waist) * 0.5, BED + 1.2, figure.z),
        p(feet + to * 0.12, BED + 1.3, figure.z),
        p(feet + to * 0.45, BED + 0.35),
        p(feet + to * 0.45, BED - 0.7),
        p(waist, BED - 0.62),
      ],
      cloth,
      { edge: 1 },
    ),
    stage.fill('blanket', fold, mix(cloth, '#ffffff', 0.35), { edge: 0.8 }),
    stage.line([p(waist + to * 1, BED + 0.9, figure.z), p(waist + to * 1.4, BED - 0.5)], 0.7, palette.ink, 0.6),
    stage.line([p(waist + to * 2.2, BED + 0.85, figure.z), p(waist + to * 2.3, BED - 0.3)], 0.7, palette.ink, 0.6),
  ]
}

/** In the dark a pale haze behind each figure parts it from the ground, as an inker leaves a halo. */
function backlight(stage: Stage, blueprint: Blueprint, facts: FigureFacts): Node[] {
  // A figure that fills the frame has its own contours to stand on.
  if (!stage.palette.dark || !/wide|full/.test(blueprint.shot)) return []
  const { x, y, w, h } = facts.body
  const centre: Pt = [x + w / 2, y + h * 0.46]
  const fill = mix(stage.palette.wall, '#ffffff', 0.4)
  return [1.5, 1.38, 1.27, 1.16, 1.06, 0.97, 0.88, 0.8].map((by) => ({
    kind: 'haze',
    id: facts.id,
    d: smooth(ring(centre, (w * 0.36 + stage.unit * 0.55) * by, (h * 0.46 + stage.unit * 0.3) * by, 20), true),
    fill,
    opacity: 0.05,
  }))
}

function seatFor(stage: Stage, figure: PlacedFigure, blueprint: Blueprint): Node[] {
  const seat = POSES[figure.action].seat
  if (seat === undefined || seat < 1) return []
  const { palette } = stage
  const p = (x: number, y: number): Pt => stage.at(figure.x + x * figure.dir, y, figure.z)
  const y = seat * 0.93 - 0.34
  if (!INDOORS.has(blueprint.setting)) {
    const stone = [p(-1.1, 0), p(-1.05, y * 0.7), p(-0.6, y), p(0.55, y), p(0.95, y * 0.6), p(1.05, 0)]
    return [
      stage.fill('seat', stone, mix('#7b756d', palette.tint, palette.tintBy), { edge: 1.1 }),
      stage.hatch([p(0.3, 0), p(0.4, y), p(0.55, y), p(0.95, y * 0.6), p(1.05, 0)], stage.unit * 0.09, 64, 0.7, 0.6),
    ]
  }
  const wood = mix(palette.wood, palette.ink, 0.18)
  const bar = (points: Pt[]) => stage.fill('seat', points, wood, { edge: 0.9 })
  return [
    bar([p(-0.82, y), p(-0.7, y), p(-0.82, y + 2.7), p(-0.98, y + 2.7)]),
    bar([p(-1.0, y + 2.75), p(-0.78, y + 2.75), p(-0.74, y + 1.7), p(-0.9, y + 1.7)]),
    bar([p(-0.8, 0), p(-0.64, 0), p(-0.64, y), p(-0.8, y)]),
    bar([p(0.5, 0), p(0.64, 0), p(0.62, y), p(0.46, y)]),
    bar([p(-0.86, y), p(0.72, y), p(0.72, y - 0.2), p(-0.86, y - 0.2)]),
  ]
}

function deskFor(stage: Stage, figure: PlacedFigure): Node[] {
  if (figure.action !== 'write') return []
  const { palette } = stage
  const p = (x: number, y: number): Pt => stage.at(figure.x + x * figure.dir, y, figure.z * 0.97)
  return [
    stage.fill('desk', [p(0.75, 2.65), p(3.6, 2.65), p(3.6, 2.42), p(0.75, 2.42)], palette.wood, { edge: 1 }),
    stage.fill('desk', [p(3.1, 2.42), p(3.4, 2.42), p(3.4, 0), p(3.2, 0)], mix(palette.wood, palette.ink, 0.3), {
      edge: 0.8,
    }),
    stage.fill('desk', [p(1.2, 2.68), p(2.2, 2.68), p(2.3, 2.76), p(1.3, 2.76)], '#f6efdf', { edge: 0.6 }),
  ]
}

/** Strokes that rush towards the subject from the edges. */
function speedLines(stage: Stage, head: Box | null): Node {
  const centre: Pt = head ? [head.x + head.w / 2, head.y + head.h] : [stage.w / 2, stage.h / 2]
  let d = ''
  const reach = Math.hypot(stage.w, stage.h)
  for (let i = 0; i < 64; i++) {
    const a = (i / 64) * Math.PI * 2 + stage.random() * 0.08
    const r0 = reach * (0.36 + stage.random() * 0.16)
    const [cos, sin] = [Math.cos(a), Math.sin(a)]
    const w = stage.inkPx * (0.6 + stage.random() * 2.2)
    d += poly([
      [centre[0] + cos * r0, centre[1] + sin * r0],
      [centre[0] + cos * reach - sin * w, centre[1] + sin * reach + cos * w],
      [centre[0] + cos * reach + sin * w, centre[1] + sin * reach - cos * w],
    ])
  }
  return { kind: 'speed', id: 'speed', d, fill: stage.palette.dark ? '#f2efe2' : stage.palette.ink, opacity: 0.5 }
}

function rollTransform(roll: number, zoom: number, w: number, h: number): string {
  return `translate(${num(w / 2)} ${num(h / 2)}) rotate(${num(roll)}) scale(${num(zoom)}) translate(${num(-w / 2)} ${num(-h / 2)})`
}

function rolledFacts(facts: FigureFacts, roll: number, zoom: number, w: number, h: number): FigureFacts {
  if (roll === 0) return facts
  const a = (roll * Math.PI) / 180
  const k = Math.round(zoom * 100) / 100
  const turn = (p: Pt): Pt => {
    const [x, y] = [(p[0] - w / 2) * k, (p[1] - h / 2) * k]
    return [w / 2 + x * Math.cos(a) - y * Math.sin(a), h / 2 + x * Math.sin(a) + y * Math.cos(a)]
  }
  const box = (b: Box): Box => {
    const [cx, cy] = turn([b.x + b.w / 2, b.y + b.h / 2])
    return { x: cx - (b.w * k) / 2, y: cy - (b.h * k) / 2, w: b.w * k, h: b.h * k }
  }
  return {
    id: facts.id,
    body: box(facts.body),
    head: box(facts.head),
    hands: facts.hands.map(box),
    mouth: turn(facts.mouth),
    feet: turn(facts.feet),
  }
}
