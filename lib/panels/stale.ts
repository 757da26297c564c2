import { seedFrom } from '../kernel/random.ts'
import type { Blueprint } from './blueprint.ts'

/** Part of a picture's inputs by name; each is hashed apart so that staleness can say what changed (PA35). */
export type StalePart =
  'shot' | 'angle' | 'setting' | 'light' | 'figures' | 'looks' | 'shape' | 'balloon-room' | 'overrides' | 'drawing'

/** 64-bit hash as hex, for telling inputs apart (not for secrets). */
export function hashText(text: string): string {
  const part = (salt: string) =>
    seedFrom(salt + text)
      .toString(16)
      .padStart(8, '0')
  return part('a') + part('b')
}

/** Hash per input of the picture a blueprint asks for. */
export function fingerprint(blueprint: Blueprint, drawingVersion: string): Record<StalePart, string> {
  const hash = (value: unknown) => hashText(JSON.stringify(value))
  return {
    shot: hash(blueprint.shot),
    angle: hash([blueprint.tilt, blueprint.roll]),
    setting: hash(blueprint.setting),
    light: hash(blueprint.light),
    figures: hash(blueprint.figures.map(({ look: _look, x: _x, z: _z, ...figure }) => figure)),
    looks: hash(blueprint.figures.map((figure) => [figure.id, figure.look])),
    shape: hash([blueprint.width, blueprint.height]),
    'balloon-room': hash(blueprint.reserved),
    overrides: hash([blueprint.overrides, blueprint.lightDir]),
    drawing: hash(drawingVersion),
  }
}

/** One hash over a fingerprint, for jobs and recipes. */
export function inputHash(parts: Readonly<Record<string, string>>): string {
  return hashText(
    Object.entries(parts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join(';'),
  )
}

/** What changed since a picture was made; empty means fresh. */
export function staleParts(made: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): StalePart[] {
  return (Object.keys(now) as StalePart[]).filter((part) => made[part] !== now[part])
}
