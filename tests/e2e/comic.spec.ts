import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

// The comic on the real server: draft from prose, edit, draw by job, checks, pages, export, characters; keyboard, phone, axe.

async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([])
}

/** Opens a place of the sample by its address. */
async function openPlace(page: Page, place: 'comic' | 'world') {
  await page.goto('/')
  await page.getByRole('link', { name: "The Keeper's Ledger" }).click()
  await page.waitForURL('**/graph**')
  await page.goto(page.url().replace('/graph', `/${place}`))
}

/** Chooses the first scene of the sample that has no panels yet. */
async function toEmptyScene(page: Page) {
  const draft = page.getByRole('button', { name: 'Draft from the text' })
  for (let i = 0; i < 14; i++) {
    await expect(page.getByRole('tab', { name: 'Shot list' })).toBeVisible()
    if (await draft.isVisible()) return
    const before = page.url()
    await page.keyboard.press('Alt+ArrowDown')
    await expect.poll(() => page.url()).not.toBe(before)
    await settled(page)
  }
  throw new Error('every scene has panels')
}

test('the text beside the comic is that of the scene that is shown, also when none was chosen', async ({ page }) => {
  await openPlace(page, 'comic')
  await page.getByRole('tab', { name: 'Text' }).click()
  await expect(page.getByText('Ines woke because nothing crossed the ceiling.').last()).toBeVisible()
  await expect(page.getByText('Choose one scene to write in it.')).toHaveCount(0)
})

test('a scene becomes a shot list, a drawn and checked panel, a page and a file', async ({ page }) => {
  await openPlace(page, 'comic')
  await toEmptyScene(page)
  await expectNoViolations(page)

  await page.getByRole('button', { name: 'Draft from the text' }).click()
  const rows = page.getByRole('listitem', { name: /^Panel \d+$/ })
  await expect(rows.first()).toBeVisible()
  const count = await rows.count()
  expect(count).toBeGreaterThan(1)
  await expect(rows.first().getByRole('img')).toBeVisible()
  await expect(page.getByText('verbatim').first()).toBeVisible()

  await rows.first().getByRole('combobox', { name: 'Light' }).click()
  await page.getByRole('option', { name: 'storm' }).click()
  await expect(rows.first().getByRole('combobox', { name: 'Light' })).toHaveText(/storm/)
  await rows.first().getByRole('button', { name: 'Split in two' }).click()
  await expect(rows).toHaveCount(count + 1)
  await rows.first().getByRole('button', { name: 'Join with the next panel' }).click()
  await expect(rows).toHaveCount(count)
  await expectNoViolations(page)
  await page.reload()
  await expect(rows).toHaveCount(count)
  await expect(rows.first().getByRole('combobox', { name: 'Light' })).toHaveText(/storm/)

  await rows.first().getByRole('button', { name: 'Open in the studio' }).click()
  await expect(page.getByText('No image backend is connected')).toBeVisible()
  await page.getByRole('button', { name: 'Draw', exact: true }).click()
  await expect(page.getByRole('button', { name: /Version 1/ })).toBeVisible({ timeout: 90_000 })
  await expect(page.getByText(/anatomy not assessed/)).toBeVisible()
  await expect(page.getByText('Storyboard, drawn by rules').first()).toBeVisible()
  await page.getByRole('button', { name: 'Vary the seed' }).click()
  await expect(page.getByRole('button', { name: /Version 2/ })).toBeVisible({ timeout: 90_000 })
  await expect(page.getByRole('button', { name: /Version 1/ })).toBeVisible()
  await expectNoViolations(page)

  await page.getByRole('tab', { name: 'Pages' }).click()
  await expect(page.getByRole('img', { name: /^Page 1 with/ })).toBeVisible()
  await expectNoViolations(page)
  const cbz = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export as CBZ' }).click()
  expect((await cbz).suggestedFilename()).toMatch(/\.cbz$/)
  const png = page.waitForEvent('download')
  await page.getByRole('link', { name: 'PNG' }).first().click()
  expect((await png).suggestedFilename()).toMatch(/\.png$/)
})

test('characters are edited, and their portrait follows the words', async ({ page }) => {
  await openPlace(page, 'world')
  await expect(page.getByRole('heading', { name: 'Characters' })).toBeVisible()
  await page.getByRole('button', { name: 'Add a character' }).click()
  const portrait = page.getByRole('img', { name: /drawn by rules/ }).first()
  const before = await portrait.innerHTML()
  await page.getByLabel('Wardrobe').fill('teal dress and scarf')
  await page.getByLabel('Wardrobe').blur()
  await expect
    .poll(() =>
      page
        .getByRole('img', { name: /drawn by rules/ })
        .last()
        .innerHTML(),
    )
    .not.toBe(before)
  await expectNoViolations(page)
  await page.reload()
  await page.getByRole('button', { name: /New character/ }).click()
  await expect(page.getByLabel('Wardrobe')).toHaveValue('teal dress and scarf')
})

