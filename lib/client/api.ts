import type { z } from 'zod'

/** A refusal or failure of the HTTP door (RFC 9457 problem JSON), or of the way to it (`status` 0, code 'offline'). */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  /** What the server's log knows this answer by; null when the server was never reached. */
  readonly requestId: string | null
  /** The whole problem document: extra facts such as retryAfterMs. */
  readonly problem: Readonly<Record<string, unknown>>
  constructor(status: number, problem: Readonly<Record<string, unknown>>, requestId: string | null) {
    const title = typeof problem['title'] === 'string' ? problem['title'] : `HTTP ${status}`
    const detail = typeof problem['detail'] === 'string' ? problem['detail'] : title
    super(detail)
    this.name = 'ApiProblem'
    this.status = status
    this.code = typeof problem['code'] === 'string' ? problem['code'] : 'unknown'
    this.title = title
    this.detail = detail
    this.requestId = typeof problem['requestId'] === 'string' ? problem['requestId'] : requestId
    this.problem = problem
  }
}

interface CallOptions<T> {
  /** Sent as JSON; a Blob, File or ArrayBuffer goes as it is. */
  readonly body?: unknown
  /** Type of a raw body; a Blob's own type otherwise. */
  readonly contentType?: string | undefined
  /** Parses the answer. Without it the answer is trusted to be T. */
  readonly schema?: z.ZodType<T> | undefined
  readonly signal?: AbortSignal | undefined
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

function bodyOf(options: CallOptions<unknown>): { body?: BodyInit; headers: Record<string, string> } {
  const { body, contentType } = options
  if (body === undefined) return { headers: {} }
  if (body instanceof Blob) return { body, headers: { 'content-type': contentType ?? body.type } }
  if (body instanceof ArrayBuffer) {
    return { body, headers: { 'content-type': contentType ?? 'application/octet-stream' } }
  }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** Sends the request as it is; ApiProblem with code 'offline' when the server cannot be reached. Aborts stay aborts. */
async function send(method: Method, path: string, options: CallOptions<unknown>): Promise<Response> {
  const { body, headers } = bodyOf(options)
  try {
    return await fetch(path, {
      method,
      headers: { accept: 'application/json', ...headers },
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    const problem = { code: 'offline', title: 'The server cannot be reached', detail: 'The server cannot be reached.' }
    throw new ApiProblem(0, problem, null)
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id')
  const text = await response.text()
  let problem: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null) problem = parsed as Record<string, unknown>
  } catch {
    // Not JSON: a proxy between us and the server answered; its page is of no use to a person here.
    problem = { title: `HTTP ${response.status}` }
  }
  return new ApiProblem(response.status, problem, requestId)
}

/**
 * Asks the HTTP door. Answers the parsed JSON (undefined for 204). Throws ApiProblem for every refusal, with
 * `status` 0 when the server cannot be reached.
 */
export async function api<T = undefined>(method: Method, path: string, options: CallOptions<T> = {}): Promise<T> {
  const response = await apiResponse(method, path, options)
  if (response.status === 204) return undefined as T
  const answer: unknown = await response.json()
  return options.schema ? options.schema.parse(answer) : (answer as T)
}

/** Like `api`, but answers the raw Response: downloads and streams. */
export async function apiResponse(method: Method, path: string, options: CallOptions<unknown> = {}): Promise<Response> {
  let response = await send(method, path, options)
  // The access cookie lives for minutes; one renewal, then the same question again. At sign-in 401 means a wrong password.
  if (response.status === 401 && path !== '/api/auth/sign-in' && (await renewSession())) {
    response = await send(method, path, options)
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

let renewing: Promise<boolean> | null = null

/**
 * Renews the session from its refresh cookie; answers whether somebody is signed in. Refresh tokens rotate and a used
 * one ends the session, so at most one renewal runs at a time, across tabs where the browser has locks.
 */
export function renewSession(): Promise<boolean> {
  const ask = async () => (await send('POST', '/api/auth/refresh', {})).ok
  const alone = () =>
    typeof navigator !== 'undefined' && 'locks' in navigator ? navigator.locks.request('loom-refresh', ask) : ask()
  renewing ??= alone().finally(() => {
    renewing = null
  })
  return renewing
}
