import { z } from 'zod'
import { PERSON_ROLES, RIGHTS } from '#lib/accounts/policy.ts'
import { storyId } from '#lib/kernel/ids.ts'
import { INVITATION_DAYS_MAX, type OneTimeLink, type OpenInvitation } from '../auth/invitations.ts'
import { route } from './route.ts'
import { existing } from './stories.ts'

/** The part of an invitation's link behind '#'. */
const token = z.strictObject({ token: z.string().min(1).max(200) })

/** A link that is shown this one time. */
export const oneTimeLink = z.object({ id: z.string(), link: z.string(), expiresAt: z.iso.datetime() })

export function presentLink({ id, link, expiresAt }: OneTimeLink) {
  return { id, link, expiresAt: new Date(expiresAt).toISOString() }
}

/** An invitation that waits to be taken up; its link is not told again. */
export const openInvitation = z.object({
  id: z.string(),
  role: z.enum(PERSON_ROLES),
  rights: z.array(z.enum(RIGHTS)),
  note: z.string(),
  invitedBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})

export function presentInvitation({ rights, createdAt, expiresAt, ...rest }: OpenInvitation) {
  return {
    ...rest,
    rights: [...rights],
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

const role = z.enum(PERSON_ROLES)
const note = z.string().trim().max(200).default('')
const days = z.number().int().min(1).max(INVITATION_DAYS_MAX)
/** Rights beyond a role, each at most once. */
export const rightsList = z
  .array(z.enum(RIGHTS))
  .max(RIGHTS.length)
  .refine((list) => new Set(list).size === list.length, 'A right stands there twice.')

const look = route({
  method: 'post',
  path: '/api/invitations/look',
  summary: 'Says what an invitation gives, before it is taken up',
  permission: 'public',
  rate: 'sign-in',
  body: token,
  response: z.object({
    kind: z.enum(['installation', 'story']),
    storyTitle: z.string().nullable(),
    role,
    /** Beyond the role, in the story. */
    rights: z.array(z.enum(RIGHTS)),
    invitedBy: z.string(),
    expiresAt: z.iso.datetime(),
  }),
  handler: async ({ body, services: { auth, events, invitations } }) => {
    const found = await invitations.find(body.token)
    const { story } = found
    return {
      kind: story === null ? ('installation' as const) : ('story' as const),
      storyTitle: story === null ? null : (events.state(story.id)?.stories.get(storyId.parse(story.id))?.title ?? null),
      role: story?.role ?? found.role,
      rights: [...(story?.rights ?? [])],
      invitedBy: auth.user(found.createdBy)?.name ?? '',
      expiresAt: new Date(found.expiresAt).toISOString(),
    }
  },
})

const accept = route({
  method: 'post',
  path: '/api/invitations/accept',
  summary: 'Takes up an invitation with an account that is there already',
  permission: 'account',
  rate: 'sign-in',
  body: token,
  response: z.object({ storyId: z.string().nullable() }),
  handler: ({ body, services, principal }) => services.invitations.accept(principal, body.token),
})

const toStory = route({
  method: 'post',
  path: '/api/stories/:storyId/invitations',
  summary: 'Makes a link that lets one person into the story',
  permission: 'story.members',
  rate: 'write',
  params: z.strictObject({ storyId }),
  body: z.strictObject({ role, rights: rightsList, note, days }),
  response: oneTimeLink,
  status: 201,
  secretAnswer: true,
  handler: async ({ params, body, services, principal }) => {
    existing(services, params.storyId)
    return presentLink(await services.invitations.invite(principal, body, params.storyId))
  },
})

const revokeOfStory = route({
  method: 'delete',
  path: '/api/stories/:storyId/invitations/:invitationId',
  summary: 'Withdraws an invitation to the story',
  permission: 'story.members',
  rate: 'write',
  params: z.strictObject({ storyId, invitationId: z.string().min(1).max(64) }),
  handler: async ({ params, services, principal }) => {
    await services.invitations.revoke(principal, params.invitationId, params.storyId)
    return undefined
  },
})

const list = route({
  method: 'get',
  path: '/api/admin/invitations',
  summary: 'Open invitations to the installation',
  permission: 'admin',
  rate: 'read',
  response: z.object({ invitations: z.array(openInvitation) }),
  handler: async ({ services }) => ({ invitations: (await services.invitations.open(null)).map(presentInvitation) }),
})

const toInstallation = route({
  method: 'post',
  path: '/api/admin/invitations',
  summary: 'Makes a link that lets one person register',
  permission: 'admin',
  rate: 'write',
  body: z.strictObject({ role, note, days }),
  response: oneTimeLink,
  status: 201,
  secretAnswer: true,
  handler: async ({ body, services, principal }) =>
    presentLink(await services.invitations.invite(principal, { ...body, rights: [] })),
})

const revoke = route({
  method: 'delete',
  path: '/api/admin/invitations/:invitationId',
  summary: 'Withdraws an invitation to the installation',
  permission: 'admin',
  rate: 'write',
  params: z.strictObject({ invitationId: z.string().min(1).max(64) }),
  handler: async ({ params, services, principal }) => {
    await services.invitations.revoke(principal, params.invitationId, null)
    return undefined
  },
})

export const invitationRoutes = [look, accept, toStory, revokeOfStory, list, toInstallation, revoke]
