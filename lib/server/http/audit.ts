import { z } from 'zod'
import { AUDIT_ACTIONS } from '#lib/accounts/audit.ts'
import { type Route, route } from './route.ts'

const entry = z.object({
  seq: z.number(),
  at: z.iso.datetime(),
  actor: z.string(),
  actorName: z.string(),
  action: z.string(),
  subject: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
})

/** What happened at the doors, newest first, for whoever runs this house (H5). */
export const auditRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/admin/audit',
    summary: 'The audit log, newest first, and whether its chain is intact',
    permission: 'admin',
    rate: 'read',
    query: z.strictObject({
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      action: z.enum(AUDIT_ACTIONS).optional(),
      actor: z.string().min(1).max(120).optional(),
    }),
    response: z.object({
      entries: z.array(entry),
      chain: z.enum(['intact', 'broken']),
      brokenAt: z.number().nullable(),
    }),
    handler: async ({ query, services: { audit, nameOf } }) => {
      const [entries, { brokenAt }] = await Promise.all([audit.list(query), audit.check()])
      return {
        entries: entries.map(({ seq, at, actor, action, subject, facts }) => ({
          ...{ seq, actor, action, facts },
          at: new Date(at).toISOString(),
          actorName: nameOf(actor),
          subject: subject === '' ? null : subject,
        })),
        chain: brokenAt === null ? ('intact' as const) : ('broken' as const),
        brokenAt,
      }
    },
  }),
]
