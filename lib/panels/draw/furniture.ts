import { mix } from './shape.ts'
import type { Node, Pt } from './shape.ts'
import type { Stage } from './stage.ts'
import { full } from './ground.ts'

// Walls and furniture of the rooms, in perspective.

export interface Box {
  readonly left: number
  readonly right: number
  readonly back: number
  readonly top: number
}

/** Floor, walls and ceiling of a room in one-point perspective, with floor boards. */
export function shell(stage: Stage, box: Box, colours: { wall: string; floor: string; ceiling: string }): Node[] {
  const { palette } = stage
  const near = 0.16
  const p = (x: number, y: number, z: number) => stage.at(x, y, z)
  const { left, right, back, top } = box
  const out: Node[] = [full(stage, 'wall', colours.wall)]
  const floor = [p(left, 0, near), p(right, 0, near), p(right, 0, back), p(left, 0, back)]
  const ceiling = [p(left, top, near), p(right, top, near), p(right, top, back), p(left, top, back)]
  const leftWall = [p(left, 0, near), p(left, top, near), p(left, top, back), p(left, 0, back)]
  const rightWall = [p(right, 0, near), p(right, top, near), p(right, top, back), p(right, 0, back)]
  out.push(stage.fill('wall', leftWall, mix(colours.wall, palette.near, 0.28)))
  out.push(stage.fill('wall', rightWall, mix(colours.wall, palette.glow, palette.dark ? 0.1 : 0.22)))
  out.push(stage.fill('floor', floor, colours.floor), stage.fill('ceiling', ceiling, colours.ceiling))
  for (let x = left; x <= right + 0.01; x += (right - left) / 9)
    out.push(stage.line([p(x, 0, 0.5), p(x, 0, back)], 0.55, palette.ink, 0.42))
  for (const [a, b] of [
    [p(left, 0, back), p(right, 0, back)],
    [p(left, top, back), p(right, top, back)],
    [p(left, 0, back), p(left, top, back)],
    [p(right, 0, back), p(right, top, back)],
    [p(left, 0, near), p(left, 0, back)],
    [p(right, 0, near), p(right, 0, back)],
    [p(left, top, near), p(left, top, back)],
    [p(right, top, near), p(right, top, back)],
  ] as const)
    out.push(stage.line([a, b], 1))
  out.push(
    stage.hatch(
      [p(left, 0, 1.2), p(left, top, 1.2), p(left, top, back), p(left, 0, back)],
      stage.w * 0.013,
      64,
      0.5,
      0.3,
    ),
  )
  // Skirting board.
  out.push(stage.line([p(left, 0.35, back), p(right, 0.35, back)], 0.5, palette.ink, 0.6))
  return out
}

export function quad(stage: Stage, x0: number, y0: number, x1: number, y1: number, z: number): Pt[] {
  return [stage.at(x0, y0, z), stage.at(x1, y0, z), stage.at(x1, y1, z), stage.at(x0, y1, z)]
}

/** A window on the back wall with what the hour shows through it. */
export function windowPane(stage: Stage, x: number, y: number, w: number, h: number, z: number): Node[] {
  const { palette } = stage
  const frame = quad(stage, x - 0.16, y - 0.16, x + w + 0.16, y + h + 0.16, z)
  const pane = quad(stage, x, y, x + w, y + h, z)
  const glass = palette.dark ? mix('#22304f', palette.sky, 0.3) : mix(palette.sky, '#ffffff', 0.35)
  const hill: Pt[] = [
    stage.at(x, y, z),
    stage.at(x, y + h * 0.3, z),
    stage.at(x + w * 0.3, y + h * 0.42, z),
    stage.at(x + w * 0.65, y + h * 0.26, z),
    stage.at(x + w, y + h * 0.36, z),
    stage.at(x + w, y, z),
  ]
  const out: Node[] = [
    stage.fill('window', frame, palette.wood, { edge: 0.8 }),
    stage.fill('window', pane, glass, { edge: 0.6 }),
    stage.fill('window', hill, palette.dark ? '#18223a' : palette.mid),
  ]
  if (palette.dark)
    for (let i = 0; i < 6; i++) {
      const s = stage.at(x + w * (0.1 + stage.random() * 0.8), y + h * (0.5 + stage.random() * 0.4), z)
      out.push(
        stage.fill(
          'star',
          [
            [s[0] - 1.5, s[1]],
            [s[0], s[1] - 1.5],
            [s[0] + 1.5, s[1]],
            [s[0], s[1] + 1.5],
          ],
          palette.glow,
        ),
      )
    }
  out.push(
    stage.line([stage.at(x + w / 2, y, z), stage.at(x + w / 2, y + h, z)], 1.5),
    stage.line([stage.at(x, y + h * 0.55, z), stage.at(x + w, y + h * 0.55, z)], 1.2),
  )
  const sill = [
    stage.at(x - 0.3, y - 0.14, z),
    stage.at(x + w + 0.3, y - 0.14, z),
    stage.at(x + w + 0.36, y - 0.3, z * 0.97),
    stage.at(x - 0.36, y - 0.3, z * 0.97),
  ]
  out.push(stage.fill('sill', sill, mix(palette.wood, '#ffffff', 0.15), { edge: 0.7 }))
  return out
}

