'use client'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, renewSession } from '#lib/client/api.ts'
import { forgetProse } from '#lib/client/prose-sessions.ts'

/** Who is signed in, as the server tells it (lib/server/http/auth.ts). */
export interface SessionUser {
  readonly id: string
  readonly name: string
  readonly login: string
  readonly roles: readonly string[]
  readonly owner: boolean
}

export interface SessionState {
  readonly ownerExists: boolean
  readonly user: SessionUser | null
  /** The page came over plain HTTP from another machine. */
  readonly plainHttpWarning: boolean
}

const HINT = 'loom.signed-in'

/** Remembers in this browser that a session may be renewable, so that a visitor is not asked for nothing. */
function remember(signedIn: boolean) {
  if (signedIn) localStorage.setItem(HINT, '1')
  else localStorage.removeItem(HINT)
}

async function readState(signal: AbortSignal): Promise<SessionState> {
  const state = await api<SessionState>('GET', '/api/auth/state', { signal })
  if (state.user || !state.ownerExists || localStorage.getItem(HINT) === null) return state
  if (await renewSession()) return api<SessionState>('GET', '/api/auth/state', { signal })
  remember(false)
  return state
}

const sessionQuery = queryOptions({
  queryKey: ['auth', 'state'],
  queryFn: ({ signal }) => readState(signal),
  staleTime: 60_000,
})

/** The present session; renewed by itself while a refresh cookie lasts. */
export function useSession() {
  const session = useQuery(sessionQuery)
  const signedIn = Boolean(session.data?.user)
  // Syncs the browser's hint with what the server said.
  useEffect(() => {
    if (signedIn) remember(true)
  }, [signedIn])
  return session
}

interface SetUpInput {
  readonly token: string
  readonly name: string
  readonly login: string
  readonly password: string
}

/** Makes the owner with the token of the set-up link, and signs them in. */
export function useSetUp() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: SetUpInput) => api('POST', '/api/setup', { body: input }),
    onSuccess: () => {
      remember(true)
      return queries.invalidateQueries(sessionQuery)
    },
  })
}

/** Signs in with name and password. */
export function useSignIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: { login: string; password: string }) => api('POST', '/api/auth/sign-in', { body: input }),
    onSuccess: () => {
      remember(true)
      return queries.invalidateQueries(sessionQuery)
    },
  })
}

/** Ends this session and forgets everything the page had read. */
export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      const user = queries.getQueryData(sessionQuery.queryKey)?.user
      await api('POST', '/api/auth/sign-out')
      if (user) await forgetProse(user.id)
    },
    onSuccess: () => {
      remember(false)
      queries.clear()
      // A whole load, so that no story stays in this page's memory.
      window.location.assign('/sign-in')
    },
  })
}

export interface OpenSession {
  readonly id: string
  readonly userAgent: string
  readonly address: string
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly current: boolean
}

/** Where this person is signed in. */
export function useOpenSessions() {
  return useQuery({
    queryKey: ['auth', 'sessions'],
    queryFn: ({ signal }) => api<{ sessions: OpenSession[] }>('GET', '/api/auth/sessions', { signal }),
  })
}

/** Ends one of the person's other sessions. */
export function useEndSession() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api('DELETE', `/api/auth/sessions/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['auth', 'sessions'] }),
  })
}

/** Changes the password; every other session ends. */
export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: { current: string; next: string }) => api('POST', '/api/auth/password', { body: input }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['auth', 'sessions'] }),
  })
}
