import { z } from 'zod'
import { typedPassword } from '#lib/accounts/password.ts'
import { storyOf } from '#lib/story/state.ts'
import { myData } from '../auth/my-data.ts'
import { downloadHeaders } from '../file-name.ts'
import { type Route, route } from './route.ts'

/** A person's own data, and their way out (H6). */
export const myDataRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/auth/my-data',
    summary: 'Everything kept about the person who is signed in, as a JSON file',
    permission: 'account',
    rate: 'export',
    produces: 'application/json',
    handler: async ({ principal: { userId }, services }) => {
      const { app, members, events, env, audit } = services
      await audit.record({ action: 'data-exported', actor: userId, subject: userId })
      const titleOf = (storyId: string) => {
        const state = events.state(storyId)
        return (state && storyOf(state)?.title) ?? null
      }
      const archiveOf = (storyId: string) => `${env.publicUrl}/api/stories/${storyId}/export?format=archive`
      const data = await myData({ app, members, titleOf, archiveOf }, userId)
      return new Response(JSON.stringify(data, null, 2), {
        headers: downloadHeaders('application/json', 'my-data.json'),
      })
    },
  }),
  route({
    method: 'post',
    path: '/api/auth/delete-me',
    summary: 'Erases the account of the person who is signed in; events keep only its id',
    permission: 'account',
    rate: 'sign-in',
    body: z.strictObject({ password: typedPassword }),
    handler: async ({ principal, body, services, setHeader }) => {
      await services.erasure.erase(principal, body.password)
      for (const cookie of services.auth.cookies.clear()) setHeader('Set-Cookie', cookie)
      return undefined
    },
  }),
]
