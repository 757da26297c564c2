import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decideAccess, ROLES, type Principal, type Role } from '#lib/accounts/policy.ts'
import { routes } from '#lib/server/http/registry.ts'
import { storyCommand } from '#lib/stream/stream.ts'
import { startServer, type Browser, type TestServer } from '../integration/server.ts'

const nameOf = (route: { method: string; path: string }) => `${route.method.toUpperCase()} ${route.path}`

/** Where a schema takes objects with unknown keys, as paths; `seen` guards against schemas that contain themselves. */
function openObjects(schema: unknown, at: string, seen = new Set<unknown>()): string[] {
  if (!(schema instanceof z.ZodType) || seen.has(schema)) return []
  seen.add(schema)
  const below = (part: unknown, name: string) => openObjects(part, `${at}${name}`, seen)
  if (schema instanceof z.ZodObject) {
    const own = schema.def.catchall instanceof z.ZodNever ? [] : [at || '(top)']
    return [...own, ...Object.entries(schema.shape).flatMap(([key, part]) => below(part, `.${key}`))]
  }
  if (schema instanceof z.ZodArray) return below(schema.element, '[]')
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option, i) => below(option, `|${i}`))
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return below(schema.unwrap(), '')
  if (schema instanceof z.ZodPipe) return below(schema.in, '')
  if (schema instanceof z.ZodRecord) return below(schema.valueType, '{}')
  if (schema instanceof z.ZodLazy) return below(schema.unwrap(), '')
  return []
}

describe('[A5] bodies are strict all the way down', () => {
  for (const route of routes) {
    const { body } = route
    // Workers may be newer than the server; their protocol ignores what it does not know.
    if (!body || 'kind' in body || route.permission === 'worker') continue
    test(`[A5] ${nameOf(route)}`, () => {
      // The door itself makes the top strict; a story's command is parsed again by its own schema, which comes below.
      expect(openObjects(body, '').filter((path) => path !== '(top)' && path !== '.command')).toEqual([])
    })
  }
})

test('[A5] every story command is strict all the way down', () => {
  expect(openObjects(storyCommand, '')).toEqual([])
})

describe('[A1] who gets past the door', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
    await server.owner()
    const hash = (await server.services.app.user.findFirstOrThrow({ select: { passwordHash: true } })).passwordHash
    const at = new Date()
    for (const role of ROLES) {
      await server.services.app.user.create({
        data: {
          id: `us_${role}`,
          name: role,
          login: role,
          passwordHash: hash,
          roles: JSON.stringify([role]),
          createdAt: at,
          changedAt: at,
        },
      })
    }
  })
  afterAll(() => server.close())

  async function signedInAs(role: Role): Promise<Browser> {
    const { access, refresh } = await server.services.auth.signIn(
      { login: role, password: 'seven quiet lanterns' },
      { address: 'test', userAgent: 'test' },
    )
    const browser = server.browser()
    browser.cookies.set(server.services.auth.cookies.access, access)
    browser.cookies.set(server.services.auth.cookies.refresh, refresh)
    return browser
  }

  /** No run of this id streams, so every route answers to its end. */
  async function statusOf(browser: Browser, route: (typeof routes)[number]): Promise<number> {
    const path = route.path.replace(/:\w+/g, 'no-such-id')
    const body = route.method === 'get' ? undefined : {}
    return (await browser.call(route.method.toUpperCase(), path, body)).status
  }

  for (const role of ROLES) {
    test(`[A1] ${role} on every route`, async () => {
      const principal: Principal = {
        ...{ userId: `us_${role}`, sessionId: 's', name: role, roles: [role] },
        ...{ owner: false, key: null },
      }
      const ground = { ownerExists: true, story: { id: 'no-such-id', standing: null } }
      let browser = await signedInAs(role)
      for (const route of routes) {
        if (route.permission === 'public') continue
        const decision = decideAccess(route.permission, principal, ground)
        const status = await statusOf(browser, route)
        const seen = status === 403 ? 'forbidden' : status === 401 ? 'unauthenticated' : 'through'
        const expected = decision === 'forbidden' ? 'forbidden' : 'through'
        expect([nameOf(route), seen]).toEqual([nameOf(route), expected])
        if (route.path === '/api/auth/sign-out') browser = await signedInAs(role)
      }
    })
  }

  test('[A6] a suspended person cannot sign in', async () => {
    await server.services.app.user.update({ where: { id: 'us_editor' }, data: { suspendedAt: new Date() } })
    await expect(signedInAs('editor')).rejects.toMatchObject({ code: 'wrong-credentials' })
  })
})
