import { type BrowserContext, expect, type Page } from '@playwright/test'
import { type RunningApp, startApp } from './support/app.ts'
import { expectGood } from './support/good-page.ts'
import { ask, guestOf, newBrowser, PASSWORD } from './support/people.ts'
import { plainTest as test } from './support/test.ts'

// One's own account when something does not fit: each form says why and what next, and keeps what was typed. On a server
// of its own, since what is asked here counts against the few sign-ins of one address in a minute.

let app: RunningApp
let guest: BrowserContext
let page: Page
test.beforeAll(async ({ browser }) => {
  app = await startApp()
  const owner = await newBrowser(browser, app.url)
  const ada = { name: 'Ada Weaver', login: 'ada', password: 'seven looms in the attic' }
  await ask(owner, app.url, '/api/setup', { token: app.setupLink()?.split('#')[1], ...ada })
  guest = await guestOf({ context: owner, browser, url: app.url }, 'editor', { name: 'Nia Holm', login: 'nia-holm' })
})
test.afterAll(async () => {
  await guest.close()
  await app.close()
})
test.beforeEach(async () => {
  page = await guest.newPage()
  await page.goto('/settings')
})
test.afterEach(() => page.close())

test('[UI64] a new password that is refused says at which field, and nothing typed is lost', async () => {
  const current = page.getByLabel('Present password')
  const next = page.getByLabel('New password')
  const change = page.getByRole('button', { name: 'Change password' })
  await current.fill('not these words')
  await next.fill('ten slow carts uphill')
  await change.click()
  await expect(page.getByText('The present password is wrong. Nothing was changed: type it again.')).toBeVisible()
  await expect(current).toHaveAttribute('aria-invalid', 'true')
  await expect(next).toHaveValue('ten slow carts uphill')

  await current.fill(PASSWORD)
  await next.fill('password1')
  await change.click()
  await expect(page.getByText('This password is on every list of common passwords.')).toBeVisible()
  await expect(next).toHaveAttribute('aria-invalid', 'true')
  await expect(current).toHaveValue(PASSWORD)

  await page.context().setOffline(true)
  await next.fill('ten slow carts uphill')
  await change.click()
  await expect(page.getByText('Nothing you typed is lost: try again')).toBeVisible()
  await page.context().setOffline(false)
  await next.press('Enter')
  await expect(page.getByText('Password changed.')).toBeVisible()
  await expect(next).toHaveValue('')
})

test('a name that is too long is refused and stays to be shortened', async () => {
  const name = page.getByLabel('Your name')
  await name.fill('Nia '.repeat(25))
  await page.getByRole('button', { name: 'Save the name' }).click()
  await expect(page.getByText('A name has at most 80 characters.')).toBeVisible()
  await expect(name).toHaveValue('Nia '.repeat(25))
  await name.fill('Nia Holm-Reed')
  await name.press('Enter')
  await expect(page.getByRole('button', { name: 'Your menu: Nia Holm-Reed' })).toBeVisible()
})

test('a key that opens nothing is refused in its form, and the next form starts without that refusal', async () => {
  const keys = page.getByRole('region', { name: 'API keys' })
  await keys.getByRole('button', { name: 'Make a key' }).click()
  const form = page.getByRole('dialog', { name: 'A new key' })
  await form.getByLabel('Name').fill('Night copy')
  await form.getByRole('checkbox', { name: 'Read stories' }).click()
  await form.getByRole('button', { name: 'Make a key' }).click()
  await expect(form.getByRole('alert')).toContainText('A key opens at least one thing.')
  await expect(form.getByLabel('Name')).toHaveValue('Night copy')
  await form.getByRole('button', { name: 'Cancel' }).click()
  await keys.getByRole('button', { name: 'Make a key' }).click()
  await expect(form.getByLabel('Name')).toBeFocused()
  await expect(form.getByRole('alert')).toHaveCount(0)
  await form.getByLabel('Name').fill('Night copy')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'The new key' })).toContainText('loom_')
})

test('an account is not deleted without its password, and the form says so', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const asked = page.getByRole('alertdialog')
  await asked.getByRole('button', { name: 'Delete my account' }).click()
  await expect(asked.getByText('Type your password.')).toBeVisible()
  await asked.getByLabel('Your password, to be sure').fill('not these words')
  await asked.getByRole('button', { name: 'Delete my account' }).click()
  await expect(asked.getByText('The password is wrong. Nothing was erased: type it again.')).toBeVisible()
  await expect(asked.getByLabel('Your password, to be sure')).toHaveValue('not these words')
  await expectGood(page)
})

test('[UI63] a page left open longer than its pass lasts still saves', async () => {
  await expect(page.getByRole('heading', { name: 'Where you are signed in' })).toBeVisible()
  // What the browser does with the short-lived cookie after some minutes.
  await page.context().clearCookies({ name: /access/ })
  await page.getByLabel('Your name').fill('Nia Late')
  await page.getByRole('button', { name: 'Save the name' }).click()
  await expect(page.getByText('Your name is changed.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Your menu: Nia Late' })).toBeVisible()
})
