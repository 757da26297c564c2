import { expect, type Locator, type Page } from '@playwright/test'
import { canvas, centreOf, drag, drawScenes, join, openGraph, saved, scene, typeTitle } from './support/graph.ts'
import { tabTo } from './support/keys.ts'
import { test } from './support/test.ts'

// Every way of editing the graph beyond its first steps, each through a reload: connections and their logic, text beside
// the graph, boxes, order, groups, the menu under the pointer, branches.

const dock = (page: Page): Locator => page.getByRole('complementary', { name: 'Dock' })
const edge = (page: Page, label: string): Locator => page.locator(`.react-flow__edge[aria-label="${label}"]`)

/** Takes back the last step, as from the canvas. */
async function undo(page: Page): Promise<void> {
  await canvas(page).focus()
  await page.keyboard.press('Control+z')
}

async function reload(page: Page): Promise<void> {
  await saved(page)
  await page.reload()
  await expect(canvas(page)).toBeVisible()
}

/** Walks with the keyboard to the scene from which the others lead to the right. */
async function walkTo(page: Page, title: string): Promise<void> {
  const focused = page.locator('.react-flow__node:focus')
  await tabTo(page, canvas(page))
  // Tab goes back to where the keyboard was last; the arrow from there to the left.
  await page.keyboard.press('Tab')
  await expect(focused).toBeVisible()
  if (!(await focused.textContent())?.includes(title)) await page.keyboard.press('ArrowLeft')
  await expect(focused).toContainText(title)
}

/** Where the middle of a drawn edge lies; its curve is symmetric. */
async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.locator('path').first().boundingBox()
  if (!box) throw new Error('the connection is not on the canvas')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function expectLogic(page: Page): Promise<void> {
  const condition = dock(page).getByRole('region', { name: 'Shown when' })
  await expect(dock(page).getByLabel('Words of the choice')).toHaveValue('Take the boat')
  await expect(condition.getByRole('combobox', { name: 'What is looked at' })).toHaveText('lantern')
  await expect(condition.getByRole('combobox', { name: 'Comparison' })).toHaveText('is')
  await expect(condition.getByRole('combobox', { name: 'Value' })).toHaveText('yes')
}

