import { expect, type Locator, type Page } from '@playwright/test'
import { openGraph, saved, scene } from './support/graph.ts'
import { tabTo } from './support/keys.ts'
import { test } from './support/test.ts'

// Several scenes chosen by keys alone, with the same keys on the canvas and in the outline, and then acted on together.

const line = (page: Page, title: string): Locator => page.getByRole('treeitem', { name: new RegExp(`Scene ${title}`) })
const chosen = (page: Page): Locator => page.locator('.react-flow__node-scene.selected')

async function type(page: Page, title: string): Promise<void> {
  await expect(page.getByLabel('Scene title')).toBeFocused()
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
}

/** Three scenes in a row, each leading to the next, made without the mouse. */
async function threeByKeys(page: Page): Promise<void> {
  for (const [key, title] of Object.entries({ n: 'One', c: 'Two' })) {
    await page.keyboard.press(key)
    await type(page, title)
  }
  await page.keyboard.press('c')
  await type(page, 'Three')
}

/** Says in the details of a scene, chosen from the palette, which group it is in. */
async function expectGroup(page: Page, title: string, group: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').first().fill(title)
  await page
    .getByRole('option', { name: new RegExp(title) })
    .first()
    .click()
  const dock = page.getByRole('complementary', { name: 'Dock' })
  await expect(dock.getByRole('combobox', { name: 'Group' })).toHaveText(group)
}

test('on the canvas two scenes are grouped by keys alone', async ({ page, app }) => {
  await openGraph(page, app.url, 'Chosen on the canvas')
  await threeByKeys(page)
  const focused = page.locator('.react-flow__node:focus')
  await expect(focused).toContainText('Three')
  // An arrow alone still takes the selection along.
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(focused).toContainText('One')
  await expect(chosen(page)).toHaveText(/One/)

  await page.keyboard.press('Control+ArrowRight')
  await expect(focused).toContainText('Two')
  await page.keyboard.press('Control+ArrowRight')
  await expect(focused).toContainText('Three')
  await expect(chosen(page)).toHaveText(/One/)
  await page.keyboard.press('Space')
  await expect(chosen(page)).toHaveCount(2)
  await expect(page.locator('[aria-live]').filter({ hasText: '2 scenes selected' })).toHaveCount(1)
  // Taken and let go again; the view and the focus stay where they are.
  await page.keyboard.press('Space')
  await expect(chosen(page)).toHaveText(/One/)
  await expect(focused).toContainText('Three')
  await page.keyboard.press('Space')
  await page.keyboard.press('Control+g')
  await type(page, 'The pair')
  await expect(page.locator('.react-flow__node-frame', { hasText: 'The pair' })).toBeVisible()
  await saved(page)
  await page.reload()
  await expect(scene(page, 'Three')).toBeVisible()
  await expectGroup(page, 'One', 'The pair')
  await expectGroup(page, 'Three', 'The pair')
  await expectGroup(page, 'Two', 'None')

  // The sheet of keys says so.
  await scene(page, 'One').click()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet.getByText('Select or deselect the scene')).toBeVisible()
  await expect(sheet.getByText('Walk left without selecting')).toBeVisible()
})

test('in the outline two scenes are grouped by keys alone', async ({ page, app }) => {
  await openGraph(page, app.url, 'Chosen in the outline')
  await page.keyboard.press('o')
  await threeByKeys(page)
  await tabTo(page, line(page, 'Three'))
  const list = page.getByRole('tree', { name: 'Scenes of the branch in reading order' })
  await expect(list).toHaveAttribute('aria-multiselectable', 'true')
  const expectChosen = async (...titles: string[]) => {
    for (const title of ['One', 'Two', 'Three'])
      await expect(line(page, title)).toHaveAttribute('aria-selected', String(titles.includes(title)))
  }
  await expectChosen('Three')
  await page.keyboard.press('Control+Home')
  await expect(line(page, 'One')).toBeFocused()
  await expectChosen('Three')
  await page.keyboard.press('Space')
  await expectChosen('One', 'Three')
  await page.keyboard.press('Control+ArrowDown')
  await expect(line(page, 'Two')).toBeFocused()
  await expectChosen('One', 'Three')
  await page.keyboard.press('Control+g')
  await type(page, 'The pair')
  await expect(page.getByRole('treeitem', { name: /Group The pair/ })).toBeFocused()

  // With Shift the selection grows along the lines, and shrinks on the way back.
  await page.keyboard.press('Home')
  await expectChosen('One')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(line(page, 'Three')).toBeFocused()
  await expectChosen('One', 'Two', 'Three')
  await page.keyboard.press('Shift+ArrowUp')
  await expect(line(page, 'Two')).toBeFocused()
  await expectChosen('One', 'Two')

  await saved(page)
  await page.reload()
  await expect(scene(page, 'One')).toBeVisible()
  await expectGroup(page, 'One', 'The pair')
  await expectGroup(page, 'Three', 'The pair')
  await expectGroup(page, 'Two', 'None')
})
