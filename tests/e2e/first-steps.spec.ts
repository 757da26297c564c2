import { expect } from '@playwright/test'
import { startApp } from './support/app.ts'
import { tabTo } from './support/keys.ts'
import { plainTest as test } from './support/test.ts'

// The promise of the first evening: without documentation or mouse, from the set-up link to a branch with a first
// offline draft on it, following nothing but the card of first steps.

/** Five minutes of a person, not of a machine: two keys a second. */
const MOST_KEYS = 600

test('by keyboard alone, the first steps lead from the set-up link to a branch with an offline draft on it', async ({
  browser,
}) => {
  test.setTimeout(10 * 60_000)
  const app = await startApp()
  const context = await browser.newContext({ baseURL: app.url })
  await context.addInitScript(() => {
    const count = () => sessionStorage.setItem('keys', String(1 + Number(sessionStorage.getItem('keys') ?? 0)))
    addEventListener('keydown', count, true)
  })
  const page = await context.newPage()
  try {
    await page.goto(app.setupLink() ?? '')
    await tabTo(page, page.getByLabel('Your name'))
    await page.keyboard.type('Ida Mor')
    await tabTo(page, page.getByLabel('Sign-in name'))
    await page.keyboard.type('ida')
    await tabTo(page, page.getByLabel('Password', { exact: true }))
    await page.keyboard.type('seven lamps at low tide')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/graph**')
    const card = page.getByRole('region', { name: 'Three first steps' })
    await expect(card).toBeVisible()
    const done = card.getByText('(done)')

    // 1. Look at a scene.
    await expect(card).toContainText('Its details open at the right.')
    // Tab walks the map and selects as it goes, in the drawing's order.
    await tabTo(page, page.getByRole('group', { name: /^The ledger,/ }))
    await expect(page.getByRole('complementary', { name: 'Dock' }).getByLabel('Summary')).toBeVisible()
    await expect(done).toHaveCount(1)

    // 2. A branch of one's own: the card names the key.
    await expect(card).toContainText('press B')
    await page.keyboard.press('b')
    await expect(page.getByRole('textbox', { name: /^Name/ })).toBeFocused()
    await page.keyboard.type('The lamp stays dark')
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('Scene title')).toBeFocused()
    await page.keyboard.type('No light tonight')
    await page.keyboard.press('Enter')
    await expect(done).toHaveCount(2)
    await expect(page.getByRole('button', { name: /Branch: The lamp stays dark/ })).toBeVisible()

    // 3. The first words: the writer continues and says that it works by rules.
    await expect(card).toContainText('let the Writer continue')
    const dock = page.getByRole('complementary', { name: 'Dock' })
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Go to Write')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/write**')
    await expect(page.getByRole('textbox', { name: 'Text of No light tonight' })).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Writer in the dock')
    await page.keyboard.press('Enter')
    await expect(dock.getByText('outline-1 is a set of rules, not a model.')).toBeVisible()
    await tabTo(page, dock.getByRole('button', { name: 'Continue the scene' }))
    await page.keyboard.press('Enter')
    const pending = page.getByRole('region', { name: 'Pending text, not in the scene yet' })
    await expect(pending).toContainText('offline/outline-1 (by rules)')
    await tabTo(page, pending.getByRole('button', { name: 'Accept', exact: true }))
    await page.keyboard.press('Enter')
    await expect(pending).toHaveCount(0)
    await expect(page.getByRole('textbox', { name: 'Text of No light tonight' })).toContainText('[Outline]')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Go to Graph')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/graph**')
    await expect(page.getByRole('heading', { name: 'That is the whole craft' })).toBeVisible()
    await expect(page.getByRole('button').getByRole('status')).toHaveText('Saved')
    const keys = await page.evaluate(() => Number(sessionStorage.getItem('keys')))
    expect(keys).toBeGreaterThan(100)
    expect(keys).toBeLessThan(MOST_KEYS)

    await page.reload()
    await expect(page.getByRole('heading', { name: 'That is the whole craft' })).toBeVisible()
    await expect(page.locator('.react-flow__node-scene', { hasText: 'No light tonight' })).toBeVisible()
  } finally {
    await context.close()
    await app.close()
  }
})