/** A box standing in the room (table, chest, counter): front, top and one side. */
export function block(
  stage: Stage,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  z0: number,
  z1: number,
  colour: string,
): Node[] {
  const out: Node[] = []
  const side = stage.camX > (x0 + x1) / 2 ? x1 : x0
  out.push(
    stage.fill(
      'furniture',
      [stage.at(side, y0, z0), stage.at(side, y1, z0), stage.at(side, y1, z1), stage.at(side, y0, z1)],
      mix(colour, stage.palette.ink, 0.32),
      { edge: 0.7 },
    ),
  )
  if (stage.camH > y1)
    out.push(
      stage.fill(
        'furniture',
        [stage.at(x0, y1, z0), stage.at(x1, y1, z0), stage.at(x1, y1, z1), stage.at(x0, y1, z1)],
        mix(colour, '#ffffff', 0.2),
        { edge: 0.8 },
      ),
    )
  const front = quad(stage, x0, y0, x1, y1, z0)
  out.push(stage.fill('furniture', front, colour, { edge: 0.9 }))
  return out
}

export function table(stage: Stage, x0: number, x1: number, z0: number, z1: number): Node[] {
  const { palette } = stage
  const y = 2.5
  const out: Node[] = []
  for (const [x, z] of [
    [x0 + 0.2, z1 - 0.05],
    [x1 - 0.2, z1 - 0.05],
    [x0 + 0.2, z0 + 0.05],
    [x1 - 0.2, z0 + 0.05],
  ] as const)
    out.push(
      stage.fill('furniture', quad(stage, x - 0.12, 0, x + 0.12, y, z), mix(palette.wood, palette.ink, 0.3), {
        edge: 0.6,
      }),
    )
  return [...out, ...block(stage, x0, x1, y, y + 0.22, z0, z1, palette.wood)]
}

export function lamp(stage: Stage, x: number, y: number, z: number): Node[] {
  const { palette } = stage
  const c = stage.at(x, y, z)
  const r = stage.unit / z
  const out: Node[] = []
  for (const [k, o] of [
    [3.4, 0.1],
    [2.1, 0.14],
    [1.2, 0.2],
  ] as const)
    out.push(
      stage.fill(
        'glow',
        Array.from({ length: 12 }, (_, i): Pt => [
          c[0] + Math.cos((i / 12) * 6.2832) * r * k,
          c[1] + Math.sin((i / 12) * 6.2832) * r * k,
        ]),
        palette.glow,
        { curved: true, opacity: palette.dark ? o : o * 0.3 },
      ),
    )
  out.push(
    stage.fill(
      'lamp',
      [
        stage.at(x - 0.3, y + 0.4, z),
        stage.at(x + 0.3, y + 0.4, z),
        stage.at(x + 0.55, y - 0.3, z),
        stage.at(x - 0.55, y - 0.3, z),
      ],
      mix(palette.glow, '#ffffff', 0.2),
      { edge: 0.8 },
    ),
  )
  return out
}

export function pictureFrame(stage: Stage, x: number, y: number, w: number, h: number, z: number): Node[] {
  const inner = quad(stage, x + 0.14, y + 0.14, x + w - 0.14, y + h - 0.14, z)
  const hill: Pt[] = [
    inner[0] as Pt,
    stage.at(x + 0.14, y + h * 0.4, z),
    stage.at(x + w * 0.4, y + h * 0.62, z),
    stage.at(x + w - 0.14, y + h * 0.36, z),
    inner[1] as Pt,
  ]
  return [
    stage.fill('picture', quad(stage, x, y, x + w, y + h, z), stage.palette.wood, { edge: 0.8 }),
    stage.fill('picture', inner, mix(stage.palette.wall, '#ffffff', 0.3), { edge: 0.4 }),
    stage.fill('picture', hill, stage.palette.mid),
  ]
}

