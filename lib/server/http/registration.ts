// Ways in for people without a session: registering, and a new password by a link.
import { z } from 'zod'
import { login, password, personName } from '#lib/accounts/password.ts'
import { route } from './route.ts'
import { callerOf, signedIn, user, welcome } from './session-answer.ts'

/** The part of a link behind '#'. */
const token = z.string().min(1).max(200)

const register = route({
  method: 'post',
  path: '/api/auth/register',
  summary: 'Makes an account, by an invitation or where registration is open, and signs it in',
  permission: 'public',
  rate: 'sign-in',
  body: z.strictObject({ token: token.optional(), name: personName, login, password }),
  response: z.object({ user, storyId: z.string().nullable() }),
  status: 201,
  handler: async ({ body, services, setHeader, request, address }) => {
    const { tokens, storyId } = await services.registration.register(body, callerOf(request, address))
    return { ...welcome(tokens, services, setHeader), storyId }
  },
})

const reset = route({
  method: 'post',
  path: '/api/auth/reset',
  summary: 'Sets a new password by a link; every session ends and a new one begins',
  permission: 'public',
  rate: 'sign-in',
  body: z.strictObject({ token, password }),
  response: signedIn,
  handler: async ({ body, services, setHeader, request, address }) =>
    welcome(await services.resets.reset(body, callerOf(request, address)), services, setHeader),
})

const forgot = route({
  method: 'post',
  path: '/api/auth/forgot',
  summary: 'Asks for a reset link by mail; the answer is the same whether there is such an account or not',
  permission: 'public',
  rate: 'sign-in',
  body: z.strictObject({ login: z.string().trim().toLowerCase().min(1).max(120) }),
  // Whether this server sends mail at all.
  response: z.object({ mail: z.boolean() }),
  status: 202,
  handler: ({ body, services }) => {
    services.resets.forgot(body.login)
    return { mail: services.mail.configured }
  },
})

export const registrationRoutes = [register, reset, forgot]
