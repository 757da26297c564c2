import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { canvas, centreOf, drag, drawScenes, openGraph, saved, scene, typeTitle } from './support/graph.ts'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

test('scenes grow by double-click and by dragging a handle into the void, undo takes one step, reload keeps all', async ({
  page,
  app,
}) => {
  await openGraph(page, app.url, 'Growing')
  const box = await canvas(page).boundingBox()
  if (!box) throw new Error('no canvas')
  await page.mouse.dblclick(box.x + 200, box.y + 120)
  await typeTitle(page, 'The gate')
  await expect(scene(page, 'The gate')).toBeVisible()
  const handle = scene(page, 'The gate').locator('.react-flow__handle-right')
  const grip = await handle.boundingBox()
  if (!grip) throw new Error('no handle')
  await drag(page, { x: grip.x + 7, y: grip.y + 7 }, { x: grip.x + 240, y: grip.y + 120 })
  await typeTitle(page, 'The yard')
  await expect(scene(page, 'The yard')).toBeVisible()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)

  await canvas(page).focus()
  await page.keyboard.press('Control+z')
  await expect(scene(page, 'The yard')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(page.locator('.react-flow__node-scene')).toHaveCount(1)
  await expect(page.locator('.react-flow__edge')).toHaveCount(0)
  await saved(page)
  await page.reload()
  await expect(page.locator('.react-flow__node-scene')).toHaveCount(1)
  await page.keyboard.press('Control+Shift+z')
  await page.keyboard.press('Control+Shift+z')
  await expect(scene(page, 'The yard')).toBeVisible()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  await saved(page)
  await page.reload()
  await expect(scene(page, 'The yard')).toBeVisible()
})

test('connecting, refusing a double, reconnecting, moving with Esc, deleting with Undo', async ({ page, app }) => {
  await openGraph(page, app.url, 'Joining')
  await drawScenes(page, [
    ['North', 120, 100],
    ['South', 480, 100],
    ['East', 480, 320],
  ])
  const handle = await scene(page, 'North').locator('.react-flow__handle-right').boundingBox()
  if (!handle) throw new Error('no handle')
  const grip = { x: handle.x + 7, y: handle.y + 7 }
  // The whole target accepts, not only its handle.
  await drag(page, grip, await centreOf(page, 'South'))
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  await scene(page, 'North').click()
  await page.keyboard.press('l')
  await page.getByRole('combobox', { name: 'Find the target' }).fill('East')
  await page.keyboard.press('Enter')
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)

  // The same choice once more is refused in words.
  await drag(page, grip, await centreOf(page, 'East'))
  await expect(page.getByText('already joined in the same way').first()).toBeVisible()
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)

  // The choice is led to South by its end; another kind between the same two is no double. Undo leads it back.
  const edgeTo = (title: string) => page.locator(`.react-flow__edge[aria-label="Choice from North to ${title}"]`)
  const end = await edgeTo('East').locator('.react-flow__edgeupdater-target').boundingBox()
  if (!end) throw new Error('no end to take')
  await drag(page, { x: end.x + 4, y: end.y + end.height / 2 }, await centreOf(page, 'South'))
  await expect(edgeTo('South')).toHaveCount(1)
  await expect(edgeTo('East')).toHaveCount(0)
  await canvas(page).focus()
  await page.keyboard.press('Control+z')
  await expect(edgeTo('East')).toHaveCount(1)

  const before = await centreOf(page, 'East')
  await page.mouse.move(before.x, before.y)
  await page.mouse.down()
  await page.mouse.move(before.x + 80, before.y + 60, { steps: 5 })
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await centreOf(page, 'East')).toEqual(before)
  await drag(page, before, { x: before.x + 80, y: before.y + 60 })
  await expect.poll(async () => Math.round((await centreOf(page, 'East')).x - before.x)).toBe(80)

  await scene(page, 'North').click()
  await page.keyboard.press('Delete')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(scene(page, 'North')).toHaveCount(0)
  await expect(page.locator('.react-flow__edge')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect(scene(page, 'North')).toBeVisible()
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)
})

