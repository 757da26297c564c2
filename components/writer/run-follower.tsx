'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { followRun } from '#lib/client/writer.ts'
import { useStory } from '#stores/story.ts'
import { putLiveText, putRun, useRuns } from './use-writer.ts'

/** Follows every run of the open story that is still writing, once per page. Draws nothing. */
export function RunFollower() {
  const storyId = useStory((page) => page.storyId)
  const queries = useQueryClient()
  const runs = useRuns(storyId)
  const running = (runs.data ?? [])
    .filter((run) => run.state === 'running')
    .map((run) => run.id)
    .join(' ')
  // Syncs the event streams with the runs under way; an ended run leaves the list and closes its stream.
  useEffect(() => {
    const stops = running
      .split(' ')
      .filter(Boolean)
      .map((id) =>
        followRun(
          { storyId, id },
          {
            onText: (text) => putLiveText(queries, id, text),
            onEnd: (run) => {
              putRun(queries, run)
              void queries.invalidateQueries({ queryKey: ['writer', 'usage'] })
            },
          },
        ),
      )
    return () => stops.forEach((stop) => stop())
  }, [running, storyId, queries])
  return null
}