test('a choice is picked with the mouse and given words, a condition and a change; a reload keeps them', async ({
  page,
  app,
}) => {
  await openGraph(page, app.url, 'Choices')
  await drawScenes(page, [
    ['North', 120, 100],
    ['South', 520, 100],
    ['East', 520, 340],
  ])
  await join(page, 'North', 'South')
  await join(page, 'North', 'East')
  const choice = edge(page, 'Choice from North to East')
  await expect(choice).toHaveCount(1)
  const at = await middleOf(choice)
  await page.mouse.click(at.x, at.y)

  const words = dock(page).getByLabel('Words of the choice')
  await words.fill('Take the boat')
  await words.press('Enter')
  await dock(page).getByRole('button', { name: 'New variable' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('lantern')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await dock(page).getByRole('button', { name: 'Add a condition' }).click()
  await expectLogic(page)
  await dock(page).getByRole('button', { name: 'Add a change' }).click()
  const change = dock(page).getByRole('region', { name: 'When taken' })
  await expect(change.getByRole('combobox', { name: 'Variable' })).toHaveText('lantern')

  await reload(page)
  await expectLogic(page)
  await expect(change.getByRole('combobox', { name: 'Variable' })).toHaveText('lantern')
  await expect(change.getByRole('combobox', { name: 'Change' })).toHaveText('set to')

  await undo(page)
  await expect(change).toContainText('Changes nothing.')
  await expectLogic(page)
  await reload(page)
  await expect(change).toContainText('Changes nothing.')
  await expectLogic(page)
})

test('a connection is reached, changed and deleted by keyboard alone', async ({ page, app }) => {
  await openGraph(page, app.url, 'Choices by keys')
  await page.keyboard.press('n')
  await page.keyboard.type('Quay')
  await page.keyboard.press('Enter')
  await expect(scene(page, 'Quay')).toBeVisible()
  for (const title of ['Boat', 'Lane']) {
    await walkTo(page, 'Quay')
    await page.keyboard.press('c')
    await page.keyboard.type(title)
    await page.keyboard.press('Enter')
    await expect(scene(page, title)).toBeVisible()
  }
  await walkTo(page, 'Quay')
  const said = page.locator('[aria-live]')
  await page.keyboard.press('e')
  await expect(said.filter({ hasText: 'Next from Quay to Boat. 1 of 2' })).toHaveCount(1)
  await page.keyboard.press('e')
  await expect(said.filter({ hasText: 'Choice from Quay to Lane. 2 of 2' })).toHaveCount(1)
  await expect(edge(page, 'Choice from Quay to Lane')).toHaveClass(/selected/)

  // Enter goes from the connection to its sheet, where every field is a Tab away.
  await page.keyboard.press('Enter')
  await expect(dock(page).getByRole('region', { name: 'Details' })).toBeFocused()
  const words = dock(page).getByLabel('Words of the choice')
  await tabTo(page, words, 12)
  await page.keyboard.type('Up the lane')
  await tabTo(page, dock(page).getByRole('button', { name: 'Add a condition' }), 12)
  await page.keyboard.press('Enter')
  const condition = dock(page).getByRole('region', { name: 'Shown when' })
  await expect(condition.getByRole('combobox', { name: 'What is looked at' })).toHaveText('Visits of a scene')

  await reload(page)
  await expect(words).toHaveValue('Up the lane')
  await expect(condition.getByRole('combobox', { name: 'What is looked at' })).toHaveText('Visits of a scene')
  await tabTo(page, canvas(page))
  await page.keyboard.press('Control+z')
  await expect(condition).toContainText('Always')
  await expect(words).toHaveValue('Up the lane')

  // From a scene's sheet its ways on lead to the same place, and the keyboard stays in the dock.
  await page.keyboard.press('Tab')
  await page.keyboard.press('d')
  await expect(dock(page).getByRole('region', { name: 'Details' })).toBeFocused()
  await tabTo(page, dock(page).getByRole('button', { name: 'Edit the connection' }).last())
  await page.keyboard.press('Enter')
  await expect(dock(page).getByRole('region', { name: 'Details' })).toBeFocused()
  await expect(words).toHaveValue('Up the lane')

  // Either end is led elsewhere from the sheet.
  await tabTo(page, dock(page).getByRole('button', { name: 'Come from elsewhere' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Find the scene it comes from' })).toBeFocused()
  await page.keyboard.type('Boat')
  await page.keyboard.press('Enter')
  await expect(edge(page, 'Choice from Boat to Lane')).toHaveCount(1)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await tabTo(page, canvas(page))
  await page.keyboard.press('Control+z')
  await expect(edge(page, 'Choice from Quay to Lane')).toHaveCount(1)

  await page.keyboard.press('Delete')
  await expect(edge(page, 'Choice from Quay to Lane')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(edge(page, 'Choice from Quay to Lane')).toHaveCount(1)
})

test('what is typed beside the graph is in Write at once, after a reload, and on the card', async ({
  page,
  app,
  browser,
  signIn,
}) => {
  const storyId = await openGraph(page, app.url, 'Beside')
  await drawScenes(page, [['Harbour', 200, 160]])
  await scene(page, 'Harbour').click()
  const other = await browser.newContext()
  await signIn(other)
  const write = await other.newPage()
  await write.goto(`${app.url}/stories/${storyId}/write`)
  const there = write.getByRole('textbox', { name: 'Text of Harbour' })
  await expect(there).toBeVisible()

  await dock(page).getByRole('tab', { name: 'Text' }).click()
  const here = dock(page).getByRole('textbox', { name: 'Text of Harbour' })
  await here.click()
  await page.keyboard.type('Rain fell on the boats.')
  await expect(there).toContainText('Rain fell on the boats.')
  await expect(dock(page).locator('[data-save]')).toHaveText('Saved')
  await reload(page)
  await expect(here).toContainText('Rain fell on the boats.')
  await here.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Nobody came.')
  // Both texts stay open, so no last close can have counted these words.
  await expect(scene(page, 'Harbour')).toContainText('7 words', { timeout: 90_000 })

  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Write' }).click()
  await expect(page.getByRole('textbox', { name: 'Text of Harbour' })).toContainText(
    'Rain fell on the boats. Nobody came.',
  )
  await other.close()
})

test('scenes taken with a box are aligned and spread out, and one undo takes one step', async ({ page, app }) => {
  await openGraph(page, app.url, 'In order')
  await drawScenes(page, [
    ['One', 160, 80],
    ['Two', 230, 220],
    ['Three', 200, 470],
  ])
  const box = await canvas(page).boundingBox()
  if (!box) throw new Error('no canvas')
  await drag(page, { x: box.x + 60, y: box.y + 20 }, { x: box.x + 560, y: box.y + 590 })
  await expect(dock(page).getByRole('heading', { name: '3 scenes selected' })).toBeVisible()

  const places = () => Promise.all(['One', 'Two', 'Three'].map((title) => centreOf(page, title)))
  const arrange = async (how: string) => {
    await page.getByRole('button', { name: 'Align', exact: true }).click()
    await page.getByRole('menuitem', { name: how }).click()
  }
  const columns = async () => new Set((await places()).map(({ x }) => Math.round(x))).size
  const gaps = async () => {
    const [one, two, three] = (await places()).map(({ y }) => y)
    return Math.round((two ?? 0) - (one ?? 0)) - Math.round((three ?? 0) - (two ?? 0))
  }
  await arrange('Align left')
  await expect.poll(columns).toBe(1)
  expect(Math.abs(await gaps())).toBeGreaterThan(50)
  await arrange('Distribute down')
  await expect.poll(async () => Math.abs(await gaps())).toBeLessThanOrEqual(2)
  await reload(page)
  await expect(scene(page, 'Three')).toBeVisible()
  expect(await columns()).toBe(1)
  expect(Math.abs(await gaps())).toBeLessThanOrEqual(2)

  await undo(page)
  await expect.poll(async () => Math.abs(await gaps())).toBeGreaterThan(50)
  expect(await columns()).toBe(1)
  await undo(page)
  await expect.poll(columns).toBe(3)
})

test('a group is made, named, moved with its scenes, and left again', async ({ page, app }) => {
  await openGraph(page, app.url, 'Groups')
  await drawScenes(page, [
    ['Shed', 160, 160],
    ['Loft', 460, 160],
    ['Yard', 300, 440],
  ])
  await scene(page, 'Shed').click()
  await scene(page, 'Loft').click({ modifiers: ['Control'] })
  await page.keyboard.press('Control+g')
  await typeTitle(page, 'The house')
  const frame = page.locator('.react-flow__node-frame', { hasText: 'The house' })
  await expect(frame).toBeVisible()

  const before = await Promise.all([centreOf(page, 'Shed'), centreOf(page, 'Loft'), centreOf(page, 'Yard')])
  const head = await frame.locator('.loom-frame-head').boundingBox()
  if (!head) throw new Error('the group has no head')
  const grip = { x: head.x + head.width - 30, y: head.y + head.height / 2 }
  await drag(page, grip, { x: grip.x + 70, y: grip.y - 40 })
  const moved = async () => {
    const after = await Promise.all([centreOf(page, 'Shed'), centreOf(page, 'Loft'), centreOf(page, 'Yard')])
    return after.map(({ x, y }, at) => [Math.round(x - (before[at]?.x ?? 0)), Math.round(y - (before[at]?.y ?? 0))])
  }
  await expect.poll(moved).toEqual([
    [70, -40],
    [70, -40],
    [0, 0],
  ])

  await reload(page)
  await scene(page, 'Loft').click()
  const group = dock(page).getByRole('combobox', { name: 'Group' })
  await expect(group).toHaveText('The house')
  await scene(page, 'Loft').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Take out of the group' }).click()
  await expect(group).toHaveText('None')
  await reload(page)
  await expect(group).toHaveText('None')
  await scene(page, 'Shed').click()
  await expect(group).toHaveText('The house')
})

test('the menu under the pointer acts on what it was opened on', async ({ page, app }) => {
  await openGraph(page, app.url, 'Under the pointer')
  await drawScenes(page, [
    ['Kept', 120, 120],
    ['Other', 520, 120],
  ])
  await join(page, 'Kept', 'Other')
  const item = (name: string) => page.getByRole('menuitem', { name })
  // On a scene that was not selected: the menu is the scene's, whatever was selected before.
  await scene(page, 'Kept').click()
  await scene(page, 'Other').click({ button: 'right' })
  await item('Mark as ending').click()
  await expect(page.getByRole('group', { name: /^Other, Ending/ })).toBeVisible()
  await expect(page.getByRole('group', { name: /^Kept, Scene/ })).toBeVisible()

  // On a connection.
  const line = edge(page, 'Next from Kept to Other')
  const at = await middleOf(line)
  await page.mouse.click(at.x, at.y, { button: 'right' })
  await expect(item('Show details')).toBeVisible()
  await item('Delete').click()
  await expect(line).toHaveCount(0)
  await expect(page.locator('.react-flow__node-scene')).toHaveCount(2)

  // On empty ground, with nothing selected: a scene where the pointer is; then on a scene, from nothing.
  const box = await canvas(page).boundingBox()
  if (!box) throw new Error('no canvas')
  await page.mouse.click(box.x + 400, box.y + 450)
  await page.mouse.click(box.x + 400, box.y + 450, { button: 'right' })
  await item('New scene').click()
  await typeTitle(page, 'Fresh')
  const made = await centreOf(page, 'Fresh')
  expect([Math.abs(made.x - box.x - 400) < 3, Math.abs(made.y - box.y - 450) < 3]).toEqual([true, true])
  await page.keyboard.press('Escape')
  await page.mouse.click(box.x + 700, box.y + 560)
  await scene(page, 'Fresh').click({ button: 'right' })
  await item('New linked scene').click()
  await typeTitle(page, 'After')
  await reload(page)
  await expect(edge(page, 'Next from Fresh to After')).toHaveCount(1)
  await expect(line).toHaveCount(0)
  await expect(page.getByRole('group', { name: /^Other, Ending/ })).toBeVisible()
})

test('a branch is renamed, redrawn in another line, archived and brought back', async ({ page, app }) => {
  await openGraph(page, app.url, 'Branches kept')
  await drawScenes(page, [['Ford', 200, 200]])
  await scene(page, 'Ford').click()
  await page.keyboard.press('b')
  await page.getByRole('textbox', { name: /^Name/ }).fill('Flood')
  await page.keyboard.press('Enter')
  await typeTitle(page, 'High water')
  await expect(scene(page, 'High water')).toBeVisible()
  await page.getByRole('button', { name: 'Branches' }).click()
  const panel = page.getByRole('tree', { name: 'Branches of the story' })
  const act = async (branch: string, what: string) => {
    await page.getByRole('button', { name: `Actions for ${branch}` }).click()
    await page.getByRole('menuitem', { name: what }).click()
  }

  await act('Flood', 'Rename')
  await page.getByRole('textbox', { name: 'Branch name' }).fill('Spring flood')
  await page.keyboard.press('Enter')
  const flood = panel.getByRole('treeitem', { name: /Spring flood/ })
  await expect(flood).toBeVisible()
  await act('Spring flood', 'Branch line')
  await page.getByRole('radio', { name: 'Viridian' }).check({ force: true })
  await page.keyboard.press('Escape')
  await panel.getByRole('treeitem', { name: /Main/ }).click()
  await act('Spring flood', 'Archive')
  await expect(flood).toHaveCount(0)

  await reload(page)
  await page.getByRole('button', { name: 'Branches' }).click()
  await expect(panel.getByRole('treeitem')).toHaveCount(1)
  await page.getByRole('button', { name: 'Show archived (1)' }).click()
  await expect(flood).toContainText('Archived')
  await act('Spring flood', 'Branch line')
  await expect(page.getByRole('radio', { name: 'Viridian' })).toBeChecked()
  await page.keyboard.press('Escape')
  await act('Spring flood', 'Restore')
  await expect(flood).not.toContainText('Archived')
  await reload(page)
  await page.getByRole('button', { name: 'Branches' }).click()
  await expect(flood).toBeVisible()

  // The canon branch stays; the menu says why.
  await page.getByRole('button', { name: 'Actions for Main' }).click()
  await expect(page.getByRole('menuitem', { name: /Archive/ })).toBeDisabled()
  await expect(page.getByText('The canon branch cannot be archived')).toBeVisible()
})
