'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { queueDrawings } from '#lib/client/comic.ts'
import { useStory } from '#stores/story.ts'

/** Queues pictures of panels; says plainly when that is refused. */
export function useDrawing(onQueued: () => void) {
  const storyId = useStory((page) => page.storyId)
  const client = useQueryClient()
  const [sending, setSending] = useState(false)
  async function draw(panelIds: readonly string[], vary: boolean, backend: string) {
    setSending(true)
    try {
      const jobs = await queueDrawings(storyId, { panelIds, vary, backend })
      if (jobs.length === 0) notify.info(messages.panels.noneQueued)
      onQueued()
      await client.invalidateQueries({ queryKey: ['panel-jobs', storyId] })
    } catch (cause) {
      notify.problem(cause instanceof ApiProblem ? cause.detail : String(cause))
    } finally {
      setSending(false)
    }
  }
  return { draw, sending }
}
