import { mix, wobble } from './shape.ts'
import type { Node, Pt } from './shape.ts'
import { sky } from './stage.ts'
import type { Stage } from './stage.ts'
import { quad } from './furniture.ts'
import { full, groundPlane } from './ground.ts'

// Sea, shore and the rocks beside them.

function waves(stage: Stage, from: number, to: number, count: number): Node[] {
  const { palette, random, w } = stage
  return Array.from({ length: count }, () => {
    const z = from + random() ** 1.6 * (to - from)
    const x = stage.camX + (random() * 2 - 1) * stage.halfWidth(z)
    const len = (0.5 + random() * 1.6) * (w / stage.unit) * 0.1 * z ** 0.6
    const up = random() < 0.3
    const pts = [
      stage.at(x - len, 0, z),
      stage.at(x - len * 0.3, 0.07 * z ** 0.4, z),
      stage.at(x + len * 0.3, up ? 0.05 : -0.03, z),
      stage.at(x + len, 0.02, z),
    ]
    return stage.line(pts, 0.8, random() < 0.4 ? mix(palette.glow, '#ffffff', 0.5) : palette.ink, 0.55)
  })
}

function water(stage: Stage): string {
  return mix(mix('#4d7f8e', stage.palette.sky, 0.35), stage.palette.tint, stage.palette.tintBy)
}

function horizonLine(stage: Stage): Node[] {
  const y = stage.horizonY
  return y > 0 && y < stage.h
    ? [
        stage.line(
          [
            [0, y],
            [stage.w * 0.5, y],
            [stage.w, y],
          ],
          0.8,
        ),
      ]
    : []
}

/** Rocks: angular masses with a lit top and hatched side. */
function rock(stage: Stage, x: number, z: number, size: number): Node[] {
  const { palette, random } = stage
  const base: [number, number][] = [
    [-1.1, 0],
    [-0.95, 0.45],
    [-0.45, 0.95],
    [0.15, 1.1],
    [0.7, 0.72],
    [1.15, 0.1],
    [1.1, 0],
  ]
  const pts = wobble(
    base.map(([a, b]) => stage.at(x + a * size, b * size, z)),
    (stage.unit / z) * size * 0.05,
    random,
  )
  const c = mix(mix('#6f6a66', palette.far, Math.min(0.6, z / 12)), palette.tint, palette.tintBy)
  const dark = [
    pts[3] as Pt,
    pts[4] as Pt,
    pts[5] as Pt,
    pts[6] as Pt,
    stage.at(x + 0.1 * size, 0, z),
    stage.at(x + 0.3 * size, 0.5 * size, z),
  ]
  return [
    stage.fill('rock', pts, mix(c, '#ffffff', 0.16), { edge: 0.9 }),
    stage.fill('rock', dark, mix(c, palette.ink, 0.3)),
    stage.hatch(dark, Math.max(4, ((stage.unit / z) * size) / 9), 58, 0.6, 0.5),
  ]
}

function lighthouse(stage: Stage, x: number, z: number): Node[] {
  const { palette } = stage
  const p = (dx: number, y: number) => stage.at(x + dx, y, z)
  const out: Node[] = [...rock(stage, x, z, 6)]
  out.push(
    stage.fill('tower', [p(-1.9, 4), p(-1.2, 20), p(1.2, 20), p(1.9, 4)], mix('#f1eadb', palette.far, 0.35), {
      edge: 0.7,
    }),
  )
  for (const y of [8, 14])
    out.push(
      stage.fill(
        'tower',
        [p(-1.72, y), p(-1.6, y + 2.6), p(1.6, y + 2.6), p(1.72, y)],
        mix('#9b3f37', palette.far, 0.35),
      ),
    )
  // Night alone says nothing of a light at sea; words about lamps do.
  const lit = stage.light === 'lamp' || stage.light === 'dusk' || stage.light === 'storm'
  if (lit)
    out.push(
      stage.fill('glow', [p(0, 21.4), p(60, 30), p(60, 15)], palette.glow, { opacity: 0.22 }),
      stage.fill('glow', [p(0, 21.4), p(-60, 27), p(-60, 17)], palette.glow, { opacity: 0.16 }),
    )
  out.push(
    stage.fill('tower', [p(-1.6, 20), p(1.6, 20), p(1.6, 20.5), p(-1.6, 20.5)], palette.near, { edge: 0.6 }),
    stage.fill(
      'lamp',
      [p(-0.9, 20.5), p(0.9, 20.5), p(0.9, 22.6), p(-0.9, 22.6)],
      stage.light === 'night' ? palette.near : palette.glow,
      { edge: 0.6 },
    ),
    stage.fill('tower', [p(-1.2, 22.6), p(0, 24.4), p(1.2, 22.6)], '#7c3a32', { edge: 0.6 }),
  )
  return out
}

