import { expect, it } from 'vitest'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import { layeredLayout } from './layout.ts'
import type { Scene } from './state.ts'

function moved(state: ReturnType<typeof syntheticState>, places: ReturnType<typeof layeredLayout>) {
  for (const { id, x, y } of places) {
    const scene = state.scenes.get(id)
    if (scene) state.scenes.set(id, { ...scene, x, y })
  }
  return [...state.scenes.values()]
}

const readable = (scenes: readonly Scene[]) => scenes.filter((scene) => scene.type !== 'group')

it('[ST85] 2,000 scenes are placed on whole pixels, none over another', () => {
  const state = syntheticState({ seed: 3, scenes: 2000 })
  const places = layeredLayout(state, [...state.scenes.values()])
  const scenes = readable(moved(state, places))
  expect(scenes.every((scene) => Number.isInteger(scene.x) && Number.isInteger(scene.y))).toBe(true)
  const columns = Map.groupBy(scenes, (scene) => scene.x)
  for (const column of columns.values()) {
    const tops = column.map((scene) => scene.y).sort((a, b) => a - b)
    tops.forEach((y, at) => at > 0 && expect(y - (tops[at - 1] ?? 0)).toBeGreaterThanOrEqual(96))
  }
})

it('[ST87] a second run on an unchanged graph moves nothing, whole or part', () => {
  const state = syntheticState({ seed: 4, scenes: 300 })
  const scenes = moved(state, layeredLayout(state, [...state.scenes.values()]))
  expect(layeredLayout(state, scenes)).toEqual([])
  const part = () => [...state.scenes.values()].filter((_, at) => at > 150 && at < 220)
  moved(state, layeredLayout(state, part()))
  expect(layeredLayout(state, part())).toEqual([])
})

it('[ST88] pinned and held scenes stay, and nothing is put on them', () => {
  const state = syntheticState({ seed: 5, scenes: 60 })
  const all = [...state.scenes.values()].filter((scene) => scene.type === 'scene')
  const [first, second] = [all[3], all[9]]
  if (!first || !second) throw new Error('the fixture is too small')
  state.scenes.set(first.id, { ...first, pinned: true, x: 340, y: 0 })
  const places = layeredLayout(state, [...state.scenes.values()], { held: new Set([second.id]) })
  const ids = places.map((place) => place.id)
  expect(ids).not.toContain(first.id)
  expect(ids).not.toContain(second.id)
  for (const scene of readable(moved(state, places))) {
    if (scene.id === first.id || scene.id === second.id) continue
    const over = scene.x < 560 && scene.x + scene.width > 340 && scene.y < 96 && scene.y + scene.height > 0
    expect(over).toBe(false)
  }
})

it('[ST86] only scenes that change place are answered', () => {
  const state = syntheticState({ seed: 6, scenes: 40 })
  const places = layeredLayout(state, [...state.scenes.values()], { direction: 'down' })
  for (const place of places) {
    const scene = state.scenes.get(place.id)
    expect([scene?.x, scene?.y]).not.toEqual([place.x, place.y])
  }
})
