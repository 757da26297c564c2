import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { routes as allRoutes } from '#lib/server/http/registry.ts'
import { takesIdempotencyKey } from '#lib/server/http/route.ts'
import { OWNER, startServer, type Browser, type TestServer } from './server.ts'

let server: TestServer
let owner: Browser
let now = Date.UTC(2026, 0, 1)
beforeAll(async () => {
  server = await startServer({ clock: () => now })
  owner = await server.owner()
})
afterAll(() => server.close())

const make = (title: string, key: string | undefined, who = owner) =>
  who.call('POST', '/api/stories', { title }, { 'idempotency-key': key })
const stories = async () => ((await owner.call('GET', '/api/stories')).json['stories'] as unknown as unknown[]).length

test('[H3] twenty at once are one story and one answer', async () => {
  const before = await stories()
  const answers = await Promise.all(Array.from({ length: 20 }, () => make('Once', 'k-1')))
  expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1)
  expect(answers[0]?.status).toBe(201)
  expect(await stories()).toBe(before + 1)
  expect(answers.filter((answer) => answer.headers['idempotent-replayed'] === 'true')).toHaveLength(19)
})

test('[H3] the same key with another body is refused, and without a key every request counts', async () => {
  const before = await stories()
  expect((await make('Twice', 'k-1')).status).toBe(422)
  await make('Plain', undefined)
  await make('Plain', undefined)
  expect(await stories()).toBe(before + 2)
})

test('[H3] what was refused may be tried again under its key', async () => {
  expect((await make('', 'k-2')).status).toBe(400)
  expect((await make('Now with a title', 'k-2')).status).toBe(201)
})

test('[H3] a key belongs to whoever sent it, and to the address it was sent to', async () => {
  const trash = await owner.call('POST', '/api/workers/keys', { name: 'a' }, { 'idempotency-key': 'k-1' })
  expect(trash.status).toBe(201)
})

test('[H3] an answer with a secret is not kept; its repeat says so and makes nothing', async () => {
  const first = await owner.call('POST', '/api/workers/keys', { name: 'b' }, { 'idempotency-key': 'k-3' })
  const again = await owner.call('POST', '/api/workers/keys', { name: 'b' }, { 'idempotency-key': 'k-3' })
  expect([first.status, again.status]).toEqual([201, 409])
  const rows = await server.services.app.idempotentAnswer.findMany()
  expect(JSON.stringify(rows)).not.toContain(first.json['token'])
})

test('[H3] a key the program died with is not repeated blindly', async () => {
  const made = await make('Cut off', 'k-4')
  expect(made.status).toBe(201)
  await server.services.app.idempotentAnswer.updateMany({
    where: { body: made.text },
    data: { status: null, body: null },
  })
  expect((await make('Cut off', 'k-4')).status).toBe(409)
})

test('[H3] no hash of a password is kept: where one is sent a key changes nothing', async () => {
  const before = await server.services.app.idempotentAnswer.count()
  const change = { current: OWNER.password, next: 'ten slow carts uphill' }
  const answer = await owner.call('POST', '/api/auth/password', change, { 'idempotency-key': 'k-5' })
  expect(answer.status).toBe(200)
  expect(await server.services.app.idempotentAnswer.count()).toBe(before)
  expect(allRoutes.filter((route) => route.rate === 'sign-in' && takesIdempotencyKey(route))).toEqual([])
  const fields = allRoutes
    .filter(takesIdempotencyKey)
    .flatMap(({ body }) => (body instanceof z.ZodObject ? Object.keys(body.shape) : []))
  expect(fields).not.toContain('password')
})

test('[H3] after a day the key is free', async () => {
  const before = await stories()
  now += 24 * 3_600_000 + 1
  await owner.call('POST', '/api/auth/refresh')
  expect((await make('Once', 'k-1')).status).toBe(201)
  expect(await stories()).toBe(before + 1)
})

test.each(['', 'a b', 'ü', 'x'.repeat(256)])('[H3] "%s" is no key', async (key) => {
  const status = (await make('Bad key', Buffer.from(key).toString('latin1'))).status
  expect(status).toBe(400)
})
