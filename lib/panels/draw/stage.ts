import type { Random } from '../../kernel/ports.ts'
import type { Light } from '../script.ts'
import { brush, hatch, mix, poly, smooth, wobble } from './shape.ts'
import type { Mark, Node, Pt } from './shape.ts'

/** Colours of one light, and how strongly it tints what it falls on. */
export interface Palette {
  readonly sky: string
  readonly skyLow: string
  readonly far: string
  readonly mid: string
  readonly near: string
  readonly ground: string
  readonly wall: string
  readonly wood: string
  readonly glow: string
  readonly ink: string
  readonly tint: string
  readonly tintBy: number
  readonly dark: boolean
}

const PALETTES: Readonly<Record<Light, Palette>> = {
  day: {
    sky: '#cfe1e6',
    skyLow: '#f3eee0',
    far: '#b9cbc8',
    mid: '#93ad9f',
    near: '#6f8f78',
    ground: '#d9ceb1',
    wall: '#e9dfc9',
    wood: '#b58d62',
    glow: '#fff6d8',
    ink: '#1f1b18',
    tint: '#fff4dc',
    tintBy: 0.04,
    dark: false,
  },
  dawn: {
    sky: '#d8c9d6',
    skyLow: '#f8ddc2',
    far: '#c5b3bd',
    mid: '#a593a1',
    near: '#7f7a86',
    ground: '#d8c3ae',
    wall: '#eddac6',
    wood: '#b3846a',
    glow: '#ffe9c9',
    ink: '#231d21',
    tint: '#f4cdb0',
    tintBy: 0.14,
    dark: false,
  },
  dusk: {
    sky: '#7f6d8c',
    skyLow: '#eda477',
    far: '#8d748a',
    mid: '#6b5873',
    near: '#4a405a',
    ground: '#a9806f',
    wall: '#c79c83',
    wood: '#8d5d49',
    glow: '#ffd08a',
    ink: '#1d1722',
    tint: '#c46a52',
    tintBy: 0.2,
    dark: false,
  },
  night: {
    sky: '#1f2a44',
    skyLow: '#3c4c6e',
    far: '#44598a',
    mid: '#33476f',
    near: '#22305a',
    ground: '#5f74a0',
    wall: '#7489b4',
    wood: '#4d4458',
    glow: '#f6e3a6',
    ink: '#0e1220',
    tint: '#31456f',
    tintBy: 0.16,
    dark: true,
  },
  lamp: {
    sky: '#2c2a3c',
    skyLow: '#413b4c',
    far: '#5a4a48',
    mid: '#77593f',
    near: '#5b4231',
    ground: '#a67a4e',
    wall: '#cfa269',
    wood: '#7d5331',
    glow: '#ffe3a0',
    ink: '#1c1410',
    tint: '#d58a3a',
    tintBy: 0.2,
    dark: true,
  },
  storm: {
    sky: '#5c6972',
    skyLow: '#9aa7a8',
    far: '#77868a',
    mid: '#5d6d72',
    near: '#46555b',
    ground: '#7f8a86',
    wall: '#98a19d',
    wood: '#6d6c66',
    glow: '#e8efe8',
    ink: '#14191d',
    tint: '#5f7480',
    tintBy: 0.26,
    dark: false,
  },
}

/** The stage: camera, colours and drawing helpers a setting works with. World units are heads; z 1 is the figures' plane. */
export interface Stage {
  readonly w: number
  readonly h: number
  readonly horizonY: number
  readonly palette: Palette
  readonly light: Light
  readonly random: Random
  readonly inkPx: number
  /** World (x right, y up, z away) to panel px. */
  readonly at: (x: number, y: number, z: number) => Pt
  readonly unit: number
  readonly camX: number
  readonly camH: number
  readonly fill: (
    kind: string,
    points: readonly Pt[],
    colour: string,
    opts?: { curved?: boolean; opacity?: number; edge?: number },
  ) => Mark
  readonly line: (points: readonly Pt[], weight: number, colour?: string, opacity?: number) => Mark
  readonly hatch: (area: readonly Pt[], gap: number, angle: number, weight?: number, opacity?: number) => Mark
  /** Half of the world's visible width at depth z, heads. */
  readonly halfWidth: (z: number) => number
}

