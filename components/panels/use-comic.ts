'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { refusalText } from '#components/shell/refusal-text.ts'
import { notify } from '#components/ui/toast.tsx'
import { fetchBackends, fetchJobs, fetchLetteringFont, fetchSceneText } from '#lib/client/comic.ts'
import { isFinished } from '#lib/jobs/job.ts'
import { jobView } from '#lib/jobs/view.ts'
import type { JobView } from '#lib/jobs/view.ts'
import type { Character } from '#lib/characters/character.ts'
import { pagesOfScene } from '#lib/panels/comic.ts'
import type { ComicPage, ComicState } from '#lib/panels/comic.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'
import { useJobFrames, useStory, useStoryActions } from '#stores/story.ts'

/** Characters by name. */
export function useCast(): readonly Character[] {
  const characters = useStory((page) => page.shown.characters)
  return useMemo(() => [...characters.values()].sort((a, b) => a.name.localeCompare(b.name, 'en')), [characters])
}

/** The parts of the story the comic reads; changes only when one of them does. */
export function useComicState(): ComicState {
  const panels = useStory((page) => page.shown.panels)
  const panelVersions = useStory((page) => page.shown.panelVersions)
  const comicLayouts = useStory((page) => page.shown.comicLayouts)
  const characters = useStory((page) => page.shown.characters)
  return useMemo(
    () => ({ panels, panelVersions, comicLayouts, characters }),
    [panels, panelVersions, comicLayouts, characters],
  )
}

/** The scene's pages with every panel in its slot. */
export function useComicPages(sceneId: string): readonly ComicPage[] {
  const state = useComicState()
  const direction = useStory((page) => storyOf(page.shown)?.direction ?? 'ltr')
  return useMemo(() => pagesOfScene(state, sceneId, direction), [state, sceneId, direction])
}

/** Sends a command and says why when it is refused. */
export function useSend(): (command: StoryCommandInput) => boolean {
  const { send } = useStoryActions()
  return useCallback(
    (command) => {
      const result = send(command)
      if (!result.ok) notify.problem(refusalText(result.error))
      return result.ok
    },
    [send],
  )
}

/** The face balloons are set with. */
export function useLetteringFont() {
  return useQuery({
    queryKey: ['lettering-font'],
    queryFn: ({ signal }) => fetchLetteringFont(signal),
    staleTime: Infinity,
    gcTime: Infinity,
  })
}

export function useSceneText(sceneId: string) {
  const storyId = useStory((page) => page.storyId)
  const proseHash = useStory((page) => page.shown.scenes.get(sceneId)?.proseHash ?? null)
  return useQuery({
    queryKey: ['scene-text', storyId, sceneId, proseHash],
    queryFn: ({ signal }) => fetchSceneText(storyId, sceneId, signal),
    placeholderData: (before) => before,
  })
}

export function useBackends() {
  const storyId = useStory((page) => page.storyId)
  return useQuery({
    queryKey: ['comic-backends', storyId],
    queryFn: ({ signal }) => fetchBackends(storyId, signal),
    refetchInterval: 60_000,
  })
}

/** The newest job of each panel: asked once, then kept by live frames. */
export function usePanelJobs(): ReadonlyMap<string, JobView> {
  const storyId = useStory((page) => page.storyId)
  const client = useQueryClient()
  const key = useMemo(() => ['panel-jobs', storyId], [storyId])
  // Frames are volatile; while something runs the list is asked again now and then.
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJobs(storyId, signal),
    refetchInterval: (found) => ((found.state.data ?? []).some((job) => !isFinished(job.state)) ? 3000 : false),
  })
  const listen = useCallback(
    (data: unknown) => {
      const frame = jobView.safeParse(data)
      if (frame.success)
        client.setQueryData<readonly JobView[]>(key, (jobs) => [
          frame.data,
          ...(jobs ?? []).filter((job) => job.id !== frame.data.id),
        ])
    },
    [client, key],
  )
  useJobFrames(listen)
  return useMemo(() => {
    const newest = new Map<string, JobView>()
    for (const job of [...(query.data ?? [])].sort((a, b) => a.createdAt - b.createdAt))
      if (job.subject !== null) newest.set(job.subject, job)
    return newest
  }, [query.data])
}
