import type { PersonRole, Right, StoryPermission } from '#lib/accounts/policy.ts'
import { api } from './api.ts'

// Who belongs to a story, and what oneself may do in it. Times are ISO strings.

/** What the person holds in one story. */
export interface StoryAccess {
  readonly role: PersonRole
  readonly rights: readonly Right[]
  readonly owner: boolean
  readonly permissions: readonly StoryPermission[]
}

export function readAccess(storyId: string, signal: AbortSignal): Promise<StoryAccess> {
  return api('GET', `/api/stories/${storyId}/access`, { signal })
}

export interface MemberView {
  readonly userId: string
  readonly name: string
  /** Told only to those who may change members. */
  readonly login: string | null
  readonly role: PersonRole
  readonly rights: readonly Right[]
  readonly owner: boolean
  readonly since: string
  readonly you: boolean
}

/** An invitation that waits to be taken up. */
export interface PendingInvitation {
  readonly id: string
  readonly role: PersonRole
  readonly rights: readonly Right[]
  readonly note: string
  readonly invitedBy: string
  readonly createdAt: string
  readonly expiresAt: string
}

export interface StoryPeople {
  readonly members: readonly MemberView[]
  /** Empty for those who may not invite. */
  readonly invitations: readonly PendingInvitation[]
}

const path = (storyId: string, rest: string) => `/api/stories/${storyId}/${rest}`

export function readMembers(storyId: string, signal: AbortSignal): Promise<StoryPeople> {
  return api('GET', path(storyId, 'members'), { signal })
}

/** A role with the rights beyond it. */
export interface ShareWish {
  readonly role: PersonRole
  readonly rights: readonly Right[]
}

export function changeMember(storyId: string, userId: string, share: ShareWish): Promise<undefined> {
  return api('PUT', path(storyId, `members/${userId}`), { body: share })
}

export function removeMember(storyId: string, userId: string): Promise<undefined> {
  return api('DELETE', path(storyId, `members/${userId}`))
}

export function leaveStory(storyId: string): Promise<undefined> {
  return api('POST', path(storyId, 'leave'))
}

/** Gives the story to another member. */
export function handOver(storyId: string, userId: string): Promise<undefined> {
  return api('POST', path(storyId, 'owner'), { body: { userId } })
}

export interface InvitationWish extends ShareWish {
  readonly note: string
  /** 1..30 */
  readonly days: number
}

/** A link that lets one person in; told this one time. */
export interface OneTimeLink {
  readonly link: string
  readonly expiresAt: string
}

export function inviteToStory(storyId: string, wish: InvitationWish): Promise<OneTimeLink> {
  return api('POST', path(storyId, 'invitations'), { body: wish })
}

export function revokeStoryInvitation(storyId: string, id: string): Promise<undefined> {
  return api('DELETE', path(storyId, `invitations/${id}`))
}