/** What the camera sees: shot scale, height and where the horizon falls. */
export interface Camera {
  readonly w: number
  readonly h: number
  /** Pixels per head at z 1. */
  readonly unit: number
  /** Camera height, heads above the ground. */
  readonly camH: number
  readonly camX: number
  readonly horizonY: number
}

/** Builds the stage of one panel. */
export function makeStage(camera: Camera, light: Light, random: Random): Stage {
  const palette = PALETTES[light]
  const inkPx = Math.max(1.2, Math.min(3.2, camera.w / 460))
  const { w, unit, camH, camX, horizonY } = camera
  const id = 'setting'
  return {
    ...camera,
    palette,
    light,
    random,
    inkPx,
    at: (x, y, z) => [w / 2 + ((x - camX) * unit) / z, horizonY + ((camH - y) * unit) / z],
    fill: (kind, points, colour, opts = {}) => {
      const d = opts.curved ? smooth(points, true) : poly(points)
      const mark = { kind, id, d, fill: colour, ...(opts.opacity === undefined ? {} : { opacity: opts.opacity }) }
      return opts.edge ? { ...mark, stroke: palette.ink, width: inkPx * opts.edge } : mark
    },
    line: (points, weight, colour = palette.ink, opacity = 1) => ({
      kind: 'ink',
      id,
      d: brush(points, inkPx * weight, 0.35, 0.3),
      fill: colour,
      ...(opacity < 1 ? { opacity } : {}),
    }),
    hatch: (area, gap, angle, weight = 0.6, opacity = 0.5) => ({
      kind: 'hatch',
      id,
      d: hatch(area, gap, angle, random)
        .map((s) => brush(s, inkPx * weight, 0.6, 0.15))
        .join(''),
      fill: palette.ink,
      opacity,
    }),
    halfWidth: (z) => ((w / 2) * z) / unit,
  }
}

/** Sky with bands, and stars, moon, sun, rain or clouds by light. Down to `toY` px. */
export function sky(stage: Stage, toY: number): Node[] {
  const { w, palette, random, light } = stage
  const bottom = Math.max(0, Math.min(stage.h, toY)) + 2
  const out: Node[] = []
  const bands = 6
  for (let i = 0; i < bands; i++) {
    const y0 = (bottom * i) / bands
    const points: Pt[] = [[0, y0]]
    for (let k = 0; k <= 6; k++)
      points.push([(w * k) / 6, y0 + (i === 0 ? 0 : Math.sin(k * 1.7 + i * 2.1) * bottom * 0.018)])
    points.push([w, bottom], [0, bottom])
    out.push(stage.fill('sky', points, mix(palette.sky, palette.skyLow, (i / (bands - 1)) ** 1.2)))
  }
  if (bottom < 30) return out
  if (light === 'night' || light === 'lamp') out.push(...nightSky(stage, bottom))
  else if (light === 'storm') out.push(...rainClouds(stage, bottom))
  else {
    const sunY = light === 'day' ? bottom * 0.22 : bottom * 0.78
    const sunX = w * (0.68 + random() * 0.2)
    const r = w * (light === 'day' ? 0.045 : 0.075)
    out.push(disc(sunX, sunY, r * 1.7, palette.glow, 0.35), disc(sunX, sunY, r, palette.glow, 1))
    for (let i = 0; i < 3; i++)
      out.push(
        ...cloud(
          stage,
          w * (0.1 + 0.36 * i + random() * 0.14),
          bottom * (0.14 + random() * 0.4),
          w * (0.07 + random() * 0.05),
        ),
      )
    if (light === 'day' || light === 'dawn')
      for (let i = 0; i < 3; i++)
        out.push(bird(stage, w * (0.2 + random() * 0.5), bottom * (0.2 + random() * 0.3), w * 0.012))
  }
  return out
}

