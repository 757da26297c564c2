import { type Outbound, OutboundError } from '../outbound/outbound.ts'
import type { CallError, ErrorKind } from '../../writer/generation.ts'

/** A transport failure in our words. Thrown into the SDK; the guard reads it back from the wire. */
export class WireError extends Error {
  readonly failure: CallError
  constructor(failure: CallError) {
    super(failure.message)
    this.name = 'WireError'
    this.failure = failure
  }
}

/** Builds a failure; only these kinds may be tried again. */
export function failure(kind: ErrorKind, message: string, afterMs: number | null = null): CallError {
  const retryable = ['rate_limited', 'overloaded', 'timeout_connect', 'timeout_first_token', 'disconnected'].includes(
    kind,
  )
  return { kind, retryable, afterMs, message }
}

const LINE_CAP_BYTES = 10 * 1024 * 1024
const ERROR_BODY_CAP = 64 * 1024

export interface Wire {
  readonly fetch: typeof globalThis.fetch
  /** The first transport failure of this call, whatever the SDK made of it. */
  readonly failed: () => CallError | null
}

interface WireOptions {
  readonly outbound: Outbound
  readonly signal: AbortSignal
  readonly streamType: 'text/event-stream' | 'application/x-ndjson' | null
  readonly onBytes: () => void
}

/**
 * A fetch that watches one call: refuses redirects and forbidden addresses, turns error statuses and wrong content
 * types into `WireError`s, reports bytes, caps line length and refuses NDJSON lines that are not JSON (SDKs skip
 * those silently and lose text).
 */
export function createWire(options: WireOptions): Wire {
  let failed: CallError | null = null
  function fail(problem: CallError): never {
    failed ??= problem
    throw new WireError(problem)
  }

  async function watchedFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const signal = init.signal ? AbortSignal.any([init.signal, options.signal]) : options.signal
    let response: Response
    try {
      response = await options.outbound.stream(input, { ...init, signal })
    } catch (thrown) {
      if (signal.aborted) throw thrown
      fail(connectFailure(thrown))
    }
    if (response.status >= 300 && response.status < 400)
      fail(failure('not_this_api', `The address answered with a redirect (${response.status}); give the final one.`))
    if (response.status >= 400) fail(await statusFailure(response))
    const type = response.headers.get('content-type') ?? ''
    if (!type.startsWith(options.streamType ?? 'application/json'))
      fail(failure('not_this_api', `The address answered ${type || 'without a content type'}, not this API.`))
    if (!response.body) fail(failure('malformed', 'The answer has no body.'))
    const strictLines = options.streamType === 'application/x-ndjson'
    const body = response.body.pipeThrough(lineWatch({ strictLines, onBytes: options.onBytes, fail }))
    return new Response(body, { status: response.status, headers: response.headers })
  }

  // The SDKs call fetch with (url, init) only; the global type also names forms nobody uses here.
  return { fetch: watchedFetch as typeof globalThis.fetch, failed: () => failed }
}

interface LineWatch {
  readonly strictLines: boolean
  readonly onBytes: () => void
  readonly fail: (problem: CallError) => never
}

/** Passes bytes through unchanged; errors on a line above 10 MB and, when strict, on a line that is not JSON. */
export function lineWatch({ strictLines, onBytes, fail }: LineWatch): TransformStream<Uint8Array, Uint8Array> {
  let lineBytes = 0
  let pending = ''
  const decoder = new TextDecoder()
  function check(text: string): void {
    pending += text
    const lines = pending.split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines)
      if (line.trim() !== '' && !isJson(line)) fail(failure('malformed', 'A line of the stream is not JSON.'))
  }
  return new TransformStream({
    transform(chunk, controller) {
      onBytes()
      const last = chunk.lastIndexOf(10)
      lineBytes = last < 0 ? lineBytes + chunk.length : chunk.length - last - 1
      if (lineBytes > LINE_CAP_BYTES) fail(failure('malformed', 'A line of the stream is longer than 10 MB.'))
      if (strictLines) check(decoder.decode(chunk, { stream: true }))
      controller.enqueue(chunk)
    },
    flush() {
      if (strictLines && pending.trim() !== '' && !isJson(pending))
        fail(failure('disconnected', 'The stream ended in the middle of a line.'))
    },
  })
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/** Names the reason a connection did not come about, without the address. */
function connectFailure(thrown: unknown): CallError {
  if (thrown instanceof OutboundError) return failure('bad_request', thrown.message)
  const code = errorCode(thrown)
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return failure('timeout_connect', 'The address did not answer within 10 seconds.')
  if (code === 'ECONNREFUSED') return failure('disconnected', 'Nothing answers at the address.')
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return failure('disconnected', 'The address has no known host.')
  return failure('disconnected', `The connection failed${code ? ` (${code})` : ''}.`)
}

function errorCode(thrown: unknown, depth = 0): string | null {
  if (typeof thrown !== 'object' || thrown === null || depth > 4) return null
  const { code, cause, errors } = thrown as { code?: unknown; cause?: unknown; errors?: unknown[] }
  if (typeof code === 'string') return code
  return errorCode(cause, depth + 1) ?? errorCode(errors?.[0], depth + 1)
}

/** Maps an error status to our kinds (writer.md 2.1); the upstream text is used to classify, never shown or logged. */
async function statusFailure(response: Response): Promise<CallError> {
  const body = (await boundedText(response)).toLowerCase()
  const afterMs = retryAfterMs(response.headers)
  const { status } = response
  if (status === 401 || status === 403) return failure('auth', `The provider refused the key (${status}).`)
  if (status === 402 || body.includes('insufficient_quota'))
    return failure('quota', `The provider's quota is used up (${status}).`)
  if (status === 429) return failure('rate_limited', 'The provider asks to slow down (429).', afterMs)
  if (/context.{0,20}(length|window|size)|too (long|many tokens)|maximum context/.test(body) && status < 500)
    return failure('context_overflow', `The text is longer than the model's window (${status}).`)
  if (status === 404) return failure('bad_request', 'The provider does not know this address or model (404).')
  if (status < 500) return failure('bad_request', `The provider did not accept the request (${status}).`)
  return failure('overloaded', `The provider has trouble (${status}).`, afterMs)
}

async function boundedText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < ERROR_BODY_CAP) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // A body that breaks off still leaves its status, which decides.
    return text
  } finally {
    void reader.cancel().catch(() => undefined)
  }
  return text
}

/** Reads `retry-after-ms`, or `retry-after` as seconds or a date; null when absent or unreadable. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | null {
  const exact = headers.get('retry-after-ms')
  if (exact !== null && /^\d+(\.\d+)?$/.test(exact.trim())) return Math.round(Number(exact))
  const after = headers.get('retry-after')
  if (after === null) return null
  if (/^\d+(\.\d+)?$/.test(after.trim())) return Math.round(Number(after) * 1000)
  const date = Date.parse(after)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
