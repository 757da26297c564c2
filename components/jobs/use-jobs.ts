'use client'
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useCallback } from 'react'
import { z } from 'zod'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import { type JobView, jobView } from '#lib/jobs/view.ts'
import { api } from '#lib/client/api.ts'
import { useJobFrames, useStory } from '#stores/story.ts'

const answer = z.object({ jobs: z.array(jobView) })
type Answer = z.output<typeof answer>

/** Frames may be lost; while something is under way the list is asked again this often. */
const CATCH_UP_MS = 3_000

/** True while a job may still change by itself. */
export function isUnderWay(job: JobView): boolean {
  return job.state === 'queued' || job.state === 'leased'
}

/** The jobs of this story, kept fresh by live frames and, while something is under way, by asking again. */
export function useJobs(): UseQueryResult<Answer> {
  const storyId = useStory((page) => page.storyId)
  const client = useQueryClient()
  const handleFrame = useCallback(
    (data: unknown) => {
      const frame = jobView.safeParse(data)
      if (!frame.success) return
      client.setQueryData<Answer>(['jobs', storyId], (before) => before && { jobs: withFrame(before.jobs, frame.data) })
    },
    [client, storyId],
  )
  useJobFrames(handleFrame)
  return useQuery({
    queryKey: ['jobs', storyId],
    queryFn: ({ signal }) => api('GET', `/api/stories/${storyId}/jobs`, { schema: answer, signal }),
    refetchInterval: (query) => (query.state.data?.jobs.some(isUnderWay) ? CATCH_UP_MS : false),
  })
}

/** A live frame knows neither the place in the queue nor what it waits for; those stay until the next answer. */
function withFrame(jobs: readonly JobView[], frame: JobView): JobView[] {
  const known = jobs.find((job) => job.id === frame.id)
  if (!known) return [frame, ...jobs]
  const kept = frame.state === 'queued' ? { ahead: known.ahead, waitingFor: known.waitingFor } : {}
  return jobs.map((job) => (job.id === frame.id ? { ...frame, ...kept } : job))
}

/** Cancels or queues a job again; a refusal is said in a notice. */
export function useJobAction(action: 'cancel' | 'retry') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (job: JobView) =>
      api('POST', `/api/stories/${job.storyId}/jobs/${job.id}/${action}`, { schema: jobView }),
    onError: (cause) => notify.problem(messages.jobs.failedTo, { description: cause.message }),
    onSettled: (_data, _error, job) => client.invalidateQueries({ queryKey: ['jobs', job.storyId] }),
  })
}
