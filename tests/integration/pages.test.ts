import type { IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let seen: IncomingHttpHeaders = {}
beforeAll(async () => {
  server = await startServer({
    pages: (request, response) => {
      seen = { ...request.headers }
      if (request.url === '/broken') throw new Error('the lamp is out')
      response.end('<!doctype html>')
    },
  })
})
afterAll(() => server.close())

test('[C1] the nonce and the policy a page sees are the server’s own, whatever the client sends', async () => {
  const answer = await server.browser().call('GET', '/', undefined, {
    'x-nonce': 'mine',
    'content-security-policy': "script-src 'nonce-mine'",
    'content-security-policy-report-only': "script-src 'nonce-mine'",
    'x-middleware-subrequest': 'middleware:middleware',
    'x-middleware-override-headers': 'cookie',
    'next-action': 'abc',
    'x-invoke-path': '/settings',
  })
  const policy = String(answer.headers['content-security-policy'])
  const nonce = /script-src 'nonce-([A-Za-z0-9+/=]{24})' 'strict-dynamic'/.exec(policy)?.[1]
  expect(nonce).toBeDefined()
  expect(seen['x-nonce']).toBe(nonce)
  expect(seen['content-security-policy']).toBe(policy)
  expect(JSON.stringify(seen)).not.toContain('mine')
  for (const name of [
    'content-security-policy-report-only',
    'x-middleware-subrequest',
    'x-middleware-override-headers',
    'next-action',
    'x-invoke-path',
  ]) {
    expect(seen[name]).toBeUndefined()
  }
})

test('[C1] every page has a nonce of its own and forbids what no page needs', async () => {
  const policies = await Promise.all(
    [1, 2].map(async () => String((await server.browser().call('GET', '/')).headers['content-security-policy'])),
  )
  expect(policies[0]).not.toBe(policies[1])
  for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'self'"])
    expect(policies[0]).toContain(part)
  expect(policies[0]).not.toMatch(/script-src[^;]*unsafe/)
})

test('[C2] pages carry the same headers as the API', async () => {
  const { headers } = await server.browser().call('GET', '/stories/x')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['cross-origin-opener-policy']).toBe('same-origin')
  expect(headers['permissions-policy']).toContain('camera=()')
})

test('[H4] a page that fails says so without its reason', async () => {
  const answer = await server.browser().call('GET', '/broken')
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('lamp')
})
