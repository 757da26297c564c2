import { z } from 'zod'
import { PERSON_ROLES, RIGHTS, standingOf, STORY_PERMISSIONS, type StoryPermission } from '#lib/accounts/policy.ts'
import { ForbiddenError, NotFoundError } from '#lib/kernel/errors.ts'
import { storyId, userId } from '#lib/kernel/ids.ts'
import { openInvitation, presentInvitation, rightsList } from './invitations.ts'
import { route } from './route.ts'
import { existing } from './stories.ts'

// Who belongs to a story, and what the asker may do in it.

const storyParams = z.strictObject({ storyId })
const memberParams = z.strictObject({ storyId, userId })
const role = z.enum(PERSON_ROLES)

const access = route({
  method: 'get',
  path: '/api/stories/:storyId/access',
  summary: 'What the asker holds in the story and may do there',
  permission: 'story.read',
  rate: 'read',
  params: storyParams,
  response: z.object({
    role,
    rights: z.array(z.enum(RIGHTS)),
    owner: z.boolean(),
    permissions: z.array(z.enum(STORY_PERMISSIONS)),
  }),
  handler: ({ params, services, principal }) => {
    existing(services, params.storyId)
    const standing = standingOf(principal, services.members.standing(params.storyId, principal.userId))
    if (!standing) throw new NotFoundError('There is no such story.')
    const permissions = services.access.held(STORY_PERMISSIONS, principal, params.storyId) as StoryPermission[]
    return { role: standing.role, rights: [...standing.rights], owner: standing.owner, permissions }
  },
})

const list = route({
  method: 'get',
  path: '/api/stories/:storyId/members',
  summary: 'Members of the story; sign-in names and open invitations only for those who may change members',
  permission: 'story.read',
  rate: 'read',
  params: storyParams,
  response: z.object({
    members: z.array(
      z.object({
        userId: z.string(),
        name: z.string(),
        login: z.string().nullable(),
        role,
        rights: z.array(z.enum(RIGHTS)),
        owner: z.boolean(),
        since: z.iso.datetime(),
        you: z.boolean(),
      }),
    ),
    invitations: z.array(openInvitation),
  }),
  handler: async ({ params, services, principal }) => {
    existing(services, params.storyId)
    const manages = services.access.decide('story.members', principal, params.storyId) === 'allowed'
    const open = manages ? await services.invitations.open(params.storyId) : []
    return {
      members: services.members.of(params.storyId).flatMap((member) => {
        const person = services.auth.user(member.userId)
        if (!person) return []
        return {
          userId: member.userId,
          name: person.name,
          login: manages ? person.login : null,
          role: member.role,
          rights: [...member.rights],
          owner: member.owner,
          since: new Date(member.createdAt).toISOString(),
          you: member.userId === principal.userId,
        }
      }),
      invitations: open.map(presentInvitation),
    }
  },
})

const change = route({
  method: 'put',
  path: '/api/stories/:storyId/members/:userId',
  summary: 'Changes what a member of the story holds',
  permission: 'story.members',
  rate: 'write',
  params: memberParams,
  body: z.strictObject({ role, rights: rightsList }),
  handler: async ({ params, body, services, principal }) => {
    await services.membership.change(principal, params.storyId, params.userId, body)
    return undefined
  },
})

const remove = route({
  method: 'delete',
  path: '/api/stories/:storyId/members/:userId',
  summary: 'Removes a member from the story',
  permission: 'story.members',
  rate: 'write',
  params: memberParams,
  handler: async ({ params, services, principal }) => {
    await services.membership.remove(principal, params.storyId, params.userId)
    return undefined
  },
})

const leave = route({
  method: 'post',
  path: '/api/stories/:storyId/leave',
  summary: 'Leaves the story',
  permission: 'story.read',
  rate: 'write',
  params: storyParams,
  handler: async ({ params, services, principal }) => {
    if (principal.key !== null) throw new ForbiddenError('A key leaves no story. Sign in and leave it there.')
    await services.membership.remove(principal, params.storyId, principal.userId)
    return undefined
  },
})

const handOver = route({
  method: 'post',
  path: '/api/stories/:storyId/owner',
  summary: 'Gives the story to another member; whoever had it stays as an admin of it',
  permission: 'story.own',
  rate: 'write',
  params: storyParams,
  body: z.strictObject({ userId }),
  handler: async ({ params, body, services, principal }) => {
    await services.membership.handOver(principal, params.storyId, body.userId)
    return undefined
  },
})

export const memberRoutes = [access, list, change, remove, leave, handOver]
