import { boxOf, smooth } from './shape.ts'
import type { Node, Pt } from './shape.ts'
import type { Box, Draw } from './figure-pen.ts'
import type { Side } from './skeleton.ts'

// Hands by what they do.

/** Hand shapes along the forearm: x across (thumb side positive), y along. In heads. */
const HANDS: Readonly<
  Record<'relaxed' | 'fist' | 'point' | 'open', { shape: [number, number][]; lines: [number, number][][] }>
> = {
  relaxed: {
    shape: [
      [-0.11, -0.06],
      [-0.14, 0.14],
      [-0.12, 0.3],
      [-0.05, 0.45],
      [0.02, 0.46],
      [0.08, 0.36],
      [0.12, 0.22],
      [0.19, 0.26],
      [0.21, 0.2],
      [0.15, 0.05],
      [0.1, -0.06],
    ],
    lines: [
      [
        [-0.05, 0.28],
        [-0.03, 0.43],
      ],
      [
        [0.03, 0.28],
        [0.035, 0.42],
      ],
    ],
  },
  fist: {
    shape: [
      [-0.11, -0.06],
      [-0.16, 0.1],
      [-0.14, 0.27],
      [-0.02, 0.33],
      [0.12, 0.28],
      [0.17, 0.14],
      [0.11, -0.06],
    ],
    lines: [
      [
        [-0.06, 0.3],
        [-0.05, 0.18],
      ],
      [
        [0.03, 0.3],
        [0.035, 0.17],
      ],
      [
        [0.16, 0.12],
        [0.04, 0.1],
        [-0.02, 0.13],
      ],
    ],
  },
  point: {
    shape: [
      [-0.11, -0.06],
      [-0.15, 0.12],
      [-0.1, 0.26],
      [-0.02, 0.28],
      [0.0, 0.58],
      [0.06, 0.61],
      [0.095, 0.56],
      [0.1, 0.24],
      [0.2, 0.26],
      [0.2, 0.18],
      [0.14, 0.05],
      [0.1, -0.06],
    ],
    lines: [
      [
        [-0.1, 0.24],
        [-0.03, 0.2],
      ],
      [
        [0.0, 0.28],
        [0.02, 0.18],
      ],
    ],
  },
  open: {
    shape: [
      [-0.1, -0.06],
      [-0.13, 0.16],
      [-0.27, 0.3],
      [-0.25, 0.37],
      [-0.1, 0.27],
      [-0.13, 0.5],
      [-0.07, 0.53],
      [-0.02, 0.3],
      [0.01, 0.55],
      [0.07, 0.55],
      [0.07, 0.3],
      [0.15, 0.49],
      [0.2, 0.46],
      [0.14, 0.22],
      [0.27, 0.2],
      [0.28, 0.13],
      [0.14, 0.04],
      [0.1, -0.06],
    ],
    lines: [],
  },
}

export function drawHand(ctx: Draw, side: Side): { nodes: Node[]; box: Box } {
  const { bones, place, pose, pen } = ctx
  const kind = place.prop !== '' && side === 'far' ? 'fist' : (pose.hands?.[side === 'near' ? 0 : 1] ?? 'relaxed')
  const [e, w] = [bones.elbow[side], bones.wrist[side]]
  const len = Math.hypot(w[0] - e[0], w[1] - e[1]) || 1
  const d: Pt = [(w[0] - e[0]) / len, (w[1] - e[1]) / len]
  // The thumb lies towards the front of the figure.
  const n: Pt = [-d[1], d[0]]
  const flip = n[0] >= 0 ? 1 : -1
  const size = place.look.child ? 0.85 : 1
  const at = (x: number, y: number): Pt =>
    ctx.px([w[0] + (d[0] * y + n[0] * x * flip) * size, w[1] + (d[1] * y + n[1] * x * flip) * size])
  const hand = HANDS[kind]
  const shape = hand.shape.map(([x, y]) => at(x, y))
  const nodes: Node[] = [
    pen.fill('hand', shape, place.look.skin),
    { kind: 'contour', id: place.id, d: smooth(shape, true), fill: null, stroke: place.ink, width: ctx.inkPx * 0.72 },
  ]
  if (place.unit > 24)
    for (const l of hand.lines)
      nodes.push(
        pen.line(
          'finger',
          l.map(([x, y]) => at(x, y)),
          0.6,
        ),
      )
  return { nodes, box: boxOf(shape) }
}
