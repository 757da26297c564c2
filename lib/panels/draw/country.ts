import { mix } from './shape.ts'
import type { Node, Pt } from './shape.ts'
import { sky } from './stage.ts'
import type { Stage } from './stage.ts'
import { groundPlane } from './ground.ts'

// Trees, grass and fields.

function tree(stage: Stage, x: number, z: number, haze: number): Node[] {
  const { palette, random } = stage
  const r = 0.34 + random() * 0.42
  const h = 22
  const lean = (random() - 0.5) * 1.6
  const bark = mix(mix(palette.wood, palette.ink, 0.45), palette.far, haze)
  const trunk: Pt[] = [
    stage.at(x - r * 1.9, 0, z),
    stage.at(x - r * 1.05, 0.8, z),
    stage.at(x - r * 0.8 + lean * 0.4, 8, z),
    stage.at(x - r * 0.55 + lean, h, z),
    stage.at(x + r * 0.55 + lean, h, z),
    stage.at(x + r * 0.9 + lean * 0.4, 8, z),
    stage.at(x + r * 1.1, 0.8, z),
    stage.at(x + r * 2, 0, z),
  ]
  const out: Node[] = []
  for (const side of [-1, 1]) {
    const y = 7 + random() * 6
    const len = 2 + random() * 2.6
    out.push(
      stage.line(
        [
          stage.at(x + lean * 0.4, y, z),
          stage.at(x + side * len * 0.5, y + 1.2, z),
          stage.at(x + side * len, y + 1.9, z),
        ],
        Math.max(1, (4.2 * r * stage.unit) / z / stage.inkPx / 12),
        bark,
      ),
    )
  }
  out.push(stage.fill('tree', trunk, bark, { edge: 0.7 }))
  if (haze < 0.6) {
    out.push(
      stage.hatch(
        [
          trunk[0] as Pt,
          trunk[1] as Pt,
          trunk[2] as Pt,
          trunk[3] as Pt,
          stage.at(x + lean, h, z),
          stage.at(x - r * 0.1, 8, z),
          stage.at(x - r * 0.3, 0.6, z),
        ],
        Math.max(4, (stage.unit / z) * 0.22),
        82,
        0.6,
        0.5,
      ),
    )
    for (let i = 0; i < 5; i++) {
      const y = 0.8 + random() * 12
      const o = (random() - 0.5) * r
      out.push(
        stage.line(
          [
            stage.at(x + o + lean * 0.3, y, z),
            stage.at(x + o * 1.1 + lean * 0.33, y + 0.9, z),
            stage.at(x + o + lean * 0.36, y + 1.7, z),
          ],
          0.7,
        ),
      )
    }
  }
  return out
}

function leaves(stage: Stage, x: number, y: number, z: number, r: number, colour: string): Node[] {
  const n = 13
  const pts: Pt[] = Array.from({ length: n }, (_, i) => {
    const a = (i / n) * Math.PI * 2
    const k = i % 2 === 0 ? 1 : 0.8 + stage.random() * 0.08
    return stage.at(x + Math.cos(a) * r * k * 1.25, y + Math.sin(a) * r * k * 0.8, z)
  })
  return [stage.fill('leaf', pts, colour, { curved: true }), stage.line(pts.slice(6, 12), 0.8, stage.palette.ink, 0.6)]
}