test('a story is made, linked, branched and thinned out by keyboard alone, and a reload keeps it', async ({
  page,
  app,
}) => {
  await openGraph(page, app.url, 'By keys')
  await page.keyboard.press('o')
  await page.keyboard.press('n')
  await page.keyboard.type('Harbour')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('treeitem', { name: /Harbour/ })).toBeFocused()
  await page.keyboard.press('c')
  await page.keyboard.type('Ferry')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('treeitem', { name: /Ferry/ })).toBeFocused()
  await page.keyboard.press('c')
  await page.keyboard.type('Island')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('treeitem', { name: /Island/ })).toBeFocused()
  await page.keyboard.press('l')
  await page.keyboard.type('Harb')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('treeitem', { name: /Island.*leads to Harbour/ })).toBeVisible()

  await expect(page.getByRole('treeitem', { name: /Island/ })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('treeitem', { name: /Ferry/ })).toBeFocused()
  await page.keyboard.press('b')
  await expect(page.getByRole('textbox', { name: /^Name/ })).toBeFocused()
  await page.keyboard.type('The storm comes')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Scene title')).toBeFocused()
  await settled(page)
  await expect(page.getByLabel('Scene title')).toBeFocused()
  await page.keyboard.type('Shipwreck')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('treeitem', { name: /Shipwreck/ })).toBeFocused()
  await expect(page.getByRole('button', { name: /The storm comes/ })).toBeVisible()
  // The branch shares the past and not what its parent wrote later.
  await expect(page.getByRole('treeitem', { name: /On other branches: Main/ })).toBeVisible()
  await page.keyboard.press('Delete')
  await expect(page.getByRole('treeitem', { name: /Shipwreck/ })).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(page.getByRole('treeitem', { name: /Shipwreck/ })).toBeVisible()
  await saved(page)
  await page.reload()
  await expect(canvas(page)).toBeVisible()
  await page.keyboard.press('o')
  await expect(page.getByRole('treeitem', { name: /Shipwreck/ })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: /Scene Island/ })).toBeVisible()
})

test('details save field by field and survive a reload', async ({ page, app }) => {
  await openGraph(page, app.url, 'Details')
  await page.keyboard.press('n')
  await typeTitle(page, 'Tower')
  const dock = page.getByRole('complementary').filter({ hasText: 'Draft state' })
  await dock.getByLabel('Summary').fill('A climb in the dark.')
  await dock.getByLabel('Place').fill('The north tower')
  await dock.getByLabel('Place').blur()
  await dock.getByRole('button', { name: 'tense' }).click()
  await dock.getByRole('combobox', { name: 'Draft state' }).click()
  await page.getByRole('option', { name: 'In review' }).click()
  await saved(page)
  await page.reload()
  await expect(dock.getByLabel('Summary')).toHaveValue('A climb in the dark.')
  await expect(dock.getByLabel('Place')).toHaveValue('The north tower')
  await expect(dock.getByRole('button', { name: 'tense' })).toHaveAttribute('aria-pressed', 'true')
  await expect(dock.getByRole('combobox', { name: 'Draft state' })).toHaveText(/In review/)
})

test('two people see each other: cursor with name, selection, drag, and the change itself', async ({
  page,
  app,
  browser,
  signIn,
}) => {
  const storyId = await openGraph(page, app.url, 'Together')
  await page.keyboard.press('n')
  await typeTitle(page, 'Shared')
  await saved(page)
  const other = await browser.newContext()
  await signIn(other)
  const second = await other.newPage()
  await second.goto(`${app.url}/stories/${storyId}/graph`)
  await expect(scene(second, 'Shared')).toBeVisible()
  await scene(second, 'Shared').click()
  await expect(page.locator('[data-cursor-of="Ada Weaver"]')).toHaveText('Ada Weaver')
  await expect(scene(page, 'Shared').locator('[data-halos]')).toHaveCount(1)
  await expect(page.getByRole('group', { name: /^Shared, .*Selected by Ada Weaver$/ })).toBeVisible()
  const at = await centreOf(second, 'Shared')
  const before = await centreOf(page, 'Shared')
  // Halfway, with the button still down: the other sees where it is going, and the scene itself has not moved.
  const ghost = page.locator('[data-ghost-of="Ada Weaver"]')
  await second.mouse.move(at.x, at.y)
  await second.mouse.down()
  await second.mouse.move(at.x + 100, at.y, { steps: 6 })
  const ahead = async () => {
    const box = await ghost.boundingBox()
    return box && Math.round(box.x + box.width / 2 - before.x)
  }
  await expect.poll(ahead).toBe(100)
  expect(await centreOf(page, 'Shared')).toEqual(before)
  // What somebody else drags is not tidied away under their hand.
  await page.getByRole('button', { name: 'Tidy the whole story' }).click()
  await expect(page.getByText('Already tidy, nothing moved').first()).toBeVisible()
  // The pointer rests: it steps back.
  await expect(page.locator('[data-cursor-of="Ada Weaver"]')).toHaveAttribute('data-activity', 'idle')
  await second.mouse.up()
  await expect(ghost).toHaveCount(0)
  await expect.poll(async () => Math.round((await centreOf(page, 'Shared')).x - before.x)).toBe(100)
  await other.close()
})

