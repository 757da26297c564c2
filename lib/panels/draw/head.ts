import type { Expression } from '../script.ts'
import type { Look } from '../look.ts'
import { brush, mix, poly, smooth } from './shape.ts'
import type { Group, Mark, Node, Pt } from './shape.ts'
import { beard, hairBack, hairFront, hat } from './hair.ts'
import type { HeadFrame, Make, Stroke } from './head-frame.ts'

interface Mood {
  /** Inner and outer brow height, eye openness 0..1.3, mouth curve, mouth opening, mouth width. */
  readonly brow: readonly [number, number]
  readonly eye: number
  readonly curve: number
  readonly open: number
  readonly wide: number
}

const MOODS: Readonly<Record<Expression, Mood>> = {
  neutral: { brow: [0, 0], eye: 0.8, curve: 0, open: 0, wide: 1 },
  happy: { brow: [0.02, 0.03], eye: 0.62, curve: 0.055, open: 0.03, wide: 1.25 },
  sad: { brow: [0.05, -0.03], eye: 0.6, curve: -0.04, open: 0, wide: 0.85 },
  angry: { brow: [-0.06, 0.05], eye: 0.66, curve: -0.03, open: 0.015, wide: 1.05 },
  afraid: { brow: [0.07, 0.01], eye: 1.15, curve: -0.03, open: 0.045, wide: 0.9 },
  surprised: { brow: [0.07, 0.07], eye: 1.25, curve: 0, open: 0.085, wide: 0.62 },
  tired: { brow: [0.0, -0.02], eye: 0.38, curve: -0.015, open: 0, wide: 0.9 },
  determined: { brow: [-0.045, 0.02], eye: 0.72, curve: -0.008, open: 0, wide: 1.05 },
  sly: { brow: [-0.02, 0.05], eye: 0.5, curve: 0.03, open: 0, wide: 1.1 },
  shout: { brow: [-0.06, 0.04], eye: 0.8, curve: -0.01, open: 0.14, wide: 1.05 },
}

/** Draws a head with face, hair and marks. `back` goes behind the body, `front` over it. Centre of features for facts. */
export function drawHead(
  look: Look,
  expression: Expression,
  f: HeadFrame,
): { back: Node[]; front: Group; mouth: Pt; face: Pt[] } {
  const skin = f.tint(look.skin)
  const hairColour = f.tint(look.hairColour)
  const mark = (kind: string, d: string, fill: string | null, extra: Partial<Mark> = {}): Mark => ({
    kind,
    id: f.id,
    d,
    fill,
    ...extra,
  })
  const stroke = (kind: string, points: readonly Pt[], width: number, from = 0.2, to = 0.2) =>
    mark(kind, brush(points, width * f.inkPx, from, to), f.ink)
  const at = (list: readonly (readonly [number, number])[]): Pt[] => list.map(([u, v]) => f.at(u, v))
  const t = f.turn
  const profile = t > 0.7
  const outline = at(profile ? profileOutline(look) : frontOutline(look, t))
  const marks: Node[] = []
  const back: Node[] = hairBack(look, f, hairColour, mark)
  marks.push(mark('face', smooth(outline, true), skin))
  marks.push(mark('contour', smooth(outline, true), null, { stroke: f.ink, width: f.inkPx * 0.62 }))
  const detail = f.unit > 17
  if (!f.away) {
    marks.push(...shade(t, f, skin, mark))
    if (look.beard) marks.push(mark('beard', smooth(at(beard(t)), true), hairColour))
    marks.push(...features(look, expression, f, detail, mark, stroke))
    if (t < 0.95) marks.push(...ear(t, f, skin, mark, stroke))
  }
  marks.push(...hairFront(look, f, hairColour, mark, stroke))
  marks.push(...hat(look, f, mark, stroke))
  const mu = profile ? 0.27 : 0.15 * t + 0.02
  return {
    back,
    front: { kind: 'head', id: f.id, children: marks },
    mouth: f.away ? f.at(0.2, -0.25) : f.at(mu, -0.27 + f.pitch),
    face: outline,
  }
}

function frontOutline(look: Look, t: number): [number, number][] {
  const jaw = look.build === 'broad' ? 0.26 : look.build === 'slim' ? 0.21 : 0.235
  const c = t * 0.13
  return [
    [0.02, 0.5],
    [0.24, 0.42],
    [0.345, 0.2],
    [0.335 + c * 0.1, 0.02],
    [0.325 + c * 0.15, -0.14],
    [jaw + 0.04 + c * 0.6, -0.33],
    [0.1 + c * 0.9, -0.475],
    [c * 0.95, -0.5],
    [-0.1 + c * 0.75, -0.46],
    [-jaw - 0.045 + c * 0.3, -0.3],
    [-0.335, -0.08],
    [-0.35, 0.2],
    [-0.24, 0.42],
  ]
}