export function shore(stage: Stage): Node[] {
  const { palette } = stage
  const out: Node[] = [...sky(stage, stage.horizonY), ...groundPlane(stage, water(stage)), ...horizonLine(stage)]
  const far = stage.halfWidth(16)
  out.push(...lighthouse(stage, stage.camX + far * 0.55, 16), ...waves(stage, 3.2, 18, 60))
  const half = stage.halfWidth(3.4) * 1.2
  const edge: Pt[] = Array.from({ length: 13 }, (_, i) =>
    stage.at(stage.camX - half + (i / 12) * half * 2, 0, 3 + Math.sin(i * 1.3) * 0.35),
  )
  const foam = edge.map(([x, y]): Pt => [x, y - stage.unit * 0.05])
  out.push(
    stage.fill(
      'foam',
      [...foam, [stage.w * 1.2, stage.h * 1.1], [-stage.w * 0.2, stage.h * 1.1]],
      mix('#ffffff', palette.tint, palette.tintBy),
    ),
  )
  out.push(
    stage.fill(
      'sand',
      [...edge, [stage.w * 1.2, stage.h * 1.1], [-stage.w * 0.2, stage.h * 1.1]],
      mix(palette.ground, '#ffffff', palette.dark ? 0 : 0.12),
    ),
    stage.line(edge, 0.9),
  )
  const side = stage.halfWidth(2.2)
  out.push(
    ...rock(stage, stage.camX - side * 0.85, 2.4, 1.5),
    ...rock(stage, stage.camX - side * 0.55, 2.1, 0.7),
    ...rock(stage, stage.camX + side * 0.95, 2.6, 1.1),
  )
  for (let i = 0; i < 40; i++) {
    const z = 0.6 + stage.random() ** 1.5 * 2
    const x = stage.camX + (stage.random() * 2 - 1) * stage.halfWidth(z)
    out.push(
      stage.line([stage.at(x, 0, z), stage.at(x + 0.12, 0.02, z), stage.at(x + 0.22, 0, z)], 0.6, palette.ink, 0.45),
    )
  }
  return out
}

export function sea(stage: Stage): Node[] {
  const { palette } = stage
  const out: Node[] = [
    ...sky(stage, stage.horizonY),
    ...groundPlane(stage, water(stage)),
    ...horizonLine(stage),
    ...waves(stage, 2.6, 26, 110),
  ]
  out.push(...ship(stage, stage.camX - stage.halfWidth(14) * 0.5, 14))
  // The deck the figures stand on, with planks and a rail.
  const deck = mix(palette.wood, palette.ground, 0.3)
  out.push(
    stage.fill(
      'floor',
      [stage.at(-20, 0, 0.4), stage.at(20, 0, 0.4), stage.at(9, 0, 2.2), stage.at(-9, 0, 2.2)],
      deck,
      { edge: 0.8 },
    ),
  )
  for (let x = -18; x <= 18; x += 1.2)
    out.push(
      stage.line([stage.at(x, 0, 0.45), stage.at(x * 0.75, 0, 1), stage.at(x * 0.47, 0, 2.2)], 0.55, palette.ink, 0.5),
    )
  for (let x = -9; x <= 9; x += 1.5) out.push(stage.line([stage.at(x, 0, 2.2), stage.at(x, 2.8, 2.2)], 1.6))
  out.push(stage.fill('rail', quad(stage, -9.5, 2.8, 9.5, 3.15, 2.2), palette.wood, { edge: 0.9 }))
  out.push(
    stage.line(
      [stage.at(-5, 0, 1.9), stage.at(-5, 12, 1.9), stage.at(-5, 26, 1.9)],
      6,
      mix(palette.wood, palette.ink, 0.35),
    ),
  )
  for (const x of [-9, -7.6, -2.4, -1]) out.push(stage.line([stage.at(x, 0, 2.1), stage.at(-5, 22, 1.9)], 0.8))
  return out
}

