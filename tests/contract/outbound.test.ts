import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { allowListOf, LOOPBACK_ENTRIES } from '#lib/server/outbound/addresses.ts'
import {
  createOutbound,
  type Outbound,
  OutboundError,
  type OutboundLimits,
  type OutboundProblem,
} from '#lib/server/outbound/outbound.ts'

// The way out on real sockets: what the table of addresses.test.ts cannot show. Names are looked up by a stand-in, so
// that the tests need no network.

const MEGA = 1024 * 1024
let server: Server
let port = 0
let seen: IncomingMessage[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
const made: Outbound[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request)
    request.resume()
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  seen = []
  await Promise.all(made.splice(0).map((one) => one.close()))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

interface Setup {
  readonly allow?: readonly string[]
  readonly limits?: Partial<OutboundLimits>
  /** Answers per look-up of any name, the last one staying. */
  readonly names?: readonly (readonly string[])[]
}

function outbound({ allow = LOOPBACK_ENTRIES, limits = {}, names }: Setup = {}): Outbound {
  let asked = 0
  const lookup: LookupFunction = (_name, _options, callback) => {
    const found = names?.[Math.min(asked++, names.length - 1)] ?? []
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  const one = createOutbound({ allow: allowListOf(allow), limits, ...(names ? { lookup } : {}) })
  made.push(one)
  return one
}

const here = (path = '/'): string => `http://127.0.0.1:${port}${path}`

async function problemOf(work: Promise<unknown>): Promise<OutboundProblem | string> {
  return work.then(
    () => 'answered',
    (thrown: unknown) => (thrown instanceof OutboundError ? thrown.kind : String(thrown)),
  )
}

function redirectTo(next: (hop: number) => string | null, status = 302): void {
  let hop = 0
  answer = (_request, response) => {
    const location = next(hop++)
    if (location === null) response.end('the end')
    else response.writeHead(status, { location }).end()
  }
}

describe('names', () => {
  test.each([
    ['loopback', ['127.0.0.1']],
    ['loopback in IPv6', ['::1']],
    ['a private network', ['10.1.2.3']],
    ['a metadata service', ['169.254.169.254']],
    ['mapped loopback', ['::ffff:127.0.0.1']],
    ['a translated private address', ['64:ff9b::a00:1']],
    ['one good and one private address', ['8.8.8.8', '127.0.0.1']],
    ['one private and one good address', ['127.0.0.1', '8.8.8.8']],
    ['good IPv4 and private IPv6', ['8.8.8.8', 'fd00::1']],
    ['nothing', []],
  ])('[F6] a name that leads to %s is refused when connecting', async (_what, addresses) => {
    answer = (_request, response) => response.end('reached')
    const out = outbound({ allow: [], names: [addresses] })
    expect(out.refusal(`http://name.example:${port}/`)).toBeNull()
    expect(await problemOf(out.fetch(`http://name.example:${port}/`))).toBe('refused')
    expect(await problemOf(out.stream(`http://name.example:${port}/`))).toBe('refused')
    expect(seen).toHaveLength(0)
  })

  test('[F6] a name that changes its address between two looks is refused at the second', async () => {
    // The first answer would be let through; nothing connects by it, since connecting looks for itself.
    answer = (_request, response) => response.writeHead(200, { connection: 'close' }).end('reached')
    const out = outbound({ allow: ['127.0.0.2'], names: [['127.0.0.2'], ['127.0.0.1']] })
    await problemOf(out.fetch(`http://rebind.example:${port}/`))
    const before = seen.length
    expect(await problemOf(out.fetch(`http://rebind.example:${port}/`))).toBe('refused')
    expect(seen).toHaveLength(before)
  })

  test('[F6] a name on the admin’s list is reached', async () => {
    answer = (_request, response) => response.end('reached')
    const out = outbound({ allow: ['models.house'], names: [['127.0.0.1']] })
    expect(await (await out.fetch(`http://models.house:${port}/`)).text()).toBe('reached')
    expect(await problemOf(out.fetch(`http://other.house:${port}/`))).toBe('refused')
  })
})

describe('redirects', () => {
  test('[F6] three are followed, a fourth is not', async () => {
    redirectTo((hop) => (hop < 3 ? `/hop-${hop + 1}` : null))
    expect(await (await outbound().fetch(here())).text()).toBe('the end')
    expect(seen.map((request) => request.url)).toEqual(['/', '/hop-1', '/hop-2', '/hop-3'])
    seen = []
    redirectTo((hop) => `/hop-${hop + 1}`)
    expect(await problemOf(outbound().fetch(here()))).toBe('redirects')
    expect(seen).toHaveLength(4)
  })

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://0xa9fea9fe/',
    'http://10.0.0.1/',
    'http://[fe80::1]/',
    '//metadata.google.internal/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_x',
    'http://127.0.0.1:6379/',
    'http://user:pass@example.com/',
  ])('[F6] a redirect to %s is checked like the first address', async (location) => {
    redirectTo((hop) => (hop === 0 ? location : null))
    expect(await problemOf(outbound().fetch(here()))).toBe('refused')
    expect(seen).toHaveLength(1)
  })

  test('[F6] a redirect to a name that leads inside is refused', async () => {
    redirectTo((hop) => (hop === 0 ? `http://inside.example:${port}/` : null))
    const out = outbound({ allow: ['127.0.0.1'], names: [['10.0.0.1']] })
    expect(await problemOf(out.fetch(here()))).toBe('refused')
    expect(seen).toHaveLength(1)
  })

  test('[F6] keys and cookies stay with the origin they were given for', async () => {
    redirectTo((hop) => (hop === 0 ? `http://localhost:${port}/next` : null))
    const headers = { authorization: 'Bearer k', 'x-api-key': 'k', cookie: 'c=1', accept: 'text/plain' }
    await outbound({ allow: [...LOOPBACK_ENTRIES, 'localhost'] }).fetch(here(), { headers })
    const [first, second] = seen
    expect(first?.headers).toMatchObject(headers)
    expect(second?.headers.accept).toBe('text/plain')
    expect(JSON.stringify(second?.headers)).not.toMatch(/Bearer|x-api-key|c=1/)
  })

  test('[F6] a post becomes a get after 302 and stays a post after 307', async () => {
    redirectTo((hop) => (hop === 0 ? '/next' : null), 302)
    await outbound().fetch(here(), { method: 'POST', body: 'x' })
    redirectTo((hop) => (hop === 0 ? '/next' : null), 307)
    await outbound().fetch(here(), { method: 'POST', body: 'x' })
    expect(seen.map((request) => request.method)).toEqual(['POST', 'GET', 'POST', 'POST'])
  })

  test('[F6] a stream follows none, and a manual request hands it over', async () => {
    redirectTo(() => 'http://10.0.0.1/')
    const out = outbound()
    expect((await out.stream(here())).status).toBe(302)
    expect((await out.fetch(here(), { redirect: 'manual' })).headers.get('location')).toBe('http://10.0.0.1/')
    expect(await problemOf(out.fetch(here(), { redirect: 'error' }))).toBe('redirects')
  })
})

