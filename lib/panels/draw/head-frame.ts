import type { Mark, Pt } from './shape.ts'

// Where a head is and what its parts are drawn with.

/** How a head is placed: local head units (forward u, up v; height 1) to panel px. */
export interface HeadFrame {
  readonly id: string
  readonly at: (u: number, v: number) => Pt
  /** Pixels per head. */
  readonly unit: number
  readonly turn: number
  readonly away: boolean
  readonly ink: string
  readonly inkPx: number
  /** Vertical slide of the features: looking from above or below. */
  readonly pitch: number
  readonly tint: (colour: string) => string
}

export type Make = (kind: string, d: string, fill: string | null, extra?: Partial<Mark>) => Mark

export type Stroke = (kind: string, points: readonly Pt[], width: number, from?: number, to?: number) => Mark
