import { brush, ellipse, poly, smooth } from './shape.ts'
import type { Mark, Node, Pt } from './shape.ts'

interface Grip {
  readonly id: string
  /** Offsets in heads from the grip, x forward, y up. */
  readonly at: (x: number, y: number) => Pt
  readonly unit: number
  readonly ink: string
  readonly inkPx: number
  readonly tint: (colour: string) => string
}

type Points = readonly (readonly [number, number])[]
interface Part {
  readonly points: Points
  readonly fill: string | null
  readonly straight?: boolean
}
/** Each prop as filled outlines around the grip, in heads. Unknown nouns draw a small parcel. */
const PROPS: Readonly<Record<string, readonly Part[]>> = {
  book: [
    {
      points: [
        [-0.42, 0.16],
        [0.02, 0.02],
        [0.04, 0.5],
        [-0.4, 0.62],
      ],
      fill: '#7c3a32',
      straight: true,
    },
    {
      points: [
        [0.02, 0.02],
        [0.46, 0.14],
        [0.46, 0.6],
        [0.04, 0.5],
      ],
      fill: '#8f463b',
      straight: true,
    },
    {
      points: [
        [-0.36, 0.58],
        [0.03, 0.48],
        [0.42, 0.57],
        [0.42, 0.62],
        [0.03, 0.54],
        [-0.36, 0.64],
      ],
      fill: '#f3ead6',
      straight: true,
    },
  ],
  letter: [
    {
      points: [
        [-0.34, 0.02],
        [0.3, -0.02],
        [0.34, 0.52],
        [-0.3, 0.56],
      ],
      fill: '#f6efdf',
      straight: true,
    },
  ],
  cup: [
    {
      points: [
        [-0.15, 0.28],
        [0.17, 0.28],
        [0.13, -0.1],
        [-0.11, -0.1],
      ],
      fill: '#e7decb',
      straight: true,
    },
    {
      points: [
        [0.16, 0.22],
        [0.3, 0.2],
        [0.28, 0.0],
        [0.14, -0.02],
      ],
      fill: null,
    },
  ],
  lantern: [
    {
      points: [
        [-0.12, -0.12],
        [0, 0.05],
        [0.12, -0.12],
      ],
      fill: null,
    },
    {
      points: [
        [-0.2, -0.14],
        [0.2, -0.14],
        [0.15, -0.24],
        [-0.15, -0.24],
      ],
      fill: '#4a4036',
      straight: true,
    },
    {
      points: [
        [-0.16, -0.24],
        [0.16, -0.24],
        [0.19, -0.7],
        [-0.19, -0.7],
      ],
      fill: '#ffe08a',
      straight: true,
    },
    {
      points: [
        [-0.22, -0.7],
        [0.22, -0.7],
        [0.2, -0.8],
        [-0.2, -0.8],
      ],
      fill: '#4a4036',
      straight: true,
    },
    {
      points: [
        [0, -0.34],
        [0.07, -0.52],
        [0, -0.64],
        [-0.07, -0.52],
      ],
      fill: '#f6a63a',
    },
  ],
  sword: [
    {
      points: [
        [-0.05, -0.2],
        [0.05, -0.2],
        [0.05, 0.1],
        [-0.05, 0.1],
      ],
      fill: '#4a3524',
      straight: true,
    },
    {
      points: [
        [-0.22, 0.1],
        [0.22, 0.1],
        [0.2, 0.18],
        [-0.2, 0.18],
      ],
      fill: '#b89a55',
      straight: true,
    },
    {
      points: [
        [-0.07, 0.18],
        [0.07, 0.18],
        [0.05, 1.9],
        [0, 2.1],
        [-0.05, 1.9],
      ],
      fill: '#d7dadb',
      straight: true,
    },
  ],
  staff: [
    {
      points: [
        [-0.05, -2.6],
        [0.05, -2.6],
        [0.06, 1.7],
        [-0.06, 1.7],
      ],
      fill: '#7a5a3a',
      straight: true,
    },
  ],
  key: [
    {
      points: [
        [-0.04, 0.05],
        [0.04, 0.05],
        [0.04, 0.5],
        [-0.04, 0.5],
      ],
      fill: '#c79a35',
      straight: true,
    },
    {
      points: [
        [0.04, 0.4],
        [0.16, 0.4],
        [0.16, 0.48],
        [0.04, 0.48],
      ],
      fill: '#c79a35',
      straight: true,
    },
    {
      points: [
        [-0.14, -0.02],
        [0, 0.12],
        [0.14, -0.02],
        [0, -0.16],
      ],
      fill: '#c79a35',
    },
  ],
  rope: [
    {
      points: [
        [-0.24, 0.1],
        [0, 0.22],
        [0.26, 0.06],
        [0.2, -0.34],
        [-0.04, -0.42],
        [-0.26, -0.26],
      ],
      fill: '#b79863',
    },
  ],
  flower: [
    {
      points: [
        [-0.015, -0.2],
        [0.015, -0.2],
        [0.03, 0.4],
        [0, 0.4],
      ],
      fill: '#4f7a4c',
      straight: true,
    },
    {
      points: [
        [-0.16, 0.46],
        [-0.05, 0.62],
        [0.12, 0.6],
        [0.17, 0.44],
        [0.02, 0.34],
      ],
      fill: '#c4545a',
    },
  ],
}

/** The nouns the kit can put into a hand. */
export const PROP_NOUNS: readonly string[] = Object.keys(PROPS)

/** Draws what a figure holds. */
export function drawProp(noun: string, grip: Grip): Node[] {
  const parts = PROPS[noun] ?? [
    {
      points: [
        [-0.22, -0.16],
        [0.24, -0.18],
        [0.24, 0.22],
        [-0.22, 0.24],
      ] as Points,
      fill: '#b08c62',
      straight: true,
    },
  ]
  const out: Node[] = []
  if (noun === 'lantern')
    out.push(
      {
        kind: 'glow',
        id: grip.id,
        d: ellipse(grip.at(0, -0.48), grip.unit * 1.15, grip.unit * 1.15),
        fill: '#ffdf8a',
        opacity: 0.2,
      },
      {
        kind: 'glow',
        id: grip.id,
        d: ellipse(grip.at(0, -0.48), grip.unit * 0.6, grip.unit * 0.6),
        fill: '#ffe7a8',
        opacity: 0.3,
      },
    )
  for (const part of parts) {
    const points = part.points.map(([x, y]) => grip.at(x, y))
    const d = part.straight ? poly(points) : smooth(points, part.fill !== null)
    const mark: Mark = {
      kind: 'prop',
      id: grip.id,
      d,
      fill: part.fill ? (noun === 'lantern' ? part.fill : grip.tint(part.fill)) : null,
      stroke: grip.ink,
      width: grip.inkPx * 0.75,
    }
    out.push(mark)
  }
  if (noun === 'letter' || noun === 'book')
    for (const y of [0.14, 0.24, 0.34])
      out.push({
        kind: 'prop',
        id: grip.id,
        d: brush([grip.at(-0.22, y + 0.04), grip.at(0.2, y)], grip.inkPx * 0.4),
        fill: grip.ink,
        opacity: 0.6,
      })
  return out
}
