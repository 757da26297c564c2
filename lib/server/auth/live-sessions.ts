import { ROLES, type Principal, type Role } from '#lib/accounts/policy.ts'
import type { AccessClaims } from './tokens.ts'

export interface LiveUser {
  readonly id: string
  readonly name: string
  readonly login: string
  readonly roles: readonly Role[]
  readonly owner: boolean
  /** Tokens of an older epoch are dead. */
  readonly epoch: number
  readonly suspended: boolean
}

export interface LiveSessions {
  readonly putUser: (user: LiveUser) => void
  readonly user: (userId: string) => LiveUser | null
  readonly putSession: (sessionId: string, userId: string) => void
  /** Forgets a session and tells the listeners, who close its sockets. */
  readonly end: (sessionId: string) => void
  readonly isLive: (sessionId: string) => boolean
  /** Who a token speaks for right now: roles and name are today's, not those of the token. Null when the session or epoch is gone. */
  readonly principalOf: (claims: AccessClaims) => Principal | null
  /** Calls `listener` for every ended session; answers how to stop. */
  readonly onEnded: (listener: (sessionId: string) => void) => () => void
}

/** The in-memory table every request is compared with, so that ending a session works at once (security section 0). */
export function createLiveSessions(): LiveSessions {
  const users = new Map<string, LiveUser>()
  const sessions = new Map<string, string>()
  const listeners = new Set<(sessionId: string) => void>()
  function end(sessionId: string) {
    if (!sessions.delete(sessionId)) return
    for (const listener of listeners) listener(sessionId)
  }
  return {
    putUser: (user) => {
      const before = users.get(user.id)
      users.set(user.id, user)
      if (before && (before.epoch !== user.epoch || (user.suspended && !before.suspended))) {
        for (const [sessionId, userId] of [...sessions]) if (userId === user.id) end(sessionId)
      }
    },
    user: (userId) => users.get(userId) ?? null,
    putSession: (sessionId, userId) => void sessions.set(sessionId, userId),
    end,
    isLive: (sessionId) => sessions.has(sessionId),
    principalOf: ({ userId, sessionId, epoch }) => {
      const user = users.get(userId)
      if (!user || user.suspended || user.epoch !== epoch || sessions.get(sessionId) !== userId) return null
      return { userId, sessionId, name: user.name, roles: user.roles, owner: user.owner, key: null }
    },
    onEnded: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Reads the roles column; a word that is no role is left out, so it grants nothing. */
export function parseRoles(text: string): readonly Role[] {
  const raw: unknown = JSON.parse(text)
  return Array.isArray(raw) ? ROLES.filter((role) => raw.includes(role)) : []
}
