import { randomBytes } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { ForbiddenError, LoomError, NotFoundError, UnauthenticatedError } from '#lib/kernel/errors.ts'
import { actorOf } from '#lib/accounts/audit.ts'
import { isStoryPermission, type Principal } from '#lib/accounts/policy.ts'
import { holdsKey } from '../auth/api-keys.ts'
import type { Services } from '../container.ts'
import { StartFailure } from '../start-failure.ts'
import type { HttpBindings } from './bindings.ts'
import { readBytes, readJson } from './body.ts'
import { describeRoutes } from './openapi.ts'
import { misfit, problemResponse } from './problem.ts'
import { addressReader, countedBy } from './address.ts'
import { createRateGate, RATE_LIMITS } from './rate.ts'
import { type Route, takesIdempotencyKey } from './route.ts'
import { API_CSP, securityHeaders } from './security-headers.ts'

type AppContext = Context<{ Bindings: HttpBindings }>
type SetHeader = (name: string, value: string) => void

export interface HttpApp {
  readonly fetch: (request: Request, bindings?: HttpBindings) => Response | Promise<Response>
}

/**
 * Mounts the declared routes behind one wrapper: Host, origin of writes, who asks, permission, rate, schema, handler.
 * Throws StartFailure 'route-undeclared' when a route lacks its declaration or two clash (security section 0).
 */
export function createHttpApp(services: Services, routes: readonly Route[]): HttpApp {
  refuseUndeclared(routes)
  const app = new OpenAPIHono<{ Bindings: HttpBindings }>()
  const gate = createRateGate(services.counters)
  const addressOf = addressReader(services.env.trustedProxies)
  const fixedHeaders = {
    ...securityHeaders(services.env),
    'Content-Security-Policy': API_CSP,
    'Cache-Control': 'no-store',
  }

  async function answer(
    context: AppContext,
    work: (requestId: string, setHeader: SetHeader) => Promise<Response>,
  ): Promise<Response> {
    const requestId = randomBytes(9).toString('base64url')
    const extra: [string, string][] = []
    let response: Response
    try {
      if (!services.auth.origins.hostAllowed(context.req.header('host') ?? new URL(context.req.url).host)) {
        throw new LoomError(
          'wrong-host',
          421,
          false,
          'This server does not answer under that address. Check LOOM_PUBLIC_URL.',
        )
      }
      response = await work(requestId, (name, value) => void extra.push([name, value]))
    } catch (cause) {
      response = problemResponse(cause, requestId, services.log)
    }
    const headers = new Headers(response.headers)
    for (const [name, value] of Object.entries(fixedHeaders)) if (!headers.has(name)) headers.set(name, value)
    for (const [name, value] of extra)
      name.toLowerCase() === 'set-cookie' ? headers.append(name, value) : headers.set(name, value)
    headers.set('X-Request-Id', requestId)
    return new Response(response.body, { status: response.status, headers })
  }

  const methods = new Map<string, string[]>()
  for (const route of [...routes, ...describeRoutes(app, routes)]) {
    methods.set(route.path, [...(methods.get(route.path) ?? []), route.method.toUpperCase()])
    app.on(route.method.toUpperCase(), route.path, (context) =>
      answer(context, async (requestId, setHeader) => {
        const forwarded = context.req.header('x-forwarded-for') ?? null
        const address = addressOf(context.env?.incoming?.socket.remoteAddress, forwarded)
        if (route.method !== 'get') refuseForeignWrite(context.req.raw, services)
        refuseKeyInAddress(context.req.url)
        const principal = await services.auth.principalOf({
          cookie: context.req.header('cookie') ?? null,
          authorization: context.req.header('authorization') ?? null,
        })
        await gate.count(route.rate, { principal, address: countedBy(address) }, setHeader)
        const storyId = context.req.param('storyId')
        try {
          // The story a request is about stands in its path and nowhere else; asked before anything is parsed.
          refuseWithoutPermission(route, principal, services, storyId)
          return await run(route, context, { principal, services, requestId, setHeader, address })
        } catch (cause) {
          if (principal && cause instanceof ForbiddenError) tallyDenial(route, principal, services, storyId)
          throw cause
        }
      }),
    )
  }
  for (const [path, known] of methods) {
    const allow = known.includes('GET') ? [...known, 'HEAD'] : known
    app.all(path, (context) =>
      answer(context, (_requestId, setHeader) => {
        setHeader('Allow', allow.join(', '))
        return Promise.reject(new LoomError('wrong-method', 405, false, `This address takes ${allow.join(', ')}.`))
      }),
    )
  }
  app.notFound((context) => answer(context, () => Promise.reject(new NotFoundError('There is no such address.'))))
  app.onError((cause, context) => answer(context, () => Promise.reject(cause)))
  return { fetch: (request, bindings) => app.fetch(request, bindings ?? {}) }
}

interface Around {
  readonly principal: Principal | null
  readonly services: Services
  readonly requestId: string
  readonly setHeader: SetHeader
  readonly address: string
}

