import type { PersonRole, Right } from '#lib/accounts/policy.ts'
import type { Answer, Browser, TestServer } from '../integration/server.ts'

/** Somebody with an account and a signed-in browser. */
export interface TestPerson {
  readonly id: string
  readonly browser: Browser
}

export const PASSWORD = 'nine patient herons'

/** The secret of a one-time link. */
export function secretOf(answer: Answer): string {
  return new URL(String(answer.json['link'])).hash.slice(1)
}

/** Brings somebody in the way people come in: `host` makes an invitation, they register with it. */
export async function comeIn(
  server: TestServer,
  host: Browser,
  login: string,
  role: PersonRole = 'editor',
): Promise<TestPerson> {
  const invitation = await host.call('POST', '/api/admin/invitations', { role, note: login, days: 7 })
  return register(server, { token: secretOf(invitation), login })
}

/** Registers a new person in a browser of their own. */
export async function register(
  server: TestServer,
  { token, login }: { readonly token?: string; readonly login: string },
): Promise<TestPerson> {
  const browser = server.browser()
  const answer = await browser.call('POST', '/api/auth/register', {
    ...(token === undefined ? {} : { token }),
    ...{ name: `The ${login}`, login, password: PASSWORD },
  })
  if (answer.status !== 201) throw new Error(`${login} cannot register: ${answer.text}`)
  return { id: (answer.json as unknown as { user: { id: string } }).user.id, browser }
}

/** Lets somebody who has an account into a story, by invitation of `admin`. */
export async function letIn(
  admin: Browser,
  storyId: string,
  person: TestPerson,
  role: PersonRole,
  rights: readonly Right[] = [],
): Promise<void> {
  const wish = { role, rights, note: '', days: 1 }
  const invitation = await admin.call('POST', `/api/stories/${storyId}/invitations`, wish)
  const answer = await person.browser.call('POST', '/api/invitations/accept', { token: secretOf(invitation) })
  if (answer.status !== 200) throw new Error(`${person.id} was not let in: ${answer.text}`)
}

/** Makes a story that belongs to whoever asks. */
export async function makeStory(owner: Browser, title = 'The shared shore'): Promise<string> {
  const answer = await owner.call('POST', '/api/stories', { title })
  if (answer.status !== 201) throw new Error(`no story: ${answer.text}`)
  return String(answer.json['storyId'])
}
