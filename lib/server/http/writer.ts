import { z } from 'zod'
import type { Principal } from '#lib/accounts/policy.ts'
import { runId, storyId } from '#lib/kernel/ids.ts'
import {
  ask,
  contextPreview,
  providerKind,
  providerTest,
  providerView,
  runView,
  usageSummary,
  verb,
} from '#lib/writer/run.ts'
import type { Services } from '../container.ts'
import type { RunSignal } from '../llm/runs.ts'
import { type Route, route } from './route.ts'

const ofStory = z.strictObject({ storyId })
const ofRun = z.strictObject({ storyId, runId })
const ofProvider = z.strictObject({ kind: providerKind })

// Who puts the text into the scene: the page that asks, in its open editor (so that undo knows it), or the server.
const insert = z.enum(['server', 'editor']).default('server')
const decision = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('discarded') }),
  z.strictObject({ verdict: z.literal('accepted'), insert }),
  z.strictObject({ verdict: z.literal('edited'), insert, text: z.string().min(1).max(40_000) }),
])

/** The writer: providers (admin), runs with their stream, suggestions, context preview, usage. */
export const writerRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/providers',
    summary: 'Providers of the writer; addresses and the last four characters of keys only for admins, never a key',
    permission: 'signed-in',
    rate: 'read',
    response: z.object({ providers: z.array(providerView) }),
    handler: async ({ principal, services: { access, writer } }) => {
      const providers = await writer.providers.list()
      // Where a provider lies in the network is for those who set it; others choose by name and model.
      if (access.decide('admin', principal) === 'allowed') return { providers }
      return { providers: providers.map((one) => ({ ...one, baseUrl: null, keyLast4: null })) }
    },
  }),
  route({
    method: 'put',
    path: '/api/providers/:kind',
    summary: 'Set address, model and key of a provider; a key left out stays, null removes it',
    permission: 'admin',
    rate: 'write',
    params: ofProvider,
    body: z.strictObject({
      enabled: z.boolean(),
      baseUrl: z.string().trim().min(1).max(500),
      model: z.string().trim().max(200),
      key: z.string().trim().min(1).max(500).nullable().optional(),
    }),
    response: providerView,
    handler: ({ params, body, principal, services }) =>
      services.writer.providers.put(params.kind, body, principal.userId),
  }),
  route({
    method: 'post',
    path: '/api/providers/:kind/test',
    summary: 'Try a provider: what is wrong, which models it offers; ends in one small real call',
    permission: 'admin',
    rate: 'generate',
    params: ofProvider,
    response: providerTest,
    handler: ({ params, principal, services, signal }) => services.writer.test(params.kind, principal.userId, signal),
  }),
  route({
    method: 'get',
    path: '/api/usage',
    summary: 'Usage records of the whole house, newest first, with totals',
    permission: 'admin',
    rate: 'read',
    response: usageSummary,
    handler: ({ services }) => services.writer.usage(null),
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/usage',
    summary: 'Usage records of a story, newest first, with totals',
    permission: 'story.read',
    rate: 'read',
    params: ofStory,
    response: usageSummary,
    handler: ({ params, services }) => services.writer.usage(params.storyId),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/context',
    summary: 'The exact context pack a run would be sent with now',
    permission: 'writer.generate',
    rate: 'read',
    params: ofStory,
    body: ask,
    response: contextPreview,
    handler: ({ params, body, services }) => services.writer.runs.preview(params.storyId, body),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/runs',
    summary: 'Start a run; the same click key answers the same run',
    permission: 'writer.generate',
    rate: 'generate',
    params: ofStory,
    body: ask.extend({ clickKey: z.string().min(8).max(64) }),
    response: runView,
    status: 201,
    handler: ({ params, body, principal, services }) => {
      const { clickKey, ...asked } = body
      return services.writer.runs.start(params.storyId, asked, { userId: principal.userId, clickKey })
    },
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/runs',
    summary: 'Runs of a story, newest first, with verdict, suggestions, tokens and cost',
    permission: 'story.read',
    rate: 'read',
    params: ofStory,
    query: z.strictObject({ sceneId: z.string().max(64).optional(), verb: verb.optional() }),
    response: z.object({ runs: z.array(runView) }),
    handler: async ({ params, query, services }) => ({ runs: await services.writer.runs.list(params.storyId, query) }),
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/runs/:runId',
    summary: 'One run',
    permission: 'story.read',
    rate: 'read',
    params: ofRun,
    response: runView,
    handler: ({ params, services }) => services.writer.runs.get(params.storyId, params.runId),
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/runs/:runId/context',
    summary: 'The frozen context pack a run was sent with',
    permission: 'story.read',
    rate: 'read',
    params: ofRun,
    response: contextPreview,
    handler: ({ params, services }) => services.writer.runs.context(params.storyId, params.runId),
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/runs/:runId/events',
    summary: 'The text of a run as it comes; ids count its characters, Last-Event-ID resumes',
    permission: 'story.read',
    rate: 'read',
    params: ofRun,
    query: z.strictObject({ after: z.coerce.number().int().min(0).optional() }),
    produces: 'text/event-stream',
    handler: async ({ params, query, principal, request, services, signal }) => {
      // Asked before the stream begins, so that an unknown run is a problem answer and not an empty stream.
      await services.writer.runs.get(params.storyId, params.runId)
      const last = Number(request.headers.get('last-event-id') ?? 'none')
      const after = query.after ?? (Number.isSafeInteger(last) && last >= 0 ? last : 0)
      const text = services.writer.runs.follow(params.storyId, params.runId, after, signal)
      return eventStream(whileAllowed(text, () => mayStillRead(services, principal, request, params.storyId)))
    },
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/runs/:runId/stop',
    summary: 'Stop a run; what came is kept and marked incomplete',
    permission: 'writer.generate',
    rate: 'write',
    params: ofRun,
    response: runView,
    handler: ({ params, services }) => services.writer.runs.stop(params.storyId, params.runId),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/runs/:runId/verdict',
    summary: 'Take the text into the scene, take an edited form, or discard it; decided once',
    permission: 'story.write',
    rate: 'write',
    params: ofRun,
    body: decision,
    response: runView,
    handler: ({ params, body, principal, services }) =>
      services.writer.runs.decide(params.storyId, params.runId, body, principal.userId),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/runs/:runId/items/:ordinal',
    summary: 'Note what became of a suggested branch: made into a scene, discarded, or open again',
    permission: 'story.write',
    rate: 'write',
    params: ofRun.extend({ ordinal: z.coerce.number().int().min(0).max(9) }),
    body: z.strictObject({ state: z.enum(['open', 'accepted', 'discarded']) }),
    response: runView,
    handler: ({ params, body, principal, services }) => {
      const item = { ordinal: params.ordinal, state: body.state }
      return services.writer.runs.decideItem(params.storyId, params.runId, item, principal.userId)
    },
  }),
]