export function rug(stage: Stage, x0: number, x1: number, z0: number, z1: number): Node[] {
  const { palette } = stage
  const p = [stage.at(x0, 0, z0), stage.at(x1, 0, z0), stage.at(x1, 0, z1), stage.at(x0, 0, z1)]
  const i = 0.4
  const q = [
    stage.at(x0 + i, 0, z0 + i * 0.4),
    stage.at(x1 - i, 0, z0 + i * 0.4),
    stage.at(x1 - i, 0, z1 - i * 0.4),
    stage.at(x0 + i, 0, z1 - i * 0.4),
  ]
  return [
    stage.fill('rug', p, mix('#8c3f3a', palette.tint, palette.tintBy), { edge: 0.6 }),
    stage.fill('rug', q, mix('#b06a58', palette.tint, palette.tintBy), { edge: 0.4 }),
  ]
}

export function vase(stage: Stage, x: number, y: number, z: number): Node[] {
  const p = (dx: number, dy: number) => stage.at(x + dx, y + dy, z)
  return [
    stage.line([p(0, 0.7), p(-0.25, 1.5), p(-0.4, 1.9)], 0.8),
    stage.line([p(0, 0.7), p(0.18, 1.5), p(0.36, 1.8)], 0.8),
    stage.fill('leaf', [p(-0.4, 1.9), p(-0.7, 1.75), p(-0.3, 1.45)], stage.palette.mid, { curved: true, edge: 0.5 }),
    stage.fill('leaf', [p(0.36, 1.8), p(0.66, 1.55), p(0.2, 1.4)], stage.palette.mid, { curved: true, edge: 0.5 }),
    stage.fill(
      'vase',
      [p(-0.14, 0.75), p(0.14, 0.75), p(0.28, 0.4), p(0.18, 0), p(-0.18, 0), p(-0.28, 0.4)],
      mix('#4f7e88', stage.palette.tint, stage.palette.tintBy),
      { curved: true, edge: 0.7 },
    ),
  ]
}

/** Book spines between x0 and x1 on a shelf board. */
function books(stage: Stage, x0: number, x1: number, y: number, height: number, z: number): Node[] {
  const out: Node[] = []
  const colours = ['#8c3f3a', '#3f6170', '#b08a48', '#5d6b46', '#6a5070', '#a06a48', '#cbb892']
  let x = x0
  while (x < x1 - 0.12) {
    const w = 0.14 + stage.random() * 0.2
    const h = height * (0.66 + stage.random() * 0.3)
    const lean = stage.random() < 0.1 ? 0.16 : 0
    const c = mix(
      colours[Math.floor(stage.random() * colours.length)] as string,
      stage.palette.tint,
      stage.palette.tintBy + 0.08,
    )
    const spine = [
      stage.at(x, y, z),
      stage.at(Math.min(x1, x + w), y, z),
      stage.at(Math.min(x1, x + w) + lean, y + h, z),
      stage.at(x + lean, y + h, z),
    ]
    out.push(stage.fill('book', spine, c, { edge: 0.42 }))
    if (stage.random() < 0.4)
      out.push(
        stage.line(
          [stage.at(x + lean * 0.8, y + h * 0.8, z), stage.at(x + w + lean * 0.8, y + h * 0.8, z)],
          0.5,
          stage.palette.glow,
          0.8,
        ),
      )
    x += w + (stage.random() < 0.12 ? 0.25 : 0)
  }
  return out
}

export function shelves(stage: Stage, x0: number, x1: number, z: number, rows: number): Node[] {
  const { palette } = stage
  const out: Node[] = [
    stage.fill('shelf', quad(stage, x0, 0, x1, rows * 1.75 + 0.4, z), mix(palette.wood, palette.ink, 0.5), { edge: 1 }),
  ]
  for (let r = 0; r < rows; r++) {
    const y = 0.25 + r * 1.75
    out.push(...books(stage, x0 + 0.15, x1 - 0.15, y, 1.45, z))
    out.push(stage.fill('shelf', quad(stage, x0, y - 0.16, x1, y, z), palette.wood, { edge: 0.6 }))
  }
  for (const x of [x0, x1])
    out.push(stage.fill('shelf', quad(stage, x - 0.1, 0, x + 0.1, rows * 1.75 + 0.5, z), palette.wood, { edge: 0.6 }))
  return out
}

export function ladder(stage: Stage, x: number, z: number): Node[] {
  const out: Node[] = []
  for (const dx of [0, 1])
    out.push(
      stage.line(
        [stage.at(x + dx - 0.3, 0, z - 0.3), stage.at(x + dx, 9.4, z)],
        2.2,
        mix(stage.palette.wood, stage.palette.ink, 0.55),
      ),
    )
  for (let y = 0.9; y < 9; y += 0.95)
    out.push(
      stage.line(
        [stage.at(x - 0.3 + (y / 9.4) * 0.3, y, z - 0.2), stage.at(x + 0.7 + (y / 9.4) * 0.3, y, z - 0.2)],
        1.5,
        mix(stage.palette.wood, stage.palette.ink, 0.55),
      ),
    )
  return out
}
