import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { makeComic } from './support/comic.ts'
import { drag, saved } from './support/graph.ts'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

// Checks follow what is shown: the verdict, its evidence on the picture and on the page, the direction, redraws.

async function openComic(page: Page, url: string, storyId: string, tab: 'Panel studio' | 'Pages' | 'Shot list') {
  await page.goto(`${url}/stories/${storyId}/comic`)
  await page.getByRole('tab', { name: tab }).click()
}

const overlay = (page: Page) => page.locator('[data-findings]')
const balloon = (page: Page, text: string) => page.getByRole('button', { name: `Balloon: ${text}` })

async function boxOf(locator: ReturnType<Page['locator']>) {
  const box = await locator.boundingBox()
  if (!box) throw new Error('it is not on the screen')
  return box
}

test('[QC5] a balloon over a face changes the verdict at once, and the face is marked on the picture', async ({
  page,
  app,
}) => {
  const { storyId, collections } = await makeComic(page, app.url, 'Moved balloons', true)
  await openComic(page, app.url, storyId, 'Panel studio')
  await expect(page.getByText(/^Pass; /)).toBeVisible()
  await expect(overlay(page)).toHaveCount(0)

  // Where Mara's face is on the screen: the picture covers its frame.
  const version = (await collections()).panelVersions.find((one) => one.facts.figures.length === 2)
  const head = version?.facts.figures[0]?.head
  if (!version || !head) throw new Error('nobody is in the picture')
  const drawing = page.getByRole('img', { name: 'Mara and Oren on the shore.' })
  const [w, h] = ((await drawing.getAttribute('viewBox')) ?? '').split(' ').slice(2).map(Number) as [number, number]
  const picture = await boxOf(drawing)
  const scale = Math.max(w / version.image.width, h / version.image.height)
  const onScreen = (x: number, y: number) => ({
    x: picture.x + ((x * scale + (w - version.image.width * scale) / 2) / w) * picture.width,
    y: picture.y + ((y * scale + (h - version.image.height * scale) / 2) / h) * picture.height,
  })
  const face = onScreen(head.x + head.w / 2, head.y + head.h / 2)
  const from = await boxOf(balloon(page, 'The water left'))
  await drag(page, { x: from.x + from.width / 2, y: from.y + from.height / 2 }, face)

  await expect(page.getByText(/^Redraw; /)).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'a balloon covers a face' })).toBeVisible()
  await expect(overlay(page).getByText(/^\d+\. a balloon covers a face/)).toBeVisible()
  const marks = await overlay(page).locator('rect').all()
  const [left, right] = [onScreen(head.x, head.y), onScreen(head.x + head.w, head.y + head.h)]
  const boxes = await Promise.all(marks.map(boxOf))
  const near = (a: number, b: number) => Math.abs(a - b) < 14
  expect(
    boxes.some((box) => near(box.x, left.x) && near(box.y, left.y) && near(box.x + box.width, right.x)),
    JSON.stringify({ boxes, left, right }),
  ).toBe(true)
  await settled(page)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

  // The same is said of it after a reload, and on its page.
  await saved(page)
  await openComic(page, app.url, storyId, 'Pages')
  const sheet = page.getByRole('region', { name: 'Page 1' })
  await expect(sheet.getByText('Lettering of the page Redraw')).toBeVisible()
  await expect(overlay(page).getByText(/a balloon covers a face/)).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.getByRole('switch', { name: 'Show checks on the pages' }).click()
  await expect(overlay(page)).toHaveCount(0)

  await page.getByRole('tab', { name: 'Panel studio' }).click()
  await balloon(page, 'The water left').press('Delete')
  await expect(page.getByText(/^Pass; /)).toBeVisible()
  await expect(overlay(page)).toHaveCount(0)
})

test('[QC5] a longer line is judged as it is typed, also before anything was drawn', async ({ page, app }) => {
  const { storyId } = await makeComic(page, app.url, 'Longer lines', false)
  await openComic(page, app.url, storyId, 'Panel studio')
  await expect(page.getByText('Pass; technical, identity and anatomy not assessed')).toBeVisible()
  await page.getByRole('tab', { name: 'Shot list' }).click()
  const words = page.getByRole('textbox', { name: 'Words' }).first()
  await words.fill(`${'and the sea came in '.repeat(6)}again`)
  await words.blur()
  await page.getByRole('tab', { name: 'Panel studio' }).click()
  await expect(page.getByText(/^(Review|Redraw); technical/)).toBeVisible()
  await expect(page.getByText(/too many words in a balloon: 31 words \(limit 25\)/)).toBeVisible()
})