describe('size and time', () => {
  const limits = { bodyBytes: MEGA }

  test('[F6] [F1] the body limit holds to the byte, and for a hundred times as much', async () => {
    const send = (bytes: number) => {
      answer = (_request, response) => response.end(Buffer.alloc(bytes, 97))
      return outbound({ limits }).fetch(here())
    }
    expect((await (await send(MEGA)).arrayBuffer()).byteLength).toBe(MEGA)
    expect(await problemOf(send(MEGA + 1))).toBe('too-large')
    expect(await problemOf(send(100 * MEGA))).toBe('too-large')
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('[F6] a %s bomb is counted unpacked', async (coding, pack) => {
    const packed = pack(Buffer.alloc(100 * MEGA))
    expect(packed.byteLength).toBeLessThan(MEGA)
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': coding }).end(packed)
    expect(await problemOf(outbound({ limits }).fetch(here()))).toBe('too-large')
    const streamed = await outbound({ limits }).stream(here())
    expect(await problemOf(streamed.arrayBuffer())).toBe('too-large')
  })

  test('[F6] a packed answer arrives unpacked and says so', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.from('hello')))
    const response = await outbound().fetch(here())
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.text()).toBe('hello')
  })

  test('[F6] an announced length is not believed', async () => {
    answer = (_request, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n${'x'.repeat(2 * MEGA)}`)
    }
    expect(await problemOf(outbound({ limits }).fetch(here()))).toBe('too-large')
  })

  test('[F6] a server that takes the connection and says nothing is left', async () => {
    answer = () => undefined
    expect(await problemOf(outbound({ limits: { totalMs: 200 } }).fetch(here()))).toBe('too-slow')
  })

  test('[F6] a body that drips is left when the time is over, however steady', async () => {
    answer = (_request, response) => {
      const drip = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(drip))
    }
    expect(await problemOf(outbound({ limits: { totalMs: 400 } }).fetch(here()))).toBe('too-slow')
  })

  test('[F6] a stream may take longer than a whole answer, but not fall silent', async () => {
    answer = (_request, response) => void response.write('first')
    const out = outbound({ limits: { totalMs: 1, idleMs: 300 } })
    const response = await out.stream(here())
    await expect(response.text()).rejects.toThrow()
  })

  test('[F6] who asks may stop', async () => {
    answer = () => undefined
    const control = new AbortController()
    const asked = outbound().fetch(here(), { signal: control.signal })
    control.abort()
    await expect(asked).rejects.toThrow('aborted')
  })
})
