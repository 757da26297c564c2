import { expect, type Page } from '@playwright/test'
import { expectGood } from './support/good-page.ts'
import { type RunningApp, startApp } from './support/app.ts'
import { newBrowser } from './support/people.ts'
import { plainTest as test } from './support/test.ts'

// The first door on the narrowest phone, and what both first doors say to bad input: why, what next, nothing lost.

let app: RunningApp
test.beforeEach(async () => {
  app = await startApp({
    // A mail server that nobody answers at: the page cannot know, and must not tell who exists.
    settings: { LOOM_SMTP_URL: 'smtp://127.0.0.1:9', LOOM_MAIL_FROM: 'loom@example.org' },
  })
})
test.afterEach(() => app.close())

const GOOD = { name: 'Idalia Mor', login: 'ida', password: 'seven lamps at low tide' }

async function fill(page: Page, { name, login, password }: typeof GOOD): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Sign-in name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
}

async function expectKept(page: Page, { name, login, password }: typeof GOOD): Promise<void> {
  await expect(page.getByLabel('Your name')).toHaveValue(name)
  await expect(page.getByLabel('Sign-in name')).toHaveValue(login)
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue(password)
}

test('the set-up screen fits 360 px, says what to do about bad input and keeps what was typed', async ({ browser }) => {
  const page = await (await newBrowser(browser, app.url)).newPage()
  await page.setViewportSize({ width: 360, height: 740 })
  const make = page.getByRole('button', { name: 'Make the account' })
  const link = app.setupLink() ?? ''
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Without the link there is nothing to fill in, only where to find it.
    await page.goto('/setup')
    await page.reload()
    await expect(page.getByText('the terminal shows a line that begins with "Set-up link:"')).toBeVisible()
    await expectGood(page)
    await page.goto(link)
    await expect(page.getByRole('heading', { name: 'Make this loom yours' })).toBeVisible()
    await expect(page.getByLabel('Your name')).toBeFocused()
    await expectGood(page)
  }

  // Each field says what is wrong with it, all in one go.
  const bad = { name: '   ', login: 'ida mor', password: 'short' }
  await fill(page, bad)
  await make.click()
  await expect(page.getByText('Type a name that others will see.')).toBeVisible()
  await expect(page.getByText('A sign-in name has no spaces. Write it as one word.')).toBeVisible()
  await expect(page.getByText('A password has at least 8 characters.')).toBeVisible()
  await expect(page.getByLabel('Your name')).toHaveAttribute('aria-invalid', 'true')
  await expectKept(page, bad)
  await expectGood(page)

  for (const [password, said] of [
    ['password1', 'This password is on every list of common passwords. Choose another one.'],
    ['abababab', 'This password repeats too few characters. Choose another one.'],
    ['Idalia Mor!', 'A password must not be your own name. Choose another one.'],
  ] as const) {
    await fill(page, { ...GOOD, password })
    await make.click()
    await expect(page.getByText(said)).toBeVisible()
    await expectKept(page, { ...GOOD, password })
  }

  // A link that is not the last one printed, and one with something pasted behind it.
  for (const [token, said] of [
    ['NotTheTokenThatWasPrinted', 'Start the program again and open the new link.'],
    ['x'.repeat(300), 'Open it again as a whole, with nothing added'],
  ] as const) {
    await page.goto(`/setup?${token.length}#${token}`)
    await fill(page, GOOD)
    await make.click()
    await expect(page.getByRole('alert').filter({ hasText: said })).toBeVisible()
    await expectKept(page, GOOD)
    await expectGood(page)
  }

  // Without a line the button does not wait for ever.
  await page.goto(link.replace('/setup', '/setup?line'))
  await fill(page, GOOD)
  await page.context().setOffline(true)
  await make.click()
  await expect(page.getByText('Nothing you typed is lost: try again when the line is back.')).toBeVisible()
  await expectKept(page, GOOD)
  await page.context().setOffline(false)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.waitForURL('**/graph**')
})

test('the sign-in screen says how to go on after wrong words, and how long to wait after many', async ({ browser }) => {
  const owner = await newBrowser(browser, app.url)
  const headers = { origin: app.url }
  const token = app.setupLink()?.split('#')[1]
  const made = await owner.request.post(`${app.url}/api/setup`, { headers, data: { token, ...GOOD } })
  expect(made.status()).toBe(201)

  const page = await (await newBrowser(browser, app.url)).newPage()
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto('/sign-in?next=%2Fsettings')
  const login = page.getByLabel('Sign-in name')
  const password = page.getByLabel('Password', { exact: true })
  await login.fill(' ')
  await password.fill('not these words')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Type your sign-in name.')).toBeVisible()
  await expect(password).toHaveValue('not these words')
  await login.fill('ida')
  const wrong = page.getByRole('alert').filter({ hasText: 'Name and password do not fit together.' })
  const wait = page.getByRole('alert').filter({ hasText: /^Too many tries\. Wait \d+ seconds, then try again\.$/ })
  await expect(async () => {
    await password.press('Enter')
    await expect(wrong.or(wait)).toBeVisible()
    await expect(wait).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(login).toHaveValue('ida')
  await expect(password).toHaveValue('not these words')
  await expectGood(page)

  // A forgotten password: the page says the same whether there is such a person or not.
  await page.getByRole('link', { name: 'Forgot the password?' }).click()
  await expect(page.getByText('Write your sign-in name.')).toBeVisible()
  await page.getByLabel('Sign-in name').fill('nobody-by-that-name')
  await page.getByRole('button', { name: 'Send a link' }).click()
  await expect(page.getByRole('status')).toContainText('If there is such an account, a link is on its way.')
  await expectGood(page)
})
