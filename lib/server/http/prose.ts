import { z } from 'zod'
import { ForbiddenError, NotFoundError } from '#lib/kernel/errors.ts'
import { sceneId, storyId } from '#lib/kernel/ids.ts'
import { docText } from '#lib/prose/text.ts'
import type { Services } from '../container.ts'
import { route } from './route.ts'

// The text of a scene: a ticket for the live document, and the text itself for reading.

const sceneParams = z.object({ storyId, sceneId })

const ticket = route({
  method: 'post',
  path: '/api/stories/:storyId/scenes/:sceneId/prose/ticket',
  summary: 'A ticket, good once and for 30 s, for the live text of a scene on /yjs',
  permission: 'story.read',
  rate: 'write',
  params: sceneParams,
  secretAnswer: true,
  response: z.object({ ticket: z.string(), doc: z.string(), canWrite: z.boolean() }),
  handler: async ({ params, services, principal }) => {
    if (principal.key !== null) throw new ForbiddenError('A key opens HTTP only; the live text needs a session.')
    existing(services, params)
    const doc = await services.prose.docName(params.sceneId)
    const binding = { principal, storyId: params.storyId, documentId: doc }
    const canWrite = services.access.decide('story.write', principal, params.storyId) === 'allowed'
    return { ticket: services.auth.tickets.issue(binding), doc, canWrite }
  },
})

const read = route({
  method: 'get',
  path: '/api/stories/:storyId/scenes/:sceneId/prose',
  summary: 'The text of a scene as it is now: editor JSON, plain text, words, content hash',
  permission: 'story.read',
  rate: 'read',
  params: sceneParams,
  response: z.object({ content: z.unknown(), text: z.string(), words: z.number(), hash: z.string() }),
  handler: ({ params, services }) => {
    existing(services, params)
    const content = services.prose.content(params.sceneId)
    return { content, text: docText(content), ...services.prose.fingerprint(params.sceneId) }
  },
})

export const proseRoutes = [ticket, read] as const

/** Throws NotFoundError unless the story has the scene. */
function existing(services: Services, params: z.infer<typeof sceneParams>): void {
  const scene = services.events.state(params.storyId)?.scenes.get(params.sceneId)
  if (!scene) throw new NotFoundError('There is no such scene.')
}
