import { ROLES, type Principal, type Role } from '#lib/accounts/policy.ts'
import type { Clock } from '#lib/kernel/ports.ts'
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
  /** Takes today's facts about a person. A new epoch or a suspension ends their sessions, all but `kept`. */
  readonly putUser: (user: LiveUser, kept?: string) => void
  readonly user: (userId: string) => LiveUser | null
  /** Ends every session of somebody whose account is gone, and knows them no more. */
  readonly forget: (userId: string) => void
  /** `endsAtMs`: when it is over by itself (UTC). */
  readonly putSession: (sessionId: string, userId: string, endsAtMs: number) => void
  /** Its token rotated. Nothing happens when it was ended meanwhile. */
  readonly extend: (sessionId: string, endsAtMs: number) => void
  /** Forgets a session and tells the listeners, who close its sockets. */
  readonly end: (sessionId: string) => void
  /** Ends every session of a person but `kept`. */
  readonly endAll: (userId: string, kept?: string) => void
  /** Ends every session past its time: an open socket asks nothing by itself. */
  readonly endExpired: () => void
  readonly isLive: (sessionId: string) => boolean
  /** Who a token speaks for right now: roles and name are today's, not those of the token. Null when the session or epoch is gone. */
  readonly principalOf: (claims: AccessClaims) => Principal | null
  /** The same person with today's roles, for whoever keeps a principal longer than one request; null once their session is over. */
  readonly today: (principal: Principal) => Principal | null
  /** Calls `listener` for every ended session; answers how to stop. */
  readonly onEnded: (listener: (sessionId: string) => void) => () => void
  /** Calls `listener` when somebody's name or roles changed; answers how to stop. */
  readonly onChanged: (listener: (userId: string) => void) => () => void
}

/** The in-memory table every request is compared with, so that ending a session works at once (security section 0). */
export function createLiveSessions(clock: Clock): LiveSessions {
  const users = new Map<string, LiveUser>()
  const sessions = new Map<string, { readonly userId: string; endsAtMs: number }>()
  const ended = new Set<(sessionId: string) => void>()
  const changed = new Set<(userId: string) => void>()

  function end(sessionId: string) {
    if (!sessions.delete(sessionId)) return
    for (const listener of ended) listener(sessionId)
  }
  function endAll(userId: string, kept?: string) {
    for (const [sessionId, { userId: whose }] of [...sessions])
      if (whose === userId && sessionId !== kept) end(sessionId)
  }
  /** Whoever notices first that a session is past its time ends it, so that its sockets hear the one true reason. */
  function liveSession(sessionId: string) {
    const session = sessions.get(sessionId)
    if (session && session.endsAtMs > clock()) return session
    end(sessionId)
    return null
  }
  function principal(user: LiveUser, sessionId: string): Principal | null {
    if (user.suspended || liveSession(sessionId)?.userId !== user.id) return null
    return { userId: user.id, sessionId, name: user.name, roles: user.roles, owner: user.owner, key: null }
  }

  return {
    putUser: (user, kept) => {
      const before = users.get(user.id)
      users.set(user.id, user)
      if (!before) return
      if (user.suspended && !before.suspended) endAll(user.id)
      else if (before.epoch !== user.epoch) endAll(user.id, kept)
      const same = before.name === user.name && before.owner === user.owner && before.roles.join() === user.roles.join()
      if (!same) for (const listener of changed) listener(user.id)
    },
    user: (userId) => users.get(userId) ?? null,
    forget: (userId) => {
      endAll(userId)
      users.delete(userId)
    },
    putSession: (sessionId, userId, endsAtMs) => void sessions.set(sessionId, { userId, endsAtMs }),
    extend: (sessionId, endsAtMs) => {
      const session = sessions.get(sessionId)
      if (session) session.endsAtMs = endsAtMs
    },
    end,
    endAll,
    endExpired: () => {
      for (const sessionId of [...sessions.keys()]) liveSession(sessionId)
    },
    isLive: (sessionId) => liveSession(sessionId) !== null,
    principalOf: ({ userId, sessionId, epoch }) => {
      const user = users.get(userId)
      return user && user.epoch === epoch ? principal(user, sessionId) : null
    },
    today: ({ userId, sessionId }) => {
      const user = users.get(userId)
      return user ? principal(user, sessionId) : null
    },
    onEnded: (listener) => {
      ended.add(listener)
      return () => void ended.delete(listener)
    },
    onChanged: (listener) => {
      changed.add(listener)
      return () => void changed.delete(listener)
    },
  }
}

/** Reads the roles column; a word that is no role is left out, so it grants nothing. */
export function parseRoles(text: string): readonly Role[] {
  const raw: unknown = JSON.parse(text)
  return Array.isArray(raw) ? ROLES.filter((role) => raw.includes(role)) : []
}