function profileOutline(look: Look): [number, number][] {
  const chin = look.build === 'broad' ? 0.3 : 0.27
  return [
    [-0.02, 0.5],
    [0.2, 0.43],
    [0.3, 0.26],
    [0.31, 0.09],
    [0.3, 0.02],
    [0.36, -0.07],
    [0.42, -0.145],
    [0.385, -0.175],
    [0.315, -0.19],
    [0.325, -0.24],
    [0.3, -0.275],
    [0.315, -0.31],
    [0.28, -0.36],
    [0.3, -0.43],
    [chin - 0.06, -0.49],
    [0.08, -0.45],
    [-0.1, -0.34],
    [-0.2, -0.22],
    [-0.36, -0.02],
    [-0.39, 0.18],
    [-0.28, 0.41],
  ]
}

function shade(t: number, f: HeadFrame, skin: string, mark: Make): Mark[] {
  const dark = mix(skin, '#5b3a4a', 0.26)
  const side = [
    f.at(-0.34, 0.3),
    f.at(-0.21, 0.1),
    f.at(-0.2, -0.12),
    f.at(-0.1, -0.34),
    f.at(0.02 + t * 0.1, -0.49),
    f.at(-0.1, -0.46),
    f.at(-0.28, -0.3),
    f.at(-0.34, -0.06),
  ]
  return [mark('face-shade', smooth(side, true), dark, { opacity: 0.55 })]
}

function features(
  look: Look,
  expression: Expression,
  f: HeadFrame,
  detail: boolean,
  mark: Make,
  stroke: Stroke,
): Node[] {
  const mood = MOODS[expression]
  const t = f.turn
  const p = f.pitch
  const profile = t > 0.7
  const out: Node[] = []
  const centre = profile ? 0.22 : t * 0.17
  const eyes: { u: number; w: number; inner: number }[] = profile
    ? [{ u: 0.2, w: 0.085, inner: 1 }]
    : [
        { u: centre - 0.155 + t * 0.01, w: 0.1, inner: 1 },
        { u: centre + 0.15 - t * 0.035, w: 0.1 - t * 0.03, inner: -1 },
      ]
  const v = 0.01 + p
  for (const eye of eyes) {
    out.push(...drawEye(eye, v, mood, f, detail, look, mark, stroke))
    const brow = (side: number): Pt =>
      f.at(eye.u + side * eye.w * 1.15, v + 0.115 + (side * eye.inner > 0 ? mood.brow[0] : mood.brow[1]))
    const middle = f.at(eye.u, v + 0.14 + (mood.brow[0] + mood.brow[1]) / 2)
    out.push(stroke('brow', [brow(-1), middle, brow(1)], look.old || look.beard ? 2.2 : 1.7, 0.5, 0.5))
  }
  if (detail && !profile) {
    const n = centre + 0.05 + t * 0.04
    out.push(
      stroke('nose', [f.at(n - 0.015, v - 0.03), f.at(n + 0.035, v - 0.13), f.at(n - 0.03, v - 0.155)], 0.75, 0.1, 0.6),
    )
  }
  if (detail && profile) out.push(stroke('nose', [f.at(0.325, v - 0.145), f.at(0.3, v - 0.16)], 0.8))
  out.push(...mouth(mood, f, profile ? 0.245 : centre * 0.95, profile, mark, stroke))
  if (look.glasses) out.push(...glasses(eyes, v, f, mark))
  if (look.scar)
    out.push(stroke('scar', [f.at(centre - 0.22, v + 0.16), f.at(centre - 0.16, v), f.at(centre - 0.2, v - 0.17)], 1))
  if (look.freckles && detail)
    for (const [u, w] of [
      [-0.2, -0.12],
      [-0.14, -0.15],
      [-0.09, -0.11],
      [0.12, -0.12],
      [0.17, -0.15],
      [0.22, -0.11],
    ] as const)
      out.push(
        mark(
          'freckle',
          smooth(
            [f.at(centre + u, v + w), f.at(centre + u + 0.012, v + w + 0.01), f.at(centre + u + 0.02, v + w - 0.005)],
            true,
          ),
          '#9a5f3c',
        ),
      )
  if (look.old && detail) {
    out.push(stroke('crease', [f.at(centre - 0.13, v - 0.14), f.at(centre - 0.17, v - 0.25)], 0.6))
    out.push(stroke('crease', [f.at(centre - 0.1, v + 0.25), f.at(centre + 0.1, v + 0.255)], 0.5))
  }
  return out
}

