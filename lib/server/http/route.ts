import type { z } from 'zod'
import type { Permission, Principal } from '#lib/accounts/policy.ts'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import type { Services } from '#lib/server/container.ts'

/**
 * How often a route may be asked, per person and address: read 1200, write 600, generate 20, upload 30, export 30,
 * sign-in 30 per minute. 'none' is for health checks and static documents only. Limits live in rate.ts.
 */
export type RateClass = 'read' | 'write' | 'generate' | 'upload' | 'export' | 'sign-in' | 'none'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** A body taken as counted bytes (uploads, imports) instead of JSON. */
export interface BytesBody {
  readonly kind: 'bytes'
  /** Content types that are let in, without parameters. */
  readonly contentTypes: readonly string[]
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined
type ParsedBody<B> = B extends BytesBody ? Uint8Array : Parsed<B>
type Answer<R> = R extends z.ZodType ? z.input<R> | Response : Response | undefined
type Asker<Perm extends Permission> = Perm extends 'public' | 'setup' ? Principal | null : Principal

export interface RouteInput<Perm extends Permission, P, Q, B> {
  readonly params: Parsed<P>
  readonly query: Parsed<Q>
  readonly body: ParsedBody<B>
  /** Who asks. `null` only on 'public' and 'setup' routes. */
  readonly principal: Asker<Perm>
  readonly services: Services
  /** The raw request (headers; its body is already consumed when `body` was declared). */
  readonly request: Request
  /** Aborts when the client hangs up or the server drains. */
  readonly signal: AbortSignal
  /** Appears in the `X-Request-Id` header, in problems and in the log. */
  readonly requestId: string
  /** Address of the asker: the socket's peer, or what a configured proxy says of it. */
  readonly address: string
  /** Adds a header to the answer, e.g. `Set-Cookie` (may be called several times). */
  readonly setHeader: (name: string, value: string) => void
}

interface RouteSpec<Perm extends Permission, P, Q, B, R> {
  readonly method: Method
  /** Whole path with Hono parameters, e.g. `/api/stories/:storyId/commands`. */
  readonly path: `/api/${string}`
  /** One line for the API description. */
  readonly summary: string
  readonly permission: Perm
  readonly rate: RateClass
  /** Schema of path parameters (strings in). */
  readonly params?: P
  /** Schema of the query (strings in, arrays where a key repeats); use z.coerce for numbers. Unknown keys are refused. */
  readonly query?: Q
  /** Schema of the JSON body (unknown keys are refused), or bytes. */
  readonly body?: B
  /** Largest body in bytes, counted while reading. Default 1 MB of JSON; required for bytes. */
  readonly bodyLimitBytes?: number
  /** Schema of the JSON answer. Left out: the handler answers a Response, or nothing (204). */
  readonly response?: R
  /** Status of a JSON answer, or 302 where the handler answers a redirect. Default 200. */
  readonly status?: 200 | 201 | 202 | 302
  /** The answer holds a secret that is shown once: a key, a link. It is never kept for a repeated request (H3). */
  readonly secretAnswer?: boolean
  /** Content types a Response answer may have, for the API description, e.g. 'text/event-stream'. */
  readonly produces?: string | readonly string[]
  readonly handler: (input: RouteInput<Perm, P, Q, B>) => Answer<R> | Promise<Answer<R>>
}

/** A declared route with its types erased; what the registry holds and the app mounts. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: Permission
  readonly rate: RateClass
  readonly params: z.ZodType | undefined
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | BytesBody | undefined
  readonly bodyLimitBytes: number
  readonly response: z.ZodType | undefined
  readonly status: number
  readonly secretAnswer: boolean
  /** Empty where the answer is JSON or nothing. */
  readonly produces: readonly string[]
  readonly handler: (input: RouteInput<Permission, never, never, never>) => unknown
}

/**
 * Whether an Idempotency-Key makes a repeat harmless here (H3): on every POST by somebody known that does not stream. Not
 * where passwords and the like are sent: the hash of the body is kept for a day, and theirs could be guessed from it (B5).
 */
export function takesIdempotencyKey({ method, permission, produces, rate }: Route): boolean {
  const known = permission !== 'public' && permission !== 'setup'
  return method === 'post' && known && rate !== 'sign-in' && produces.length === 0
}

/**
 * Declares one HTTP route: schema, permission, rate class and handler in one place.
 * The handler throws LoomError for every refusal; the app turns it into RFC 9457 problem JSON.
 */
export function route<
  const Perm extends Permission,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | BytesBody | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<Perm, P, Q, B, R>): Route {
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    permission: spec.permission,
    rate: spec.rate,
    params: spec.params,
    query: spec.query,
    body: spec.body,
    bodyLimitBytes: spec.bodyLimitBytes ?? FILE_LIMITS.jsonBytes,
    response: spec.response,
    status: spec.status ?? 200,
    secretAnswer: spec.secretAnswer ?? false,
    produces: typeof spec.produces === 'string' ? [spec.produces] : (spec.produces ?? []),
    // The app parses with exactly these schemas before it calls, so the erased input has the declared types.
    handler: spec.handler as unknown as Route['handler'],
  }
}