async function run(route: Route, context: AppContext, around: Around): Promise<Response> {
  const request = context.req.raw
  const query = Object.fromEntries(
    Object.entries(context.req.queries()).map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  )
  const input = {
    ...around,
    params: parse(route.params, context.req.param(), 'params'),
    query: parse(route.query, query, 'query'),
    body: await parseBody(route, request),
    request,
    signal: AbortSignal.any([request.signal, around.services.draining]),
  }
  const work = async () => {
    // Parsed by the route's own schemas just above; the registry has only erased the types.
    const outcome = await route.handler(input as unknown as Parameters<Route['handler']>[0])
    if (outcome instanceof Response) return outcome
    if (!route.response) return new Response(null, { status: 204 })
    const json = route.response.parse(outcome)
    return Response.json(json, { status: route.status })
  }
  const { principal, services } = around
  const key = request.headers.get('idempotency-key')
  if (key === null || principal === null || !takesIdempotencyKey(route)) return work()
  const { pathname, search } = new URL(request.url)
  const by = principal.key?.id ?? principal.userId
  const doing = { by, what: `POST ${pathname}${search}`, key, body: input.body, secret: route.secretAnswer }
  return services.idempotency.once(doing, work)
}

async function parseBody(route: Route, request: Request): Promise<unknown> {
  const { body } = route
  if (body === undefined) return undefined
  if ('kind' in body) return readBytes(request, body.contentTypes, route.bodyLimitBytes)
  const json = await readJson(request, route.bodyLimitBytes)
  // Workers may be newer than the server: their protocol says that unknown fields are ignored.
  return parse(body, json, 'body', route.permission !== 'worker')
}

const nothing = z.strictObject({})

function parse(schema: z.ZodType | undefined, value: unknown, where: string, closed = true): unknown {
  if (!schema && where === 'params') return undefined
  const whole = schema ?? nothing
  const answer = (closed ? strict(whole) : whole).safeParse(value)
  if (!answer.success) throw misfit(answer.error, where)
  return schema ? answer.data : undefined
}

/** Objects at the top refuse unknown keys even where the route forgot to say so (A5). */
function strict(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
}

function refuseForeignWrite(request: Request, services: Services): void {
  // A bearer key is never sent by a browser on its own, so there is nothing to forge.
  if (request.headers.has('authorization')) return
  const own = services.auth.origins.fromOurPage({
    origin: request.headers.get('origin'),
    secFetchSite: request.headers.get('sec-fetch-site'),
  })
  if (!own) throw new LoomError('foreign-origin', 403, false, 'Changes are only taken from pages of this server.')
}

function refuseKeyInAddress(url: string): void {
  if (!holdsKey(url)) return
  throw new LoomError(
    'key-in-address',
    400,
    false,
    'A key never stands in an address, because addresses are logged. Send it as "Authorization: Bearer ...", and replace this one.',
  )
}

function refuseWithoutPermission(
  route: Route,
  principal: Principal | null,
  { access, auth }: Services,
  storyId: string | undefined,
): void {
  const decision = access.decide(route.permission, principal, storyId)
  if (decision === 'allowed') return
  if (decision === 'absent')
    throw new NotFoundError(storyId === undefined ? 'There is no such address.' : 'There is no such story.')
  if (!auth.ownerExists())
    throw new LoomError('setup-needed', 403, false, 'This installation has no owner yet. Open the set-up link.')
  if (decision === 'unauthenticated') throw new UnauthenticatedError()
  throw new ForbiddenError(
    principal?.key ? 'This key may not do that.' : 'You may not do this here. Ask an admin of the story for the right.',
  )
}

function tallyDenial(route: Route, principal: Principal, services: Services, storyId = ''): void {
  const facts = { permission: route.permission, door: 'http' }
  // An address may hold anything; only a story they belong to is named.
  const subject = services.members.standing(storyId, principal.userId) ? storyId : ''
  services.audit.tally({ action: 'denied', actor: actorOf(principal), subject, facts })
}

function refuseUndeclared(routes: readonly Route[]): void {
  const seen = new Set<string>()
  for (const route of routes) {
    const name = `${route.method.toUpperCase()} ${route.path}`
    const shape = name.replace(/:[^/]+/g, ':')
    const wrong =
      (!route.permission && 'no permission') ||
      (!(route.rate === 'none' || route.rate in RATE_LIMITS) && 'no rate class') ||
      (!route.path.startsWith('/api/') && 'a path outside /api') ||
      (/:/.test(route.path) && !route.params && 'path parameters without a schema') ||
      (isStoryPermission(route.permission) && !route.path.startsWith('/api/stories/:storyId') && 'no story') ||
      (route.method === 'get' && route.body && 'a body on GET') ||
      (seen.has(shape) && 'the same address as another route')
    if (wrong) throw new StartFailure('route-undeclared', `${name} has ${wrong}.`)
    seen.add(shape)
  }
}
