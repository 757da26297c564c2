import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { Services } from '../container.ts'
import { StartFailure } from '../start-failure.ts'
import { createHttpApp } from './app.ts'
import type { Route } from './route.ts'
import { pageCsp, securityHeaders } from './security-headers.ts'

type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** A socket protocol under one path, e.g. `/yjs`. */
export interface SocketDoor {
  /** `/yjs` takes `/yjs` and everything below it. */
  readonly path: `/${string}`
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void> | void
}

interface ListenerParts {
  readonly services: Services
  readonly routes: readonly Route[]
  /** Draws the pages; null where only the API is served. */
  readonly pages: NodeHandler | null
  readonly doors: readonly SocketDoor[]
  readonly development?: boolean
}

/** Headers a client must not bring along: Next believes them (C1, A9). */
const NOT_FROM_OUTSIDE =
  /^(x-nonce|content-security-policy(-report-only)?|x-middleware-.*|next-action|x-matched-path|x-now-route-matches|x-invoke-.*)$/

/** An HTTP server that already holds its port and answers 503 until `serve` hands it its work. */
export interface HeldPort {
  readonly server: Server
  readonly serve: (parts: ListenerParts) => void
  /** Stops listening and waits at most `patienceMs` (ms) for open requests; then cuts them. */
  readonly close: (patienceMs: number) => Promise<void>
}

/** How long a request may take to arrive, ms: its headers, and all of it where it sends a file and where it does not. */
interface Patience {
  readonly headersMs: number
  readonly requestMs: number
  readonly fileMs: number
}

export const ARRIVAL: Patience = { headersMs: 10_000, requestMs: 60_000, fileMs: 600_000 }
/** Node looks for late headers this often in the time they have, so they are cut at most a tenth late. */
const LOOKS = 10

/**
 * Takes the port before anything else is touched. Throws StartFailure 'port-taken' or 'address-unavailable'.
 * Limits: 16 KB of headers within 10 s, a whole request within 60 s, one that sends a file within 10 min (H7).
 */
export async function holdPort(
  { host, port }: { readonly host: string; readonly port: number },
  patience = ARRIVAL,
): Promise<HeldPort> {
  let handle: NodeHandler = notYet
  let open = 0
  let idle: () => void = () => undefined
  let upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void = (_request, socket) => socket.destroy()
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: patience.headersMs,
      requestTimeout: 0,
      connectionsCheckingInterval: patience.headersMs / LOOKS,
    },
    (request, response) => {
      open++
      const late = setTimeout(
        () => tooLate(request, response),
        sendsFile(request) ? patience.fileMs : patience.requestMs,
      ).unref()
      request.once('close', () => clearTimeout(late))
      response.once('close', () => {
        open--
        if (open === 0) idle()
      })
      void handle(request, response)
    },
  )
  server.on('upgrade', (request, socket, head) => upgrade(request, socket, head))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenFailure(cause, host, port)))
    server.listen({ host, port }, resolve)
  })
  return {
    server,
    serve: (parts) => {
      handle = requestHandler(parts)
      upgrade = upgradeHandler(parts)
    },
    close: async (patienceMs) => {
      // Upgraded sockets are not waited for: whoever owns them closes them with a word of their own.
      server.close()
      server.closeIdleConnections()
      await new Promise<void>((resolve) => {
        if (open === 0) return resolve()
        const timer = setTimeout(resolve, patienceMs)
        idle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      server.closeAllConnections()
    },
  }
}

/** JSON and forms are small; everything else that has a body sends a file, which the API takes from people it knows. */
function sendsFile({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? ''
  return type !== '' && !/^(application\/(json|x-www-form-urlencoded)|text\/plain)\b/i.test(type)
}

function tooLate(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return
  if (!response.headersSent) {
    response.setHeader('Connection', 'close')
    refuse(response, 408, 'This request took too long to arrive.')
  }
  request.destroy()
}

function requestHandler({ services, routes, pages, development = false }: ListenerParts): NodeHandler {
  const app = createHttpApp(services, routes)
  const api = getRequestListener(
    (request, bindings) => app.fetch(request, 'incoming' in bindings ? { incoming: bindings.incoming } : {}),
    {
      overrideGlobalObjects: false,
    },
  )
  const fixed = Object.entries(securityHeaders(services.env))
  return async (request, response) => {
    const path = pathOf(request)
    if (path === null) return refuse(response, 400, 'This address cannot be understood.')
    if (path === '/api' || path.startsWith('/api/')) return api(request, response)
    if (!services.auth.origins.hostAllowed(request.headers.host)) {
      return refuse(response, 421, 'This server does not answer under that address. Check LOOM_PUBLIC_URL.')
    }
    if (!pages) return refuse(response, 404, 'There is no such address.')
    for (const name of Object.keys(request.headers)) if (NOT_FROM_OUTSIDE.test(name)) delete request.headers[name]
    for (const [name, value] of fixed) response.setHeader(name, value)
    const nonce = randomBytes(16).toString('base64')
    const csp = pageCsp(nonce, services.env, development)
    // Next reads the nonce out of the request's own policy header; ours is the only one that gets there.
    request.headers['content-security-policy'] = csp
    request.headers['x-nonce'] = nonce
    response.setHeader('Content-Security-Policy', csp)
    try {
      await pages(request, response)
    } catch (cause) {
      services.log.error({ err: cause, path }, 'a page failed')
      if (!response.headersSent) refuse(response, 500, 'This page could not be drawn. The reason is in the log.')
      else response.destroy()
    }
  }
}

function upgradeHandler({ services, doors }: ListenerParts) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    const path = pathOf(request)
    const door = path === null ? undefined : doors.find((one) => path === one.path || path.startsWith(`${one.path}/`))
    if (!door) return refuseUpgrade(socket, 404, 'Not Found')
    if (!services.auth.upgradeAllowed(request)) return refuseUpgrade(socket, 403, 'Forbidden')
    if (!services.auth.ownerExists()) return refuseUpgrade(socket, 403, 'Forbidden')
    if (services.draining.aborted) return refuseUpgrade(socket, 503, 'Service Unavailable')
    void (async () => door.handleUpgrade(request, socket, head))().catch((cause: unknown) => {
      services.log.error({ err: cause, path }, 'a socket could not be opened')
      socket.destroy()
    })
  }
}

/** The path without its query, or null for forms that different parsers read differently. */
function pathOf(request: IncomingMessage): string | null {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  return path.startsWith('/') && !path.startsWith('//') && !path.includes('\\') ? path : null
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Retry-After', '1')
  refuse(response, 503, 'The Loom is starting. Try again in a moment.')
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(`${text}\n`)
}

function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function listenFailure(cause: NodeJS.ErrnoException, host: string, port: number): StartFailure {
  if (cause.code === 'EADDRINUSE') {
    return new StartFailure(
      'port-taken',
      `Port ${port} on ${host} is taken by another program; perhaps The Loom already runs there. Stop it, or choose another port with LOOM_PORT.`,
    )
  }
  const why =
    cause.code === 'EACCES'
      ? 'this user may not use that port; take one above 1023'
      : `the machine has no such address (${cause.code})`
  return new StartFailure('address-unavailable', `Cannot listen on ${host} port ${port}: ${why}.`)
}
