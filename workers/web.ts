import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import next from 'next'

const ROOT = join(import.meta.dirname, '..')
/** Next's address of `.next/static`. Every name there holds a hash of its content. */
const STATIC = '/_next/static/'

/** The pages, drawn by Next from its build. It gets a server of its own that never listens, so that it cannot take upgrades of ours. */
export async function createPages(where: { readonly host: string; readonly port: number }): Promise<{
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly close: () => Promise<void>
}> {
  const app = next({
    dev: false,
    dir: ROOT,
    hostname: where.host,
    port: where.port,
    httpServer: createServer(),
    quiet: true,
  })
  await app.prepare()
  const handler = app.getRequestHandler()
  const files = staticFiles()
  return {
    handle: async (request, response) => {
      if (request.url?.startsWith(STATIC)) await files(request, response)
      else await handler(request, response)
    },
    close: () => app.close(),
  }
}

/** Scripts, styles and fonts of the build, as zipped there: Next would zip each anew for every page that is opened. */
function staticFiles() {
  const app = new Hono()
  app.get(
    `${STATIC}*`,
    async (c, next) => {
      await next()
      if (c.res.ok) c.header('Cache-Control', 'public, max-age=31536000, immutable')
    },
    serveStatic({
      root: join(ROOT, '.next/static'),
      rewriteRequestPath: (path) => path.slice(STATIC.length),
      precompressed: true,
    }),
  )
  return getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false })
}