test('[PA56] the direction of the scene holds in the studio as on the page', async ({ page, app }) => {
  const { storyId } = await makeComic(page, app.url, 'Right to left', true)
  // Lettering stands in the groups after the pictures, one for each panel.
  const letters = (name: RegExp) =>
    page
      .getByRole('img', { name })
      .first()
      .evaluate((svg) => svg.querySelector(':scope > g')?.innerHTML ?? '')
  const both = async () => {
    await page.getByRole('tab', { name: 'Pages' }).click()
    const onPage = await letters(/^Page 1 with/)
    await page.getByRole('tab', { name: 'Panel studio' }).click()
    return [onPage, await letters(/^Mara and Oren on the shore/)] as const
  }
  await openComic(page, app.url, storyId, 'Pages')
  const [ltrPage, ltrStudio] = await both()
  expect(ltrStudio).toBe(ltrPage)
  await page.getByRole('tab', { name: 'Pages' }).click()
  await page.getByRole('combobox', { name: 'Reading direction' }).click()
  await page.getByRole('option', { name: 'right to left' }).click()
  await expect(page.getByRole('combobox', { name: 'Reading direction' })).toHaveText(/right to left/)
  const [rtlPage, rtlStudio] = await both()
  expect(rtlStudio).toBe(rtlPage)
  expect(rtlPage).not.toBe(ltrPage)
})

test('[PA33][PA34] drawing again shows another picture, or says that nothing would change', async ({ page, app }) => {
  const { storyId } = await makeComic(page, app.url, 'Drawn again', true)
  await openComic(page, app.url, storyId, 'Panel studio')
  const versions = page.getByRole('list', { name: 'Versions' }).getByRole('listitem')
  await expect(versions).toHaveCount(1)
  await page.getByRole('button', { name: 'Draw all panels' }).click()
  await expect(page.getByText('Every panel shows a picture that fits it.')).toBeVisible()
  await page.getByRole('button', { name: 'Draw again' }).click()
  await expect(versions).toHaveCount(2, { timeout: 90_000 })
  const sources = await versions.locator('img').evaluateAll((all) => all.map((one) => one.getAttribute('src')))
  expect(new Set(sources).size).toBe(2)

  await page.getByRole('button', { name: 'Next panel' }).click()
  await page.getByRole('button', { name: 'Next panel' }).click()
  await expect(page.getByRole('heading', { name: 'Panel 3' })).toBeVisible()
  await page.getByRole('button', { name: 'Draw again' }).click()
  await expect(page.getByText(/Nothing would change: another seed does not show/)).toBeVisible()
  await expect(versions).toHaveCount(1)
})

test('a scene shows its chosen panels on its card and in its details', async ({ page, app }) => {
  const { storyId, sceneId, collections } = await makeComic(page, app.url, 'Shown on the graph', true)
  await page.goto(`${app.url}/stories/${storyId}/graph`)
  const card = page.locator('.react-flow__node-scene', { hasText: 'Low water' })
  await card.click()
  const strip = page.getByRole('region', { name: 'Comic panels' })
  await expect(strip.getByRole('img')).toHaveCount(3)
  await expect(strip.getByRole('img', { name: 'A path through the forest.' })).toBeVisible()
  const shas = async () => {
    const { panels, panelVersions } = await collections()
    return panels.map(({ chosenVersionId }) => panelVersions.find((one) => one.id === chosenVersionId)?.image.sha256)
  }
  const [first] = await shas()
  await expect(card.locator('img')).toHaveAttribute('src', new RegExp(`${first}$`))
  await expect(strip.getByRole('img').first()).toHaveAttribute('src', new RegExp(`${first}$`))
  // Both are real pictures, not addresses of nothing.
  for (const img of [card.locator('img'), strip.getByRole('img').first()])
    await expect.poll(() => img.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(100)
  await settled(page)
  expect((await new AxeBuilder({ page }).include('[aria-label="Comic panels"]').analyze()).violations).toEqual([])

  await strip.getByRole('link', { name: 'Open in the comic' }).click()
  await page.waitForURL('**/comic**')
  await expect(page.getByRole('combobox', { name: 'Scene' })).toHaveText(/Low water/)
  await page.getByRole('tab', { name: 'Panel studio' }).click()
  await page.getByRole('button', { name: 'Show the live storyboard' }).click()
  await saved(page)
  await page.goto(`${app.url}/stories/${storyId}/graph?scene=${sceneId}`)
  await card.click()
  await expect(strip.getByText('2 of 3 panels show a picture.')).toBeVisible()
  await expect(strip.getByRole('img')).toHaveCount(2)
  await expect(card.locator('img')).not.toHaveAttribute('src', new RegExp(`${first}$`))
})
