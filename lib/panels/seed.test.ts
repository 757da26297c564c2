import { describe, expect, test } from 'vitest'
import { previewSeed } from './comic.ts'
import type { PanelVersion } from './panel.ts'
import { nextSeed, sameRecipe } from './seed.ts'

describe('seeds of redraws', () => {
  const first = previewSeed('pa_1')
  const inputs = { backend: 'storyboard', blueprintHash: 'day', prompt: 'a shore' }
  // Only the recipe is read.
  const version = (seed: number, fields: Partial<typeof inputs> = {}) =>
    ({ recipe: { ...inputs, ...fields, seed } }) as unknown as PanelVersion
  const next = (versions: readonly PanelVersion[], now: Partial<typeof inputs> = {}, vary = false) =>
    nextSeed('pa_1', sameRecipe(versions, { ...inputs, ...now }), versions.at(-1) ?? null, vary)

  test('[PA33] the first picture is the preview; an unchanged panel gets a seed of its own each time', () => {
    expect(next([])).toBe(first)
    expect(next([version(first)])).toBe(first + 1)
    expect(next([version(first), version(first + 1)])).toBe(first + 2)
    expect(next([version(first), version(first + 2)], {}, true)).toBe(first + 3)
  })

  test('[PA33] a panel that changed, or another backend, keeps the seed of what it shows', () => {
    const shown = [version(first), version(first + 7)]
    expect(next(shown, { blueprintHash: 'night' })).toBe(first + 7)
    expect(next(shown, { backend: 'procedural' })).toBe(first + 7)
    expect(next(shown, { prompt: 'a cave' })).toBe(first + 7)
    expect(next(shown, { blueprintHash: 'night' }, true)).toBe(first + 8)
  })

  test('[PA33] seeds stay 32 bits wide', () => {
    expect(next([version(0xffffffff)])).toBe(0)
  })
})
