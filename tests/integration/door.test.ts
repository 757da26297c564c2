import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { InvalidInputError } from '#lib/kernel/errors.ts'
import { routes } from '#lib/server/http/registry.ts'
import { route } from '#lib/server/http/route.ts'
import { securityHeaders } from '#lib/server/http/security-headers.ts'
import { startServer, type Browser, type TestServer } from './server.ts'

const echo = route({
  method: 'post',
  path: '/api/test/echo/:name',
  summary: 'Echoes',
  permission: 'signed-in',
  rate: 'none',
  params: z.object({ name: z.string().max(20) }),
  query: z.object({ times: z.coerce.number().int().default(1) }),
  body: z.object({ text: z.string() }),
  response: z.object({ text: z.string(), times: z.number() }),
  handler: ({ body, query }) => Object.assign({ text: body.text, times: query.times }, { secret: 'never declared' }),
})
const upload = route({
  method: 'post',
  path: '/api/test/upload',
  summary: 'Counts bytes',
  permission: 'signed-in',
  rate: 'none',
  body: { kind: 'bytes', contentTypes: ['application/octet-stream'] },
  bodyLimitBytes: 1000,
  response: z.object({ length: z.number() }),
  handler: ({ body }) => ({ length: body.length }),
})
const broken = route({
  method: 'get',
  path: '/api/test/broken',
  summary: 'Fails',
  permission: 'signed-in',
  rate: 'none',
  handler: () => {
    throw new Error('the password is hunter2')
  },
})
const refused = route({
  method: 'get',
  path: '/api/test/refused',
  summary: 'Refuses',
  permission: 'signed-in',
  rate: 'sign-in',
  handler: () => {
    throw new InvalidInputError('Not like this.', { field: 'x' })
  },
})
const full = route({
  method: 'get',
  path: '/api/test/full',
  summary: 'A full disk',
  permission: 'signed-in',
  rate: 'none',
  handler: () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  },
})

const logLines: string[] = []
let server: TestServer
let owner: Browser
beforeAll(async () => {
  server = await startServer({
    logLines,
    routes: [...routes, echo, upload, broken, refused, full],
    doors: (services) => [{ path: '/socket.io', handleUpgrade: services.realtime.handleUpgrade }],
  })
  owner = await server.owner()
})
afterAll(() => server.close())

const post = (headers: Readonly<Record<string, string | undefined>>) =>
  owner.call('POST', '/api/test/echo/a', { text: 'hi' }, headers)

