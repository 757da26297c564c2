import { z } from 'zod'
import { PERSON_ROLES } from '#lib/accounts/policy.ts'
import { userId } from '#lib/kernel/ids.ts'
import { registrationSettings } from '../auth/registration.ts'
import { oneTimeLink, presentLink } from './invitations.ts'
import { route } from './route.ts'

// People on the installation, for its admins.

const role = z.enum(PERSON_ROLES)
const personParams = z.strictObject({ userId })

const list = route({
  method: 'get',
  path: '/api/admin/people',
  summary: 'Everybody with an account',
  permission: 'admin',
  rate: 'read',
  response: z.object({
    people: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        login: z.string(),
        role: role.nullable(),
        owner: z.boolean(),
        suspended: z.boolean(),
        createdAt: z.iso.datetime(),
        lastSeenAt: z.iso.datetime().nullable(),
        sessions: z.number().int(),
        stories: z.number().int(),
      }),
    ),
  }),
  handler: async ({ services }) => ({
    people: (await services.people.list()).map(({ createdAt, lastSeenAt, ...person }) => ({
      ...person,
      createdAt: new Date(createdAt).toISOString(),
      lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
    })),
  }),
})

const change = route({
  method: 'patch',
  path: '/api/admin/people/:userId',
  summary: "Changes somebody's role on the installation, suspends or restores them",
  permission: 'admin',
  rate: 'write',
  params: personParams,
  body: z
    .strictObject({ role: role.optional(), suspended: z.boolean().optional() })
    .refine((body) => body.role !== undefined || body.suspended !== undefined, 'Say what is to change.'),
  handler: async ({ params, body, services, principal }) => {
    await services.people.change(principal, params.userId, body)
    return undefined
  },
})

const resetLink = route({
  method: 'post',
  path: '/api/admin/people/:userId/reset-link',
  summary: 'Makes a link by which somebody sets a new password, once, within 30 minutes',
  permission: 'admin',
  rate: 'write',
  params: personParams,
  response: oneTimeLink,
  status: 201,
  secretAnswer: true,
  handler: async ({ params, services, principal }) =>
    presentLink(await services.resets.makeLink(principal, params.userId)),
})

const endSessions = route({
  method: 'delete',
  path: '/api/admin/people/:userId/sessions',
  summary: 'Ends every session of somebody',
  permission: 'admin',
  rate: 'write',
  params: personParams,
  handler: async ({ params, services, principal }) => {
    await services.people.endSessions(principal, params.userId)
    return undefined
  },
})

const registration = route({
  method: 'get',
  path: '/api/admin/registration',
  summary: 'Who may register, and as what',
  permission: 'admin',
  rate: 'read',
  response: registrationSettings,
  handler: ({ services }) => services.registration.settings(),
})

const changeRegistration = route({
  method: 'put',
  path: '/api/admin/registration',
  summary: 'Says who may register, and as what',
  permission: 'admin',
  rate: 'write',
  body: registrationSettings,
  response: registrationSettings,
  handler: async ({ body, services, principal }) => {
    await services.registration.change(principal, body)
    return body
  },
})

export const adminPeopleRoutes = [list, change, resetLink, endSessions, registration, changeRegistration]