function disc(x: number, y: number, r: number, fill: string, opacity: number): Mark {
  const points: Pt[] = Array.from({ length: 14 }, (_, i) => [
    x + Math.cos((i / 14) * 6.2832) * r,
    y + Math.sin((i / 14) * 6.2832) * r,
  ])
  return { kind: 'light', id: 'sky', d: smooth(points, true), fill, opacity }
}

function nightSky(stage: Stage, bottom: number): Node[] {
  const { w, random, palette } = stage
  const out: Node[] = []
  for (let i = 0; i < 70; i++) {
    const r = stage.inkPx * (0.35 + random() * 0.75)
    const [x, y] = [random() * w, random() ** 1.3 * bottom * 0.92]
    out.push({
      kind: 'star',
      id: 'sky',
      d: poly([
        [x - r, y],
        [x, y - r],
        [x + r, y],
        [x, y + r],
      ]),
      fill: palette.glow,
      opacity: 0.45 + random() * 0.5,
    })
  }
  const [mx, my, r] = [w * (0.16 + random() * 0.64), bottom * 0.26, w * 0.05]
  out.push(
    disc(mx, my, r * 2.1, palette.glow, 0.1),
    disc(mx, my, r * 1.45, palette.glow, 0.16),
    disc(mx, my, r, palette.glow, 1),
    disc(mx + r * 0.36, my - r * 0.14, r * 0.82, mix(palette.sky, palette.glow, 0.12), 1),
  )
  for (let i = 0; i < 2; i++)
    out.push(...cloud(stage, w * (0.2 + 0.5 * i + random() * 0.2), bottom * (0.4 + random() * 0.3), w * 0.1))
  return out
}

function rainClouds(stage: Stage, bottom: number): Node[] {
  const out: Node[] = []
  for (let i = 0; i < 6; i++)
    out.push(
      ...cloud(
        stage,
        stage.w * (0.02 + 0.19 * i + stage.random() * 0.06),
        bottom * (0.06 + stage.random() * 0.18),
        stage.w * (0.13 + stage.random() * 0.06),
        0.35,
      ),
    )
  return out
}

function cloud(stage: Stage, x: number, y: number, r: number, dark = 0): Node[] {
  const base = stage.palette.dark
    ? mix(stage.palette.sky, '#8d9bb8', 0.3)
    : mix(mix(stage.palette.skyLow, '#ffffff', 0.55), stage.palette.near, dark)
  const points: Pt[] = [
    [x - r, y + r * 0.12],
    [x - r * 0.86, y - r * 0.12],
    [x - r * 0.52, y - r * 0.2],
    [x - r * 0.3, y - r * 0.45],
    [x + r * 0.12, y - r * 0.5],
    [x + r * 0.4, y - r * 0.24],
    [x + r * 0.8, y - r * 0.2],
    [x + r, y + r * 0.1],
    [x + r * 0.4, y + r * 0.17],
    [x - r * 0.4, y + r * 0.17],
  ]
  const shaped = wobble(points, r * 0.05, stage.random)
  return [
    stage.fill('cloud', shaped, base, { curved: true, opacity: 0.92 }),
    stage.line(shaped.slice(1, 6), 0.75, stage.palette.ink, 0.55),
    stage.line(shaped.slice(5, 8), 0.6, stage.palette.ink, 0.45),
  ]
}

function bird(stage: Stage, x: number, y: number, r: number): Mark {
  return stage.line(
    [
      [x - r, y - r * 0.35],
      [x - r * 0.4, y - r * 0.45],
      [x, y],
      [x + r * 0.45, y - r * 0.5],
      [x + r, y - r * 0.3],
    ],
    0.8,
  )
}

/** Falling rain over the whole panel, as thin slanted strokes. */
export function rain(stage: Stage): Node {
  const { w, h, random } = stage
  let d = ''
  for (let i = 0; i < 90; i++) {
    const [x, y, l] = [random() * w * 1.1, random() * h, h * (0.025 + random() * 0.045)]
    d += brush(
      [
        [x, y],
        [x - l * 0.28, y + l],
      ],
      stage.inkPx * 0.8,
      0.2,
      0.5,
    )
  }
  return { kind: 'rain', id: 'weather', d, fill: '#eef3f2', opacity: 0.6 }
}