export function forest(stage: Stage): Node[] {
  const { palette, random } = stage
  const out: Node[] = [...sky(stage, stage.horizonY), ...groundPlane(stage, mix(palette.ground, palette.mid, 0.45))]
  for (const [z, n, haze] of [
    [11, 14, 0.85],
    [6.5, 9, 0.6],
    [3.8, 6, 0.3],
  ] as const) {
    const half = stage.halfWidth(z) * 1.15
    const crown = mix(palette.near, palette.far, haze)
    for (let i = 0; i < n; i++) {
      const x = stage.camX - half + ((i + random() * 0.7) / n) * half * 2
      if (z < 4 && Math.abs(x - stage.camX) < half * 0.22) continue
      out.push(...tree(stage, x, z, haze))
      out.push(...leaves(stage, x, 12 + random() * 5, z, 2.6 + random() * 1.8, crown))
    }
    const bank: Pt[] = Array.from({ length: 15 }, (_, i) =>
      stage.at(stage.camX - half + (i / 14) * half * 2, 0.15 + random() * (haze + 0.3), z * 0.96),
    )
    out.push(
      stage.fill(
        'bush',
        [...bank, stage.at(stage.camX + half, -0.6, z * 0.9), stage.at(stage.camX - half, -0.6, z * 0.9)],
        mix(palette.mid, palette.far, haze * 0.7),
        { curved: true },
      ),
    )
  }
  out.push(...grass(stage, 70))
  const path: Pt[] = [
    stage.at(-2.4, 0, 0.5),
    stage.at(2.2, 0, 0.5),
    stage.at(1.3, 0, 1.6),
    stage.at(1.6, 0, 3),
    stage.at(0.7, 0, 7),
    stage.at(0.2, 0, 7),
    stage.at(-0.3, 0, 3),
    stage.at(-1.5, 0, 1.6),
  ]
  out.splice(
    out.length - 70,
    0,
    stage.fill('path', path, mix(palette.ground, palette.glow, palette.dark ? 0.06 : 0.3), {
      curved: true,
      opacity: 0.85,
    }),
  )
  const edge = stage.halfWidth(1.7)
  out.push(
    ...tree(stage, stage.camX - edge * 0.92, 1.7, 0),
    ...leaves(stage, stage.camX - edge * 0.8, stage.camH + 4.6, 1.7, 2.2, palette.near),
    ...leaves(stage, stage.camX + edge * 0.95, stage.camH + 5, 1.6, 2.4, palette.near),
  )
  return out
}

function grass(stage: Stage, count: number): Node[] {
  const { random, palette } = stage
  return Array.from({ length: count }, () => {
    const z = 0.6 + random() ** 1.8 * 4.5
    const x = stage.camX + (random() * 2 - 1) * stage.halfWidth(z)
    const h = 0.22 + random() * 0.34
    return stage.line(
      [stage.at(x, 0, z), stage.at(x + (random() - 0.5) * 0.2, h * 0.7, z), stage.at(x + (random() - 0.5) * 0.5, h, z)],
      0.7,
      palette.ink,
      0.55,
    )
  })
}

export function field(stage: Stage): Node[] {
  const { palette, random } = stage
  const out: Node[] = [...sky(stage, stage.horizonY)]
  for (const [z, height, k] of [
    [26, 7, 0.85],
    [15, 4, 0.55],
    [8, 1.7, 0.25],
  ] as const) {
    const half = stage.halfWidth(z) * 1.1
    const ridge: Pt[] = Array.from({ length: 11 }, (_, i) =>
      stage.at(
        stage.camX - half + (i / 10) * half * 2,
        height * (0.35 + 0.65 * Math.abs(Math.sin(i * 0.9 + z))) + random() * 0.4,
        z,
      ),
    )
    out.push(
      stage.fill(
        'hill',
        [...ridge, [stage.w * 1.1, stage.h * 1.2], [-stage.w * 0.1, stage.h * 1.2]],
        mix(palette.mid, palette.far, k),
      ),
      stage.line(ridge, 0.9),
    )
  }
  out.push(...groundPlane(stage, mix(palette.ground, palette.mid, 0.5)))
  const half = stage.halfWidth(6)
  for (let i = -4; i <= 4; i++)
    out.push(
      stage.line(
        [
          stage.at(stage.camX + (i * half) / 3, 0, 6.5),
          stage.at(stage.camX + i * 1.6, 0, 1.8),
          stage.at(stage.camX + i * 1.3, 0, 0.6),
        ],
        0.7,
        palette.ink,
        0.4,
      ),
    )
  for (let x = -half; x < half; x += 1.6) {
    out.push(stage.line([stage.at(stage.camX + x, 0, 5.2), stage.at(stage.camX + x, 1.9, 5.2)], 1.4))
  }
  out.push(
    stage.line(
      [stage.at(stage.camX - half, 1.5, 5.2), stage.at(stage.camX, 1.35, 5.2), stage.at(stage.camX + half, 1.5, 5.2)],
      1,
    ),
    stage.line([stage.at(stage.camX - half, 0.9, 5.2), stage.at(stage.camX + half, 0.9, 5.2)], 0.9),
  )
  out.push(
    ...tree(stage, stage.camX - stage.halfWidth(4) * 0.66, 4.4, 0.2),
    ...leaves(stage, stage.camX - stage.halfWidth(4) * 0.66, 9, 4.4, 3.6, palette.near),
    ...grass(stage, 90),
  )
  return out
}
