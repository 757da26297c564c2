import { z } from 'zod'
import { refuseUnknownStories, workerScope } from '../jobs/worker-scope.ts'
import { type Route, route } from './route.ts'

const keyView = z.object({
  id: z.string(),
  name: z.string(),
  kinds: z.array(z.string()),
  /** Null for every story. */
  stories: z.array(z.string()).nullable(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
  workers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      gpu: z.string(),
      vramBytes: z.number(),
      version: z.string(),
      backends: z.array(z.string()),
      models: z.array(z.string()),
      seenAt: z.number(),
      live: z.boolean(),
    }),
  ),
})

/** The book of GPU workers, for whoever runs this house: which keys exist, which machines came with them (JO22, JO25, JO26). */
export const workersRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/workers',
    summary: 'Worker keys, the machines that used them, what those can do and when they were last seen',
    permission: 'admin',
    rate: 'read',
    response: z.object({ keys: z.array(keyView) }),
    handler: async ({ services }) => ({
      keys: (await services.workers.overview()).map((key) => ({
        ...{ ...key, kinds: [...key.kinds], stories: key.stories && [...key.stories] },
        workers: key.workers.map((one) => ({ ...one, backends: [...one.backends], models: [...one.models] })),
      })),
    }),
  }),
  route({
    method: 'post',
    path: '/api/workers/keys',
    summary:
      'Make a worker key for some kinds of jobs and stories, or all; its secret is in this answer and nowhere else',
    permission: 'admin',
    rate: 'write',
    body: workerScope.extend({ name: z.string().trim().min(1).max(80) }),
    status: 201,
    secretAnswer: true,
    response: z.object({ id: z.string(), token: z.string() }),
    handler: ({ body: { name, ...scope }, principal, services }) => {
      refuseUnknownStories(services, scope)
      return services.workers.createToken(name, scope, principal.userId)
    },
  }),
  route({
    method: 'delete',
    path: '/api/workers/keys/:keyId',
    summary: 'Revoke a worker key; its machines get nothing from now on',
    permission: 'admin',
    rate: 'write',
    params: z.strictObject({ keyId: z.string().regex(/^wt_[0-9a-f]{1,40}$/) }),
    handler: async ({ params, principal, services }) => {
      await services.workers.revoke(params.keyId, principal.userId)
      return undefined
    },
  }),
]
