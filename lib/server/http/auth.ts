// Signing in, and one's own sessions. Cookies are HttpOnly: a page never sees a token. Before there is an owner every
// route but 'public' ones answers 403 'setup-needed'.
import { z } from 'zod'
import { login, password, personName, typedLogin, typedPassword } from '#lib/accounts/password.ts'
import { HOUSE_PERMISSIONS, type HousePermission } from '#lib/accounts/policy.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { readCookie } from '../auth/cookies.ts'
import { registrationSettings } from '../auth/registration.ts'
import { route } from './route.ts'
import { callerOf, presentUser, signedIn, user, welcome } from './session-answer.ts'

const state = route({
  method: 'get',
  path: '/api/auth/state',
  summary: 'Says whether there is an owner, who is signed in, and which ways in there are',
  permission: 'public',
  rate: 'read',
  response: z.object({
    ownerExists: z.boolean(),
    user: user.nullable(),
    plainHttpWarning: z.boolean(),
    registration: registrationSettings.shape.registration,
    providers: z.array(z.object({ id: z.string(), name: z.string() })),
    mail: z.boolean(),
  }),
  handler: async ({ principal, services }) => {
    const me = principal && services.auth.user(principal.userId)
    return {
      ownerExists: services.auth.ownerExists(),
      user: me ? presentUser(me) : null,
      plainHttpWarning: services.env.plainHttpWarning,
      registration: (await services.registration.settings()).registration,
      providers: services.env.signInProviders.map(({ id, name }) => ({ id, name })),
      mail: services.mail.configured,
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
  body: z.strictObject({ login: typedLogin, password: typedPassword }),
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
  response: signedIn.extend({ permissions: z.array(z.enum(HOUSE_PERMISSIONS)) }),
  handler: ({ principal, services }) => {
    const found = services.auth.user(principal.userId)
    if (!found) throw new NotFoundError()
    const permissions = services.access.held(HOUSE_PERMISSIONS, principal) as HousePermission[]
    return { user: presentUser(found), permissions }
  },
})

const rename = route({
  method: 'patch',
  path: '/api/auth/me',
  summary: 'Changes how others see you',
  permission: 'account',
  rate: 'write',
  body: z.strictObject({ name: personName }),
  response: signedIn,
  handler: async ({ principal, body, services }) => ({
    user: presentUser(await services.auth.accounts.change(principal.userId, { name: body.name })),
  }),
})

const changePassword = route({
  method: 'post',
  path: '/api/auth/password',
  summary: 'Changes the password and ends every other session',
  permission: 'account',
  rate: 'sign-in',
  body: z.strictObject({ current: typedPassword, next: password }),
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
    await services.auth.sessions.end(principal.userId, params.sessionId, 'ended')
    return undefined
  },
})

const endOthers = route({
  method: 'delete',
  path: '/api/auth/sessions',
  summary: 'Ends every session of yours but this one',
  permission: 'account',
  rate: 'write',
  handler: async ({ principal, services }) => {
    await services.auth.sessions.endAll(principal.userId, 'ended', principal.sessionId)
    return undefined
  },
})

export const authRoutes = [
  state,
  setUp,
  signIn,
  refresh,
  signOut,
  me,
  rename,
  changePassword,
  sessions,
  endSession,
  endOthers,
]
