import { z } from 'zod'
import { SCOPES } from '#lib/accounts/policy.ts'
import { InvalidInputError, NotFoundError } from '#lib/kernel/errors.ts'
import { storyId } from '#lib/kernel/ids.ts'
import { storyOf } from '#lib/story/state.ts'
import { KEY_DAYS_MAX, KEY_PER_MINUTE, KEY_PER_MINUTE_MAX } from '../auth/api-keys.ts'
import type { Services } from '../container.ts'
import { type Route, route } from './route.ts'

const scope = z.enum(SCOPES)
const keyView = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  storyId: z.string().nullable(),
  /** Null also for a story its person can no longer read. */
  storyTitle: z.string().nullable(),
  perMinute: z.number().int(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
})

/** API keys of whoever is signed in (B10): `Authorization: Bearer loom_...` speaks for them within the key's scopes. */
export const keyRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/auth/keys',
    summary: 'Your API keys: what each opens, until when, and when it was used last',
    permission: 'account',
    rate: 'read',
    response: z.object({ keys: z.array(keyView) }),
    handler: ({ principal, services }) => ({
      keys: services.apiKeys.of(principal.userId).map(({ grant, ...key }) => {
        const readable =
          grant.storyId !== null && services.access.decide('story.read', principal, grant.storyId) === 'allowed'
        return {
          id: grant.id,
          name: key.name,
          scopes: [...grant.scopes],
          storyId: grant.storyId,
          storyTitle: readable ? titleOf(services, grant.storyId) : null,
          perMinute: grant.perMinute,
          createdAt: new Date(key.createdAt).toISOString(),
          expiresAt: new Date(key.expiresAt).toISOString(),
          lastUsedAt: key.lastUsedAt === null ? null : new Date(key.lastUsedAt).toISOString(),
          revokedAt: key.revokedAt === null ? null : new Date(key.revokedAt).toISOString(),
        }
      }),
    }),
  }),
  route({
    method: 'post',
    path: '/api/auth/keys',
    summary: 'Makes an API key; its text is in this answer and nowhere else',
    permission: 'account',
    rate: 'write',
    body: z.strictObject({
      name: z.string().trim().min(1, 'A key has a name.').max(80, 'A name has at most 80 characters.'),
      scopes: z
        .array(scope)
        .min(1, 'A key opens at least one thing.')
        .refine((list) => new Set(list).size === list.length, 'Each scope once.'),
      storyId: storyId.optional(),
      days: z.number().int().min(1).max(KEY_DAYS_MAX),
      perMinute: z.number().int().min(1).max(KEY_PER_MINUTE_MAX).default(KEY_PER_MINUTE),
    }),
    status: 201,
    secretAnswer: true,
    response: z.object({ id: z.string(), key: z.string() }),
    handler: async ({ principal, body, services }) => {
      const { storyId: only = null, ...wish } = body
      if (only !== null) {
        if (services.access.decide('story.read', principal, only) !== 'allowed' || titleOf(services, only) === null)
          throw new NotFoundError('There is no such story.')
        if (body.scopes.includes('stories.create')) {
          const message = 'A key of one story makes no other stories.'
          throw new InvalidInputError(message, { issues: [{ path: ['scopes'], message }] })
        }
      }
      return services.apiKeys.make(principal.userId, { ...wish, storyId: only })
    },
  }),
  route({
    method: 'delete',
    path: '/api/auth/keys/:keyId',
    summary: 'Kills one of your keys at once',
    permission: 'account',
    rate: 'write',
    params: z.strictObject({ keyId: z.string().min(1).max(64) }),
    handler: async ({ principal, params, services }) => {
      await services.apiKeys.revoke(principal.userId, params.keyId)
      return undefined
    },
  }),
]

function titleOf({ events }: Services, id: string | null): string | null {
  const state = id === null ? null : events.state(id)
  return (state && storyOf(state)?.title) ?? null
}
