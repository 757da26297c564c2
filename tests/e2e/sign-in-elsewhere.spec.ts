import AxeBuilder from '@axe-core/playwright'
import { type Browser, expect, type Page } from '@playwright/test'
import { CLIENT, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { type RunningApp, startApp } from './support/app.ts'
import { plainTest as test } from './support/test.ts'

// Signing in at a provider that is another site (localhost, where the app is 127.0.0.1), as a person does it: browsers
// send strict cookies only where they should, which no test without a browser shows.

const OWNER = { name: 'Ada Weaver', login: 'ada', password: 'seven looms in the attic' }

let provider: OpenIdProvider
let app: RunningApp

test.beforeAll(async () => {
  provider = await startOpenIdProvider('localhost')
  app = await startApp({
    settings: {
      LOOM_OIDC_ISSUER: provider.issuer,
      LOOM_OIDC_CLIENT_ID: CLIENT.id,
      LOOM_OIDC_CLIENT_SECRET: CLIENT.secret,
      LOOM_OIDC_NAME: 'Harbour House',
    },
  })
  provider.register(`${app.url}/api/auth/oidc/openid/callback`)
})
test.afterAll(async () => {
  await app.close()
  await provider.close()
})

/** A page in a browser of its own. */
async function pageOf(browser: Browser): Promise<Page> {
  return (await browser.newContext({ baseURL: app.url, locale: 'en-GB', timezoneId: 'UTC' })).newPage()
}

async function post(page: Page, path: string, data: unknown): Promise<Record<string, string>> {
  const answer = await page.request.post(`${app.url}${path}`, { headers: { origin: app.url }, data })
  expect(answer.ok(), await answer.text()).toBe(true)
  return answer.status() === 204 ? {} : ((await answer.json()) as Record<string, string>)
}

test('[AC50] link, sign in, be refused, come by invitation, unlink', async ({ browser }) => {
  const ada = await pageOf(browser)
  await post(ada, '/api/setup', { token: app.setupLink()?.split('#')[1], ...OWNER })
  provider.person = { sub: 'sub-ada', name: 'Ada Elsewhere', preferred_username: 'ada' }

  // Linked from the account's own page.
  await ada.goto('/settings#sign-ins')
  await ada.getByRole('link', { name: 'Link Harbour House' }).click()
  await expect(ada).toHaveURL(/\/settings#sign-ins$/)
  await expect(ada.getByRole('button', { name: 'Unlink Harbour House' })).toBeVisible()

  // In a browser without a session the link opens the account, and leads to where the person wanted to go.
  const elsewhere = await pageOf(browser)
  await elsewhere.goto('/sign-in?next=%2Fsettings')
  await elsewhere.getByRole('link', { name: 'Sign in with Harbour House' }).click()
  await expect(elsewhere).toHaveURL(/\/settings$/)
  await expect(elsewhere.getByRole('button', { name: 'Unlink Harbour House' })).toBeVisible()

  // Somebody nobody here knows reads why, and what to do.
  provider.person = { sub: 'sub-ilse', name: 'Ilse Reed', preferred_username: 'ilse' }
  const ilse = await pageOf(browser)
  await ilse.goto('/sign-in')
  await ilse.getByRole('link', { name: 'Sign in with Harbour House' }).click()
  await expect(ilse.getByText('Nobody here is known by that sign-in.')).toBeVisible()
  await expect(ilse).toHaveURL(/\/sign-in\?problem=unknown$/)
  expect((await new AxeBuilder({ page: ilse }).analyze()).violations).toEqual([])
  // An address cannot put words of its own on the page.
  await ilse.goto('/sign-in?problem=Call%20this%20number')
  await expect(ilse.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await expect(ilse.getByText('Call this number')).toHaveCount(0)

  // With an invitation the same person gets an account.
  const { link = '' } = await post(ada, '/api/admin/invitations', { role: 'editor', note: 'Ilse', days: 1 })
  await ilse.goto(link)
  await ilse.getByRole('button', { name: 'Sign in with Harbour House' }).click()
  await expect(ilse).toHaveURL(`${app.url}/`)
  await expect(async () => {
    const { user } = (await (await ilse.request.get(`${app.url}/api/auth/me`)).json()) as { user: { name: string } }
    expect(user.name).toBe('Ilse Reed')
  }).toPass()

  // Unlinked, it opens nothing any more.
  await ada.reload()
  await ada.getByRole('button', { name: 'Unlink Harbour House' }).click()
  await expect(ada.getByRole('link', { name: 'Link Harbour House' })).toBeVisible()
  provider.person = { sub: 'sub-ada' }
  const again = await pageOf(browser)
  await again.goto('/sign-in')
  await again.getByRole('link', { name: 'Sign in with Harbour House' }).click()
  await expect(again.getByText('Nobody here is known by that sign-in.')).toBeVisible()
})
