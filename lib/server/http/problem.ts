import { z } from 'zod'
import { InvalidInputError, LoomError } from '#lib/kernel/errors.ts'
import type { Log } from '../log.ts'

/** RFC 9457 problem, as every refused request is answered. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    retryable: z.boolean(),
    retryAfterMs: z.number().optional(),
    issues: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request does not fit',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Wrong method',
  409: 'Not possible as things stand',
  413: 'Too large',
  415: 'Wrong content type',
  421: 'Wrong address',
  422: 'Used for something else',
  429: 'Too many requests',
  500: 'The server made a mistake',
  503: 'Not available just now',
  507: 'The disk is full',
}

/** Turns whatever was thrown into a problem answer. Only what is not ours is logged, under the request id that is shown (H4). */
export function problemResponse(cause: unknown, requestId: string, log: Log): Response {
  const error = asLoomError(cause, requestId)
  if (error.status >= 500) log.error({ err: cause, requestId, code: error.code }, 'a request failed')
  const body = {
    ...error.detail,
    type: `/api/docs#${error.code}`,
    title: TITLES[error.status] ?? 'Refused',
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    retryable: error.retryable,
  }
  const headers = new Headers({ 'Content-Type': 'application/problem+json' })
  const { retryAfterMs } = error.detail
  if (typeof retryAfterMs === 'number') headers.set('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000))))
  return new Response(JSON.stringify(body), { status: error.status, headers })
}

/** The refusal for input that does not fit its schema; where names the part: params, query or body. */
export function misfit(error: z.ZodError, where: string): InvalidInputError {
  const issues = error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
    message: issue.message,
  }))
  const first = issues[0]
  const at = first && first.path.length > 0 ? ` (${first.path.join('.')})` : ''
  return new InvalidInputError(`${first?.message ?? 'Not understood'}${at}`, { where, issues })
}

function asLoomError(cause: unknown, requestId: string): LoomError {
  if (cause instanceof LoomError && cause.status < 500) return cause
  if (isDiskFull(cause))
    return new LoomError(
      'disk-full',
      507,
      true,
      'The disk of the server is full. Nothing was stored; reading still works.',
    )
  if (cause instanceof LoomError && cause.status !== 500) return cause
  return new LoomError(
    'internal',
    500,
    false,
    `Something went wrong on the server. Nothing was stored. It is noted in the log as ${requestId}.`,
  )
}

function isDiskFull(cause: unknown, depth = 0): boolean {
  if (!(cause instanceof Error) || depth > 4) return false
  if ('code' in cause && (cause.code === 'SQLITE_FULL' || cause.code === 'ENOSPC')) return true
  return /database or disk is full/.test(cause.message) || isDiskFull(cause.cause, depth + 1)
}
