import type { Look } from '../look.ts'
import { brush, mix, poly, smooth } from './shape.ts'
import type { Node } from './shape.ts'
import type { HeadFrame, Make, Stroke } from './head-frame.ts'

// Hair, beards and hats.

export function beard(t: number): [number, number][] {
  const c = t * 0.14
  return [
    [-0.3, -0.08],
    [-0.2 + c, -0.19],
    [-0.06 + c, -0.18],
    [0.06 + c, -0.18],
    [0.2 + c, -0.2],
    [0.3 + c * 0.6, -0.1],
    [0.29 + c * 0.6, -0.34],
    [0.12 + c, -0.57],
    [-0.08 + c, -0.57],
    [-0.27, -0.36],
  ]
}

export function hairBack(look: Look, f: HeadFrame, colour: string, mark: Make): Node[] {
  const shape = (list: readonly (readonly [number, number])[]) => {
    const points = list.map(([u, v]) => f.at(u, v))
    return [
      mark('hair', smooth(points, true), colour),
      mark('contour', smooth(points, true), null, { stroke: f.ink, width: f.inkPx * 0.7 }),
    ]
  }
  switch (look.hair) {
    case 'long':
      return shape([
        [-0.3, 0.42],
        [-0.47, 0.1],
        [-0.5, -0.4],
        [-0.46, -0.85],
        [-0.3, -1.12],
        [-0.12, -0.98],
        [0.1, -1.05],
        [0.28, -0.9],
        [0.34, -0.5],
        [0.38, 0.05],
        [0.25, 0.42],
      ])
    case 'bob':
      return shape([
        [-0.3, 0.42],
        [-0.47, 0.15],
        [-0.49, -0.2],
        [-0.42, -0.5],
        [-0.15, -0.52],
        [0.2, -0.5],
        [0.4, -0.42],
        [0.39, 0.05],
        [0.25, 0.42],
      ])
    case 'curly':
      return shape([
        [-0.2, 0.6],
        [-0.44, 0.45],
        [-0.56, 0.2],
        [-0.6, -0.08],
        [-0.5, -0.32],
        [-0.36, -0.42],
        [0.3, -0.3],
        [0.46, -0.1],
        [0.48, 0.2],
        [0.38, 0.48],
        [0.14, 0.64],
      ])
    case 'ponytail':
      return shape([
        [-0.26, 0.34],
        [-0.5, 0.32],
        [-0.68, 0.05],
        [-0.7, -0.4],
        [-0.6, -0.78],
        [-0.52, -0.4],
        [-0.46, -0.1],
        [-0.3, 0.1],
      ])
    case 'bun':
      return shape([
        [-0.22, 0.42],
        [-0.36, 0.6],
        [-0.56, 0.58],
        [-0.62, 0.38],
        [-0.5, 0.22],
        [-0.3, 0.2],
      ])
    case 'braid':
      return shape([
        [-0.28, 0.2],
        [-0.46, 0.02],
        [-0.42, -0.18],
        [-0.5, -0.34],
        [-0.42, -0.52],
        [-0.49, -0.68],
        [-0.41, -0.86],
        [-0.46, -1.06],
        [-0.36, -1.2],
        [-0.3, -1.02],
        [-0.34, -0.84],
        [-0.28, -0.68],
        [-0.33, -0.5],
        [-0.26, -0.34],
        [-0.3, -0.16],
        [-0.18, -0.02],
      ])
    default:
      return []
  }
}