describe('[C4] Host', () => {
  test.each([
    ['127.0.0.1', 200],
    ['localhost', 200],
    ['LOCALHOST', 200],
    ['[::1]', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.', 421],
    ['2130706433', 421],
    ['0.0.0.0', 421],
    ['169.254.169.254', 421],
  ])('[C4] Host %s with our port answers %d', async (name, status) => {
    expect((await owner.call('GET', '/api/auth/me', undefined, { host: `${name}:${server.port}` })).status).toBe(status)
  })

  test('[C4] our name with another port is another server', async () => {
    expect((await owner.call('GET', '/api/auth/me', undefined, { host: `127.0.0.1:${server.port + 1}` })).status).toBe(
      421,
    )
  })

  test('[C4] pages are held to the same list', async () => {
    expect((await owner.call('GET', '/', undefined, { host: 'evil.example' })).status).toBe(421)
  })
})

describe('[C3] writes', () => {
  test.each<[string, Record<string, string | undefined>, number]>([
    ['our Origin', {}, 200],
    ['our Origin and same-origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['same-origin without Origin', { origin: undefined, 'sec-fetch-site': 'same-origin' }, 200],
    ['neither header', { origin: undefined }, 403],
    ['Origin null', { origin: 'null' }, 403],
    ['a foreign Origin', { origin: 'https://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['a same-site neighbour', { 'sec-fetch-site': 'same-site' }, 403],
    ['cross-site with our Origin', { 'sec-fetch-site': 'cross-site' }, 403],
    [
      'a foreign Origin that says same-origin',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      403,
    ],
  ])('[C3] %s', async (_, headers, status) => {
    expect((await post(headers)).status).toBe(status)
  })

  const FOREIGN: readonly Record<string, string | undefined>[] = [
    { origin: undefined },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ]
  test('[C3] every write route refuses every kind of foreign page', async () => {
    for (const one of routes.filter((candidate) => candidate.method !== 'get')) {
      const path = one.path.replace(/:\w+/g, 'some-id')
      for (const headers of FOREIGN) {
        const answer = await owner.call(one.method.toUpperCase(), path, {}, headers)
        expect([path, headers, answer.status, answer.json['code']]).toEqual([path, headers, 403, 'foreign-origin'])
      }
    }
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    '[C3] a JSON body sent as "%s" is refused',
    async (type) => {
      expect((await post({ 'content-type': type })).status).toBe(415)
    },
  )

  test('[C3] no GET route takes a body', () => {
    for (const one of routes) if (one.method === 'get') expect([one.path, one.body]).toEqual([one.path, undefined])
  })
})

describe('[C2] headers', () => {
  async function expectHeaders(method: string, path: string, body?: unknown) {
    const { headers } = await owner.call(method, path, body)
    expect([path, headers]).toEqual([
      path,
      expect.objectContaining({
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'permissions-policy': expect.stringContaining('camera=()'),
        // What is the program's own and the same for everybody may be kept.
        'cache-control': path === '/api/lettering/font' ? expect.stringContaining('public') : 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-request-id': expect.stringMatching(/^[\w-]{12}$/),
      }),
    ])
    for (const name of ['x-powered-by', 'access-control-allow-origin', 'server', 'strict-transport-security'])
      expect([path, headers[name]]).toEqual([path, undefined])
  }

  test.each(['/api/docs', '/api/openapi.json', '/api/nothing-here', '/api/test/broken'])('[C2] of %s', (path) =>
    expectHeaders('GET', path),
  )

  test('[C2] of every route', async () => {
    const ours = routes.filter((one) => !one.path.startsWith('/api/auth/sign-out'))
    // Asked with a query nobody declared, so that nothing is done; what takes none answers as it would.
    for (const { method, path } of ours)
      await expectHeaders(
        method.toUpperCase(),
        `${path.replace(/:\w+/g, 'some-id')}?undeclared=1`,
        method === 'get' ? undefined : {},
      )
  })

  test('[C2] behind TLS the browser is told to stay there', () => {
    expect(securityHeaders({ publicUrl: 'https://loom.example' })['Strict-Transport-Security']).toBe('max-age=31536000')
    expect(securityHeaders({ publicUrl: 'http://127.0.0.1:3000' })).not.toHaveProperty('Strict-Transport-Security')
  })
})

describe('[A5] strict input', () => {
  test.each<[string, string, unknown]>([
    ['an unknown field', '/api/test/echo/a', { text: 'x', role: 'admin' }],
    ['a field of the server', '/api/test/echo/a', { text: 'x', ownerId: 'us_1' }],
    ['__proto__', '/api/test/echo/a', '{"text":"x","__proto__":{"owner":true}}'],
    ['constructor', '/api/test/echo/a', { text: 'x', constructor: 1 }],
    ['a missing field', '/api/test/echo/a', {}],
    ['a list', '/api/test/echo/a', []],
    ['no JSON', '/api/test/echo/a', '{"text":'],
    ['an unknown query key', '/api/test/echo/a?admin=1', { text: 'x' }],
    ['a repeated query key', '/api/test/echo/a?times=1&times=2', { text: 'x' }],
    ['a long path part', `/api/test/echo/${'a'.repeat(21)}`, { text: 'x' }],
  ])('[A5] %s is refused with 400', async (_, path, body) => {
    const answer = await owner.call('POST', path, body)
    expect([answer.status, answer.json['code']]).toEqual([400, 'invalid-input'])
  })

  test('[A5] a route without a query refuses one', async () => {
    expect((await owner.call('GET', '/api/auth/me?userId=us_2')).status).toBe(400)
  })

  test('an answer holds the declared fields only', async () => {
    expect((await owner.call('POST', '/api/test/echo/a?times=3', { text: 'hi' })).json).toEqual({
      text: 'hi',
      times: 3,
    })
  })
})

describe('[F1] sizes', () => {
  test.each([
    [1000, 200],
    [1001, 413],
    [100_000, 413],
  ])('[F1] an upload of %d bytes against a limit of 1000 answers %d', async (size, status) => {
    const answer = await owner.call('POST', '/api/test/upload', new Uint8Array(size), {
      'content-type': 'application/octet-stream',
    })
    expect(answer.status).toBe(status)
  })

  test('[F1] bytes are counted where no length is announced', async () => {
    const answer = await owner.call('POST', '/api/test/upload', new Uint8Array(5000), {
      'content-type': 'application/octet-stream',
      'content-length': undefined,
      'transfer-encoding': 'chunked',
    })
    expect(answer.status).toBe(413)
  })

  test('[F1] JSON ends at 1 MB', async () => {
    expect((await owner.call('POST', '/api/test/echo/a', { text: 'x'.repeat(1024 * 1024 - 20) })).status).toBe(200)
    expect((await owner.call('POST', '/api/test/echo/a', { text: 'x'.repeat(1024 * 1024) })).status).toBe(413)
  })
})

test.each(['PUT', 'TRACE', 'PROPFIND'])('an address that does not take %s says what it takes', async (method) => {
  const answer = await owner.call(method, '/api/stories')
  expect([answer.status, answer.headers.allow, answer.json['code']]).toEqual([405, 'GET, POST, HEAD', 'wrong-method'])
})

describe('[H4] problems', () => {
  test('[H4] a mistake of ours shows its log id and nothing of itself', async () => {
    const answer = await owner.call('GET', '/api/test/broken')
    expect(answer.status).toBe(500)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ code: 'internal', status: 500, requestId: answer.headers['x-request-id'] })
    expect(answer.text).not.toMatch(/hunter2|at |\.ts/)
    const noted = logLines.findLast((line) => line.includes('hunter2')) ?? '{}'
    expect(JSON.parse(noted)).toMatchObject({ requestId: answer.json['requestId'] })
  })

  test('[H4] a refusal carries type, title, status, detail, code', async () => {
    const answer = await owner.call('GET', '/api/test/refused')
    expect(answer.json).toMatchObject({
      type: '/api/docs#invalid-input',
      title: 'The request does not fit',
      status: 400,
      detail: 'Not like this.',
      code: 'invalid-input',
      retryable: false,
    })
  })

  test('[R5] a full disk answers 507', async () => {
    const answer = await owner.call('GET', '/api/test/full')
    expect([answer.status, answer.json['code']]).toEqual([507, 'disk-full'])
  })

  test('[H4] an unknown address is a problem too', async () => {
    expect((await owner.call('GET', '/api/nothing-here')).json).toMatchObject({ status: 404, code: 'not-found' })
  })
})

describe('[H2] rate', () => {
  test('[H2] headers count down and past the limit comes 429 with Retry-After', async () => {
    const first = await owner.call('GET', '/api/test/refused')
    expect(first.headers['ratelimit-policy']).toBe('"sign-in";q=30;w=60')
    let last = first
    for (let i = 0; i < 31; i++) last = await owner.call('GET', '/api/test/refused')
    expect(last.status).toBe(429)
    expect(last.json).toMatchObject({ code: 'rate-limited', retryable: true })
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    expect(last.headers['ratelimit']).toMatch(/^"sign-in";r=0;t=\d+$/)
  })
})

describe('addresses that parsers read differently', () => {
  test.each([
    '//api/auth/me',
    '/api\\auth/me',
    '/%61pi/auth/me',
    '/api/auth/me/',
    '/api//auth/me',
    '/API/auth/me',
    '/api/auth/me.rsc',
  ])('[A9] %s shows nothing private', async (path) => {
    const answer = await owner.call('GET', path, undefined, { 'x-middleware-subrequest': 'middleware' })
    expect([400, 404]).toContain(answer.status)
    expect(answer.text).not.toContain('mara')
  })
})

describe('[D1] upgrades', () => {
  function upgrade(path: string, headers: Readonly<Record<string, string>>): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        const lines = Object.entries({
          Host: `127.0.0.1:${server.port}`,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          ...headers,
        }).map(([name, value]) => `${name}: ${value}`)
        socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      })
      let text = ''
      socket.setTimeout(50_000, () => socket.destroy())
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        if (text.startsWith('HTTP/1.1 101')) socket.destroy()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
    })
  }
  const path = '/socket.io/?EIO=4&transport=websocket'

  test('[D1] ours, signed in, opens', async () => {
    expect(await upgrade(path, { Origin: server.origin, Cookie: owner.cookieHeader() })).toContain('101')
  })

  test.each<[string, () => [string, Record<string, string>]]>([
    ['without Origin', () => [path, { Cookie: owner.cookieHeader() }]],
    ['with Origin null', () => [path, { Origin: 'null', Cookie: owner.cookieHeader() }]],
    ['from a foreign page', () => [path, { Origin: 'https://evil.example', Cookie: owner.cookieHeader() }]],
    [
      'under a foreign Host',
      () => [path, { Host: 'evil.example', Origin: server.origin, Cookie: owner.cookieHeader() }],
    ],
    ['by nobody', () => [path, { Origin: server.origin }]],
    ['to another path', () => ['/_next/hmr', { Origin: server.origin, Cookie: owner.cookieHeader() }]],
    ['to a longer name', () => ['/socket.iox/', { Origin: server.origin, Cookie: owner.cookieHeader() }]],
  ])('[D1] %s is refused', async (_, request) => {
    const status = await upgrade(...request())
    expect(status).not.toContain('101')
  })
})

describe('the description', () => {
  test('every route stands in the OpenAPI document with permission and rate', async () => {
    const document = (await server.browser().call('GET', '/api/openapi.json')).json as unknown as {
      paths: Record<string, Record<string, { 'x-permission': string; 'x-rate': string }>>
    }
    for (const one of routes) {
      const entry = document.paths[one.path.replace(/:(\w+)/g, '{$1}')]?.[one.method]
      expect([one.path, entry?.['x-permission'], entry?.['x-rate']]).toEqual([one.path, one.permission, one.rate])
    }
  })

  test('the page lists every route, loads nothing and runs no script', async () => {
    const { text, headers } = await server.browser().call('GET', '/api/docs')
    for (const one of routes) expect(text).toContain(`<code>${one.path}</code>`)
    expect(text).not.toMatch(/<script|src=|@import|https?:\/\/(?!www\.w3\.org)/)
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; style-src 'sha256-/)
  })
})
