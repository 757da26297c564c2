import type { Node } from './shape.ts'
import type { Stage } from './stage.ts'

export function full(stage: Stage, kind: string, colour: string): Node {
  return stage.fill(
    kind,
    [
      [0, 0],
      [stage.w, 0],
      [stage.w, stage.h],
      [0, stage.h],
    ],
    colour,
  )
}

export function groundPlane(stage: Stage, colour: string): Node[] {
  const y = Math.max(0, stage.horizonY)
  return y >= stage.h
    ? []
    : [
        stage.fill(
          'ground',
          [
            [0, y],
            [stage.w, y],
            [stage.w, stage.h],
            [0, stage.h],
          ],
          colour,
        ),
      ]
}
