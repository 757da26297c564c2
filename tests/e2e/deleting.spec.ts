import { expect, type Locator, type Page } from '@playwright/test'
import { canvas, centreOf, drag, drawScenes, join, openGraph, saved, scene, typeTitle } from './support/graph.ts'
import { test } from './support/test.ts'

// What deleting asks, what it says, and what its Undo takes back.

const dock = (page: Page): Locator => page.getByRole('complementary', { name: 'Dock' })
const place = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name })
const question = (page: Page): Locator => page.getByRole('alertdialog')

async function write(page: Page, title: string, text: string): Promise<void> {
  await scene(page, title).click()
  await dock(page).getByRole('tab', { name: 'Text' }).click()
  await dock(page)
    .getByRole('textbox', { name: `Text of ${title}` })
    .click()
  await page.keyboard.type(text)
}

test('deleting names the words, panels and branches that it touches, and cancelling keeps them', async ({
  page,
  app,
}) => {
  await openGraph(page, app.url, 'Named losses')
  await drawScenes(page, [
    ['Gate', 120, 100],
    ['Yard', 480, 100],
    ['Well', 480, 340],
  ])
  await join(page, 'Gate', 'Yard')
  await write(page, 'Yard', 'Rain fell on the stones. "Who is there?" asked Mara.')
  await expect(dock(page).locator('[data-save]')).toHaveText('Saved')
  await saved(page)
  // Selected as it is, the scene is also the one the comic opens on.
  await place(page, 'Comic').click()
  await page.getByRole('button', { name: 'Draft from the text' }).click()
  await expect(page.getByRole('button', { name: 'Draft from the text' })).toBeHidden()
  await saved(page)
  await place(page, 'Graph').click()
  await scene(page, 'Yard').click()
  await page.keyboard.press('b')
  await page.getByRole('textbox', { name: /^Name/ }).fill('Flood')
  await page.keyboard.press('Enter')
  await typeTitle(page, 'High water')
  await expect(scene(page, 'High water')).toBeVisible()
  await page.keyboard.press('Shift+1')

  await scene(page, 'Yard').click()
  await page.keyboard.press('Delete')
  await expect(question(page)).toContainText('10 words of text go along.')
  await expect(question(page)).toContainText(/\d+ comic panels? go(es)? along/)
  await expect(question(page)).toContainText('Branches that will fork earlier')
  await expect(question(page).getByRole('listitem').filter({ hasText: 'Flood' })).toBeVisible()
  await expect(question(page)).toContainText('Gate → Yard')
  await question(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(question(page)).toBeHidden()
  await expect(scene(page, 'Yard')).toBeVisible()

  // The start is named too; a scene that nothing hangs on goes at once.
  await scene(page, 'Gate').click()
  await page.keyboard.press('Delete')
  await expect(question(page)).toContainText('The story loses its start.')
  await question(page).getByRole('button', { name: 'Cancel' }).click()
  await scene(page, 'Well').click()
  await page.keyboard.press('Delete')
  await expect(scene(page, 'Well')).toHaveCount(0)
  await expect(question(page)).toHaveCount(0)

  // Confirmed, and taken back with everything that went along.
  await scene(page, 'Yard').click()
  await page.keyboard.press('Delete')
  await question(page).getByRole('button', { name: 'Delete' }).click()
  await expect(scene(page, 'Yard')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect(scene(page, 'Yard')).toBeVisible()
  await scene(page, 'Yard').click()
  await page.keyboard.press('Delete')
  await expect(question(page)).toContainText(/\d+ comic panels? go(es)? along/)
  await expect(question(page)).toContainText('Flood')
})

test('text that was typed a moment ago is asked about, as are the scenes of a group', async ({ page, app }) => {
  await openGraph(page, app.url, 'Fresh words')
  await drawScenes(page, [
    ['Gate', 120, 100],
    ['Yard', 480, 100],
  ])
  await write(page, 'Yard', 'Rain fell.')
  await expect(scene(page, 'Yard')).toContainText('0 words')
  await scene(page, 'Yard').click()
  await page.keyboard.press('Delete')
  await expect(question(page)).toContainText('2 words of text go along.')
  await question(page).getByRole('button', { name: 'Cancel' }).click()

  await scene(page, 'Yard').click()
  await page.keyboard.press('Control+g')
  await typeTitle(page, 'Outside')
  await page.locator('.loom-frame-head').click()
  await page.keyboard.press('Delete')
  await expect(question(page)).toContainText('1 scene leaves its group')
  await expect(question(page).getByRole('listitem').filter({ hasText: 'Yard' })).toBeVisible()
})

test('the Undo of a notice takes back what the notice is about, whatever was done since', async ({ page, app }) => {
  await openGraph(page, app.url, 'Its own undo')
  await drawScenes(page, [
    ['Gate', 120, 100],
    ['Yard', 480, 100],
    ['Well', 480, 340],
  ])
  await scene(page, 'Yard').click()
  await page.keyboard.press('Delete')
  await expect(scene(page, 'Yard')).toHaveCount(0)
  const before = await centreOf(page, 'Well')
  await drag(page, before, { x: before.x + 60, y: before.y + 40 })
  const moved = async () => Math.round((await centreOf(page, 'Well')).x - before.x)
  await expect.poll(moved).toBe(60)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect(scene(page, 'Yard')).toBeVisible()
  await saved(page)
  expect(await moved()).toBe(60)
  await page.reload()
  await expect(scene(page, 'Yard')).toBeVisible()

  await page.getByRole('button', { name: 'Tidy the whole story' }).click()
  await expect(page.getByText(/^Moved \d scenes?$/).last()).toBeVisible()
  await canvas(page).focus()
  await scene(page, 'Gate').click()
  await page.keyboard.press('F2')
  await typeTitle(page, 'Portal')
  await expect(scene(page, 'Portal')).toBeVisible()
  const tidied = await centreOf(page, 'Well')
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(async () => (await centreOf(page, 'Well')).y === tidied.y).toBe(false)
  await expect(scene(page, 'Portal')).toBeVisible()
})
