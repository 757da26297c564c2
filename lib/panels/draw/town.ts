import { mix } from './shape.ts'
import type { Node, Pt } from './shape.ts'
import { sky } from './stage.ts'
import type { Stage } from './stage.ts'
import { block, lamp, quad } from './furniture.ts'
import { groundPlane } from './ground.ts'

// Streets and roofs.

/** One house front along the street, from depth z0 to z1 at side x. */
function house(stage: Stage, x: number, z0: number, z1: number, height: number, colour: string): Node[] {
  const { palette, random } = stage
  const out: Node[] = []
  const front = [stage.at(x, 0, z0), stage.at(x, height, z0), stage.at(x, height, z1), stage.at(x, 0, z1)]
  out.push(stage.fill('building', front, colour, { edge: 0.9 }))
  const depth = x < 0 ? x - 6 : x + 6
  out.push(
    stage.fill(
      'building',
      [stage.at(x, 0, z1), stage.at(x, height, z1), stage.at(depth, height, z1), stage.at(depth, 0, z1)],
      mix(colour, palette.ink, 0.2),
      { edge: 0.6 },
    ),
  )
  const roof = [
    stage.at(x * 0.94, height, z0),
    stage.at(x * 0.94, height, z1),
    stage.at(x * 1.25, height + 2.4, z1),
    stage.at(x * 1.25, height + 2.4, z0),
  ]
  out.push(stage.fill('roof', roof, mix(palette.near, '#6a3a30', 0.35), { edge: 0.9 }))
  const floors = Math.floor(height / 4)
  for (let f = 0; f < floors; f++)
    for (let k = 0; k < 2; k++) {
      const a = z0 + (z1 - z0) * (0.18 + k * 0.42)
      const b = a + (z1 - z0) * 0.22
      const y = f * 3.9 + 1.5
      const door = f === 0 && k === 0
      const lit = palette.dark && random() < 0.55
      const pane = [
        stage.at(x, door ? 0 : y, a),
        stage.at(x, y + (door ? 2.2 : 2.3), a),
        stage.at(x, y + (door ? 2.2 : 2.3), b),
        stage.at(x, door ? 0 : y, b),
      ]
      out.push(
        stage.fill(
          door ? 'door' : 'window',
          pane,
          door ? mix(palette.wood, palette.ink, 0.3) : lit ? palette.glow : mix(palette.sky, palette.ink, 0.25),
          { edge: 0.6 },
        ),
      )
      if (!door) out.push(stage.line([stage.at(x, y + 1.15, a), stage.at(x, y + 1.15, b)], 0.5))
    }
  if (x < 0) out.push(stage.hatch(front, stage.w * 0.012, 66, 0.5, 0.28))
  return out
}

export function street(stage: Stage): Node[] {
  const { palette, random } = stage
  const out: Node[] = [...sky(stage, stage.horizonY), ...groundPlane(stage, palette.ground)]
  const tower: Pt[] = [
    stage.at(-1.2, 0, 14),
    stage.at(-1.2, 16, 14),
    stage.at(0, 20, 14),
    stage.at(1.2, 16, 14),
    stage.at(1.2, 0, 14),
  ]
  out.push(stage.fill('building', tower, palette.far, { edge: 0.5 }))
  const depths = [9, 6.2, 4.3, 3, 2.1, 1.45, 0.95]
  for (let i = 0; i < depths.length - 1; i++) {
    const [far, near] = [depths[i] as number, depths[i + 1] as number]
    for (const x of [-6, 6.4]) {
      const haze = Math.min(0.75, far / 11)
      const colour = mix(
        mix(palette.wall, [palette.wood, '#b9a58d', '#9aa39a', '#b88f74'][Math.floor(random() * 4)] as string, 0.35),
        palette.far,
        haze,
      )
      out.push(...house(stage, x, near, far, 7.5 + random() * 5, colour))
    }
  }
  out.push(
    stage.fill(
      'pavement',
      [stage.at(-6, 0, 0.5), stage.at(-4, 0, 0.5), stage.at(-4, 0, 12), stage.at(-6, 0, 12)],
      mix(palette.ground, '#ffffff', 0.2),
    ),
    stage.line([stage.at(-4, 0, 0.5), stage.at(-4, 0, 3), stage.at(-4, 0, 12)], 1),
    stage.line([stage.at(4.2, 0, 0.5), stage.at(4.2, 0, 3), stage.at(4.2, 0, 12)], 1),
  )
  for (let i = 0; i < 46; i++) {
    const [x, z] = [-3.7 + random() * 7.6, 0.55 + random() ** 2 * 6]
    out.push(
      stage.line([stage.at(x, 0, z), stage.at(x + 0.35, 0.04, z), stage.at(x + 0.6, 0, z)], 0.6, palette.ink, 0.4),
    )
  }
  out.push(...streetLamp(stage, -3.7, 2.2), ...streetLamp(stage, 3.9, 3.6))
  return out
}

function streetLamp(stage: Stage, x: number, z: number): Node[] {
  return [stage.line([stage.at(x, 0, z), stage.at(x, 5, z), stage.at(x, 9.3, z)], 2.6), ...lamp(stage, x, 9.4, z)]
}

export function rooftop(stage: Stage): Node[] {
  const { palette, random, w } = stage
  const out: Node[] = [...sky(stage, stage.horizonY)]
  for (const [z, count, k] of [
    [16, 12, 0.75],
    [9, 9, 0.45],
    [5.4, 6, 0.15],
  ] as const) {
    const half = stage.halfWidth(z) * 1.1
    for (let i = 0; i < count; i++) {
      const x = -half + (i / count) * half * 2 + stage.camX
      const bw = ((half * 2) / count) * (0.75 + random() * 0.3)
      const top = stage.camH + (random() * 0.9 - 0.15) * z * 0.85 - z * 0.1
      const c = mix(palette.near, palette.far, k)
      out.push(stage.fill('building', quad(stage, x, -40, x + bw, top, z), c, { edge: 0.6 }))
      if (random() < 0.4)
        out.push(stage.line([stage.at(x + bw * 0.6, top, z), stage.at(x + bw * 0.6, top + z * 0.2, z)], 1))
      for (let r = 0; r < 5; r++)
        for (let q = 0; q < 3; q++) {
          if (random() < 0.45) continue
          const wx = x + bw * (0.14 + q * 0.28)
          const wy = top - z * (0.09 + r * 0.14)
          out.push(
            stage.fill(
              'window',
              quad(stage, wx, wy - z * 0.06, wx + bw * 0.15, wy, z),
              palette.dark ? palette.glow : mix(c, palette.ink, 0.35),
              { opacity: palette.dark ? 0.85 : 0.7 },
            ),
          )
        }
    }
  }
  out.push(
    stage.fill(
      'floor',
      [stage.at(-30, 0, 0.4), stage.at(30, 0, 0.4), stage.at(30, 0, 2.9), stage.at(-30, 0, 2.9)],
      mix(palette.ground, palette.near, 0.3),
    ),
  )
  out.push(...block(stage, -30, 30, 0, 1.3, 2.8, 3.0, mix(palette.ground, palette.near, 0.55)))
  for (let x = -26; x < 27; x += 2.4)
    out.push(stage.line([stage.at(x, 0, 2.8), stage.at(x, 1.3, 2.8)], 0.6, palette.ink, 0.6))
  out.push(
    ...block(stage, 4.2, 6, 0, 4.4, 2.3, 2.7, mix('#8a5a48', palette.near, 0.35)),
    stage.hatch(quad(stage, 4.2, 0, 6, 4.4, 2.3), w * 0.012, 0, 0.5, 0.4),
  )
  return out
}
