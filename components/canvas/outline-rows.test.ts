import { expect, it } from 'vitest'
import { indexGraph } from '#lib/story/queries.ts'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import { outlineRows, outlineStep } from './outline-rows.ts'

it('every scene of the story has one line, a line of scenes stays at one level', () => {
  const state = syntheticState({ seed: 21, scenes: 30, edgesPerScene: 0.95, branches: 0, groups: 0 })
  const rows = outlineRows(state, 'br_000000', indexGraph(state))
  expect(rows.length).toBe(30)
  expect(rows.every((row) => row.level === 1)).toBe(true)
})

it('forks indent, jumps are named, other branches and groups follow, nothing twice', () => {
  const state = syntheticState({ seed: 22, scenes: 300 })
  const rows = outlineRows(state, 'br_000000', indexGraph(state))
  const ids = rows.flatMap((row) => (row.kind === 'scene' ? [row.scene.id] : []))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBe(state.scenes.size)
  expect(Math.max(...rows.map((row) => row.level))).toBeGreaterThan(1)
  expect(rows.some((row) => row.kind === 'branch')).toBe(true)
  expect(rows.at(-1)?.kind).toBe('scene')
})

it('steps stay inside and follow the levels', () => {
  const state = syntheticState({ seed: 22, scenes: 60 })
  const rows = outlineRows(state, 'br_000000', indexGraph(state))
  const deep = rows.findIndex((row) => row.level === 2)
  expect(outlineStep(rows, 0, 'up')).toBe(0)
  expect(outlineStep(rows, rows.length - 1, 'down')).toBe(rows.length - 1)
  expect(rows[outlineStep(rows, deep, 'out')]?.level).toBe(1)
  expect(outlineStep(rows, deep - 1, 'in')).toBe(deep)
  expect(outlineStep(rows, 5, 'first')).toBe(0)
  expect(outlineStep(rows, 5, 'last')).toBe(rows.length - 1)
})
