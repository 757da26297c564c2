import { z } from 'zod'
import { ROLES } from '#lib/accounts/policy.ts'
import type { LiveUser } from '../auth/live-sessions.ts'
import type { SessionTokens } from '../auth/sessions.ts'
import type { Services } from '../container.ts'

/** Somebody with an account, as told to themselves. */
export const user = z.object({
  id: z.string(),
  name: z.string(),
  login: z.string(),
  roles: z.array(z.enum(ROLES)),
  owner: z.boolean(),
})
export const signedIn = z.object({ user })

/** Puts a session's tokens into cookies and answers who is signed in. */
export function welcome(tokens: SessionTokens, services: Services, setHeader: (name: string, value: string) => void) {
  for (const cookie of services.auth.cookies.set(tokens)) setHeader('Set-Cookie', cookie)
  return { user: presentUser(tokens.user) }
}

export function presentUser({ id, name, login: signInName, roles, owner }: LiveUser) {
  return { id, name, login: signInName, roles: [...roles], owner }
}

/** Where a request comes from, for the session it starts. */
export function callerOf(request: Request, address: string) {
  return { address, userAgent: request.headers.get('user-agent') ?? '' }
}
