import { z } from 'zod'
import { actorOf } from '#lib/accounts/audit.ts'
import { jobView } from '#lib/jobs/view.ts'
import { ConflictError, NotFoundError } from '#lib/kernel/errors.ts'
import { panelId, sceneId, storyId, userId } from '#lib/kernel/ids.ts'
import { breakDown, BREAKDOWN_VERSION } from '#lib/panels/breakdown.ts'
import { placedPanel, previewSeed } from '#lib/panels/comic.ts'
import { panelScript } from '#lib/panels/script.ts'
import { storyboard, storyboardSvg } from '#lib/panels/storyboard.ts'
import { docText } from '#lib/prose/text.ts'
import { indexGraph, readingOrder } from '#lib/story/queries.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import type { Services } from '../container.ts'
import { comicCbz, comicPages, pagePng } from '../panels/comic-pages.ts'
import { letteringFontBytes } from '../panels/raster.ts'
import { liveBackends, queueRender } from '../panels/render-queue.ts'
import { downloadHeaders, fileStem } from '../file-name.ts'
import { type Route, route } from './route.ts'

const ofStory = z.strictObject({ storyId })
const ofScene = z.strictObject({ storyId, sceneId })
const ofPanel = z.strictObject({ storyId, panelId })

function stateOf(services: Services, id: string): StreamState {
  const state = services.events.state(id)
  if (!state) throw new NotFoundError('There is no such story.')
  return state
}

/** The comic: shot lists from prose, storyboards, pictures by job, export. */
export const panelRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/api/stories/:storyId/scenes/:sceneId/breakdown',
    summary: 'A shot list proposed from the scene text by rules; nothing is stored',
    permission: 'story.write',
    rate: 'write',
    params: ofScene,
    response: z.object({ panels: z.array(panelScript), prose: z.string(), method: z.string() }),
    handler: ({ params, services }) => {
      const state = stateOf(services, params.storyId)
      if (!state.scenes.has(params.sceneId)) throw new NotFoundError('There is no such scene in this story.')
      const prose = docText(services.prose.content(params.sceneId))
      const panels = breakDown({
        sceneId: params.sceneId,
        prose,
        cast: [...state.characters.values()],
        newId: services.newId,
      })
      return { panels, prose, method: BREAKDOWN_VERSION }
    },
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/panels/:panelId/storyboard',
    summary: 'The storyboard of a panel as SVG, drawn by rules',
    permission: 'story.read',
    rate: 'read',
    params: ofPanel,
    produces: 'image/svg+xml',
    handler: ({ params, services }) => {
      const state = stateOf(services, params.storyId)
      const placed = placedPanel(state, params.panelId, storyOf(state)?.direction ?? 'ltr')
      if (!placed) throw new NotFoundError('There is no such panel in this story.')
      return new Response(storyboardSvg(storyboard(placed.blueprint, previewSeed(params.panelId))), {
        headers: {
          'content-type': 'image/svg+xml; charset=utf-8',
          'content-security-policy': "default-src 'none'; sandbox",
          'x-content-type-options': 'nosniff',
        },
      })
    },
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/comic/backends',
    summary: 'Image backends that could draw now',
    permission: 'story.read',
    rate: 'read',
    params: ofStory,
    response: z.object({ backends: z.array(z.string()) }),
    handler: async ({ services, params }) => ({ backends: await liveBackends(services, params.storyId) }),
  }),
  route({
    method: 'post',
    path: '/api/stories/:storyId/panels/render',
    summary: 'Queues pictures of panels',
    permission: 'panel.render',
    rate: 'generate',
    params: ofStory,
    body: z.strictObject({
      panelIds: z.array(panelId).min(1).max(60),
      vary: z.boolean().default(false),
      backend: z.string().min(1).max(60).default('storyboard'),
    }),
    response: z.object({ jobs: z.array(jobView) }),
    status: 202,
    handler: async ({ params, body, services, principal }) => {
      const jobs = []
      for (const id of body.panelIds) {
        const wish = {
          storyId: params.storyId,
          userId: userId.parse(principal.userId),
          panelId: id,
          vary: body.vary,
          backend: body.backend,
        }
        try {
          jobs.push(await queueRender(services, wish))
        } catch (cause) {
          // Of many, those that are being drawn already are left to it.
          if (!(cause instanceof ConflictError) || body.panelIds.length === 1) throw cause
        }
      }
      return { jobs }
    },
  }),
  route({
    method: 'get',
    path: '/api/stories/:storyId/comic/export',
    summary: 'Pages of the comic: one as PNG, or all as CBZ',
    permission: 'story.export',
    rate: 'export',
    params: ofStory,
    query: z.strictObject({
      format: z.enum(['png', 'cbz']),
      scene: sceneId.optional(),
      page: z.coerce.number().int().min(1).default(1),
      width: z.coerce.number().int().min(200).max(3200).optional(),
    }),
    produces: ['image/png', 'application/vnd.comicbook+zip'],
    handler: async ({ params, query, principal, services }) => {
      const state = stateOf(services, params.storyId)
      const source = { storyId: params.storyId, state, images: services.images }
      const exported = (facts: { readonly format: string }) =>
        services.audit.record({ action: 'story-exported', actor: actorOf(principal), subject: params.storyId, facts })
      const scene = query.scene === undefined ? undefined : state.scenes.get(query.scene)
      if (query.scene !== undefined && !scene) throw new NotFoundError('There is no such scene in this story.')
      const pages = comicPages(source, scene ? [scene.id] : scenesWithPanels(state))
      const name = fileStem(scene?.title || storyOf(state)?.title || 'comic')
      if (query.format === 'cbz') {
        const bytes = await comicCbz(source, pages, scene?.title ?? null)
        await exported({ format: 'cbz' })
        return download(bytes, 'application/vnd.comicbook+zip', `${name}.cbz`)
      }
      const page = pages[query.page - 1]
      if (!page) throw new NotFoundError('There is no such page.', { pages: pages.length })
      const bytes = await pagePng(source, page, query.width)
      await exported({ format: 'png' })
      return download(bytes, 'image/png', `${name}-${query.page}.png`)
    },
  }),
  route({
    method: 'get',
    path: '/api/lettering/font',
    summary: 'The face balloons are lettered with, for browsers that set them',
    permission: 'public',
    rate: 'read',
    produces: 'font/woff',
    handler: () =>
      new Response(new Uint8Array(letteringFontBytes()), {
        headers: {
          'content-type': 'font/woff',
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        },
      }),
  }),
]

/** Scenes that have panels, in reading order. */
function scenesWithPanels(state: StreamState): string[] {
  const wanted = new Set([...state.panels.values()].map((panel) => panel.sceneId as string))
  const scenes = [...state.scenes.values()].filter((scene) => wanted.has(scene.id))
  return readingOrder(state, scenes, indexGraph(state)).map((scene) => scene.id)
}

function download(bytes: Uint8Array, type: string, name: string): Response {
  return new Response(new Uint8Array(bytes), { headers: downloadHeaders(type, name) })
}
