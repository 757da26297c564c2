import type { Action } from '../script.ts'

/** One side's arm and leg; `reach` shortens upper arm and forearm that point at or away from the viewer. */
interface Limbs {
  readonly arm: readonly [number, number]
  readonly leg: readonly [number, number]
  readonly reach?: readonly [number, number]
}

/**
 * A pose as joint angles. Degrees from straight down, positive towards where the figure faces (90 = level forward,
 * 180 = up). Arms: upper arm, forearm. Legs: thigh, shin. `turn` 0 front .. 1 profile.
 */
export interface Pose {
  readonly lean: number
  readonly head: number
  readonly near: Limbs
  readonly far: Limbs
  readonly turn: number
  readonly hands?: readonly ['relaxed' | 'fist' | 'point' | 'open', 'relaxed' | 'fist' | 'point' | 'open']
  /** The far arm passes before the chest. */
  readonly farFront?: boolean
  /** The near arm passes behind the back or is hidden by the body. */
  readonly nearBehind?: boolean
  /** Height of what is sat on, in heads. */
  readonly seat?: number
  readonly away?: boolean
  /** Whole body turned, degrees; 90 lies on the back. */
  readonly roll?: number
  /** Lifted off the ground, in heads. */
  readonly lift?: number
  readonly holds?: string
}

const stand = { near: { arm: [-9, 4], leg: [-5, -3] }, far: { arm: [10, 16], leg: [6, 3] } } as const

