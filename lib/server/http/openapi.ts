import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import type { HttpBindings } from './bindings.ts'
import { docsPage } from './docs-page.ts'
import { openApiPath, tagOf } from './openapi-path.ts'
import { problem } from './problem.ts'
import { route, type Route, takesIdempotencyKey } from './route.ts'

const DESCRIPTION =
  'Sign in first: the session lives in HttpOnly cookies. Writes are taken from pages of this server (Origin) or with a bearer key. ' +
  'Errors are RFC 9457 problems with a stable code and the request id.'

/**
 * Registers every route in the OpenAPI description and answers the two routes that show it. The description is built at
 * the first request and kept.
 */
export function describeRoutes(
  app: OpenAPIHono<{ Bindings: HttpBindings }>,
  routes: readonly Route[],
): readonly Route[] {
  let document: Record<string, unknown> | null = null
  function build(): Record<string, unknown> {
    if (document) return document
    for (const declared of [...routes, ...own]) app.openAPIRegistry.registerPath(describe(declared))
    const built = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'The Loom', version: '1', description: DESCRIPTION },
    })
    // A plain JSON tree from here on; the library's type only narrows it.
    document = JSON.parse(JSON.stringify(built)) as Record<string, unknown>
    return document
  }
  const own: readonly Route[] = [
    route({
      method: 'get',
      path: '/api/openapi.json',
      summary: 'This API as an OpenAPI 3.1 document',
      permission: 'public',
      rate: 'read',
      produces: 'application/json',
      handler: () => Response.json(build()),
    }),
    route({
      method: 'get',
      path: '/api/docs',
      summary: 'This API as a readable page',
      permission: 'public',
      rate: 'read',
      produces: 'text/html',
      handler: () => docsPage([...routes, ...own], build()),
    }),
  ]
  return own
}

const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .max(255)
    .optional()
    .describe('A repeat with the same key within 24 hours gets the first answer and does nothing.'),
})

function describe(declared: Route) {
  const { body } = declared
  const content =
    body === undefined
      ? undefined
      : 'kind' in body
        ? bytesContent(body.contentTypes)
        : { 'application/json': { schema: body } }
  const good = declared.response
    ? { description: 'Done', content: { 'application/json': { schema: declared.response } } }
    : declared.produces.length > 0
      ? {
          description: 'Done',
          content: Object.fromEntries(declared.produces.map((type) => [type, { schema: z.unknown() }])),
        }
      : { description: 'Done' }
  const bare = !declared.response && declared.produces.length === 0 && declared.status !== 302
  const status = bare ? 204 : declared.status
  return createRoute({
    method: declared.method,
    path: openApiPath(declared.path),
    summary: declared.summary,
    operationId: `${declared.method}${declared.path.replace(/^\/api/, '').replace(/[^A-Za-z]+([A-Za-z])?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '')}`,
    tags: [tagOf(declared.path)],
    request: {
      ...(declared.params instanceof z.ZodObject ? { params: declared.params } : {}),
      ...(declared.query instanceof z.ZodObject ? { query: declared.query } : {}),
      ...(takesIdempotencyKey(declared) ? { headers: idempotencyHeader } : {}),
      ...(content ? { body: { required: true, content } } : {}),
    },
    responses: {
      [status]: good,
      default: { description: 'Refused', content: { 'application/problem+json': { schema: problem } } },
    },
    'x-permission': declared.permission,
    'x-rate': declared.rate,
    'x-body-limit-bytes': body === undefined ? undefined : declared.bodyLimitBytes,
  })
}

function bytesContent(contentTypes: readonly string[]) {
  return Object.fromEntries(contentTypes.map((type) => [type, { schema: z.string().meta({ format: 'binary' }) }]))
}
