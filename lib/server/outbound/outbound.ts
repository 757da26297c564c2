import { lookup as dnsLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, fetch as undiciFetch } from 'undici'
import { addressAllowed, addressKind, type AllowList } from './addresses.ts'

// The only way out of this server (security.md F6). Lint keeps every other file of lib/server and workers from opening
// connections by itself.

/** Waits in milliseconds, sizes in bytes. */
export interface OutboundLimits {
  readonly connectMs: number
  /** A whole answer of `fetch`, redirects and body included. */
  readonly totalMs: number
  /** Silence within an answer of `stream`, before its head as well as in its body: above any wait for a first word. */
  readonly idleMs: number
  /** A body after it was unpacked. */
  readonly bodyBytes: number
  readonly redirects: number
}

export const OUTBOUND_LIMITS: OutboundLimits = {
  connectMs: 10_000,
  totalMs: 10_000,
  idleMs: 310_000,
  bodyBytes: 25 * 1024 * 1024,
  redirects: 3,
}

export type OutboundProblem = 'refused' | 'redirects' | 'too-large' | 'too-slow'

/** A request this server does not make or does not finish. The message is for the person who set the address. */
export class OutboundError extends Error {
  readonly code = 'LOOM_OUTBOUND'
  readonly kind: OutboundProblem
  constructor(kind: OutboundProblem, message: string) {
    super(message)
    this.name = 'OutboundError'
    this.kind = kind
  }
}

export interface Outbound {
  /** Why an address may not be used, in words; null when nothing in it forbids it. Names are looked up on connecting. */
  readonly refusal: (url: string) => string | null
  /**
   * A whole answer within 10 s: at most three redirects, each checked, and 25 MB of unpacked body.
   * `redirect: 'manual'` hands a redirect over as it came. Rejects with OutboundError, or as the network fails.
   */
  readonly fetch: typeof globalThis.fetch
  /** An answer that may go on: no redirect is followed; it ends after 310 s of silence or 25 MB of unpacked body. */
  readonly stream: typeof globalThis.fetch
  readonly close: () => Promise<void>
}

export interface OutboundPorts {
  readonly allow: AllowList
  readonly limits?: Partial<OutboundLimits>
  /** Looks a name up; the system's own when left out. */
  readonly lookup?: LookupFunction
}

const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data', 'metadata'])

/** Ports of databases, brokers, consoles and machine rooms, and those browsers refuse: nothing that speaks HTTP to us. */
const SERVICE_PORTS = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5671,
  5672, 5900, 5984, 5985, 5986, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200,
  9300, 10_080, 10_250, 11_211, 27_017,
])

