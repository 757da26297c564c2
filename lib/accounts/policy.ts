// Who may do what: one table of permissions by role. Rules AC1-AC9 in SPEC.md. Nothing else in the house decides access.

export const ROLES = ['admin', 'editor', 'viewer', 'service'] as const
export type Role = (typeof ROLES)[number]

export const PERMISSIONS = [
  'public',
  'setup',
  'signed-in',
  'story.create',
  'story.read',
  'story.comment',
  'story.write',
  'story.delete',
  'story.import',
  'story.export',
  'writer.generate',
  'panel.render',
  'admin',
  'worker',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/** Who is asking. `roles` are the roles on this installation; roles per story join them when members exist. */
export interface Principal {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly roles: readonly Role[]
  /** The person who set this installation up. Always an admin too. */
  readonly owner: boolean
}

/** The table. A permission missing here does not compile; a role missing from a row is refused. */
const GRANTS: Readonly<Record<Exclude<Permission, 'public' | 'setup' | 'signed-in'>, readonly Role[]>> = {
  'story.create': ['admin', 'editor'],
  'story.read': ['admin', 'editor', 'viewer'],
  'story.comment': ['admin', 'editor', 'viewer'],
  'story.write': ['admin', 'editor'],
  'story.delete': ['admin'],
  'story.import': ['admin', 'editor'],
  'story.export': ['admin', 'editor', 'viewer'],
  'writer.generate': ['admin', 'editor'],
  'panel.render': ['admin', 'editor'],
  admin: ['admin'],
  worker: ['service'],
}

export type Decision = 'allowed' | 'unauthenticated' | 'forbidden' | 'absent'

/**
 * Says whether somebody holds a permission (AC1-AC4).
 * `ownerExists` decides first-run: without an owner only 'public' and 'setup' are open (S3); afterwards 'setup' is absent for ever (S5).
 */
export function decideAccess(permission: Permission, principal: Principal | null, ownerExists: boolean): Decision {
  if (permission === 'public') return 'allowed'
  if (permission === 'setup') return ownerExists ? 'absent' : 'allowed'
  if (!ownerExists) return 'forbidden'
  if (principal === null) return 'unauthenticated'
  if (permission === 'signed-in') return principal.roles.some((role) => role !== 'service') ? 'allowed' : 'forbidden'
  const granted = GRANTS[permission]
  return principal.roles.some((role) => granted.includes(role)) ? 'allowed' : 'forbidden'
}
