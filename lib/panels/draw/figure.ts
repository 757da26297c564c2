import { drawHead } from './head.ts'
import { POSES } from './poses.ts'
import { drawProp } from './prop.ts'
import { between, boxOf, mix } from './shape.ts'
import type { Group, Node, Pt } from './shape.ts'
import { closure, coatFront, coatTail, neckAndScarf, shoe, skirt } from './clothes.ts'
import { isFolded, limb, makePen, norm } from './figure-pen.ts'
import type { Box, Draw, FigurePlace } from './figure-pen.ts'
import { drawHand } from './hand.ts'
import { skeleton } from './skeleton.ts'
import type { Side } from './skeleton.ts'

/** What is known exactly about a drawn figure, panel px. */
export interface FigureFacts {
  readonly id: string
  readonly body: Box
  readonly head: Box
  readonly hands: readonly Box[]
  readonly mouth: Pt
  readonly feet: Pt
}

/** Draws one clothed figure and says where its head, hands and mouth are. */
export function drawFigure(place: FigurePlace): { group: Group; facts: FigureFacts } {
  const { look, unit, dir } = place
  const pose = place.frontal ? { ...POSES[place.action], turn: POSES[place.action].turn * 0.35 } : POSES[place.action]
  const bones = skeleton(pose, look)
  // Seen from above the head comes nearer and the legs shrink; from below the reverse.
  const grow = (y: number) => 1 + place.tilt * 0.14 * ((y / look.heads) * 2 - 1)
  const squash = 1 - Math.abs(place.tilt) * 0.06
  const px = (p: Pt): Pt => [place.foot[0] + dir * p[0] * unit * grow(p[1]), place.foot[1] - p[1] * unit * squash]
  const inkPx = Math.max(1.1, Math.min(7, unit * 0.034))
  const pen = makePen(place, inkPx)
  const wide = (look.build === 'broad' ? 1.18 : look.build === 'slim' ? 0.86 : 1) * (look.child ? 0.85 : 1)
  const ctx: Draw = { place, pose, bones, px, inkPx, pen, wide, grow }
  const head = headOf(ctx)
  const arms = { near: arm(ctx, 'near'), far: arm(ctx, 'far') }
  const body: Node[] = [
    ...head.back,
    ...(pose.farFront && !pose.away ? [] : arms.far.nodes),
    ...(pose.nearBehind ? arms.near.nodes : []),
    ...coatTail(ctx),
    ...leg(ctx, 'far'),
    ...leg(ctx, 'near'),
    ...neckAndScarf(ctx, false),
    ...torso(ctx),
    head.front,
    ...neckAndScarf(ctx, true),
    ...(pose.farFront && !pose.away ? arms.far.nodes : []),
    ...(pose.nearBehind ? [] : arms.near.nodes),
  ]
  const held = place.prop || (pose.holds ?? '')
  if (held !== '') body.push(...drawProp(held, heldFrame(ctx, held)))
  const everything = [
    bones.head,
    bones.neck,
    bones.pelvis,
    ...Object.values(bones.wrist),
    ...Object.values(bones.ankle),
    ...Object.values(bones.knee),
  ].map(px)
  const headBox = boxOf(head.face)
  const allBox = boxOf([...everything, ...head.face])
  return {
    group: { kind: 'figure', id: place.id, children: body },
    facts: {
      id: place.id,
      body: allBox,
      head: headBox,
      hands: [arms.near.box, arms.far.box],
      mouth: head.mouth,
      feet: place.foot,
    },
  }
}

