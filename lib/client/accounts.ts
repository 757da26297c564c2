import type { HousePermission, PersonRole, Scope } from '#lib/accounts/policy.ts'
import { api, apiResponse } from './api.ts'

// One's own account: coming in, sessions, API keys, sign-ins elsewhere, one's data. Times are ISO strings.

/** Who is signed in, as the server tells it (lib/server/http/auth.ts). */
export interface SessionUser {
  readonly id: string
  readonly name: string
  readonly login: string
  readonly roles: readonly string[]
  readonly owner: boolean
}

/** Another place where somebody can prove who they are. */
export interface SignInProvider {
  readonly id: string
  readonly name: string
}

export interface SessionState {
  readonly ownerExists: boolean
  readonly user: SessionUser | null
  /** The page came over plain HTTP from another machine. */
  readonly plainHttpWarning: boolean
  /** How new people get in: by an invitation, or by anybody's own wish. */
  readonly registration: 'invitation' | 'open'
  readonly providers: readonly SignInProvider[]
  /** The program can send mail. */
  readonly mail: boolean
}

export function readSessionState(signal: AbortSignal): Promise<SessionState> {
  return api('GET', '/api/auth/state', { signal })
}

/** What the person may do on this installation. */
export async function readHousePermissions(signal: AbortSignal): Promise<readonly HousePermission[]> {
  return (await api<{ permissions: HousePermission[] }>('GET', '/api/auth/me', { signal })).permissions
}

/** What an invitation's link says. */
export interface InvitationLook {
  readonly kind: 'installation' | 'story'
  readonly storyTitle: string | null
  readonly role: PersonRole
  readonly invitedBy: string
  readonly expiresAt: string
}

/** Throws ApiProblem 404 'invitation-link' for a link that is unknown, used, revoked or too old. */
export function lookAtInvitation(token: string): Promise<InvitationLook> {
  return api('POST', '/api/invitations/look', { body: { token } })
}

/** Takes up an invitation for an account that is there already. Answers the story it opens, if one. */
export function acceptInvitation(token: string): Promise<{ storyId: string | null }> {
  return api('POST', '/api/invitations/accept', { body: { token } })
}

export interface NewAccount {
  readonly name: string
  readonly login: string
  readonly password: string
}

/** Makes an account, by an invitation's token or without one where registration is open, and signs it in. */
export function register(account: NewAccount & { readonly token?: string }): Promise<{ storyId: string | null }> {
  return api('POST', '/api/auth/register', { body: account })
}

/** A new password by a link; every session of the account ends, and a new one begins here. */
export function resetPassword(input: { readonly token: string; readonly password: string }): Promise<unknown> {
  return api('POST', '/api/auth/reset', { body: input })
}

/** Asks for a link by mail. The answer is the same whether there is such an account or not. */
export function askForReset(login: string): Promise<unknown> {
  return api('POST', '/api/auth/forgot', { body: { login } })
}

export function renameMe(name: string): Promise<unknown> {
  return api('PATCH', '/api/auth/me', { body: { name } })
}

export interface OpenSession {
  readonly id: string
  readonly userAgent: string
  readonly address: string
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly current: boolean
}

export async function readSessions(signal: AbortSignal): Promise<readonly OpenSession[]> {
  return (await api<{ sessions: OpenSession[] }>('GET', '/api/auth/sessions', { signal })).sessions
}

export function endSession(id: string): Promise<undefined> {
  return api('DELETE', `/api/auth/sessions/${id}`)
}

/** Ends every session of the person but this one. */
export function endOtherSessions(): Promise<unknown> {
  return api('DELETE', '/api/auth/sessions')
}

export interface ApiKeyView {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The only story it opens, or null for all. */
  readonly storyId: string | null
  readonly storyTitle: string | null
  readonly perMinute: number
  readonly createdAt: string
  readonly expiresAt: string
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

export async function readKeys(signal: AbortSignal): Promise<readonly ApiKeyView[]> {
  return (await api<{ keys: ApiKeyView[] }>('GET', '/api/auth/keys', { signal })).keys
}

export interface KeyWish {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly storyId?: string
  /** 1..365 */
  readonly days: number
}

/** Makes a key; the secret is answered this one time. */
export function makeKey(wish: KeyWish): Promise<{ id: string; key: string }> {
  return api('POST', '/api/auth/keys', { body: wish })
}

/** Ends a key at once. */
export function revokeKey(id: string): Promise<undefined> {
  return api('DELETE', `/api/auth/keys/${id}`)
}

/** A sign-in elsewhere that opens this account. */
export interface LinkedIdentity {
  readonly provider: string
  readonly name: string
  readonly createdAt: string
}

export async function readIdentities(signal: AbortSignal): Promise<readonly LinkedIdentity[]> {
  return (await api<{ identities: LinkedIdentity[] }>('GET', '/api/auth/identities', { signal })).identities
}

export function unlinkIdentity(provider: string): Promise<undefined> {
  return api('DELETE', `/api/auth/identities/${provider}`)
}

/** Where signing in elsewhere begins; it comes back to `next`, a path of ours. With `link` it joins that sign-in to this account. */
export function providerUrl(provider: string, next: string, link = false): string {
  const query = new URLSearchParams({ next, ...(link ? { mode: 'link' } : {}) })
  return `/api/auth/oidc/${provider}/start?${query}`
}

/** Begins signing in elsewhere with an invitation. Answers where the browser has to go. */
export function beginElsewhere(
  provider: string,
  wish: { readonly invitation: string; readonly next: string },
): Promise<{ location: string }> {
  return api('POST', `/api/auth/oidc/${provider}/start`, { body: wish })
}

/** Everything the program keeps about the person, as a file. */
export async function readMyData(): Promise<Blob> {
  return (await apiResponse('GET', '/api/auth/my-data')).blob()
}

/** Deletes the account for good. Throws ApiProblem 409 that lists the stories standing in the way. */
export function deleteMe(password: string): Promise<undefined> {
  return api('POST', '/api/auth/delete-me', { body: { password } })
}
