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

export const registrationRoutes = [register, reset]
