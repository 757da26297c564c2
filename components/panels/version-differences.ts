import type { PanelVersion } from '#lib/panels/panel.ts'

/** One part of the making that two versions do not share; null where a version has no such part. */
export interface Difference {
  readonly part: string
  readonly a: string | null
  readonly b: string | null
}

/**
 * What differs in how two versions of a panel were made: who drew, why, the picture's size, and every field of the
 * recipe, nested ones by their path. Ids, times and hashes of the picture itself differ always and say nothing.
 */
export function versionDifferences(a: PanelVersion, b: PanelVersion): Difference[] {
  const [left, right] = [factsOf(a), factsOf(b)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((part) => ({ part, a: left.get(part) ?? null, b: right.get(part) ?? null }))
    .filter((entry) => entry.a !== entry.b)
}

function factsOf(version: PanelVersion): Map<string, string> {
  const facts = new Map<string, string>([
    ['drawnBy', version.drawnBy],
    ['reason', version.reason],
  ])
  collect(facts, '', version.recipe)
  return facts
}

function collect(facts: Map<string, string>, path: string, value: unknown): void {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) collect(facts, path === '' ? name : `${path}.${name}`, inner)
  } else if (value !== undefined && path !== '') {
    facts.set(path, typeof value === 'string' ? value : JSON.stringify(value))
  }
}