function drawEye(
  eye: { u: number; w: number },
  v: number,
  mood: Mood,
  f: HeadFrame,
  detail: boolean,
  look: Look,
  mark: Make,
  stroke: Stroke,
): Node[] {
  const h = 0.062 * mood.eye
  const { u, w } = eye
  if (!detail)
    return [
      mark('eye', smooth([f.at(u - 0.035, v), f.at(u, v + 0.05), f.at(u + 0.035, v), f.at(u, v - 0.05)], true), f.ink),
    ]
  const upper = [
    f.at(u - w, v - 0.008),
    f.at(u - w * 0.45, v + h * 0.85),
    f.at(u + w * 0.35, v + h),
    f.at(u + w, v + 0.004),
  ]
  const lower = [f.at(u + w * 0.5, v - h * 0.8), f.at(u - w * 0.4, v - h * 0.85)]
  const gaze = w * (0.12 + f.turn * 0.3)
  const r = Math.min(0.05, h * 1.05)
  const iris = [
    f.at(u + gaze - r * 0.9, v + h * 0.1),
    f.at(u + gaze, v + h * 0.1 + r),
    f.at(u + gaze + r * 0.9, v + h * 0.1),
    f.at(u + gaze, v + h * 0.1 - r),
  ]
  const glint = [
    f.at(u + gaze + r * 0.1, v + h * 0.1 + r * 0.2),
    f.at(u + gaze + r * 0.35, v + h * 0.1 + r * 0.6),
    f.at(u + gaze + r * 0.6, v + h * 0.1 + r * 0.2),
  ]
  return [
    mark('eye', smooth([...upper, ...lower], true), f.tint('#fdfaf2')),
    mark('iris', smooth(iris, true), f.ink),
    ...(f.unit > 60 ? [mark('glint', smooth(glint, true), '#ffffff')] : []),
    stroke('lid', upper, look.hair === 'short' || look.beard ? 1.15 : 1.6, 0.5, 0.35),
    ...(f.unit > 45 ? [stroke('lid', [f.at(u - w * 0.6, v - h * 0.75), f.at(u + w * 0.5, v - h * 0.8)], 0.45)] : []),
  ]
}

function mouth(mood: Mood, f: HeadFrame, centre: number, profile: boolean, mark: Make, stroke: Stroke): Node[] {
  const v = -0.27 + f.pitch * 0.8
  const w = 0.105 * mood.wide * (profile ? 0.6 : 1 - f.turn * 0.18)
  const a = f.at(centre - w, v + mood.curve)
  const b = f.at(centre + w, v + mood.curve)
  const mid = f.at(centre, v - mood.curve * 0.35)
  const out: Node[] = []
  if (mood.open > 0.02) {
    const low = f.at(centre, v - mood.open - mood.curve * 0.4)
    const lowL = f.at(centre - w * 0.7, v - mood.open * 0.7)
    const lowR = f.at(centre + w * 0.7, v - mood.open * 0.7)
    out.push(
      mark('mouth', smooth([a, f.at(centre, v + mood.open * 0.16), b, lowR, low, lowL], true), f.tint('#5e2423')),
    )
    if (f.unit > 40 && mood.open > 0.04)
      out.push(
        mark(
          'teeth',
          poly([
            f.at(centre - w * 0.6, v - 0.002),
            f.at(centre + w * 0.6, v - 0.002),
            f.at(centre + w * 0.5, v - 0.022),
            f.at(centre - w * 0.5, v - 0.022),
          ]),
          f.tint('#fdfaf2'),
        ),
      )
    out.push(
      mark('mouth-line', smooth([a, f.at(centre, v + mood.open * 0.16), b, lowR, low, lowL], true), null, {
        stroke: f.ink,
        width: f.inkPx * 0.5,
      }),
    )
  } else {
    out.push(stroke('mouth', [a, mid, b], 1.15, 0.35, 0.35))
    if (f.unit > 30)
      out.push(stroke('lip', [f.at(centre - w * 0.35, v - 0.055), f.at(centre + w * 0.35, v - 0.055)], 0.5))
  }
  return out
}

function glasses(eyes: readonly { u: number; w: number }[], v: number, f: HeadFrame, mark: Make): Mark[] {
  return eyes.flatMap((eye) => {
    const r = 0.125
    const lens = [
      f.at(eye.u - r, v),
      f.at(eye.u - r * 0.8, v + 0.09),
      f.at(eye.u + r * 0.8, v + 0.09),
      f.at(eye.u + r, v),
      f.at(eye.u + r * 0.7, v - 0.1),
      f.at(eye.u - r * 0.7, v - 0.1),
    ]
    const d = smooth(lens, true)
    return [
      mark('glasses', d, '#ffffff', { opacity: 0.16 }),
      mark('glasses', d, null, { stroke: f.ink, width: f.inkPx * 0.6 }),
    ]
  })
}

function ear(t: number, f: HeadFrame, skin: string, mark: Make, stroke: Stroke): Node[] {
  const u = t > 0.7 ? -0.06 : -0.335 + t * 0.12
  const shape = [
    f.at(u + 0.05, 0.05),
    f.at(u - 0.035, 0.085),
    f.at(u - 0.065, 0.0),
    f.at(u - 0.03, -0.1),
    f.at(u + 0.035, -0.13),
  ]
  return [mark('ear', smooth(shape, true), skin), stroke('contour', shape, 0.7)]
}
