import { z } from 'zod'
import { LoomError, UnauthenticatedError } from '#lib/kernel/errors.ts'
import { type Route, route } from './route.ts'
import { callerOf } from './session-answer.ts'

const provider = z.string().min(1).max(64)
const ofProvider = z.strictObject({ provider })

/** Signing in elsewhere, and which of those sign-ins open an account (AC50-AC54). */
export const oidcRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/auth/oidc/:provider/start',
    summary: 'Sends the browser to a provider to sign in there, or to link that sign-in to the session',
    permission: 'public',
    rate: 'sign-in',
    params: ofProvider,
    query: z.strictObject({
      next: z.string().max(2_000).optional(),
      mode: z.enum(['sign-in', 'link']).default('sign-in'),
    }),
    status: 302,
    handler: async ({ params, query, principal, services }) => {
      const linking = query.mode === 'link'
      // The session cookie comes along only from pages of our own, so nobody is made to link from elsewhere.
      if (linking && services.access.decide('account', principal) !== 'allowed') throw new UnauthenticatedError()
      const next = query.next ?? null
      try {
        const linkFor = linking ? principal : null
        return leave(await services.oidc.begin(params.provider, { next, linkFor, invitation: null }))
      } catch (cause) {
        if (!(cause instanceof LoomError) || cause.code !== 'provider-down') throw cause
        return leave({ location: services.oidc.refused(next, linking, 'provider'), cookies: [] })
      }
    },
  }),
  route({
    method: 'post',
    path: '/api/auth/oidc/:provider/start',
    summary: 'Begins signing in at a provider with an invitation, which must not stand in an address',
    permission: 'public',
    rate: 'sign-in',
    params: ofProvider,
    body: z.strictObject({ invitation: z.string().min(1).max(200), next: z.string().max(2_000).optional() }),
    response: z.object({ location: z.url() }),
    handler: async ({ params, body, services, setHeader }) => {
      const { invitation, next = null } = body
      const { location, cookies } = await services.oidc.begin(params.provider, { next, linkFor: null, invitation })
      for (const cookie of cookies) setHeader('Set-Cookie', cookie)
      return { location }
    },
  }),
  route({
    method: 'get',
    path: '/api/auth/oidc/:provider/callback',
    summary: 'Where a provider sends the browser back; does nothing without the cookie of the start',
    permission: 'public',
    rate: 'sign-in',
    params: ofProvider,
    // Providers add what they like (iss, scope, session_state); the library reads what it knows.
    query: z.looseObject({ state: z.string().min(1).max(500) }),
    status: 302,
    handler: async ({ params, request, services, address }) => {
      const cookie = request.headers.get('cookie')
      const { search } = new URL(request.url)
      return leave(await services.oidc.finish(params.provider, search, cookie, callerOf(request, address)))
    },
  }),
  route({
    method: 'get',
    path: '/api/auth/identities',
    summary: 'Sign-ins elsewhere that open your account',
    permission: 'account',
    rate: 'read',
    response: z.object({
      identities: z.array(z.object({ provider: z.string(), name: z.string(), createdAt: z.iso.datetime() })),
    }),
    handler: async ({ principal, services }) => ({
      identities: (await services.oidc.identitiesOf(principal.userId)).map((one) => ({
        ...one,
        createdAt: new Date(one.createdAt).toISOString(),
      })),
    }),
  }),
  route({
    method: 'delete',
    path: '/api/auth/identities/:provider',
    summary: 'Unlinks a sign-in elsewhere from your account',
    permission: 'account',
    rate: 'write',
    params: ofProvider,
    handler: async ({ principal, params, services }) => {
      await services.oidc.unlink(principal.userId, params.provider)
      return undefined
    },
  }),
]

function leave({ location, cookies }: { readonly location: string; readonly cookies: readonly string[] }): Response {
  const headers = new Headers({ Location: location })
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return new Response(null, { status: 302, headers })
}
