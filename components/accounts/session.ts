'use client'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import type { HousePermission } from '#lib/accounts/policy.ts'
import {
  acceptInvitation,
  endOtherSessions,
  endSession,
  readHousePermissions,
  readSessions,
  readSessionState,
  register,
  renameMe,
  resetPassword,
  type SessionState,
} from '#lib/client/accounts.ts'
import { api, renewSession } from '#lib/client/api.ts'
import { forgetProse } from '#lib/client/prose-sessions.ts'

const HINT = 'loom.signed-in'
const words = messages.accounts.account

/** Says what did not happen, and why. */
function sayWhy(what: string) {
  return (problem: Error) => notify.problem(what, { description: problem.message })
}

/** Remembers in this browser that a session may be renewable, so that a visitor is not asked for nothing. */
function remember(signedIn: boolean) {
  if (signedIn) localStorage.setItem(HINT, '1')
  else localStorage.removeItem(HINT)
}

async function readState(signal: AbortSignal): Promise<SessionState> {
  const state = await readSessionState(signal)
  if (state.user || !state.ownerExists || localStorage.getItem(HINT) === null) return state
  if (await renewSession()) return readSessionState(signal)
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

/** What this person may do on the installation, by the policy the server asks too. */
export function useHousePermissions() {
  return useQuery({ queryKey: ['auth', 'me'], queryFn: ({ signal }) => readHousePermissions(signal) })
}

/** Whether this person may do something on the installation; false until that is known. */
export function useMayHere(permission: HousePermission): boolean {
  return useHousePermissions().data?.includes(permission) ?? false
}

interface SetUpInput {
  readonly token: string
  readonly name: string
  readonly login: string
  readonly password: string
}

/**
 * A way in: what succeeds leaves this browser signed in, and all that was read before is read again before `onIn` leads
 * on, since the next page asks who is there.
 */
function useWayIn<Input, Answer>(enter: (input: Input) => Promise<Answer>, onIn?: (answer: Answer) => unknown) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: enter,
    onSuccess: async (answer) => {
      remember(true)
      await queries.invalidateQueries({ queryKey: ['auth'] })
      await onIn?.(answer)
    },
  })
}

/** Makes the owner with the token of the set-up link, and signs them in. */
export function useSetUp(onIn: () => Promise<void>) {
  return useWayIn((input: SetUpInput) => api('POST', '/api/setup', { body: input }), onIn)
}

/** Signs in with name and password. */
export function useSignIn() {
  return useWayIn((input: { login: string; password: string }) => api('POST', '/api/auth/sign-in', { body: input }))
}

type OnEnter = (entered: { storyId: string | null }) => void

/** Makes an account, with an invitation or by one's own wish. */
export function useRegister(onIn: OnEnter) {
  return useWayIn(register, onIn)
}

/** Signs in and takes up an invitation in one go. */
export function useSignInAndAccept(onIn: OnEnter) {
  return useWayIn(async ({ token, ...who }: { login: string; password: string; token: string }) => {
    await api('POST', '/api/auth/sign-in', { body: who })
    return acceptInvitation(token)
  }, onIn)
}

/** Sets a new password by a link and signs in. */
export function useResetPassword(onIn: () => void) {
  return useWayIn(resetPassword, onIn)
}

/** Ends this session, forgets everything the page had read, and goes to sign-in or to the given path. */
export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (_next: string | undefined) => {
      const user = queries.getQueryData(sessionQuery.queryKey)?.user
      await api('POST', '/api/auth/sign-out')
      if (user) await forgetProse(user.id)
    },
    onSuccess: (_, next) => {
      remember(false)
      queries.clear()
      // A whole load, so that no story stays in this page's memory.
      window.location.assign(next ?? '/sign-in')
    },
    onError: sayWhy(words.stillSignedIn),
  })
}

/** Where this person is signed in. */
export function useOpenSessions() {
  return useQuery({ queryKey: ['auth', 'sessions'], queryFn: ({ signal }) => readSessions(signal) })
}

/** Ends one of the person's other sessions. */
export function useEndSession() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: endSession,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['auth', 'sessions'] }),
    onError: sayWhy(words.notEnded),
  })
}

/** Ends every session of the person but this one. */
export function useEndOtherSessions() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: endOtherSessions,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['auth', 'sessions'] }),
    onError: sayWhy(words.notEnded),
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

/** Changes how others see this person. */
export function useRename() {
  const queries = useQueryClient()
  return useMutation({ mutationFn: renameMe, onSuccess: () => queries.invalidateQueries(sessionQuery) })
}
