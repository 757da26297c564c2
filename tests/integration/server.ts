import { mkdtempSync, rmSync } from 'node:fs'
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Counters } from '#lib/server/limits/counters.ts'
import type { decideAccess } from '#lib/accounts/policy.ts'
import { createServices, type Services } from '#lib/server/container.ts'
import { parseEnv } from '#lib/server/env.ts'
import { createLog } from '#lib/server/log.ts'
import { holdPort } from '#lib/server/http/listener.ts'
import { routes as allRoutes } from '#lib/server/http/registry.ts'
import type { Route } from '#lib/server/http/route.ts'
import type { SocketDoor } from '#lib/server/http/listener.ts'

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** A temporary data folder path; `remove` deletes it. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'loom-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

interface Options {
  readonly clock?: () => number
  readonly routes?: readonly Route[]
  readonly dataDir?: string
  readonly port?: number
  /** Further settings, as in the environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** No request is ever one too many. */
  readonly unlimited?: boolean
  /** Takes every line of the log, the most talkative level on. */
  readonly logLines?: string[]
  /** The policy every door asks; the house's own by default. */
  readonly policy?: typeof decideAccess
  /** What the doors ask instead of the services they were built with. */
  readonly doctor?: (services: Services) => Services
  readonly doors?: (services: Services) => readonly SocketDoor[]
  /** Draws the pages; none by default. */
  readonly pages?: (request: IncomingMessage, response: ServerResponse) => void
}

export interface TestServer {
  readonly services: Services
  readonly origin: string
  readonly port: number
  readonly dataDir: string
  /** A browser of its own: keeps cookies, sends Origin with writes. */
  readonly browser: () => Browser
  /** A browser in which the owner is signed in; sets the owner up when there is none. */
  readonly owner: () => Promise<Browser>
  readonly close: () => Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The parsed body; null where there is none. Tests look into it freely. */
  readonly json: Record<string, never>
}

export interface Browser {
  readonly cookies: Map<string, string>
  readonly cookieHeader: () => string
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ) => Promise<Answer>
}

export const OWNER = { name: 'Mara Quill', login: 'mara@example.org', password: 'seven quiet lanterns' }

/** The whole server on a free port over real files, as `npm start` runs it, without pages. */
export async function startServer(options: Options = {}): Promise<TestServer> {
  const port = options.port ?? (await freePort())
  const folder = options.dataDir ? null : temporaryFolder()
  const dataDir = options.dataDir ?? folder?.path ?? ''
  const env = parseEnv({ LOOM_PORT: String(port), LOOM_DATA_DIR: dataDir, LOOM_LOG: 'silent', ...options.settings })
  const { logLines } = options
  const held = await holdPort(env)
  const services = await createServices(env, {
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.unlimited ? { counters: unlimitedCounters } : {}),
    ...(options.policy ? { policy: options.policy } : {}),
    ...(logLines ? { log: createLog({ logLevel: 'debug' }, { write: (line) => void logLines.push(line) }) } : {}),
  })
  held.serve({
    services: options.doctor?.(services) ?? services,
    routes: options.routes ?? allRoutes,
    pages: options.pages ?? null,
    doors: options.doors?.(services) ?? [],
  })
  const origin = env.publicUrl
  const browser = () => createBrowser(origin)
  return {
    services,
    origin,
    port,
    dataDir,
    browser,
    owner: async () => {
      const own = browser()
      if (!services.auth.ownerExists()) {
        const token = (services.auth.setupLink() ?? '').split('#')[1]
        await own.call('POST', '/api/setup', { token, ...OWNER })
      } else {
        await own.call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password })
      }
      return own
    },
    close: async () => {
      services.beginDrain()
      await held.close(1_000)
      await services.close()
      folder?.remove()
    },
  }
}

const unlimitedCounters: Counters = {
  store: 'memory',
  counter: ({ name, points, seconds }) =>
    Object.assign(new RateLimiterMemory({ keyPrefix: name, points, duration: seconds }), {
      consume: () => Promise.resolve(new RateLimiterRes(points, 0, 0, false)),
    }),
  close: () => Promise.resolve(),
}

function createBrowser(origin: string): Browser {
  const cookies = new Map<string, string>()
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    cookies,
    cookieHeader,
    call: async (method, path, body, headers = {}) => {
      const raw =
        body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const answer = await send(origin, method, path, raw, {
        ...(method === 'GET' ? {} : { origin }),
        ...(raw === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(raw)) }),
        ...(cookies.size > 0 ? { cookie: cookieHeader() } : {}),
        ...headers,
      })
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      return answer
    },
  }
}

/** Raw HTTP, because fetch forbids setting Host, Origin and Cookie. A header given as undefined is left out. */
function send(
  origin: string,
  method: string,
  path: string,
  body: string | Uint8Array | undefined,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<Answer> {
  const url = new URL(origin)
  return new Promise((resolve, reject) => {
    const given = Object.fromEntries(
      Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined),
    )
    const request = httpRequest(
      { host: url.hostname, port: url.port, method, path, headers: given, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const isJson = /json/.test(response.headers['content-type'] ?? '')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: isJson ? JSON.parse(text) : null,
          })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
