'use client'
import { useMemo, useState } from 'react'
import { play, playStory, replay, startPlay, stepBack } from '#lib/story/play.ts'
import type { PlayMove, PlayRecord, PlayState, PlayStory } from '#lib/story/play.ts'
import { playableScenes } from '#lib/story/queries.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'

/** The story as it can be played here. */
function usePlayStory(): PlayStory {
  const branchId = useView((view) => view.branchId)
  const stories = useStory((page) => page.shown.stories)
  const scenes = useStory((page) => page.shown.scenes)
  const edges = useStory((page) => page.shown.edges)
  const branches = useStory((page) => page.shown.branches)
  const variables = useStory((page) => page.shown.variables)
  return useMemo(
    () =>
      playStory({
        startSceneId: storyOf({ stories })?.startSceneId ?? null,
        scenes: playableScenes({ stories, scenes, branches }, branchId),
        edges: edges.values(),
        variables: variables.values(),
      }),
    [branchId, stories, scenes, edges, branches, variables],
  )
}

export interface Play {
  readonly story: PlayStory
  readonly state: PlayState | null
  readonly begin: (sceneId: string) => void
  readonly move: (move: PlayMove) => void
  readonly back: () => void
  readonly restart: () => void
  /** Takes back what an edit of the story made impossible. */
  readonly settle: () => void
}

/** A play-through that follows edits: its record is played again on each change of the story. */
export function usePlay(firstSceneId: string | null): Play {
  const story = usePlayStory()
  const [record, setRecord] = useState<PlayRecord | null>(null)
  const state = useMemo(() => {
    if (record) {
      const played = replay(story, record)
      if (played) return played
    }
    const wanted = firstSceneId !== null && story.scenes.has(firstSceneId) ? firstSceneId : story.startSceneId
    return wanted === null ? null : startPlay(story, wanted)
  }, [story, record, firstSceneId])
  const keep = (next: PlayState | null) => setRecord(next?.record ?? null)
  return {
    story,
    state,
    begin: (sceneId) => keep(startPlay(story, sceneId)),
    move: (move) => state && keep(play(story, state, move)),
    back: () => state && keep(stepBack(story, state)),
    restart: () => state && keep(startPlay(story, state.record.startSceneId)),
    settle: () => keep(state),
  }
}
