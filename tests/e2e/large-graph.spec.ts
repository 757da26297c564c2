import { expect, type Locator, type Page } from '@playwright/test'
import { fillStory } from '../support/fill-story.ts'
import { saved } from './support/graph.ts'
import { test } from './support/test.ts'

// A story of more edges than are kept as elements: its lines are painted, and still answer to the pointer and the keys.

const card = (page: Page, title: string) =>
  page.locator('.react-flow__node-scene', { hasText: new RegExp(`${title}(?!\\d)`) })
const edges = (page: Page) => page.locator('.react-flow__edge')

/** Moves the pointer onto the painted edge between the first two scenes until it is an element; answers where that is. */
async function onto(page: Page, line: Locator): Promise<{ x: number; y: number }> {
  const at = { x: 0, y: 0 }
  // The opening view may still be on its way to the first scene.
  await expect(async () => {
    const from = await card(page, 'Scene 1').boundingBox()
    const to = await card(page, 'Scene 2').boundingBox()
    if (!from || !to) throw new Error('the first scenes are not on the canvas')
    at.x = (from.x + from.width + to.x) / 2
    at.y = (from.y + from.height / 2 + to.y + to.height / 2) / 2
    await page.mouse.move(at.x + 40, at.y)
    await page.mouse.move(at.x, at.y)
    await expect(line).toHaveCount(1, { timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
  return at
}

test('a painted edge is pointed at, picked and deleted, and scenes out of view are let go', async ({ page, app }) => {
  const storyId = await fillStory(page.request, app.url, { seed: 4, scenes: 400, groups: 0 })
  await page.goto(`${app.url}/stories/${storyId}/graph`)
  await expect(page.locator('[data-scenes="400"]')).toBeVisible()
  // The view opens on the first scene; below it stands the one it leads to.
  await expect(card(page, 'Scene 1')).toBeVisible()
  await expect(edges(page)).toHaveCount(0)
  const line = page.locator('.react-flow__edge[aria-label$="from Scene 1 to Scene 2"]')
  const middle = await onto(page, line)
  await page.mouse.click(middle.x, middle.y)
  await expect(line).toHaveClass(/selected/)
  await page.keyboard.press('Delete')
  await expect(edges(page)).toHaveCount(0)
  await page.mouse.move(middle.x + 2, middle.y)
  await expect(line).toHaveCount(0)

  // The arrows lead the keyboard on, and what the view leaves behind is no element any more.
  await card(page, 'Scene 1').click()
  await page.keyboard.press('ArrowDown')
  const focused = page.locator('.react-flow__node:focus')
  await expect(focused).toContainText('Scene 2')
  // Its edges, painted as they are, are walked by key: each becomes an element while it is picked.
  await page.keyboard.press('e')
  await expect(page.locator('.react-flow__edge.selected')).toHaveCount(1)
  const pane = await page.locator('.react-flow__pane').boundingBox()
  if (!pane) throw new Error('no canvas')
  for (let turn = 0; turn < 4; turn++) {
    await page.mouse.move(pane.x + pane.width - 40, pane.y + 60)
    await page.mouse.down({ button: 'middle' })
    await page.mouse.move(pane.x + 40, pane.y + 60, { steps: 8 })
    await page.mouse.up({ button: 'middle' })
  }
  await expect(card(page, 'Scene 1')).toHaveCount(0)
})

test('from far off a title is typed near, whole, and without running shortcuts', async ({ page, app }) => {
  const storyId = await fillStory(page.request, app.url, { seed: 5, scenes: 400, groups: 0 })
  await page.goto(`${app.url}/stories/${storyId}/graph`)
  await expect(card(page, 'Scene 1')).toBeVisible()
  const zoom = () =>
    page.locator('.react-flow__viewport').evaluate((layer) => new DOMMatrix(getComputedStyle(layer).transform).a)
  const farOff = async () => {
    await page.keyboard.press('Shift+1')
    await expect.poll(zoom).toBeLessThan(0.3)
    // Points, not titles.
    await expect(page.getByText('Scene 2', { exact: true })).toHaveCount(0)
  }
  const field = page.getByLabel('Scene title')

  await farOff()
  await page.keyboard.press('n')
  await page.keyboard.type('Harbour')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(field).toHaveValue('Harbour')
  await expect.poll(zoom).toBeGreaterThanOrEqual(0.8)
  await page.keyboard.press('Enter')
  await expect(card(page, 'Harbour')).toBeVisible()

  // F2 from afar; and who zooms out while typing keeps what was typed.
  await farOff()
  await page.keyboard.press('F2')
  await expect(field).toHaveValue('Harbour')
  await expect.poll(zoom).toBeGreaterThanOrEqual(0.8)
  await page.keyboard.press('End')
  await page.keyboard.type(' gate')
  const box = await field.boundingBox()
  if (!box) throw new Error('the title is not on the canvas')
  await page.mouse.move(box.x, box.y + 200)
  await expect(async () => {
    await page.mouse.wheel(0, 600)
    expect(await zoom()).toBeLessThan(0.3)
  }).toPass()
  await expect(field).toHaveValue('Harbour gate')
  await page.keyboard.type(' in fog')
  await page.keyboard.press('Enter')
  await saved(page)
  await page.reload()
  await expect(page.locator('[data-scenes="401"]')).toBeVisible()
  await expect(card(page, 'Harbour gate in fog')).toBeVisible()
})
