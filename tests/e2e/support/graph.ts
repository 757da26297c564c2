import { expect, type Locator, type Page } from '@playwright/test'

// What the tests of the graph share: a story of their own, its canvas, and the gestures of a mouse.

/** An empty story of its own, open on its graph. Answers its id. */
export async function openGraph(page: Page, url: string, title: string): Promise<string> {
  const made = await page.request.post(`${url}/api/stories`, { headers: { origin: url }, data: { title } })
  const { storyId } = (await made.json()) as { storyId: string }
  await page.goto(`${url}/stories/${storyId}/graph`)
  await expect(page.getByRole('application', { name: /Story graph/ })).toBeVisible()
  await expect(page.getByText('Nothing on the canvas yet')).toBeVisible()
  return storyId
}

export const scene = (page: Page, title: string): Locator => page.locator('.react-flow__node-scene', { hasText: title })
export const canvas = (page: Page): Locator => page.getByRole('application', { name: /Story graph/ })
/** Waits until everything done so far is stored on the server. */
export const saved = (page: Page): Promise<void> =>
  expect(page.getByRole('status').filter({ hasText: 'Saved' }).first()).toBeAttached()

export async function typeTitle(page: Page, title: string): Promise<void> {
  await page.getByLabel('Scene title').fill(title)
  await page.keyboard.press('Enter')
}

export async function centreOf(page: Page, title: string): Promise<{ x: number; y: number }> {
  const box = await scene(page, title).boundingBox()
  if (!box) throw new Error(`${title} is not on the canvas`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

export async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 })
  await page.mouse.move(to.x, to.y, { steps: 6 })
  await page.mouse.up()
}

/** Makes scenes with a double-click each; `x` and `y` are px from the canvas's corner to the scene's. */
export async function drawScenes(page: Page, scenes: readonly (readonly [string, number, number])[]): Promise<void> {
  const box = await canvas(page).boundingBox()
  if (!box) throw new Error('no canvas')
  for (const [title, x, y] of scenes) {
    await page.mouse.dblclick(box.x + x + 110, box.y + y + 48)
    await typeTitle(page, title)
    await expect(scene(page, title)).toBeVisible()
    await page.keyboard.press('Escape')
  }
}

/** Joins two scenes by dragging from the first one's handle. */
export async function join(page: Page, from: string, to: string): Promise<void> {
  const handle = await scene(page, from).locator('.react-flow__handle-right').boundingBox()
  if (!handle) throw new Error('no handle')
  await drag(page, { x: handle.x + 7, y: handle.y + 7 }, await centreOf(page, to))
}
