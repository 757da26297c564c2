// Who may do what: the one table. HTTP, both sockets, downloads and the screens ask `decideAccess` and nothing else.
// Rules AC1-AC4, AC20-AC26 in SPEC.md.

/** Roles of a person on the installation or in a story; `service` is a machine. */
export const ROLES = ['admin', 'editor', 'viewer', 'service'] as const
export type Role = (typeof ROLES)[number]

/** Roles a person can be given, here or in a story. */
export const PERSON_ROLES = ['admin', 'editor', 'viewer'] as const
export type PersonRole = (typeof PERSON_ROLES)[number]

/** Rights a member of a story may have beyond the role. */
export const RIGHTS = ['comment', 'review', 'merge', 'publish'] as const
export type Right = (typeof RIGHTS)[number]

/** What a member holds in one story. */
export interface Standing {
  readonly role: PersonRole
  readonly rights: readonly Right[]
  /** Whose story it is: only they, or the owner of the installation, can give it away. */
  readonly owner: boolean
}

/** What an API key may be used for. It never gives more than its person holds. */
export const SCOPES = ['stories.read', 'stories.write', 'stories.create', 'stories.export', 'writer', 'panels'] as const
export type Scope = (typeof SCOPES)[number]

/** The limits an API key puts on its person. */
export interface KeyGrant {
  readonly id: string
  readonly scopes: readonly Scope[]
  /** The only story it opens, or null for all of its person's. */
  readonly storyId: string | null
  /** Requests per minute over all of its routes. */
  readonly perMinute: number
}

/** Who is asking. */
export interface Principal {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  /** Roles on this installation. */
  readonly roles: readonly Role[]
  /** The person who owns this installation. Always an admin too. */
  readonly owner: boolean
  /** Set when an API key speaks for the person; null in a session. */
  readonly key: KeyGrant | null
}

interface StoryGrant {
  readonly roles: readonly PersonRole[]
  /** The right that also opens it, whatever the role. */
  readonly right?: Right
  /** The scope a key needs; none: no key ever. */
  readonly scope?: Scope
}

/** What can be done in one story, by the role held there. */
const STORY_GRANTS = {
  'story.read': { roles: ['admin', 'editor', 'viewer'], scope: 'stories.read' },
  'story.comment': { roles: ['admin', 'editor'], right: 'comment', scope: 'stories.write' },
  'story.review': { roles: ['admin', 'editor'], right: 'review', scope: 'stories.write' },
  'story.write': { roles: ['admin', 'editor'], scope: 'stories.write' },
  'story.export': { roles: ['admin', 'editor'], scope: 'stories.export' },
  'writer.generate': { roles: ['admin', 'editor'], scope: 'writer' },
  'panel.render': { roles: ['admin', 'editor'], scope: 'panels' },
  'story.merge': { roles: ['admin'], right: 'merge' },
  'story.publish': { roles: ['admin'], right: 'publish' },
  'story.delete': { roles: ['admin'] },
  'story.members': { roles: ['admin'] },
} as const satisfies Record<string, StoryGrant>
export type StoryPermission = keyof typeof STORY_GRANTS | 'story.own'

interface HouseGrant {
  readonly roles: readonly Role[]
  readonly scope?: Scope
}

/** What can be done on the installation, by the role held on it. */
const HOUSE_GRANTS = {
  'story.list': { roles: ['admin', 'editor', 'viewer'], scope: 'stories.read' },
  'story.create': { roles: ['admin', 'editor'], scope: 'stories.create' },
  'story.import': { roles: ['admin', 'editor'], scope: 'stories.create' },
  admin: { roles: ['admin'] },
  worker: { roles: ['service'] },
} as const satisfies Record<string, HouseGrant>
export type HousePermission = keyof typeof HOUSE_GRANTS

export const STORY_PERMISSIONS = [
  ...(Object.keys(STORY_GRANTS) as (keyof typeof STORY_GRANTS)[]),
  'story.own',
] as const satisfies readonly StoryPermission[]
export const HOUSE_PERMISSIONS = Object.keys(HOUSE_GRANTS) as readonly HousePermission[]

