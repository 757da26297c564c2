import type { Browser, BrowserContext } from '@playwright/test'

// What the tests of doors and rights share: other people, each in a browser of their own.

export const PASSWORD = 'nine tall masts in fog'

export interface Person {
  readonly name: string
  readonly login: string
}

/** A browser of somebody else, on its own cookies. */
export function newBrowser(browser: Browser, url: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL: url, locale: 'en-GB', timezoneId: 'UTC' })
}

/** Asks the API as the pages of this browser would; fails on a refusal. */
export async function ask<T>(context: BrowserContext, url: string, path: string, data: unknown): Promise<T> {
  const answer = await context.request.post(`${url}${path}`, { headers: { origin: url }, data })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as T
}

interface Host {
  /** The browser of whoever invites. */
  readonly context: BrowserContext
  readonly browser: Browser
  readonly url: string
}

/** Somebody who came in by an invitation to a story, in a browser of their own. */
export async function memberOf(
  host: Host,
  storyId: string,
  role: 'viewer' | 'editor' | 'admin',
  person: Person,
): Promise<BrowserContext> {
  const wish = { role, rights: [], note: person.name, days: 1 }
  return joinBy(host, `/api/stories/${storyId}/invitations`, wish, person)
}

/** Somebody who came in by an invitation to the house, in a browser of their own. */
export async function guestOf(
  host: Host,
  role: 'viewer' | 'editor' | 'admin',
  person: Person,
): Promise<BrowserContext> {
  return joinBy(host, '/api/admin/invitations', { role, note: person.name, days: 1 }, person)
}

async function joinBy({ context: owner, browser, url }: Host, path: string, wish: unknown, person: Person) {
  const { link } = await ask<{ link: string }>(owner, url, path, wish)
  const context = await newBrowser(browser, url)
  await ask(context, url, '/api/auth/register', { token: link.split('#')[1], ...person, password: PASSWORD })
  return context
}
