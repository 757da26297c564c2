import type { Action } from '../script.ts'
import type { Look } from '../look.ts'
import { POSES } from './poses.ts'
import type { Pose } from './poses.ts'
import type { Pt } from './shape.ts'

// Bones of a pose, in head heights.

const LENGTH = { torso: 2.15, neck: 0.3, upper: 1.3, fore: 1.12, thigh: 1.72, shin: 1.7, foot: 0.62 } as const

export interface Skeleton {
  readonly pelvis: Pt
  readonly neck: Pt
  readonly head: Pt
  readonly shoulder: { near: Pt; far: Pt }
  readonly hip: { near: Pt; far: Pt }
  readonly elbow: { near: Pt; far: Pt }
  readonly wrist: { near: Pt; far: Pt }
  readonly knee: { near: Pt; far: Pt }
  readonly ankle: { near: Pt; far: Pt }
}

export type Side = 'near' | 'far'

function step(from: Pt, degrees: number, length: number): Pt {
  const a = (degrees * Math.PI) / 180
  return [from[0] + Math.sin(a) * length, from[1] - Math.cos(a) * length]
}

/** Where a pose holds its head, for framing: heads forward of its place, and its crown above the ground. */
export function poseHead(action: Action, look: Look): { forward: number; crown: number } {
  const { head } = skeleton(POSES[action], look)
  return { forward: head[0], crown: head[1] + 0.6 }
}

/** The joints of a pose in heads, feet (or seat) on y = 0. */
export function skeleton(pose: Pose, look: Look): Skeleton {
  // Scale legs and torso so that the whole figure is `look.heads` tall.
  const k = (look.heads - 1 - LENGTH.neck) / (LENGTH.torso + LENGTH.thigh + LENGTH.shin + 0.2)
  const wide = (look.build === 'broad' ? 1.16 : look.build === 'slim' ? 0.88 : 1) * (look.child ? 0.78 : 1)
  const flat = 1 - 0.55 * pose.turn
  const pelvis: Pt = [0, 0]
  const neck = step(pelvis, 180 - pose.lean, LENGTH.torso * k)
  const head = step(neck, 180 - pose.lean * 0.6 - pose.head * 0.4, LENGTH.neck + 0.42)
  const across = (p: Pt, half: number, down: number): { near: Pt; far: Pt } => ({
    near: [p[0] - half, p[1] - down],
    far: [p[0] + half, p[1] - down],
  })
  const shoulder = across(neck, 0.6 * wide * flat, 0.36)
  const hip = across(pelvis, 0.33 * wide * flat, 0)
  const limb = (side: Side) => {
    const [upper, fore] = pose[side].reach ?? [1, 1]
    const elbow = step(shoulder[side], pose[side].arm[0], LENGTH.upper * k * upper)
    const wrist = step(elbow, pose[side].arm[1], LENGTH.fore * k * fore)
    const knee = step(hip[side], pose[side].leg[0], LENGTH.thigh * k)
    const ankle = step(knee, pose[side].leg[1], LENGTH.shin * k)
    return { elbow, wrist, knee, ankle }
  }
  const [near, far] = [limb('near'), limb('far')]
  const bones: Skeleton = {
    pelvis,
    neck,
    head,
    shoulder,
    hip,
    elbow: { near: near.elbow, far: far.elbow },
    wrist: { near: near.wrist, far: far.wrist },
    knee: { near: near.knee, far: far.knee },
    ankle: { near: near.ankle, far: far.ankle },
  }
  return grounded(bones, pose)
}

function grounded(bones: Skeleton, pose: Pose): Skeleton {
  const roll = ((pose.roll ?? 0) * Math.PI) / 180
  const turned = (p: Pt): Pt => [
    p[0] * Math.cos(roll) - p[1] * Math.sin(roll),
    p[0] * Math.sin(roll) + p[1] * Math.cos(roll),
  ]
  const rolled = mapBones(bones, roll === 0 ? (p) => p : turned)
  const low =
    roll !== 0
      ? Math.min(rolled.pelvis[1], rolled.neck[1]) - 0.42
      : Math.min(rolled.ankle.near[1], rolled.ankle.far[1], rolled.knee.near[1] + 0.1, rolled.knee.far[1] + 0.1) - 0.2
  const centre =
    roll !== 0
      ? (rolled.head[0] + rolled.ankle.near[0]) / 2
      : (rolled.pelvis[0] * 2 + rolled.neck[0] + rolled.head[0]) / 4
  const up = (pose.seat === undefined ? -low : Math.max(pose.seat * 0.93, -low)) + (pose.lift ?? 0)
  return mapBones(rolled, (p) => [p[0] - centre, p[1] + up])
}

function mapBones(b: Skeleton, f: (p: Pt) => Pt): Skeleton {
  const both = (s: { near: Pt; far: Pt }) => ({ near: f(s.near), far: f(s.far) })
  return {
    pelvis: f(b.pelvis),
    neck: f(b.neck),
    head: f(b.head),
    shoulder: both(b.shoulder),
    hip: both(b.hip),
    elbow: both(b.elbow),
    wrist: both(b.wrist),
    knee: both(b.knee),
    ankle: both(b.ankle),
  }
}