test('on a phone the pages can be read and the shot list fits', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openPlace(page, 'comic')
  await expect(page.getByRole('tab', { name: 'Shot list' })).toBeVisible()
  await page.getByRole('tab', { name: 'Pages' }).click()
  await expectNoViolations(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
})

/** Opens the sample's first scene with panels in the studio. */
async function openStudio(page: Page) {
  await openPlace(page, 'comic')
  await page.getByRole('tab', { name: 'Panel studio' }).click()
  await expect(page.getByRole('heading', { name: 'Panel 1' })).toBeVisible()
}

test('a redraw adds a version; the earlier one is shown again and both stay', async ({ page }) => {
  await openStudio(page)
  const version = (number: number) => page.getByRole('button', { name: new RegExp(`^Version ${number}\\b`) })
  await expect(version(1)).toBeVisible()
  await page.getByRole('button', { name: 'Vary the seed' }).click()
  await expect(version(2)).toContainText('shown')

  await page.getByText('Compare versions').click()
  const table = page.getByRole('table', { name: 'What differs' })
  await expect(table.getByRole('row', { name: /^seed/ })).toBeVisible()
  await expect(table.getByRole('row', { name: /why it was drawn/ })).toContainText('other seed')
  await expect(page.getByRole('img', { name: 'Picture of version 1' })).toBeVisible()
  await expectNoViolations(page)

  await version(1).click()
  await page.getByRole('button', { name: 'Show this version' }).click()
  await expect(version(1)).toContainText('shown')
  await expect(version(2)).not.toContainText('shown')
  await expect(page.getByText('Saved', { exact: true }).filter({ visible: true }).first()).toBeVisible()
  await page.reload()
  await page.getByRole('tab', { name: 'Panel studio' }).click()
  await expect(version(1)).toContainText('shown')
  await expect(version(2)).toBeVisible()
  await expect(version(2)).not.toContainText('shown')
})

test('of several queued drawings one is cancelled while it waits', async ({ page, app }) => {
  // A worker that is known but takes nothing: what is queued for it waits for certain.
  const headers = { origin: app.url }
  const key = (await (
    await page.request.post('/api/workers/keys', { headers, data: { name: 'slow attic' } })
  ).json()) as { id: string; token: string }
  const hello = await fetch(`${app.url}/api/worker/v1/hello`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      protocol: 1,
      version: '0',
      name: 'slow',
      gpu: 'CPU',
      vramBytes: 0,
      backends: ['procedural'],
      kinds: ['render_panel'],
      models: [],
      loras: [],
      warmShapes: [],
      maxPixels: 4_000_000,
    }),
  })
  expect(hello.status).toBe(200)
  await openStudio(page)
  await page.getByRole('button', { name: 'Next panel' }).click()
  await expect(page.getByRole('heading', { name: 'Panel 2' })).toBeVisible()
  await page.getByRole('combobox', { name: 'Draw with' }).click()
  await page.getByRole('option', { name: 'procedural' }).click()
  const versions = page.getByRole('list', { name: 'Versions' }).getByRole('listitem')
  const before = await versions.count()
  await page.getByRole('button', { name: 'Draw all panels' }).click()
  await expect(page.getByText(/Drawing: waiting, 1 before it/)).toBeVisible()
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(page.getByText('The last drawing was cancelled.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toHaveCount(0)
  await expect(versions).toHaveCount(before)
  await page.reload()
  await page.getByRole('tab', { name: 'Panel studio' }).click()
  // The first panel still waits for its worker.
  await expect(page.getByText(/Drawing: waiting/)).toBeVisible()
  // The server is shared with the tests after this one: nothing may stay behind in its queue.
  const jobs = `/api/stories/${/stories\/([^/]+)/.exec(page.url())?.[1] ?? ''}/jobs`
  const list = (await (await page.request.get(jobs)).json()) as { jobs: { id: string; state: string }[] }
  for (const job of list.jobs.filter((one) => one.state === 'queued'))
    expect((await page.request.post(`${jobs}/${job.id}/cancel`, { headers })).ok()).toBe(true)
  expect((await page.request.delete(`/api/workers/keys/${key.id}`, { headers })).status()).toBe(204)
})
