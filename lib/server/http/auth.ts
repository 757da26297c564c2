// Sign-in and sessions. JSON shapes for the pages:
//
//   User     { id, name, login, roles: ('admin'|'editor'|'viewer'|'service')[], owner: boolean }
//   GET    /api/auth/state          -> { ownerExists: boolean, user: User | null, plainHttpWarning: boolean }   (always open; what a page asks first)
//   POST   /api/setup               { token, name, login, password } -> 201 { user: User } + cookies
//            token = location.hash without '#'. Problems: 403 'setup-link' (used up or old), 400 'invalid-input' with
//            issues [{ path: ['password'], message }], 404 once there is an owner.
//   POST   /api/auth/sign-in        { login, password } -> { user: User } + cookies
//            Problems: 401 'wrong-credentials', 429 'rate-limited' (retryAfterMs), 403 'setup-needed'.
//   POST   /api/auth/refresh        (no body) -> { user: User } + cookies; 401 when signed out. lib/client/api.ts does this by itself.
//   POST   /api/auth/sign-out       (no body) -> 204, cookies cleared
//   GET    /api/auth/me             -> { user: User }
//   POST   /api/auth/password       { current, next } -> { user: User } + cookies; ends every other session
//   GET    /api/auth/sessions       -> { sessions: [{ id, userAgent, address, createdAt, lastUsedAt, current: boolean }] }  (ISO times)
//   DELETE /api/auth/sessions/:sessionId -> 204
//
// Cookies are HttpOnly: a page never sees a token. Before there is an owner every other route answers 403 'setup-needed'.
import { z } from 'zod'
import { login, password, personName } from '#lib/accounts/password.ts'
import { ROLES } from '#lib/accounts/policy.ts'
import type { SessionTokens } from '../auth/sessions.ts'
import { readCookie } from '../auth/cookies.ts'
import type { LiveUser } from '../auth/live-sessions.ts'
import type { Services } from '../container.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { route } from './route.ts'

const user = z.object({
  id: z.string(),
  name: z.string(),
  login: z.string(),
  roles: z.array(z.enum(ROLES)),
  owner: z.boolean(),
})
const signedIn = z.object({ user })

const state = route({
  method: 'get',
  path: '/api/auth/state',
  summary: 'Says whether there is an owner and who is signed in',
  permission: 'public',
  rate: 'read',
  response: z.object({ ownerExists: z.boolean(), user: user.nullable(), plainHttpWarning: z.boolean() }),
  handler: ({ principal, services }) => {
    const me = principal && services.auth.user(principal.userId)
    return {
      ownerExists: services.auth.ownerExists(),
      user: me ? presentUser(me) : null,
      plainHttpWarning: services.env.plainHttpWarning,
    }
  },
})

const setUp = route({
  method: 'post',
  path: '/api/setup',
  summary: 'Makes the owner with the token of the set-up link',
  permission: 'setup',
  rate: 'sign-in',
  body: z.strictObject({ token: z.string().min(1).max(200), name: personName, login, password }),
  response: signedIn,
  status: 201,
  handler: async ({ body, services, setHeader, request, address }) =>
    welcome(await services.auth.setUp(body, callerOf(request, address)), services, setHeader),
})

const signIn = route({
  method: 'post',
  path: '/api/auth/sign-in',
  summary: 'Signs in with name and password',
  permission: 'public',
  rate: 'sign-in',
  body: z.strictObject({
    login: z.string().trim().toLowerCase().min(1).max(120),
    password: z.string().min(1).max(512),
  }),
  response: signedIn,
  handler: async ({ body, services, setHeader, request, address }) =>
    welcome(await services.auth.signIn(body, callerOf(request, address)), services, setHeader),
})

const refresh = route({
  method: 'post',
  path: '/api/auth/refresh',
  summary: 'Renews the session from its refresh cookie',
  permission: 'public',
  rate: 'write',
  response: signedIn,
  handler: async ({ request, services, setHeader }) => {
    const token = readCookie(request.headers.get('cookie'), services.auth.cookies.refresh)
    return welcome(await services.auth.sessions.refresh(token), services, setHeader)
  },
})

const signOut = route({
  method: 'post',
  path: '/api/auth/sign-out',
  summary: 'Ends this session',
  permission: 'account',
  rate: 'write',
  handler: async ({ principal, services, setHeader }) => {
    await services.auth.sessions.end(principal.userId, principal.sessionId, 'signed-out')
    for (const cookie of services.auth.cookies.clear()) setHeader('Set-Cookie', cookie)
    return undefined
  },
})

const me = route({
  method: 'get',
  path: '/api/auth/me',
  summary: 'The person who is signed in',
  permission: 'signed-in',
  rate: 'read',
  response: signedIn,
  handler: ({ principal, services }) => {
    const found = services.auth.user(principal.userId)
    if (!found) throw new NotFoundError()
    return { user: presentUser(found) }
  },
})

const changePassword = route({
  method: 'post',
  path: '/api/auth/password',
  summary: 'Changes the password and ends every other session',
  permission: 'account',
  rate: 'sign-in',
  body: z.strictObject({ current: z.string().min(1).max(512), next: password }),
  response: signedIn,
  handler: async ({ principal, body, services, setHeader }) =>
    welcome(await services.auth.changePassword(principal, body), services, setHeader),
})

const sessions = route({
  method: 'get',
  path: '/api/auth/sessions',
  summary: 'Open sessions of the person who is signed in',
  permission: 'account',
  rate: 'read',
  response: z.object({
    sessions: z.array(
      z.object({
        id: z.string(),
        userAgent: z.string(),
        address: z.string(),
        createdAt: z.iso.datetime(),
        lastUsedAt: z.iso.datetime(),
        current: z.boolean(),
      }),
    ),
  }),
  handler: async ({ principal, services }) => ({
    sessions: (await services.auth.sessions.of(principal.userId)).map((row) => ({
      id: row.id,
      userAgent: row.userAgent,
      address: row.address,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.rotatedAt.toISOString(),
      current: row.id === principal.sessionId,
    })),
  }),
})

const endSession = route({
  method: 'delete',
  path: '/api/auth/sessions/:sessionId',
  summary: 'Ends one of your own sessions',
  permission: 'account',
  rate: 'write',
  params: z.strictObject({ sessionId: z.string().min(1).max(64) }),
  handler: async ({ principal, params, services }) => {
    await services.auth.sessions.end(principal.userId, params.sessionId, 'signed-out')
    return undefined
  },
})

export const authRoutes = [state, setUp, signIn, refresh, signOut, me, changePassword, sessions, endSession]

function welcome(tokens: SessionTokens, services: Services, setHeader: (name: string, value: string) => void) {
  for (const cookie of services.auth.cookies.set(tokens)) setHeader('Set-Cookie', cookie)
  return { user: presentUser(tokens.user) }
}

function presentUser({ id, name, login: signInName, roles, owner }: LiveUser) {
  return { id, name, login: signInName, roles: [...roles], owner }
}

function callerOf(request: Request, address: string) {
  return { address, userAgent: request.headers.get('user-agent') ?? '' }
}
