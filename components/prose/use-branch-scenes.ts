'use client'
import { useMemo } from 'react'
import type { Branch, Scene } from '#lib/story/state.ts'
import { storyOf } from '#lib/story/state.ts'
import { scenesOfBranch } from '#lib/story/queries.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'

/** The branch one stands on; the canon branch when the address names none. Null while the story loads. */
export function useCurrentBranch(): Branch | null {
  const wanted = useView((view) => view.branchId)
  return useStory(({ shown }) => {
    const canon = storyOf(shown)?.canonBranchId ?? ''
    return shown.branches.get(wanted ?? canon) ?? shown.branches.get(canon) ?? null
  })
}

/** The scenes of a branch in reading order. */
export function useBranchScenes(branchId: string | null): readonly Scene[] {
  const stories = useStory((page) => page.shown.stories)
  const scenes = useStory((page) => page.shown.scenes)
  const edges = useStory((page) => page.shown.edges)
  const branches = useStory((page) => page.shown.branches)
  return useMemo(
    () => (branchId === null ? [] : scenesOfBranch({ stories, scenes, edges, branches }, branchId)),
    [branchId, stories, scenes, edges, branches],
  )
}
