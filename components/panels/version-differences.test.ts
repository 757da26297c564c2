import { expect, test } from 'vitest'
import type { PanelVersion } from '#lib/panels/panel.ts'
import { versionDifferences } from './version-differences.ts'

const version = (reason: string, recipe: Record<string, unknown>) =>
  ({ id: 'pv_1', drawnBy: 'rules', reason, recipe }) as unknown as PanelVersion

test('equal recipes do not differ, whatever the ids say', () => {
  const recipe = { seed: 7, model: { name: 'x' } }
  expect(versionDifferences(version('first', recipe), version('first', { ...recipe }))).toEqual([])
})

test('changed, nested and missing parts are named with both values', () => {
  const a = version('first', { seed: 7, model: { name: 'x', steps: 20 } })
  const b = version('vary-seed', { seed: 8, model: { name: 'x' }, sizes: [1, 2] })
  expect(versionDifferences(a, b)).toEqual([
    { part: 'reason', a: 'first', b: 'vary-seed' },
    { part: 'seed', a: '7', b: '8' },
    { part: 'model.steps', a: '20', b: null },
    { part: 'sizes', a: null, b: '[1,2]' },
  ])
})