export function hairFront(look: Look, f: HeadFrame, colour: string, mark: Make, stroke: Stroke): Node[] {
  if (look.hair === 'bald') return f.away ? [] : [stroke('shine', [f.at(-0.1, 0.41), f.at(0.04, 0.43)], 0.5)]
  const list = f.away ? awayCap(look) : frontCap(look, f.turn)
  const points = list.map(([u, v]) => f.at(u, v))
  const jagged = look.hair === 'spiky'
  const path = jagged ? poly(points) : smooth(points, true)
  // Curls share their outer edge with the mass behind; only the hairline is inked.
  const edge = look.hair === 'curly' && !f.away ? smooth(points.slice(10), false) : path
  const out: Node[] = [
    mark('hair', path, colour),
    mark('contour', edge, null, { stroke: f.ink, width: f.inkPx * 0.75 }),
  ]
  if (f.unit > 22) {
    const light = mix(colour, '#ffffff', 0.28)
    const strands: readonly (readonly [number, number])[][] = f.away
      ? [
          [
            [-0.15, 0.42],
            [-0.2, 0.1],
            [-0.17, -0.2],
          ],
          [
            [0.05, 0.46],
            [0.06, 0.1],
            [0.04, -0.22],
          ],
          [
            [0.2, 0.36],
            [0.24, 0.06],
            [0.2, -0.2],
          ],
        ]
      : [
          [
            [-0.1, 0.46],
            [-0.25, 0.36],
            [-0.31, 0.18],
          ],
          [
            [0.02, 0.49],
            [-0.14, 0.4],
            [-0.25, 0.27],
          ],
          [
            [0.1, 0.47],
            [0.2, 0.4],
            [0.27, 0.3],
          ],
        ]
    for (const strand of strands)
      out.push(
        mark(
          'strand',
          brush(
            strand.map(([u, v]) => f.at(u, v)),
            f.inkPx * 1.0,
            0.1,
            0.1,
          ),
          light,
          { opacity: 0.75 },
        ),
      )
  }
  return out
}

function frontCap(look: Look, t: number): [number, number][] {
  const s = t * 0.14
  switch (look.hair) {
    case 'spiky':
      return [
        [-0.37, -0.06],
        [-0.47, 0.14],
        [-0.41, 0.2],
        [-0.5, 0.36],
        [-0.36, 0.4],
        [-0.38, 0.58],
        [-0.2, 0.52],
        [-0.12, 0.68],
        [0.0, 0.56],
        [0.14, 0.68],
        [0.2, 0.52],
        [0.36, 0.54],
        [0.34, 0.38],
        [0.44, 0.26],
        [0.35, 0.16],
        [0.28, 0.24],
        [0.2, 0.13],
        [0.08, 0.28],
        [0.0, 0.15],
        [-0.12, 0.28],
        [-0.22, 0.14],
        [-0.28, 0.1],
      ]
    case 'curly':
      return [
        [-0.38, -0.16],
        [-0.5, 0.02],
        [-0.52, 0.2],
        [-0.42, 0.42],
        [-0.24, 0.54],
        [-0.18, 0.57],
        [0.02, 0.6],
        [0.14, 0.6],
        [0.3, 0.5],
        [0.42, 0.36],
        [0.42, 0.14],
        [0.33, 0.1],
        [0.24, 0.27],
        [0.14, 0.2],
        [0.02, 0.3],
        [-0.1, 0.2],
        [-0.2, 0.26],
        [-0.27, 0.1],
      ]
    case 'bob':
    case 'long':
      return [
        [-0.41, -0.36],
        [-0.45, 0.02],
        [-0.41, 0.32],
        [-0.25, 0.51],
        [0.0, 0.57],
        [0.25, 0.5],
        [0.38, 0.3],
        [0.38, 0.02],
        [0.36, -0.14],
        [0.32 + s * 0.2, 0.06],
        [0.2 + s, 0.26],
        [0.0 + s, 0.32],
        [-0.08 + s, 0.36],
        [-0.2 + s * 0.6, 0.2],
        [-0.27, 0.0],
        [-0.3, -0.3],
      ]
    case 'bun':
    case 'ponytail':
    case 'braid':
      return [
        [-0.37, -0.1],
        [-0.43, 0.12],
        [-0.39, 0.34],
        [-0.24, 0.5],
        [0.0, 0.55],
        [0.24, 0.48],
        [0.36, 0.28],
        [0.34, 0.12],
        [0.24 + s, 0.3],
        [0.06 + s, 0.37],
        [-0.12 + s * 0.6, 0.3],
        [-0.24, 0.14],
        [-0.29, -0.04],
      ]
    default:
      return [
        [-0.34, -0.14],
        [-0.41, 0.08],
        [-0.4, 0.32],
        [-0.26, 0.51],
        [-0.02, 0.57],
        [0.22, 0.53],
        [0.38, 0.38],
        [0.37, 0.16],
        [0.3 + s * 0.3, 0.22],
        [0.18 + s, 0.25],
        [0.02 + s, 0.23],
        [-0.14 + s, 0.27],
        [-0.25 + s * 0.3, 0.16],
        [-0.27, 0.0],
      ]
  }
}

