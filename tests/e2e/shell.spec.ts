import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { io } from 'socket.io-client'
import { startApp } from './support/app.ts'
import { plainTest, test } from './support/test.ts'

// The frame on the real server: set-up, sign-in, shelf, settings, palette, keys, links, offline, phone, axe.

async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([])
}

/** The one save sign that can be seen: in the status bar, on phones in the header. */
const saveSign = (page: Page) => page.getByRole('button').getByRole('status')

/** Opens the sample on its map. */
async function openSample(page: Page) {
  await page.goto('/')
  await page.getByRole('link', { name: "The Keeper's Ledger" }).click()
  await page.waitForURL('**/graph**')
  await expect(saveSign(page)).toHaveText('Saved')
}

plainTest(
  'the set-up link makes the owner once, opens the sample with three first steps, and a stranger is refused',
  async ({ browser }) => {
    const app = await startApp()
    const context = await browser.newContext({ baseURL: app.url })
    const page = await context.newPage()
    try {
      await page.goto('/')
      await expect(page.getByRole('heading', { name: 'This installation has no owner yet' })).toBeVisible()
      await expectNoViolations(page)

      const link = app.setupLink() ?? ''
      await page.goto(link)
      await page.getByLabel('Your name').fill('Ida Mor')
      await page.getByLabel('Sign-in name').fill('ida')
      await page.getByLabel('Password', { exact: true }).fill('password1')
      await page.getByRole('button', { name: 'Make the account' }).click()
      await expect(page.getByText(/common passwords/)).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill('seven lamps at low tide')
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.waitForURL('**/graph**')
      await expect(page.getByRole('heading', { name: 'Three first steps' })).toBeVisible()
      await page.getByRole('button', { name: 'Put the first steps away' }).click()
      await page.reload()
      await expect(saveSign(page)).toHaveText('Saved')
      await expect(page.getByRole('heading', { name: 'Three first steps' })).toBeHidden()

      const stranger = await (await browser.newContext({ baseURL: app.url })).newPage()
      await stranger.goto(link)
      await expect(stranger.getByRole('heading', { name: 'There is an owner already' })).toBeVisible()
      await stranger.getByRole('link', { name: 'Sign in' }).click()
      await stranger.getByLabel('Sign-in name').fill('ida')
      await stranger.getByLabel('Password', { exact: true }).fill('not these words')
      await stranger.keyboard.press('Enter')
      await expect(stranger.getByText('Name and password do not fit together.')).toBeVisible()
      await expectNoViolations(stranger)
    } finally {
      await context.close()
      await app.close()
    }
  },
)

