import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { test } from './support/test.ts'

// Worker keys in the settings, on the real server: made and shown once, a machine that says hello, revoked.

async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([])
}

test('a worker key is made, shown once, used and revoked in the settings', async ({ page, app }) => {
  await page.goto('/settings#workers')
  await expect(page.getByText('No keys yet.')).toBeVisible()
  await page.getByLabel('Name of the new key').fill('attic')
  await page.keyboard.press('Enter')
  const secret = page.getByRole('region', { name: 'The new key and how to start the worker' })
  await expect(secret).toContainText('loomw_')
  await expect(secret).toContainText(`LOOM_URL=${app.url}`)
  const token = /loomw_\S+/.exec((await secret.textContent()) ?? '')?.[0] ?? ''
  await expectNoViolations(page)

  const row = page.getByRole('listitem', { name: 'attic' })
  await expect(row).toContainText('No worker has used this key yet.')
  const hello = () =>
    fetch(`${app.url}/api/worker/v1/hello`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        protocol: 1,
        version: '0.1',
        name: 'attic-box',
        gpu: 'CPU',
        vramBytes: 0,
        backends: ['procedural'],
        kinds: ['render_panel'],
        models: [],
        loras: [],
        warmShapes: [],
        maxPixels: 1_000_000,
      }),
    }).then((answer) => answer.status)
  expect(await hello()).toBe(200)

  await page.reload()
  await expect(row).toContainText('attic-box')
  await expect(row).toContainText('connected')
  await expect(row).toContainText('draws with procedural')
  await expect(page.getByText(token)).toHaveCount(0)

  await page.getByRole('button', { name: 'Revoke attic' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toHaveCount(0)
  await expect(page.getByText(/revoked keys?$/)).toBeVisible()
  expect(await hello()).toBe(401)
  await expectNoViolations(page)

  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
})

test('a worker key is bound to one story in the settings, by keyboard', async ({ page, app }) => {
  for (const title of ['The Bound Road', 'The Free Road'])
    expect(
      (await page.request.post(`${app.url}/api/stories`, { headers: { origin: app.url }, data: { title } })).status(),
    ).toBe(201)
  await page.goto('/settings#workers')
  await page.getByLabel('Name of the new key').fill('borrowed')
  await expect(page.getByRole('checkbox', { name: 'Draw a panel' })).toBeChecked()
  await page.getByRole('checkbox', { name: 'Draw a panel' }).press('Space')
  await expect(page.locator('#workers').getByRole('button', { name: 'Make a key' })).toBeDisabled()
  await page.getByRole('checkbox', { name: 'Draw a panel' }).press('Space')
  await page.locator('#workers').getByRole('combobox', { name: 'Stories' }).press('Enter')
  await page.getByRole('option', { name: 'Chosen stories' }).press('Enter')
  await expect(page.locator('#workers').getByRole('button', { name: 'Make a key' })).toBeDisabled()
  await page.getByRole('checkbox', { name: 'The Bound Road' }).press('Space')
  await expectNoViolations(page)
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  await page.locator('#workers').getByRole('button', { name: 'Make a key' }).press('Enter')
  await expect(page.getByRole('region', { name: 'The new key and how to start the worker' })).toBeVisible()
  const row = page.getByRole('listitem', { name: 'borrowed' })
  await expect(row).toContainText('Draw a panel. Only “The Bound Road”')
  await page.reload()
  await expect(row).toContainText('Only “The Bound Road”')
  await page.getByRole('button', { name: 'Revoke borrowed' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toHaveCount(0)
})

test('an address of a section of the settings leads to it, also while those above it are still filling', async ({
  page,
}) => {
  // What is above comes late, as from a slow line.
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/api/providers', async (route) => {
    await held
    await route.continue()
  })
  await page.setViewportSize({ width: 1366, height: 500 })
  await page.goto('/settings#workers')
  const section = page.locator('#workers')
  const top = async () => (await section.boundingBox())?.y ?? Number.NaN
  await expect.poll(top).toBeGreaterThanOrEqual(0)
  await expect.poll(top).toBeLessThan(60)
  release()
  await expect(page.locator('#writer h3').first()).toBeAttached()
  await expect(
    page
      .getByText('No keys yet.')
      .or(page.getByRole('listitem', { name: 'attic' }))
      .first(),
  ).toBeVisible()
  await expect.poll(top).toBeGreaterThanOrEqual(0)
  await expect.poll(top).toBeLessThan(60)
  // Whoever scrolls is left alone.
  await page.mouse.move(700, 250)
  await page.mouse.wheel(0, -300)
  await expect.poll(top).toBeGreaterThan(100)
})
