import type { AuditAction } from '#lib/accounts/audit.ts'
import type { PersonRole } from '#lib/accounts/policy.ts'
import { api } from './api.ts'
import type { OneTimeLink, PendingInvitation } from './members.ts'

// The house, for its admins: people, invitations, registration, limits, the audit log. Times are ISO strings.

export interface PersonView {
  readonly id: string
  readonly name: string
  readonly login: string
  readonly role: PersonRole
  readonly owner: boolean
  readonly suspended: boolean
  readonly createdAt: string
  readonly lastSeenAt: string | null
  /** Open sessions. */
  readonly sessions: number
  /** Stories they are a member of. */
  readonly stories: number
}

export async function readPeople(signal: AbortSignal): Promise<readonly PersonView[]> {
  return (await api<{ people: PersonView[] }>('GET', '/api/admin/people', { signal })).people
}

export function changePerson(
  id: string,
  change: { readonly role?: PersonRole; readonly suspended?: boolean },
): Promise<undefined> {
  return api('PATCH', `/api/admin/people/${id}`, { body: change })
}

export function endSessionsOf(id: string): Promise<undefined> {
  return api('DELETE', `/api/admin/people/${id}/sessions`)
}

export function makeResetLink(id: string): Promise<OneTimeLink> {
  return api('POST', `/api/admin/people/${id}/reset-link`)
}

export async function readInvitations(signal: AbortSignal): Promise<readonly PendingInvitation[]> {
  return (await api<{ invitations: PendingInvitation[] }>('GET', '/api/admin/invitations', { signal })).invitations
}

export function inviteToHouse(wish: { role: PersonRole; note: string; days: number }): Promise<OneTimeLink> {
  return api('POST', '/api/admin/invitations', { body: wish })
}

export function revokeInvitation(id: string): Promise<undefined> {
  return api('DELETE', `/api/admin/invitations/${id}`)
}

export interface Registration {
  readonly registration: 'invitation' | 'open'
  /** What somebody holds who registers by themselves. */
  readonly openRole: 'viewer' | 'editor'
}

export function readRegistration(signal: AbortSignal): Promise<Registration> {
  return api('GET', '/api/admin/registration', { signal })
}

export function saveRegistration(wish: Registration): Promise<unknown> {
  return api('PUT', '/api/admin/registration', { body: wish })
}

export interface Limits {
  readonly classes: readonly { readonly name: string; readonly perMinute: number; readonly by: string }[]
  readonly store: 'memory' | 'redis'
  readonly others: readonly { readonly what: string; readonly limit: string }[]
}

export function readLimits(signal: AbortSignal): Promise<Limits> {
  return api('GET', '/api/admin/limits', { signal })
}

export interface AuditEntry {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly actorName: string
  readonly action: AuditAction
  readonly subject: string | null
  readonly facts: Readonly<Record<string, unknown>>
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** Whether every entry still fits to the one before it. */
  readonly chain: 'intact' | 'broken'
  readonly brokenAt: number | null
}

export interface AuditWish {
  /** Only entries older than this one. */
  readonly before?: number | undefined
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly limit: number
}

export function readAudit(wish: AuditWish, signal: AbortSignal): Promise<AuditPage> {
  const query = new URLSearchParams({ limit: String(wish.limit) })
  if (wish.before !== undefined) query.set('before', String(wish.before))
  if (wish.action) query.set('action', wish.action)
  if (wish.actor) query.set('actor', wish.actor)
  return api('GET', `/api/admin/audit?${query}`, { signal })
}