function arm(ctx: Draw, side: Side): { nodes: Node[]; box: Box } {
  const { bones, place, pose, pen } = ctx
  const { look } = place
  const joints = [bones.shoulder[side], bones.elbow[side], bones.wrist[side]]
  const dim = side === 'far' && !pose.farFront
  const loose = look.top === 'robe' ? 1.35 : look.top === 'coat' ? 1.18 : 1
  const nodes: Node[] = []
  const hand = drawHand(ctx, side)
  nodes.push(...hand.nodes)
  nodes.push(
    ...limb(
      ctx,
      'sleeve',
      joints,
      [0.23 * loose, 0.18 * loose, (look.top === 'robe' ? 0.26 : 0.13) * loose],
      look.topColour,
      dim,
    ),
  )
  const [e, w] = [ctx.px(bones.elbow[side]), ctx.px(bones.wrist[side])]
  const r = place.unit * 0.15 * loose
  const along = norm(w, e)
  const cuff = between(w, e, 0.1)
  nodes.push(
    pen.line(
      'cuff',
      [
        [cuff[0] - along[1] * r, cuff[1] + along[0] * r],
        [cuff[0] + along[0] * r * 0.2, cuff[1] + along[1] * r * 0.2],
        [cuff[0] + along[1] * r, cuff[1] - along[0] * r],
      ],
      0.8,
    ),
  )
  if (place.unit > 26) {
    for (const t of [-0.12, 0.1]) {
      const c: Pt = [e[0] - along[0] * r * t * 6, e[1] - along[1] * r * t * 6]
      nodes.push(
        pen.line(
          'fold',
          [
            [c[0] - along[1] * r * 0.9, c[1] + along[0] * r * 0.9],
            [c[0] + along[1] * r * 0.15 + along[0] * r * 0.3, c[1] - along[0] * r * 0.15 + along[1] * r * 0.3],
          ],
          0.65,
          0.6,
          0.05,
        ),
      )
    }
  }
  return { nodes, box: hand.box }
}

function leg(ctx: Draw, side: Side): Node[] {
  const { bones, place, pen } = ctx
  const { look } = place
  const robe = look.top === 'robe' && !isFolded(ctx)
  const joints = [bones.hip[side], bones.knee[side], bones.ankle[side]]
  const skirtLegs = look.top === 'dress'
  const colour = skirtLegs ? look.skin : look.legColour
  const nodes: Node[] = [...shoe(ctx, side)]
  if (!robe)
    nodes.push(
      ...limb(ctx, 'trouser', joints, skirtLegs ? [0.18, 0.18, 0.11] : [0.27, 0.225, 0.16], colour, side === 'far'),
    )
  if (place.unit > 26 && !robe && !skirtLegs) {
    const k = ctx.px(bones.knee[side])
    const r = place.unit * 0.2
    nodes.push(
      pen.line(
        'fold',
        [
          [k[0] - r, k[1] - r * 0.2],
          [k[0] + r * 0.2, k[1] + r * 0.15],
        ],
        0.6,
        0.5,
        0.05,
      ),
    )
    nodes.push(
      pen.line(
        'fold',
        [
          [k[0] + r, k[1] + r * 0.3],
          [k[0] - r * 0.1, k[1] + r * 0.5],
        ],
        0.55,
        0.5,
        0.05,
      ),
    )
  }
  return nodes
}

