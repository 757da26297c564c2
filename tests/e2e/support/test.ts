import { setTimeout as wait } from 'node:timers/promises'
import { type BrowserContext, expect, test as base } from '@playwright/test'
import { type RunningApp, startApp } from './app.ts'

const OWNER = { name: 'Ada Weaver', login: 'ada', password: 'seven looms in the attic' }

/** Signs the owner in on a browser context, through the same doors a person uses; makes the owner at first use. */
export type SignIn = (context: BrowserContext) => Promise<void>

interface TestParts {
  /** Set where hostile text makes a document that runs nothing report what it would not have done. */
  readonly breachesExpected: boolean
  /** Fails the test when a page of it broke the content security policy (C1). */
  readonly policyWatch: void
}

interface Watch {
  /** Breaches of the content security policy in every context of the present test. */
  readonly breaches: string[]
}

interface WorkerParts {
  /** One server per test file run; its data is thrown away at the end. */
  readonly app: RunningApp
  readonly signIn: SignIn
}

/** For browser tests that start a server of their own: Playwright's, with the eye on the content security policy. */
export const plainTest = base.extend<TestParts, Watch>({
  breachesExpected: [false, { option: true }],
  breaches: [
    async ({ browser }, use) => {
      const breaches: string[] = []
      const make = browser.newContext.bind(browser)
      browser.newContext = async (...options) => watched(await make(...options), breaches)
      await use(breaches)
    },
    { scope: 'worker' },
  ],
  policyWatch: [
    async ({ breaches, breachesExpected }, use) => {
      breaches.length = 0
      await use()
      if (!breachesExpected) expect(breaches).toEqual([])
    },
    { auto: true },
  ],
})

/**
 * Browser tests import this instead of Playwright's own. `page` is signed in as the owner; a second context becomes a
 * second person with `await signIn(context)`. Addresses are relative to the server.
 */
export const test = plainTest.extend<object, WorkerParts>({
  app: [
    // Playwright insists on an object pattern; this fixture needs no other.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const app = await startApp()
      await use(app)
      await app.close()
    },
    { scope: 'worker' },
  ],
  signIn: [
    async ({ app }, use) => {
      let hasOwner = false
      const enter: SignIn = async (context) => {
        const headers = { origin: app.url }
        const token = hasOwner ? null : app.setupLink()?.split('#')[1]
        const answer = token
          ? await context.request.post(`${app.url}/api/setup`, { headers, data: { token, ...OWNER } })
          : await context.request.post(`${app.url}/api/auth/sign-in`, {
              headers,
              data: { login: OWNER.login, password: OWNER.password },
            })
        // Many short tests in one minute come to the limit of one address, which says how long it holds.
        if (answer.status() === 429) {
          await wait(((await answer.json()) as { retryAfterMs: number }).retryAfterMs)
          return enter(context)
        }
        if (!answer.ok()) throw new Error(`signing in failed: ${answer.status()} ${await answer.text()}`)
        hasOwner = true
      }
      await use(enter)
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ app }, use) => use(app.url),
  context: async ({ context, signIn, breaches }, use) => {
    watched(context, breaches)
    await signIn(context)
    await use(context)
  },
})

const seen = new WeakSet<BrowserContext>()

function watched(context: BrowserContext, breaches: string[]): BrowserContext {
  if (seen.has(context)) return context
  seen.add(context)
  context.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text()))
      breaches.push(`${message.page()?.url() ?? ''}: ${message.text()}`)
  })
  return context
}
