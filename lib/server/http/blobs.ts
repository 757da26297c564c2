import { z } from 'zod'
import { sha256 } from '#lib/jobs/job.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { storyId } from '#lib/kernel/ids.ts'
import { type Route, route } from './route.ts'

const EXTENSIONS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const

/** Pictures of a story, by content. A picture of another story is absent, whoever knows its hash. */
export const blobRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/stories/:storyId/blobs/:sha256',
    summary: 'One picture of a story',
    permission: 'story.read',
    rate: 'read',
    params: z.strictObject({ storyId, sha256 }),
    produces: 'image/*',
    handler: async ({ params, services, request }) => {
      const etag = `"${params.sha256}"`
      const row = await services.images.find(params.storyId, params.sha256)
      if (row === null) throw new NotFoundError('There is no such picture in this story.')
      const headers = {
        etag,
        // Asked anew each time, which costs a 304: a browser must not show what its person may no longer see (C2).
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
        // The style is the browser's own, which sets a picture that is opened alone on a page by it.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'content-disposition': `inline; filename="${params.sha256.slice(0, 16)}.${EXTENSIONS[row.mime]}"`,
      }
      if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
      const picture = await services.images.read(params.storyId, params.sha256)
      if (picture === null) throw new NotFoundError('The file of this picture is missing.')
      return new Response(new Uint8Array(picture.bytes), { headers: { ...headers, 'content-type': row.mime } })
    },
  }),
]