/** Builds the way out. Private addresses are reached only where `allow` says so. */
export function createOutbound({ allow, limits: changed, lookup = dnsLookup }: OutboundPorts): Outbound {
  const limits = { ...OUTBOUND_LIMITS, ...changed }

  function refusal(url: string): string | null {
    const parsed = URL.parse(url)
    if (!parsed) return 'This is not an address.'
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return 'Only http and https addresses are allowed.'
    if (parsed.username !== '' || parsed.password !== '') return 'The address must not hold a name or password.'
    const port = Number(parsed.port || (parsed.protocol === 'http:' ? 80 : 443))
    if ((port < 1024 && port !== 80 && port !== 443) || SERVICE_PORTS.has(port))
      return `The port ${port} is not one this server connects to.`
    const host = bareHost(parsed.hostname)
    if (METADATA_NAMES.has(host)) return 'This address belongs to a metadata service.'
    const address = isIP(host) !== 0 ? host : /(^|\.)localhost$/.test(host) ? '127.0.0.1' : null
    if (address === null || addressAllowed(host, address, allow)) return null
    return addressKind(address) === 'never'
      ? 'The address points to a network that is not allowed.'
      : `The address is on a private network. Whoever runs this server can allow it with LOOM_OUTBOUND_ALLOW=${host}.`
  }

  /** Refuses a name when any of its addresses is refused: one good address must not carry a bad one along. */
  const checkedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
      const [first] = addresses
      if (!first || addresses.some(({ address }) => !addressAllowed(bareHost(hostname), address, allow)))
        return callback(refusedName(hostname), '', 0)
      if (options.all) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }

  const connector = buildConnector({ timeout: limits.connectMs, lookup: checkedLookup })
  const connect: typeof connector = (options, callback) => {
    const host = bareHost(options.hostname)
    // An address given as numbers is never looked up, so it is checked here.
    if (isIP(host) !== 0 && !addressAllowed(host, host, allow)) return callback(refusedName(host), null)
    return connector(options, callback)
  }
  const agent = new Agent({
    connect,
    headersTimeout: limits.idleMs,
    bodyTimeout: limits.idleMs,
    keepAliveTimeout: 1000,
  })

  async function once(url: string, init: RequestInit): Promise<Response> {
    const refused = refusal(url)
    if (refused) throw new OutboundError('refused', refused)
    try {
      // undici's own types differ from the global ones only by name; the objects are the same standard ones.
      return (await undiciFetch(url, { ...init, redirect: 'manual', dispatcher: agent } as Parameters<
        typeof undiciFetch
      >[1])) as unknown as Response
    } catch (thrown) {
      throw init.signal?.aborted ? thrown : (outboundCause(thrown) ?? thrown)
    }
  }

  async function stream(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const response = await once(addressOf(input), init)
    return unpacked(response, response.body && response.body.pipeThrough(counted(limits.bodyBytes)))
  }

  async function whole(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const slow = AbortSignal.timeout(limits.totalMs)
    const signal = init.signal ? AbortSignal.any([init.signal, slow]) : slow
    try {
      const response = await follow(addressOf(input), { ...init, signal })
      if (!response.body) return unpacked(response, null)
      return unpacked(response, await bytesOf(response.body.pipeThrough(counted(limits.bodyBytes))))
    } catch (thrown) {
      if (slow.aborted && !init.signal?.aborted)
        throw new OutboundError('too-slow', `The address did not answer within ${limits.totalMs / 1000} s.`)
      throw thrown
    }
  }

  async function follow(first: string, init: RequestInit): Promise<Response> {
    let url = first
    let request = init
    for (let hops = 0; ; hops++) {
      const response = await once(url, request)
      const location = response.headers.get('location')
      const redirected = [301, 302, 303, 307, 308].includes(response.status) && location !== null
      if (!redirected || init.redirect === 'manual') return response
      await response.body?.cancel()
      if (init.redirect === 'error' || hops === limits.redirects)
        throw new OutboundError('redirects', 'The address redirects too often.')
      const next = URL.parse(location, url)?.href
      if (next === undefined) throw new OutboundError('refused', 'The address redirects to something that is none.')
      if (url.startsWith('https:') && !next.startsWith('https:'))
        throw new OutboundError('refused', 'The address redirects to an unprotected one.')
      request = afterRedirect(request, response.status, new URL(url).origin !== new URL(next).origin)
      url = next
    }
  }

  return {
    refusal,
    // Both are called with (address, init) as fetch is; the global type also names forms nobody uses here.
    fetch: whole as typeof globalThis.fetch,
    stream: stream as typeof globalThis.fetch,
    close: () => agent.destroy(),
  }
}

function bareHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : String(input)
}

function refusedName(host: string): OutboundError {
  return new OutboundError(
    'refused',
    `The address leads to a network that is not allowed. If it is your own, whoever runs this server can allow it with LOOM_OUTBOUND_ALLOW=${host}.`,
  )
}

/** The refusal inside what fetch threw, if one of ours was the reason. */
function outboundCause(thrown: unknown, depth = 0): OutboundError | null {
  if (thrown instanceof OutboundError) return thrown
  if (typeof thrown !== 'object' || thrown === null || depth > 4) return null
  const { cause, errors } = thrown as { cause?: unknown; errors?: unknown[] }
  return outboundCause(cause, depth + 1) ?? outboundCause(errors?.[0], depth + 1)
}

/** The request for the next address: keys and cookies stay with the origin they were meant for. */
function afterRedirect(init: RequestInit, status: number, elsewhere: boolean): RequestInit {
  const headers = new Headers(init.headers)
  const kept = new Headers()
  const harmless = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])
  for (const [name, value] of headers) if (!elsewhere || harmless.has(name)) kept.set(name, value)
  const post = (init.method ?? 'GET').toUpperCase() === 'POST'
  if (status !== 303 && !(post && (status === 301 || status === 302))) return { ...init, headers: kept }
  kept.delete('content-type')
  const { body: _body, ...rest } = init
  return { ...rest, method: init.method?.toUpperCase() === 'HEAD' ? 'HEAD' : 'GET', headers: kept }
}

/** Passes bytes on until there are too many. Counts what was unpacked, whatever the sender announced. */
function counted(mostBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let total = 0
  return new TransformStream({
    transform(chunk, controller) {
      total += chunk.byteLength
      if (total > mostBytes)
        throw new OutboundError('too-large', `The answer is larger than ${Math.floor(mostBytes / 1024)} KB.`)
      controller.enqueue(chunk)
    },
  })
}

async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

/** The answer with another body; what described the packed one goes. */
function unpacked(response: Response, body: BodyInit | null): Response {
  const headers = new Headers(response.headers)
  headers.delete('content-encoding')
  headers.delete('content-length')
  const bodyless = [101, 204, 205, 304].includes(response.status)
  return new Response(bodyless ? null : body, { status: response.status, statusText: response.statusText, headers })
}