export const POSES: Readonly<Record<Action, Pose>> = {
  stand: { lean: 1, head: 0, ...stand, turn: 0.35 },
  relax: { lean: -3, head: 5, near: { arm: [-16, 8], leg: [-2, -2] }, far: { arm: [14, 40], leg: [16, 2] }, turn: 0.3 },
  walk: {
    lean: 5,
    head: 2,
    near: { arm: [-28, -6], leg: [24, 8] },
    far: { arm: [26, 44], leg: [-20, -38] },
    turn: 0.75,
  },
  run: {
    lean: 20,
    head: -8,
    near: { arm: [-58, 34], leg: [66, -8] },
    far: { arm: [42, 122], leg: [-22, -84] },
    turn: 0.85,
    hands: ['fist', 'fist'],
    lift: 0.18,
  },
  sit: {
    lean: -4,
    head: 4,
    near: { arm: [6, 56], leg: [82, 4] },
    far: { arm: [14, 60], leg: [74, -4] },
    turn: 0.65,
    seat: 1.85,
  },
  'sit-ground': {
    lean: 14,
    head: 8,
    near: { arm: [40, 78], leg: [124, 12] },
    far: { arm: [44, 84], leg: [108, 22] },
    turn: 0.7,
    seat: 0.42,
    farFront: true,
  },
  kneel: { lean: 6, head: 6, near: { arm: [4, 34], leg: [4, -88] }, far: { arm: [24, 62], leg: [86, 2] }, turn: 0.75 },
  crouch: {
    lean: 34,
    head: -16,
    near: { arm: [30, 62], leg: [104, -36] },
    far: { arm: [46, 84], leg: [92, -22] },
    turn: 0.75,
  },
  lie: {
    lean: 0,
    head: 6,
    near: { arm: [8, 20], leg: [4, -4] },
    far: { arm: [4, 8], leg: [8, -2] },
    turn: 0.5,
    roll: 88,
  },
  point: {
    lean: 3,
    head: 0,
    near: { arm: [-12, 6], leg: [-8, -6] },
    far: { arm: [84, 90], leg: [12, 4] },
    turn: 0.55,
    hands: ['relaxed', 'point'],
    farFront: true,
  },
  wave: {
    lean: -2,
    head: -4,
    near: { arm: [-12, 4], leg: [-4, -2] },
    far: { arm: [118, 172], leg: [8, 4] },
    turn: 0.3,
    hands: ['relaxed', 'open'],
  },
  reach: {
    lean: 18,
    head: -6,
    near: { arm: [-22, -2], leg: [-16, -26] },
    far: { arm: [78, 86], leg: [26, 6] },
    turn: 0.7,
    hands: ['relaxed', 'open'],
    farFront: true,
  },
  'reach-up': {
    lean: -4,
    head: -18,
    near: { arm: [-10, 12], leg: [-6, -6] },
    far: { arm: [158, 172], leg: [8, 0] },
    turn: 0.5,
    hands: ['relaxed', 'open'],
  },
  think: {
    lean: 2,
    head: 8,
    near: { arm: [10, 82], leg: [-4, -4], reach: [1, 0.8] },
    far: { arm: [32, 206], leg: [10, 4], reach: [0.72, 1.05] },
    turn: 0.45,
    farFront: true,
  },
  'arms-crossed': {
    lean: -3,
    head: -2,
    near: { arm: [-6, 98], leg: [-8, -5], reach: [0.9, 0.85] },
    far: { arm: [8, -98], leg: [9, 4], reach: [0.9, 0.85] },
    turn: 0.25,
    farFront: true,
  },
  'hands-on-hips': {
    lean: -2,
    head: -2,
    near: { arm: [-46, 42], leg: [-11, -8] },
    far: { arm: [46, -42], leg: [12, 8] },
    turn: 0.2,
    hands: ['fist', 'fist'],
  },
  shrug: {
    lean: -2,
    head: 8,
    near: { arm: [-24, -108], leg: [-6, -4] },
    far: { arm: [24, 112], leg: [8, 4] },
    turn: 0.2,
    hands: ['open', 'open'],
  },
  fists: {
    lean: 9,
    head: -4,
    near: { arm: [-26, 34], leg: [-18, -14] },
    far: { arm: [24, 66], leg: [20, 6] },
    turn: 0.5,
    hands: ['fist', 'fist'],
  },
  read: {
    lean: 4,
    head: 20,
    near: { arm: [16, 98], leg: [-5, -3] },
    far: { arm: [26, 92], leg: [7, 3] },
    turn: 0.45,
    holds: 'book',
    farFront: true,
  },
  hold: {
    lean: 2,
    head: -2,
    near: { arm: [-10, 4], leg: [-6, -4] },
    far: { arm: [34, 104], leg: [9, 3] },
    turn: 0.5,
    hands: ['relaxed', 'fist'],
    holds: 'lantern',
    farFront: true,
  },
  write: {
    lean: 16,
    head: 20,
    near: { arm: [26, 84], leg: [82, 2] },
    far: { arm: [32, 80], leg: [76, -4] },
    turn: 0.6,
    seat: 1.85,
    holds: 'letter',
    farFront: true,
  },
  'look-back': {
    lean: 3,
    head: -2,
    near: { arm: [-14, 6], leg: [10, 2] },
    far: { arm: [14, 30], leg: [-12, -18] },
    turn: 0.7,
  },
  'turned-away': { lean: 0, head: 0, ...stand, turn: 0.15, away: true },
  fall: {
    lean: -34,
    head: 16,
    near: { arm: [-96, -128], leg: [58, 18] },
    far: { arm: [116, 148], leg: [34, -18] },
    turn: 0.6,
    hands: ['open', 'open'],
    lift: 0.9,
  },
  bow: {
    lean: 40,
    head: 26,
    near: { arm: [14, 30], leg: [-6, -4] },
    far: { arm: [26, 96], leg: [4, 2] },
    turn: 0.75,
    farFront: true,
  },
  whisper: {
    lean: 11,
    head: 2,
    near: { arm: [-8, 10], leg: [-6, -8] },
    far: { arm: [48, 190], leg: [12, 4], reach: [0.8, 0.95] },
    turn: 0.75,
    hands: ['relaxed', 'open'],
    farFront: true,
  },
}