function torso(ctx: Draw): Node[] {
  const { bones, place, pen, wide, pose } = ctx
  const { look } = place
  const flat = 1 - 0.42 * pose.turn
  const dir = norm(bones.neck, bones.pelvis)
  const side: Pt = [dir[1], -dir[0]]
  const length = Math.hypot(bones.neck[0] - bones.pelvis[0], bones.neck[1] - bones.pelvis[1])
  const at = (across: number, up: number): Pt => [
    bones.pelvis[0] + side[0] * across + dir[0] * up * length,
    bones.pelvis[1] + side[1] * across + dir[1] * up * length,
  ]
  const sh = 0.78 * wide * flat
  const chest = 0.64 * wide * (1 - 0.25 * pose.turn)
  const waist = (look.build === 'broad' ? 0.54 : 0.42) * (look.child ? 0.85 : 1) * (1 - 0.15 * pose.turn)
  const hips = 0.48 * wide * (1 - 0.12 * pose.turn)
  const front = pose.turn * 0.1
  const shape: Pt[] = [
    at(-0.2, 1.06),
    at(-sh * 0.82, 0.99),
    at(-sh, 0.86),
    at(-chest, 0.62),
    at(-waist, 0.3),
    at(-hips, -0.04),
    at(-hips * 0.7, -0.16),
    at(hips * 0.7, -0.16),
    at(hips, -0.04),
    at(waist + front * 0.4, 0.3),
    at(chest + front, 0.62),
    at(sh, 0.86),
    at(sh * 0.82, 0.99),
    at(0.2, 1.06),
    at(pose.turn * 0.16, pose.away ? 1.04 : 0.95),
  ]
  const points = shape.map(ctx.px)
  const colour = look.topColour
  const shadeLeft = place.lightDir * place.dir > 0
  const edge = shadeLeft ? shape.slice(2, 7) : shape.slice(7, 12)
  const inward = edge.map((p): Pt => [p[0] + (shadeLeft ? 1 : -1) * 0.24 * wide, p[1]])
  const shade = [...edge, ...inward.reverse()].map(ctx.px)
  const out: Node[] = [
    pen.fill('torso', points, colour),
    pen.fill('torso-shade', shade, mix(colour, '#2b2238', 0.26)),
    pen.hatch(shade, place.unit * 0.085, 62, 0.42),
    pen.line('contour', points.slice(7, 14), 1.25),
    pen.line('contour', points.slice(0, 7), 1.25),
  ]
  const c = pose.turn * 0.3
  if (!pose.away) out.push(...closure(ctx, at, c))
  out.push(pen.line('fold', [at(-waist * 0.8, 0.34), at(-waist * 0.1, 0.26)].map(ctx.px), 0.7, 0.5, 0.05))
  out.push(pen.line('fold', [at(waist * 0.9, 0.4), at(waist * 0.2, 0.3)].map(ctx.px), 0.65, 0.5, 0.05))
  if (look.top === 'dress' || look.top === 'robe') {
    const belt = [
      at(-waist * 1.08, 0.3),
      at(0, 0.25),
      at(waist * 1.1, 0.3),
      at(waist * 1.1, 0.2),
      at(0, 0.15),
      at(-waist * 1.08, 0.2),
    ].map(ctx.px)
    const b = [pen.fill('belt', belt, mix(colour, '#1d1a17', 0.5)), pen.line('contour', belt.slice(0, 3), 0.6)]
    return look.top === 'robe' ? [...out, ...b] : [...skirt(ctx), ...out, ...b]
  }
  return look.top === 'coat' ? [...out, ...skirt(ctx), ...(pose.away ? [] : coatFront(ctx, at, c))] : out
}

function headOf(ctx: Draw): ReturnType<typeof drawHead> {
  const { bones, place, pose } = ctx
  const tiltDeg = pose.roll ? -pose.roll + pose.head : pose.head + pose.lean * 0.35
  // For a lying figure the head follows the body.
  const a = pose.roll ? (-(90 - pose.head) * Math.PI) / 180 : (-tiltDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(a), Math.sin(a)]
  const size = place.look.child ? 1.06 : 1
  const turn = place.frontal ? pose.turn * 0.6 : place.action === 'look-back' ? 0.45 : Math.min(1, pose.turn)
  const flip = place.action === 'look-back' ? -1 : 1
  const at = (u: number, v: number): Pt => {
    const [x, y] = [u * flip * size, v * size]
    if (pose.roll)
      return ctx.px([
        bones.head[0] - y * Math.cos(0.1) + x * Math.sin(0.1),
        bones.head[1] + x * Math.cos(0.1) + y * Math.sin(0.1),
      ])
    return ctx.px([bones.head[0] + x * cos - y * sin, bones.head[1] + x * sin + y * cos])
  }
  return drawHead(place.look, place.expression, {
    id: place.id,
    at,
    unit: place.unit,
    turn,
    away: pose.away ?? false,
    ink: place.ink,
    inkPx: ctx.inkPx,
    pitch: -place.tilt * 0.045 - pose.head * 0.0006,
    tint: place.tint,
  })
}

function heldFrame(ctx: Draw, held: string): Parameters<typeof drawProp>[1] {
  const { bones, place, pose } = ctx
  const both = pose.farFront === true && (held === 'book' || held === 'letter')
  const hand = both ? between(bones.wrist.near, bones.wrist.far, 0.6) : bones.wrist.far
  const e = bones.elbow.far
  const d = norm(bones.wrist.far, e)
  const grip: Pt = [hand[0] + d[0] * 0.22, hand[1] + d[1] * 0.22]
  return {
    id: place.id,
    at: (x: number, y: number) => ctx.px([grip[0] + x, grip[1] + y]),
    unit: place.unit,
    ink: place.ink,
    inkPx: ctx.inkPx,
    tint: place.tint,
  }
}
