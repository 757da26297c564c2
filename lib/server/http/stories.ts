import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { ConflictError, ForbiddenError, InternalError, NotFoundError } from '#lib/kernel/errors.ts'
import { commandEnvelope } from '#lib/kernel/envelope.ts'
import type { Outcome } from '#lib/kernel/envelope.ts'
import { storyId } from '#lib/kernel/ids.ts'
import { COMMAND_LIMIT_BYTES } from '#lib/kernel/limits.ts'
import type { Services } from '../container.ts'
import { publicEnvelope } from '../realtime/realtime.ts'
import { route } from './route.ts'
import { zippedSnapshot } from './zipped-snapshot.ts'

// Stories: the shelf, the snapshot and tail a browser loads, the command door, history.

const storyParams = z.object({ storyId })

const shelfStory = z.object({
  id: z.string(),
  title: z.string(),
  logline: z.string(),
  words: z.number(),
  scenes: z.number(),
  branches: z.number(),
  changedAt: z.number(),
  createdAt: z.number(),
  trashedAt: z.number().nullable(),
})

const list = route({
  method: 'get',
  path: '/api/stories',
  summary: 'Stories on the shelf, newest change first; `trash=true` lists the trash',
  permission: 'story.list',
  rate: 'read',
  query: z.object({ trash: z.enum(['true', 'false']).default('false') }),
  response: z.object({ stories: z.array(shelfStory) }),
  handler: ({ query, services: { stories, access }, principal }) => ({
    stories: stories.shelf(
      query.trash === 'true',
      (storyId) => access.decide('story.read', principal, storyId) === 'allowed',
    ),
  }),
})

const create = route({
  method: 'post',
  path: '/api/stories',
  summary: 'Makes an empty story with one branch',
  permission: 'story.create',
  rate: 'write',
  body: z.strictObject({ title: z.string().trim().min(1).max(200) }),
  response: z.object({ storyId: z.string() }),
  status: 201,
  handler: async ({ body, services, principal }) => ({
    storyId: await services.stories.create(body.title, { id: principal.userId, kind: 'human' }),
  }),
})

const events = route({
  method: 'get',
  path: '/api/stories/:storyId/events',
  summary: 'Events after a version, oldest first, with the newest version',
  permission: 'story.read',
  rate: 'read',
  params: storyParams,
  query: z.object({
    after: z.coerce.number().int().min(0),
    limit: z.coerce.number().int().min(1).max(2000).default(1000),
  }),
  produces: 'application/json',
  handler: ({ params, query, services, request }) => {
    const state = existing(services, params.storyId)
    const page = services.events.log.after(params.storyId, query.after, query.limit).map(publicEnvelope)
    return zipped(request, { events: page, head: state.version })
  },
})

const snapshot = route({
  method: 'get',
  path: '/api/stories/:storyId/snapshot',
  summary: "The story's graph at its newest version",
  permission: 'story.read',
  rate: 'read',
  params: storyParams,
  produces: 'application/json',
  handler: ({ params, services, request }) => {
    const bytes = zippedSnapshot(existing(services, params.storyId))
    return readsGzip(request) ? gzipped(bytes) : plain(gunzipSync(bytes))
  },
})

const outcome = z.looseObject({ status: z.string() })

const commands = route({
  method: 'post',
  path: '/api/stories/:storyId/commands',
  summary: 'Sends one command; the same door as the socket',
  permission: 'story.write',
  rate: 'write',
  params: storyParams,
  body: commandEnvelope,
  bodyLimitBytes: COMMAND_LIMIT_BYTES,
  response: outcome,
  handler: async ({ params, body, services, principal }) => {
    existing(services, params.storyId)
    if (body.storyId !== params.storyId) throw new NotFoundError('The command names another story.')
    if (!services.access.maySend(body.command, principal, params.storyId))
      throw new ForbiddenError('Your role in this story does not include that change.')
    return services.events.submit(body, { id: principal.userId, kind: 'human' })
  },
})

const history = route({
  method: 'get',
  path: '/api/stories/:storyId/history',
  summary: 'Commands of the story, newest first, with who and when',
  permission: 'story.read',
  rate: 'read',
  params: storyParams,
  query: z.object({
    before: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    entries: z.array(
      z.object({
        version: z.number(),
        at: z.number(),
        actorId: z.string(),
        actorName: z.string(),
        actorKind: z.string(),
        commandId: z.string(),
        types: z.array(z.string()),
        ids: z.array(z.string()),
        undone: z.boolean(),
      }),
    ),
  }),
  handler: ({ params, query, services }) => {
    existing(services, params.storyId)
    return { entries: services.stories.history(params.storyId, query.before ?? Number.MAX_SAFE_INTEGER, query.limit) }
  },
})

const undoState = route({
  method: 'get',
  path: '/api/stories/:storyId/undo',
  summary: 'Whether the asker can undo or redo here',
  permission: 'story.read',
  rate: 'read',
  params: storyParams,
  response: z.object({ undo: z.boolean(), redo: z.boolean() }),
  handler: ({ params, services, principal }) => {
    existing(services, params.storyId)
    return services.events.canUndo(params.storyId, principal.userId)
  },
})

const trash = route({
  method: 'delete',
  path: '/api/stories/:storyId',
  summary: 'Puts the story in the trash; nothing is erased',
  permission: 'story.delete',
  rate: 'write',
  params: storyParams,
  handler: async ({ params, services, principal }) => {
    existing(services, params.storyId)
    settled(await services.stories.act(params.storyId, { type: 'TrashStory' }, { id: principal.userId, kind: 'human' }))
    return undefined
  },
})

const restore = route({
  method: 'post',
  path: '/api/stories/:storyId/restore',
  summary: 'Takes the story out of the trash',
  permission: 'story.delete',
  rate: 'write',
  params: storyParams,
  handler: async ({ params, services, principal }) => {
    existing(services, params.storyId)
    settled(
      await services.stories.act(params.storyId, { type: 'RestoreStory' }, { id: principal.userId, kind: 'human' }),
    )
    return undefined
  },
})

export const storyRoutes = [list, create, events, snapshot, commands, history, undoState, trash, restore]

/** The story's present state. Throws NotFoundError: an admin of the installation may ask for ids that are no story. */
export function existing(services: Services, id: string) {
  const state = services.events.state(id)
  if (!state) throw new NotFoundError('There is no such story.')
  return state
}

function settled(result: Outcome): void {
  if (result.status === 'refused') throw new ConflictError('The story refused the change.', { refusal: result.refusal })
  if (result.status !== 'committed' && result.status !== 'no-effect')
    throw new InternalError('The change was not stored.')
}

/** Large answers go gzipped when the asker can read that. */
function zipped(request: Request, body: unknown): Response {
  const json = JSON.stringify(body)
  return json.length < 4096 || !readsGzip(request) ? plain(json) : gzipped(gzipSync(json, { level: 1 }))
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

function readsGzip(request: Request): boolean {
  return /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
}

function plain(json: BodyInit): Response {
  return new Response(json, { headers: JSON_TYPE })
}

function gzipped(bytes: BodyInit): Response {
  return new Response(bytes, { headers: { ...JSON_TYPE, 'content-encoding': 'gzip', vary: 'accept-encoding' } })
}