function ship(stage: Stage, x: number, z: number): Node[] {
  const p = (dx: number, y: number) => stage.at(x + dx, y, z)
  const { palette } = stage
  return [
    stage.line([p(0, 1), p(0, 11)], 1.2),
    stage.fill('sail', [p(0.2, 10.5), p(4, 6), p(3.6, 2.4), p(0.2, 2.4)], mix('#f2ead8', palette.far, 0.3), {
      edge: 0.6,
    }),
    stage.fill('sail', [p(-0.2, 9.6), p(-3.2, 2.8), p(-0.2, 2.6)], mix('#e6dcc6', palette.far, 0.4), { edge: 0.6 }),
    stage.fill('hull', [p(-4.6, 2), p(5, 2), p(3.8, 0), p(-3.6, 0)], mix(palette.near, palette.ink, 0.3), {
      edge: 0.6,
    }),
  ]
}

export function cave(stage: Stage): Node[] {
  const { palette, random, w, h } = stage
  const stone = mix(mix('#6f675f', palette.tint, palette.tintBy), palette.ink, 0.18)
  const out: Node[] = [full(stage, 'wall', mix(stone, palette.ink, 0.35))]
  const mouth = stage.at(1.2, 5.5, 6)
  const r = (stage.unit / 6) * 5
  const ringAt = (k: number) =>
    Array.from({ length: 12 }, (_, i): Pt => [
      mouth[0] + Math.cos((i / 12) * 6.2832) * r * k * (1 + (random() - 0.5) * 0.16),
      mouth[1] + Math.sin((i / 12) * 6.2832) * r * k * 1.15 * (1 + (random() - 0.5) * 0.16),
    ])
  for (const [k, t] of [
    [3.6, 0.1],
    [2.7, 0.22],
    [2, 0.38],
    [1.5, 0.6],
  ] as const)
    out.push(
      stage.fill('stone', ringAt(k), mix(stone, palette.glow, t * (palette.dark ? 0.35 : 0.7)), { curved: true }),
    )
  out.push(
    stage.fill('opening', ringAt(1), palette.dark ? mix(palette.sky, palette.glow, 0.25) : palette.glow, {
      curved: true,
      edge: 1,
    }),
  )
  const floor = [stage.at(-30, 0, 0.4), stage.at(30, 0, 0.4), stage.at(12, 0, 6), stage.at(-9, 0, 6)]
  out.push(stage.fill('floor', floor, mix(stone, palette.ground, 0.35)))
  for (let i = 0; i < 9; i++) {
    const x = (i / 8) * w
    const len = h * (0.1 + random() * 0.22)
    const half = w * (0.022 + random() * 0.03)
    const spike: Pt[] = [
      [x - half, -4],
      [x + half, -4],
      [x + half * 0.25, len * 0.7],
      [x, len],
      [x - half * 0.3, len * 0.6],
    ]
    out.push(
      stage.fill('stone', spike, mix(stone, palette.ink, 0.3), { edge: 0.9 }),
      stage.hatch(
        [
          [x, -4],
          [x + half, -4],
          [x + half * 0.2, len * 0.7],
          [x, len],
        ],
        w * 0.009,
        80,
        0.55,
        0.55,
      ),
    )
  }
  const side = stage.halfWidth(2)
  out.push(
    ...rock(stage, stage.camX - side * 0.9, 2, 1.8),
    ...rock(stage, stage.camX + side * 0.92, 2.2, 2.2),
    ...rock(stage, stage.camX - side * 0.5, 3, 0.8),
  )
  return out
}