test('zoom to fit shows the whole story, and a click on the map moves the view', async ({ page, app }) => {
  await openGraph(page, app.url, 'Seen from above')
  const titles = Array.from({ length: 9 }, (_, at) => `Stop ${at + 1}`)
  await page.keyboard.press('n')
  for (const [at, title] of titles.entries()) {
    if (at > 0) await page.keyboard.press('c')
    await typeTitle(page, title)
    await expect(scene(page, title)).toBeVisible()
  }
  const frame = await canvas(page).boundingBox()
  if (!frame) throw new Error('no canvas')
  const inView = async (title: string) => {
    // What lies far outside the view is no element at all.
    const box = (await scene(page, title).count()) > 0 ? await scene(page, title).boundingBox() : null
    return box !== null && box.x >= frame.x && box.x + box.width <= frame.x + frame.width
  }
  // A row of nine is wider than the view, which followed the newest.
  expect(await inView('Stop 9')).toBe(true)
  expect(await inView('Stop 1')).toBe(false)
  await page.keyboard.press('Shift+1')
  for (const title of titles) await expect.poll(() => inView(title)).toBe(true)

  await page.keyboard.press('Control+0')
  const map = page.getByTitle('Overview map. Click or drag to move the view.')
  const middle = { x: 96, y: 64 }
  await map.click({ position: { x: 12, y: middle.y } })
  await expect.poll(() => inView('Stop 1')).toBe(true)
  expect(await inView('Stop 9')).toBe(false)
  await map.click({ position: { x: 180, y: middle.y } })
  await expect.poll(() => inView('Stop 9')).toBe(true)
  expect(await inView('Stop 1')).toBe(false)
  await map.click({ position: middle })
  await expect.poll(() => inView('Stop 5')).toBe(true)
})

test('axe finds nothing on canvas, outline, dialogs and a phone', async ({ page, app }) => {
  await openGraph(page, app.url, 'Plain for all')
  await page.keyboard.press('n')
  await typeTitle(page, 'One')
  await page.keyboard.press('Escape')
  await scene(page, 'One').click()
  await page.keyboard.press('c')
  await typeTitle(page, 'Two')
  const check = async (name: string) => {
    const found = await new AxeBuilder({ page }).analyze()
    expect(found.violations.map((v) => `${name}: ${v.id} ${v.nodes[0]?.html ?? ''}`)).toEqual([])
  }
  await check('canvas')
  await page.getByRole('button', { name: 'Branches' }).click()
  await check('branches')
  await page.keyboard.press('b')
  await expect(page.getByRole('dialog')).toBeVisible()
  await settled(page)
  await check('fork')
  await page.keyboard.press('Escape')
  await page.keyboard.press('o')
  await check('outline')
  await page.getByRole('tab', { name: /Problems/ }).click()
  await check('problems')
  await page.setViewportSize({ width: 390, height: 844 })
  await check('phone')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

test('every tab of the dock can be seen and reached, also on a phone', async ({ page, app }) => {
  await openGraph(page, app.url, 'Seen whole')
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 850 })
    if (width === 360) await page.getByRole('button', { name: 'Open the dock' }).click()
    const tabs = page.getByRole('tablist', { name: 'Dock' }).getByRole('tab')
    const list = await page.getByRole('tablist', { name: 'Dock' }).boundingBox()
    for (const tab of await tabs.all()) {
      const box = await tab.boundingBox()
      expect(box && list && box.x >= list.x && box.x + box.width <= list.x + list.width + 1).toBe(true)
    }
    await tabs.first().focus()
    await page.keyboard.press('End')
    await expect(tabs.last()).toBeFocused()
    await page.keyboard.press('Home')
  }
})
