import { expect, test } from 'vitest'
import { lineageOf } from '#lib/retrieval/lineage.ts'
import { EDGE_TYPES } from '#lib/story/state.ts'
import type { StoryState } from '#lib/story/state.ts'
import { graphOf } from './story-material.ts'

test('[RT2] next, choice and converges lead into the past; edges of meaning never do', () => {
  const scenes = new Map(['a', 'b'].map((id) => [id, { id, branchId: 'main' }]))
  const branches = new Map([['main', { id: 'main', parentId: null, forkSceneId: null }]])
  const leading = EDGE_TYPES.filter((type) => {
    const edges = new Map([['e', { id: 'e', from: 'a', to: 'b', type, order: 0 }]])
    // The rule reads nothing else of a story.
    const state = { scenes, branches, edges } as unknown as StoryState
    return lineageOf(graphOf(state), { headId: 'b', branchId: 'main' }).includes('a')
  })
  expect(leading).toEqual(['next', 'choice', 'converges'])
})
