import { mix } from './shape.ts'
import type { Node } from './shape.ts'
import type { Stage } from './stage.ts'
import { block, ladder, lamp, pictureFrame, quad, rug, shell, shelves, table, vase, windowPane } from './furniture.ts'
import type { Box } from './furniture.ts'

// Places with a roof.

export function room(stage: Stage): Node[] {
  const { palette } = stage
  const box: Box = { left: -8, right: 8, back: 3.6, top: 11.5 }
  return [
    ...shell(stage, box, {
      wall: palette.wall,
      floor: mix(palette.ground, palette.wood, 0.4),
      ceiling: mix(palette.wall, '#ffffff', 0.2),
    }),
    ...windowPane(stage, -5.4, 4.2, 3.6, 4.6, box.back),
    ...pictureFrame(stage, 0.8, 6.2, 2.2, 1.7, box.back),
    ...rug(stage, -4.4, 4.4, 1.0, 2.7),
    ...block(stage, 3.2, 7.2, 0, 3.2, 3.1, 3.55, palette.wood),
    stage.line([stage.at(5.2, 0.2, 3.1), stage.at(5.2, 3.0, 3.1)], 0.8),
    stage.line([stage.at(3.3, 1.6, 3.1), stage.at(7.1, 1.6, 3.1)], 0.6),
    ...lamp(stage, 5.6, 4.3, 3.2),
    ...vase(stage, 4.1, 3.2, 3.2),
  ]
}

export function library(stage: Stage): Node[] {
  const { palette } = stage
  const box: Box = { left: -9, right: 9, back: 4, top: 14 }
  return [
    ...shell(stage, box, {
      wall: mix(palette.wall, palette.wood, 0.35),
      floor: palette.wood,
      ceiling: mix(palette.wall, palette.wood, 0.2),
    }),
    ...shelves(stage, -8.6, -2.2, 3.9, 6),
    ...shelves(stage, 2.4, 8.6, 3.9, 6),
    ...windowPane(stage, -1.6, 4.4, 3.4, 6, box.back),
    ...ladder(stage, 4.4, 3.6),
    ...table(stage, -3.6, 3.8, 2.5, 3.0),
    ...lamp(stage, -2.2, 3.6, 2.7),
    ...rug(stage, -4, 4, 1, 2.2),
  ]
}

export function kitchen(stage: Stage): Node[] {
  const { palette } = stage
  const box: Box = { left: -7.5, right: 7.5, back: 3.3, top: 10.5 }
  const out: Node[] = [
    ...shell(stage, box, {
      wall: mix(palette.wall, '#b9c9bd', 0.35),
      floor: palette.ground,
      ceiling: mix(palette.wall, '#ffffff', 0.3),
    }),
  ]
  for (let y = 3.4; y < 5; y += 0.55)
    out.push(stage.line([stage.at(-7.5, y, 3.3), stage.at(7.5, y, 3.3)], 0.4, palette.ink, 0.35))
  for (let x = -7; x < 7.5; x += 0.75)
    out.push(stage.line([stage.at(x, 3.4, 3.3), stage.at(x, 5, 3.3)], 0.4, palette.ink, 0.3))
  out.push(...windowPane(stage, 0.4, 5.1, 3.2, 3.2, 3.3), ...block(stage, -7.3, 6.8, 0, 3.2, 2.85, 3.3, palette.wood))
  for (let x = -5.6; x < 6.6; x += 1.9)
    out.push(
      stage.line([stage.at(x, 0.2, 2.85), stage.at(x, 3, 2.85)], 0.7),
      stage.fill('knob', quad(stage, x - 0.3, 2.1, x - 0.18, 2.3, 2.85), palette.ink),
    )
  out.push(...block(stage, -6.6, -3.4, 3.2, 3.4, 2.9, 3.2, mix(palette.ink, '#888888', 0.3)))
  for (const [x, r] of [
    [-5.8, 0.5],
    [-4.3, 0.4],
  ] as const)
    out.push(
      stage.fill(
        'pot',
        [
          stage.at(x - r, 4.2, 3),
          stage.at(x + r, 4.2, 3),
          stage.at(x + r * 0.85, 3.4, 3),
          stage.at(x - r * 0.85, 3.4, 3),
        ],
        mix('#7b8a8c', palette.tint, palette.tintBy),
        { edge: 0.8 },
      ),
    )
  out.push(stage.line([stage.at(-6.8, 7.4, 3.25), stage.at(-2.2, 7.4, 3.25)], 2))
  for (let x = -6.4; x < -2.4; x += 0.9)
    out.push(
      stage.line([stage.at(x, 7.4, 3.25), stage.at(x, 6.9, 3.25)], 0.7),
      stage.fill(
        'pan',
        [stage.at(x - 0.28, 6.4, 3.25), stage.at(x, 6.85, 3.25), stage.at(x + 0.28, 6.4, 3.25), stage.at(x, 6.1, 3.25)],
        mix('#8c6a4a', palette.tint, palette.tintBy),
        { curved: true, edge: 0.6 },
      ),
    )
  out.push(...lamp(stage, 0, 8.6, 2.6), stage.line([stage.at(0, 9, 2.6), stage.at(0, 10.5, 2.6)], 0.8))
  return out
}

export function corridor(stage: Stage): Node[] {
  const { palette } = stage
  const box: Box = { left: -4, right: 4, back: 8, top: 9.5 }
  const out: Node[] = [
    ...shell(stage, box, { wall: palette.wall, floor: palette.ground, ceiling: mix(palette.wall, palette.ink, 0.2) }),
  ]
  for (const z of [1.5, 2.4, 3.8, 6]) {
    for (const x of [-4, 4]) {
      const d = z * 0.16
      const door = [stage.at(x, 0, z), stage.at(x, 6.6, z), stage.at(x, 6.6, z + d * 2), stage.at(x, 0, z + d * 2)]
      out.push(stage.fill('door', door, mix(palette.wood, palette.ink, x < 0 ? 0.25 : 0.1), { edge: 0.8 }))
    }
    out.push(...lamp(stage, 0, 8.7, z + 0.4))
  }
  out.push(
    stage.fill(
      'door',
      quad(stage, -1.6, 0, 1.6, 6.8, 8),
      palette.dark ? mix(palette.wood, palette.ink, 0.4) : palette.glow,
      { edge: 0.8 },
    ),
  )
  return out
}
