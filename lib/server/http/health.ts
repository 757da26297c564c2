import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { route } from './route.ts'

const { version: programVersion } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')))

const live = route({
  method: 'get',
  path: '/api/livez',
  summary: 'The process answers',
  permission: 'public',
  rate: 'none',
  response: z.object({ live: z.literal(true) }),
  handler: () => ({ live: true as const }),
})

const ready = route({
  method: 'get',
  path: '/api/readyz',
  summary: 'Databases take writes, the disk has room, every part works; 503 otherwise',
  permission: 'public',
  rate: 'none',
  produces: 'application/json',
  handler: async ({ services }) => {
    const report = services.draining.aborted
      ? { ready: false, checks: { draining: 'failing' as const } }
      : await services.readiness.report()
    return Response.json(report, { status: report.ready ? 200 : 503 })
  },
})

const version = route({
  method: 'get',
  path: '/api/version',
  summary: 'Version of the program',
  permission: 'signed-in',
  rate: 'read',
  response: z.object({ version: z.string() }),
  handler: () => ({ version: programVersion }),
})

export const healthRoutes = [live, ready, version]