/**
 * public: everybody. setup: only while nobody owns the installation. signed-in: a person or their key.
 * account: a person in a session of their own, never a key.
 */
export const OPEN_PERMISSIONS = ['public', 'setup', 'signed-in', 'account'] as const
export type Permission = (typeof OPEN_PERMISSIONS)[number] | HousePermission | StoryPermission
export const PERMISSIONS: readonly Permission[] = [...OPEN_PERMISSIONS, ...HOUSE_PERMISSIONS, ...STORY_PERMISSIONS]

export function isStoryPermission(permission: Permission): permission is StoryPermission {
  return permission === 'story.own' || Object.hasOwn(STORY_GRANTS, permission)
}

/** unauthenticated 401, forbidden 403, absent 404: the asker may not know whether it exists. */
export type Decision = 'allowed' | 'unauthenticated' | 'forbidden' | 'absent'

/** What is asked about. */
export interface Ground {
  /** Without an owner only first run is open (S3). */
  readonly ownerExists: boolean
  /** The story, and what the asker's person holds there (null: no member). Needed by story permissions only. */
  readonly story?: { readonly id: string; readonly standing: Standing | null }
}

/** Says whether somebody holds a permission (AC1-AC4, AC20-AC26). */
export function decideAccess(permission: Permission, principal: Principal | null, ground: Ground): Decision {
  if (permission === 'public') return 'allowed'
  if (permission === 'setup') return ground.ownerExists ? 'absent' : 'allowed'
  if (!ground.ownerExists) return 'forbidden'
  if (principal === null) return 'unauthenticated'
  const person = principal.roles.some((role) => role !== 'service')
  if (permission === 'signed-in') return person ? 'allowed' : 'forbidden'
  if (permission === 'account') return person && principal.key === null ? 'allowed' : 'forbidden'
  if (isStoryPermission(permission)) return person ? decideInStory(permission, principal, ground.story) : 'forbidden'
  const grant: HouseGrant = HOUSE_GRANTS[permission]
  const held = principal.roles.some((role) => grant.roles.includes(role)) && keyAllows(principal.key, grant.scope)
  // A key of one story creates nothing beside it; its list holds that story only.
  const beside = principal.key !== null && principal.key.storyId !== null && permission !== 'story.list'
  return held && !beside ? 'allowed' : 'forbidden'
}

function decideInStory(permission: StoryPermission, principal: Principal, story: Ground['story']): Decision {
  if (!story) return 'absent'
  const standing = standingOf(principal, story.standing)
  if (!standing || (principal.key?.storyId ?? story.id) !== story.id) return 'absent'
  if (permission === 'story.own') {
    const own = story.standing?.owner === true || principal.owner
    return own && principal.key === null ? 'allowed' : 'forbidden'
  }
  const grant: StoryGrant = STORY_GRANTS[permission]
  const held =
    grant.roles.includes(standing.role) || (grant.right !== undefined && standing.rights.includes(grant.right))
  return held && keyAllows(principal.key, grant.scope) ? 'allowed' : 'forbidden'
}

/** An admin of the installation is an admin of every story (AC22). */
export function standingOf(principal: Pick<Principal, 'roles'>, standing: Standing | null): Standing | null {
  if (!principal.roles.includes('admin')) return standing
  return { role: 'admin', rights: [], owner: standing?.owner ?? false }
}

function keyAllows(key: KeyGrant | null, scope: Scope | undefined): boolean {
  return key === null || (scope !== undefined && key.scopes.includes(scope))
}

/** Every permission of the installation or of a story that somebody holds; what screens show and hide by. */
export function permissionsHeld(
  among: readonly Permission[],
  principal: Principal | null,
  ground: Ground,
): readonly Permission[] {
  return among.filter((permission) => decideAccess(permission, principal, ground) === 'allowed')
}