test('a story is made, renamed, trashed and comes back whole', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'New story' }).click()
  await page.getByLabel('Title').fill('Nine Lamps')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/stories/**')
  await page.goto('/')
  await page.getByRole('button', { name: 'More about Nine Lamps' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByLabel('Title').fill('Ten Lamps')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('link', { name: 'Ten Lamps' })).toBeVisible()
  await expectNoViolations(page)

  await page.getByRole('button', { name: 'More about Ten Lamps' }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await expect(page.getByRole('link', { name: 'Ten Lamps' })).toBeHidden()
  await page.getByRole('button', { name: 'Trash', exact: true }).click()
  await page.getByRole('button', { name: 'More about Ten Lamps' }).click()
  await page.getByRole('menuitem', { name: 'Restore' }).click()
  await page.getByRole('button', { name: 'Stories', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Ten Lamps' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('link', { name: 'Ten Lamps' })).toBeVisible()
})

test('preferences change the manuscript at once and survive a reload', async ({ page }) => {
  await page.goto('/settings')
  const sample = page.locator('figure .prose-page')
  const fontSize = () => sample.evaluate((element) => getComputedStyle(element).fontSize)
  await expect.poll(fontSize).toBe('19px')
  await page.getByRole('slider', { name: 'Size of prose, px' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(fontSize).toBe('21px')
  await page.reload()
  await expect.poll(fontSize).toBe('21px')
  await page.getByText('Dark', { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Back to the house style' }).click()
  await expect.poll(fontSize).toBe('19px')
})

test('palette, places and keys: every view is a link, and back leads back', async ({ page }) => {
  await openSample(page)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('sea cave')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/scenes=sc_/)
  const selected = new URL(page.url()).searchParams.get('scenes') ?? ''
  await expect(page.getByRole('navigation', { name: 'Where you are' })).toContainText('The sea cave')

  await page.getByRole('button', { name: /Switch branch/ }).click()
  await page.getByRole('menuitemradio').nth(1).click()
  await expect(page).toHaveURL(/branch=br_/)
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Write' }).click()
  await expect(page).toHaveURL(new RegExp(`/write.*scenes=${selected}`))
  await page.goBack()
  await expect(page).toHaveURL(/\/graph\?.*branch=br_/)
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Where you are' })).toContainText('The sea cave')

  const places = page.getByRole('navigation', { name: 'Places' })
  await places.getByRole('link', { name: 'Graph' }).focus()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(help).toContainText('Find anything')
  await page.keyboard.press('1')
  await expect(page).toHaveURL(/\/graph/)
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await page.keyboard.press('1')
  await expect(page).toHaveURL(/\/write/)
})

test('offline is said, and saved is said again only after the line is back', async ({ page, context }) => {
  await openSample(page)
  const sign = saveSign(page)
  await expect(sign).toHaveText('Saved')
  await context.setOffline(true)
  await expect(sign).toContainText('Offline')
  await context.setOffline(false)
  await expect(sign).toHaveText('Saved')
})

test('two people see each other in the header', async ({ page, browser, app, signIn }) => {
  await openSample(page)
  const context = await browser.newContext({ baseURL: app.url })
  await signIn(context)
  const second = await context.newPage()
  await second.goto(page.url().replace('/graph', '/write'))
  await page.getByRole('button', { name: '2 people here' }).click()
  await expect(page.getByRole('dialog', { name: 'People here' })).toContainText('Write')
  await context.close()
  await expect(page.getByRole('button', { name: '2 people here' })).toBeHidden({ timeout: 20_000 })
})

test('[D3] one window too many says so', async ({ page, context, app }) => {
  const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const others = Array.from({ length: 20 }, () =>
    io(app.url, {
      ...{ transports: ['websocket'], reconnection: false, forceNew: true },
      extraHeaders: { cookie: cookies, origin: app.url },
    }),
  )
  try {
    await expect.poll(() => others.filter((socket) => socket.connected).length).toBe(20)
    await page.goto('/')
    await page.getByRole('link', { name: "The Keeper's Ledger" }).click()
    await expect(saveSign(page)).toContainText('Too many of your windows are open')
  } finally {
    for (const socket of others) socket.disconnect()
  }
})

test('an address that leads nowhere says so and leads home', async ({ page }) => {
  await page.goto('/stories/st_nothere/graph')
  await expect(page.getByRole('heading', { name: 'There is no such story' })).toBeVisible()
  await page.goto('/nowhere/at/all')
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  await expectNoViolations(page)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the rail is a bar below, the dock a sheet, the save state stays, nothing runs over the edge', async ({
    page,
  }) => {
    await openSample(page)
    const bar = page.getByRole('navigation', { name: 'Places' })
    const box = await bar.boundingBox()
    expect(box?.y).toBeGreaterThan(700)
    for (const link of await bar.getByRole('link').all()) {
      const size = await link.boundingBox()
      if (size) expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(44)
    }
    await page.getByRole('button', { name: 'Open the dock' }).click()
    await expect(page.getByRole('dialog', { name: 'Dock' })).toBeVisible()
    await page.keyboard.press('Escape')
    for (const address of ['/', '/settings', page.url()]) {
      await page.goto(address)
      await expect(page.locator('h1')).toBeAttached()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    }
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    await expect(saveSign(page)).toHaveText('Saved')
  })
})
