import { afterEach, beforeEach, expect, test } from 'vitest'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let now = 1_000_000
beforeEach(async () => {
  server = await startServer({ clock: () => now })
})
afterEach(() => server.close())

test('[R25] livez answers without touching a database', async () => {
  await server.services.app.$disconnect()
  expect((await server.browser().call('GET', '/api/livez')).json).toEqual({ live: true })
})

test('[R25] readyz names its checks, no version and no secret', async () => {
  const answer = await server.browser().call('GET', '/api/readyz')
  expect(answer.status).toBe(200)
  const { ready, checks } = answer.json as unknown as { ready: boolean; checks: Record<string, string> }
  expect(ready).toBe(true)
  expect(Object.keys(checks)).toEqual(expect.arrayContaining(['app-db', 'events-db', 'disk']))
  expect(new Set(Object.values(checks))).toEqual(new Set(['ok']))
  expect(answer.text).not.toMatch(/\d+\.\d+|\//)
})

test('[R25] readyz flips when a part fails and back when it works again', async () => {
  let works = true
  server.services.readiness.add('part', () => {
    if (!works) throw new Error('down')
  })
  const status = async () => {
    now += 3_000
    return (await server.browser().call('GET', '/api/readyz')).status
  }
  expect(await status()).toBe(200)
  works = false
  expect(await status()).toBe(503)
  works = true
  expect(await status()).toBe(200)
})

test('[R25] a draining server is not ready', async () => {
  server.services.beginDrain()
  expect((await server.browser().call('GET', '/api/readyz')).status).toBe(503)
})
