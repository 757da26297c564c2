import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { routes } from '#lib/server/http/registry.ts'
import { storyCommand } from '#lib/stream/stream.ts'

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

test('[H3] an answer with a link, key, token or ticket is never kept for a repeat', () => {
  const secret = /^(link|key|token|ticket)$/
  const kept = routes.filter(
    ({ method, response, secretAnswer }) =>
      method === 'post' &&
      response instanceof z.ZodObject &&
      Object.keys(response.shape).some((name) => secret.test(name)) &&
      !secretAnswer,
  )
  expect(kept.map(nameOf)).toEqual([])
})
