import type { Setting } from '../script.ts'
import { mix } from './shape.ts'
import type { Node, Pt } from './shape.ts'
import type { Stage } from './stage.ts'
import { cave, sea, shore } from './coast.ts'
import { field, forest } from './country.ts'
import { full } from './ground.ts'
import { corridor, kitchen, library, room } from './interiors.ts'
import { rooftop, street } from './town.ts'

type Draw = (stage: Stage) => Node[]

/** The kit: one function per place. Each draws behind the figures from the camera it is given. */
export const SETTING_KIT: Readonly<Record<Setting, Draw>> = {
  none: plain,
  room,
  library,
  kitchen,
  corridor,
  street,
  rooftop,
  forest,
  field,
  shore,
  sea,
  cave,
}

/** No place: a toned ground with focus hatching in the corners. */
function plain(stage: Stage): Node[] {
  const { w, h, palette } = stage
  const base = palette.dark ? palette.far : mix(palette.wall, '#ffffff', 0.3)
  const corner: Pt[] = [
    [0, h * 0.35],
    [w * 0.34, h],
    [0, h],
  ]
  const other: Pt[] = [
    [w, 0],
    [w, h * 0.5],
    [w * 0.6, 0],
  ]
  return [
    full(stage, 'ground', base),
    stage.fill('tone', corner, palette.wall, { opacity: 0.6 }),
    stage.hatch(corner, w * 0.016, -48, 0.55, 0.35),
    stage.hatch(other, w * 0.016, -48, 0.55, 0.3),
  ]
}
