import { z } from 'zod'
import { jobState } from '#lib/jobs/job.ts'
import { jobView } from '#lib/jobs/view.ts'
import { jobId, storyId } from '#lib/kernel/ids.ts'
import { type Route, route } from './route.ts'

const ofStory = z.strictObject({ storyId })
const ofJob = z.strictObject({ storyId, jobId })
const counts = z.record(jobState, z.number())

/** The queue of a story as people see it. */
export const jobRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/stories/:storyId/jobs',
    summary: 'Jobs of a story, newest first, with counts by state',
    permission: 'story.read',
    rate: 'read',
    params: ofStory,
    query: z.strictObject({
      subject: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ jobs: z.array(jobView), counts }),
    handler: async ({ params, query, services }) => ({
      jobs: [
        ...(await services.jobs.list({
          storyId: params.storyId,
          limit: query.limit,
          ...(query.subject === undefined ? {} : { subject: query.subject }),
        })),
      ],
      counts: await services.jobs.store.counts(params.storyId),
    }),
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/jobs/:jobId',
    summary: 'One job',
    permission: 'story.read',
    rate: 'read',
    params: ofJob,
    response: jobView,
    handler: ({ params, services }) => services.jobs.get(params.storyId, params.jobId),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/jobs/:jobId/cancel',
    summary: 'Cancel a job; a running one stops within a step',
    permission: 'panel.render',
    rate: 'write',
    params: ofJob,
    response: jobView,
    handler: ({ params, services }) => services.jobs.cancel(params.storyId, params.jobId),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/jobs/:jobId/retry',
    summary: 'Queue a failed, cancelled or set-aside job again',
    permission: 'panel.render',
    rate: 'write',
    params: ofJob,
    response: jobView,
    handler: ({ params, services }) => services.jobs.retry(params.storyId, params.jobId),
  }),
]
