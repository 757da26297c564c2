import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import next from 'next'

/** The pages, drawn by Next from its build. It gets a server of its own that never listens, so that it cannot take upgrades of ours. */
export async function createPages(where: { readonly host: string; readonly port: number }): Promise<{
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly close: () => Promise<void>
}> {
  const app = next({
    dev: false,
    dir: join(import.meta.dirname, '..'),
    hostname: where.host,
    port: where.port,
    httpServer: createServer(),
    quiet: true,
  })
  await app.prepare()
  const handler = app.getRequestHandler()
  return { handle: (request, response) => handler(request, response), close: () => app.close() }
}