/** Whether somebody who was let in may read the story now: a stream outlives the question at the door (A6). */
async function mayStillRead(
  { access, auth }: Services,
  principal: Principal,
  request: Request,
  storyId: string,
): Promise<boolean> {
  const authorization = request.headers.get('authorization')
  const now = principal.key ? await auth.principalOf({ cookie: null, authorization }) : auth.today(principal)
  return access.decide('story.read', now, storyId) === 'allowed'
}

async function* whileAllowed<T>(source: AsyncIterable<T>, allowed: () => Promise<boolean>): AsyncIterable<T> {
  for await (const item of source) {
    if (!(await allowed())) return
    yield item
  }
}

const HEARTBEAT_MS = 15_000

/** Server-sent events with a heartbeat every 15 s; never compressed or buffered on the way. */
function eventStream(signals: AsyncIterable<RunSignal>): Response {
  const encoder = new TextEncoder()
  const iterator = signals[Symbol.asyncIterator]()
  let beat: NodeJS.Timeout | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      beat = setInterval(() => controller.enqueue(encoder.encode(': here\n\n')), HEARTBEAT_MS)
    },
    pull: async (controller) => {
      const next = await iterator.next()
      if (next.done) {
        clearInterval(beat)
        controller.close()
        return
      }
      const { type, n, ...data } = next.value
      controller.enqueue(encoder.encode(`id: ${n}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`))
    },
    cancel: async () => {
      clearInterval(beat)
      await iterator.return?.()
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
  })
}
