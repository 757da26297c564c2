import { z } from 'zod'
import { actorOf } from '#lib/accounts/audit.ts'
import { FORMATS } from '#lib/exchange/formats.ts'
import { proseToPlain } from '#lib/exchange/prose-plain.ts'
import { lossReport } from '#lib/exchange/report.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { storyId } from '#lib/kernel/ids.ts'
import { FILE_LIMITS, nameFits } from '#lib/kernel/limits.ts'
import { exportStory, keptReport, readFile, storeImport } from '../exchange/exchange.ts'
import { downloadHeaders } from '../file-name.ts'
import { type Route, route } from './route.ts'

// Stories in and out of files.

const formatIds = FORMATS.map((format) => format.id)
const importQuery = z.strictObject({
  fileName: z.string().min(1).refine(nameFits, 'a name may have 255 bytes'),
  format: z.enum(formatIds).optional(),
  title: z.string().trim().min(1).max(200).optional(),
})
const fileBody = {
  kind: 'bytes',
  contentTypes: ['application/octet-stream', 'text/plain', 'text/html', 'text/markdown', 'application/zip'],
} as const

/** Scenes listed in a preview; a longer story says how many more there are. */
const OUTLINE_SCENES = 500

const outline = z.object({
  title: z.string(),
  format: z.string(),
  start: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  scenes: z.array(z.object({ title: z.string(), type: z.string(), words: z.number(), choices: z.array(z.string()) })),
  more: z.number(),
})

const preview = route({
  method: 'post',
  path: '/api/imports/preview',
  summary: 'Reads a file and says what it would become; nothing is stored',
  permission: 'story.import',
  rate: 'upload',
  query: importQuery,
  body: fileBody,
  // Archives may be the largest; what else is over its own limit is refused once its kind is known.
  bodyLimitBytes: FILE_LIMITS.zipPackedBytes,
  response: z.object({ outline, report: lossReport }),
  handler: async ({ query, body, signal }) => {
    const read = await readFile({ ...query, format: query.format, title: query.title, bytes: body }, signal)
    return { outline: outlineOf(read.document, read.report.format, read.blobs.size), report: read.preview }
  },
})

const commit = route({
  method: 'post',
  path: '/api/imports',
  summary: 'Imports a file as a new story, whole or not at all',
  permission: 'story.import',
  rate: 'upload',
  query: importQuery,
  body: fileBody,
  // Archives may be the largest; what else is over its own limit is refused once its kind is known.
  bodyLimitBytes: FILE_LIMITS.zipPackedBytes,
  response: z.object({ storyId: z.string(), report: lossReport }),
  status: 201,
  handler: async ({ query, body, services, principal, signal }) => {
    const request = { fileName: query.fileName, format: query.format, title: query.title, bytes: body }
    const read = await readFile(request, signal)
    return storeImport(services, request, read, { id: principal.userId, kind: 'human' }, signal)
  },
})

const download = route({
  method: 'get',
  path: '/api/stories/:storyId/export',
  summary: 'The story as a file of the named format',
  permission: 'story.export',
  rate: 'export',
  params: z.strictObject({ storyId }),
  query: z.strictObject({ format: z.enum(formatIds) }),
  produces: [...new Set(FORMATS.map((format) => format.mime.split(';', 1)[0] ?? format.mime))],
  handler: async ({ params, query, principal, services, signal }) => {
    const file = await exportStory(services, params.storyId, query.format, signal)
    await services.audit.record({
      action: 'story-exported',
      actor: actorOf(principal),
      subject: params.storyId,
      facts: { format: query.format },
    })
    return new Response(new Uint8Array(file.bytes), {
      headers: downloadHeaders(file.mime, file.fileName),
    })
  },
})

const exportReport = route({
  method: 'get',
  path: '/api/stories/:storyId/export-report',
  summary: 'What an export in the named format would change or leave out, and its size',
  permission: 'story.export',
  rate: 'export',
  params: z.strictObject({ storyId }),
  query: z.strictObject({ format: z.enum(formatIds) }),
  response: z.object({ fileName: z.string(), bytes: z.number(), report: lossReport }),
  handler: async ({ params, query, services, signal }) => {
    const { fileName, bytes, report } = await exportStory(services, params.storyId, query.format, signal)
    return { fileName, bytes: bytes.byteLength, report }
  },
})

const importReport = route({
  method: 'get',
  path: '/api/stories/:storyId/loss-report',
  summary: 'The report of the import this story came from',
  permission: 'story.read',
  rate: 'read',
  params: z.strictObject({ storyId }),
  response: z.object({
    fileName: z.string(),
    format: z.string(),
    at: z.number(),
    report: lossReport,
  }),
  handler: async ({ params, services }) => {
    const kept = await keptReport(services, params.storyId)
    if (!kept) throw new NotFoundError('This story was not imported.')
    const { fileName, format, at } = kept.origin
    return { fileName, format, at, report: kept.report }
  },
})

function outlineOf(document: StoryDocument, format: string, pictures: number): z.infer<typeof outline> {
  const out = new Map<string, string[]>()
  const titles = new Map<string, string>(document.scenes.map((scene) => [scene.id, scene.title]))
  for (const edge of document.edges) {
    if (edge.type !== 'choice' && edge.type !== 'next' && edge.type !== 'converges') continue
    const words = edge.choiceText === '' ? (titles.get(edge.to) ?? '') : edge.choiceText
    out.set(edge.from, [...(out.get(edge.from) ?? []), words])
  }
  const shown = document.scenes.slice(0, OUTLINE_SCENES)
  return {
    title: document.story.title,
    format,
    start: document.story.startSceneId === null ? null : (titles.get(document.story.startSceneId) ?? null),
    counts: {
      scenes: document.scenes.length,
      edges: document.edges.length,
      branches: document.branches.length,
      variables: document.variables.length,
      characters: document.characters.length,
      panels: document.panels.length,
      pictures,
    },
    scenes: shown.map((scene) => ({
      title: scene.title,
      type: scene.type,
      words: proseToPlain(scene.prose)
        .split(/\s+/)
        .filter((word) => word !== '').length,
      choices: (out.get(scene.id) ?? []).slice(0, 12),
    })),
    more: document.scenes.length - shown.length,
  }
}

/** Every way in and out by file. */
export const exchangeRoutes: readonly Route[] = [preview, commit, download, exportReport, importReport]