function awayCap(look: Look): [number, number][] {
  const low =
    look.hair === 'long'
      ? -1.0
      : look.hair === 'bob'
        ? -0.5
        : look.hair === 'short' || look.hair === 'spiky'
          ? -0.24
          : -0.3
  return [
    [-0.36, low * 0.4],
    [-0.42, 0.15],
    [-0.36, 0.4],
    [-0.18, 0.55],
    [0.02, 0.58],
    [0.22, 0.53],
    [0.38, 0.38],
    [0.42, 0.12],
    [0.36, low * 0.4],
    [0.28, low],
    [0.0, low * 1.08],
    [-0.28, low],
  ]
}

export function hat(look: Look, f: HeadFrame, mark: Make, stroke: Stroke): Node[] {
  if (look.hat === 'none') return []
  const colour = f.tint(mix(look.topColour, '#1d1a17', 0.35))
  const shapes: Readonly<Record<Exclude<Look['hat'], 'none'>, [number, number][]>> = {
    beanie: [
      [-0.4, 0.16],
      [-0.43, 0.34],
      [-0.3, 0.58],
      [0.0, 0.68],
      [0.28, 0.58],
      [0.41, 0.34],
      [0.38, 0.16],
      [0.2, 0.2],
      [0.0, 0.21],
      [-0.2, 0.19],
    ],
    cap: [
      [-0.38, 0.22],
      [-0.36, 0.44],
      [-0.16, 0.6],
      [0.12, 0.6],
      [0.34, 0.44],
      [0.38, 0.28],
      [0.62, 0.22],
      [0.66, 0.16],
      [0.4, 0.18],
      [0.1, 0.22],
      [-0.15, 0.21],
    ],
    brim: [
      [-0.72, 0.14],
      [-0.6, 0.22],
      [-0.38, 0.28],
      [-0.34, 0.56],
      [-0.16, 0.68],
      [0.16, 0.68],
      [0.32, 0.56],
      [0.37, 0.29],
      [0.6, 0.22],
      [0.72, 0.14],
      [0.4, 0.13],
      [0.0, 0.18],
      [-0.4, 0.13],
    ],
    hood: [
      [-0.42, -0.5],
      [-0.54, -0.1],
      [-0.53, 0.3],
      [-0.34, 0.62],
      [-0.04, 0.72],
      [0.26, 0.62],
      [0.44, 0.34],
      [0.44, 0.0],
      [0.36, -0.4],
      [0.33, -0.1],
      [0.3, 0.22],
      [0.1, 0.37],
      [-0.12, 0.35],
      [-0.26, 0.2],
      [-0.31, -0.1],
      [-0.28, -0.42],
    ],
  }
  const points = shapes[look.hat].map(([u, v]) => f.at(u, v))
  const out: Node[] = [
    mark('hat', smooth(points, true), colour),
    mark('contour', smooth(points, true), null, { stroke: f.ink, width: f.inkPx * 0.8 }),
  ]
  if (look.hat === 'beanie') out.push(stroke('fold', [f.at(-0.41, 0.3), f.at(0, 0.35), f.at(0.39, 0.3)], 0.8))
  if (look.hat === 'brim') out.push(stroke('fold', [f.at(-0.36, 0.34), f.at(0, 0.38), f.at(0.35, 0.34)], 1.4))
  return out
}
