import { expect, it } from 'vitest'
import { fieldProblem, sceneFieldsOf, withSceneField } from './scene-fields.ts'
import { SCENE_TYPES } from './state.ts'

it('[ST90] every type names its fields, each key once', () => {
  for (const type of SCENE_TYPES) {
    const keys = sceneFieldsOf(type).map((field) => field.key)
    expect(new Set(keys).size).toBe(keys.length)
  }
  expect(sceneFieldsOf('scene').map((field) => field.key)).toContain('pointOfView')
})

it('[ST91] writing a field keeps the others, also those of another type; empty takes it away', () => {
  const scene = { metadata: { place: 'Mill', goal: 'Escape' } }
  expect(withSceneField(scene, 'weather', '  rain ')).toEqual({ place: 'Mill', goal: 'Escape', weather: 'rain' })
  expect(withSceneField(scene, 'place', ' ')).toEqual({ goal: 'Escape' })
  expect(withSceneField(scene, 'place', 'x'.repeat(600)).place).toHaveLength(500)
})

it('[ST92] a number field takes whole numbers in digits, nothing else; empty fits', () => {
  const field = { key: 'number', kind: 'number', min: 1 } as const
  expect(fieldProblem(field, '12')).toBeNull()
  expect(fieldProblem(field, '')).toBeNull()
  expect(fieldProblem(field, 'two')).toBe('not-a-number')
  expect(fieldProblem(field, '0')).toBe('too-small')
})
