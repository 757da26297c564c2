import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { sampleId } from './support/sample.ts'
import { canvas, saved, scene, typeTitle } from './support/graph.ts'
import { test } from './support/test.ts'

// In and out by file, play and read, on the real server. Stories here are ours.

const TWEE = [
  ':: StoryTitle',
  'The Salt Ferry',
  '',
  ':: Shore {"position":"0,0","size":"200,100"}',
  'Rain on the pier. A <script>window.broken = 1</script> lantern swings.',
  '',
  '[[Board the ferry->Crossing]]',
  '[[Walk home->Home]]',
  '',
  ':: Crossing {"position":"300,0","size":"200,100"}',
  'Salt on every rope.',
  '',
  '[[Land on the far shore->Far shore]]',
  '',
  ':: Home {"position":"300,200","size":"200,100"}',
  'The kettle is warm.',
  '',
  ':: Far shore {"position":"600,0","size":"200,100"}',
  'Nobody waits. [[Nowhere at all]]',
  '',
].join('\n')

async function importStory(page: Page, name: string, text: string): Promise<string> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Import a story' })
  await dialog.getByLabel('Story file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
  await dialog.getByRole('button', { name: 'Import the story' }).click()
  await page.waitForURL(/\/stories\/[^/]+\//)
  return /stories\/([^/]+)/.exec(page.url())?.[1] ?? ''
}

async function axeClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([])
}

test('a file is previewed with its losses, imported and opened', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Import a story' })
  await dialog
    .getByLabel('Story file')
    .setInputFiles({ name: 'ferry.twee', mimeType: 'text/plain', buffer: Buffer.from(TWEE) })
  await expect(dialog.getByText('4 scenes · 3 edges')).toBeVisible()
  await expect(dialog.getByText(/leads nowhere/)).toBeVisible()
  await expect(dialog.getByRole('cell', { name: 'Board the ferry · Walk home' })).toBeVisible()
  await axeClean(page)
  await dialog.getByLabel('Title').fill('My ferry')
  await dialog.getByRole('button', { name: 'Import the story' }).click()
  await page.waitForURL(/\/stories\/[^/]+\//)
  await page.getByRole('button', { name: 'Export this story' }).click()
  await page.getByRole('button', { name: 'Report of the import' }).click()
  await expect(page.getByRole('dialog', { name: 'Report of the import' }).getByText(/leads nowhere/)).toBeVisible()
  await page.goto('/')
  await expect(page.getByRole('link', { name: /My ferry/ }).first()).toBeVisible()
})

test('a damaged file is refused in words and nothing is stored', async ({ page }) => {
  await page.goto('/')
  const before = (await (await page.request.get('/api/stories')).json()) as { stories: unknown[] }
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Import a story' })
  await dialog
    .getByLabel('Story file')
    .setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\u0003\u0004 not a zip') })
  await expect(dialog.getByRole('alert')).toContainText('The archive cannot be opened')
  await expect(dialog.getByRole('button', { name: 'Import the story' })).toBeDisabled()
  const after = (await (await page.request.get('/api/stories')).json()) as { stories: unknown[] }
  expect(after.stories.length).toBe(before.stories.length)
})

test('play goes along the choices to an ending, back, and explains where it stands', async ({ page }) => {
  const storyId = await importStory(page, 'ferry.twee', TWEE)
  await page.goto(`/stories/${storyId}/play`)
  await expect(page.getByRole('heading', { name: 'Shore' })).toBeVisible()
  await expect(page.getByText('Rain on the pier.')).toBeVisible()
  expect(await page.evaluate(() => 'broken' in window)).toBe(false)
  await axeClean(page)
  await page.getByRole('button', { name: 'Board the ferry' }).click()
  await expect(page.getByText('Salt on every rope.')).toBeVisible()
  await page.keyboard.press('Backspace')
  await expect(page.getByRole('heading', { name: 'Shore' })).toBeVisible()
  await page.getByRole('button', { name: 'Board the ferry' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Land on the far shore' }).click()
  await expect(
    page.getByText('Nobody waits. [[Nowhere at all]]').or(page.getByText('Nobody waits. Nowhere at all')),
  ).toBeVisible()
  await expect(page.getByText('Nothing leads on from here')).toBeVisible()
  await page.getByRole('button', { name: 'Start again' }).click()
  await expect(page.getByRole('heading', { name: 'Shore' })).toBeVisible()
})

test('a locked choice says what it waits for, and a value can be changed in play', async ({ page }) => {
  const source =
    '# The gate\n\n## Yard\n\nA wall.\n\n[Look around](/yard#key)\n\n[Open the gate](/road?key)\n\n## Road\n\nDust.\n'
  const storyId = await importStory(page, 'gate.md', source)
  await page.goto(`/stories/${storyId}/play`)
  const locked = page.getByRole('list', { name: 'Locked' })
  await expect(locked).toContainText('Open the gate')
  await expect(locked).toContainText('Needs that key is yes; it is no.')
  await page.getByRole('switch', { name: 'Value of key' }).click()
  await expect(page.getByRole('button', { name: 'Open the gate' })).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).first().click()
  await expect(locked).toBeVisible()
  await page.getByRole('button', { name: 'Look around' }).click()
  await expect(page.getByText('Before: no · Now: yes')).toBeVisible()
  await page.getByRole('button', { name: 'Open the gate' }).click()
  await expect(page.getByText('Dust.')).toBeVisible()
})

test('the demo story plays to an ending', async ({ page }) => {
  await page.goto('/')
  await page.goto(`/stories/${await sampleId(page)}/play`)
  const choices = page.getByRole('list', { name: 'What happens next' })
  for (let step = 0; step < 40; step++) {
    await expect(page.getByText(`Step ${step + 1}`, { exact: true })).toBeVisible()
    if ((await page.getByText('The end', { exact: true }).count()) > 0) break
    await choices.getByRole('button').first().click()
  }
  await expect(page.getByText('The end', { exact: true })).toBeVisible()
})

test('reading shows the branch in order, on a phone too', async ({ page }) => {
  const storyId = await importStory(page, 'ferry.twee', TWEE)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/stories/${storyId}/read`)
  await expect(page.getByText('Rain on the pier.')).toBeVisible()
  await expect(page.getByText('The kettle is warm.')).toBeVisible()
  // Not the order of the file: a way is read to its end before the next one begins.
  const order = ['Shore', 'Crossing', 'Far shore', 'Home']
  await expect(page.getByRole('navigation', { name: 'Contents' }).getByRole('link')).toHaveText(order)
  const pages = page.getByRole('region').filter({ has: page.getByRole('heading', { level: 2 }) })
  await expect(pages.getByRole('heading', { level: 2 })).toHaveText(order)
  for (const [i, words] of [
    'Rain on the pier.',
    'Salt on every rope.',
    'Nobody waits.',
    'The kettle is warm.',
  ].entries())
    await expect(pages.nth(i)).toContainText(words)
  await axeClean(page)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  expect(wide).toBe(false)
})

test('playing begins in the middle where one reads, and can go to the start', async ({ page }) => {
  const storyId = await importStory(page, 'ferry.twee', TWEE)
  await page.goto(`/stories/${storyId}/read`)
  await page.getByRole('region', { name: 'Crossing' }).getByRole('button', { name: 'Play from here' }).click()
  await page.waitForURL(/\/play\?.*scenes=/)
  await expect(page.getByRole('heading', { name: 'Crossing' })).toBeVisible()
  await expect(page.getByText('Step 1', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Back' }).first()).toBeDisabled()
  await page.getByRole('button', { name: 'Land on the far shore' }).click()
  await expect(page.getByRole('heading', { name: 'Far shore' })).toBeVisible()
  // Starting again begins where this play began; the story's own start is another button.
  await page.getByRole('button', { name: 'Start again' }).click()
  await expect(page.getByRole('heading', { name: 'Crossing' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Crossing' })).toBeVisible()
  await page.getByRole('button', { name: 'Play from the start' }).click()
  await expect(page.getByRole('heading', { name: 'Shore' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Play from the start' })).toHaveCount(0)
})

test('an import can be stopped while it is stored: nothing is stored, and nothing opens later', async ({ page }) => {
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/api\/imports\?/, async (route) => {
    await held
    // The page has given the request up meanwhile.
    await route.continue().catch(() => undefined)
  })
  const stories = async () =>
    ((await (await page.request.get('/api/stories')).json()) as { stories: unknown[] }).stories
  await page.goto('/')
  const before = (await stories()).length
  const dialog = page.getByRole('dialog', { name: 'Import a story' })
  const choose = async () => {
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await dialog
      .getByLabel('Story file')
      .setInputFiles({ name: 'ferry.twee', mimeType: 'text/plain', buffer: Buffer.from(TWEE) })
  }
  await choose()
  await dialog.getByRole('button', { name: 'Import the story' }).click()
  await expect(dialog.getByRole('status')).toContainText('Until it is done you can stop it.')
  await axeClean(page)
  await dialog.getByRole('button', { name: 'Stop the import' }).click()
  await expect(dialog.getByText('The import was stopped.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Import the story' })).toBeEnabled()
  await dialog.getByRole('button', { name: 'Import the story' }).click()
  await expect(dialog.getByRole('button', { name: 'Stop the import' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(page.getByText('The import was stopped.')).toBeVisible()
  release()
  await page.unroute(/\/api\/imports\?/)
  expect((await stories()).length).toBe(before)
  expect(new URL(page.url()).pathname).toBe('/')
  await choose()
  await dialog.getByRole('button', { name: 'Import the story' }).click()
  await page.waitForURL(/\/stories\/[^/]+\//)
  expect((await stories()).length).toBe(before + 1)
})

test('the exported page plays to its end without server or network', async ({ page, browser }, testInfo) => {
  const storyId = await importStory(page, 'ferry.twee', TWEE)
  await page.getByRole('button', { name: 'Export this story' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export this story' })
  await expect(dialog.getByText('The-Salt-Ferry.html')).toBeVisible()
  await axeClean(page)
  const waiting = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  const path = testInfo.outputPath('ferry.html')
  await (await waiting).saveAs(path)
  const html = await readFile(path, 'utf8')
  expect(html).not.toContain('<script>window.broken')

  const alone = await browser.newContext({ offline: true })
  const reader = await alone.newPage()
  const problems: string[] = []
  reader.on('pageerror', (error) => problems.push(error.message))
  reader.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  reader.on('request', (request) => request.url().startsWith('file:') || problems.push(request.url()))
  await reader.goto(`file://${path}`)
  await reader.getByRole('button', { name: 'Board the ferry' }).click()
  await reader.keyboard.press('1')
  await expect(reader.getByRole('heading', { name: 'Far shore' })).toBeVisible()
  await expect(reader.getByText('The end')).toBeVisible()
  await reader.getByRole('button', { name: 'Back' }).click()
  await expect(reader.getByText('Salt on every rope.')).toBeVisible()
  expect(problems).toEqual([])
  // In a sandboxed frame without our origin it plays as well.
  await reader.setContent('<iframe sandbox="allow-scripts"></iframe>')
  await reader.evaluate(
    (source) => (document.querySelector('iframe') as HTMLIFrameElement).setAttribute('srcdoc', source),
    html,
  )
  await reader.frameLocator('iframe').getByRole('button', { name: 'Walk home' }).click()
  await expect(reader.frameLocator('iframe').getByText('The kettle is warm.')).toBeVisible()
  await alone.close()
  expect(storyId).not.toBe('')
})

test('undo after an import leaves the story whole; it takes back what was done since', async ({ page }) => {
  test.setTimeout(180_000)
  const storyId = await importStory(page, 'ferry.twee', TWEE)
  const scenes = page.locator('.react-flow__node-scene')
  await page.goto(`/stories/${storyId}/graph`)
  await expect(scenes).toHaveCount(4)
  await canvas(page).focus()
  await page.keyboard.press('Control+z')
  await expect(page.getByText('Nothing to undo.').first()).toBeVisible()
  await expect(scenes).toHaveCount(4)

  await page.keyboard.press('n')
  await typeTitle(page, 'Press')
  await expect(scene(page, 'Press')).toBeVisible()
  await canvas(page).focus()
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect(scenes).toHaveCount(4)
  await page.keyboard.press('Control+z')
  await saved(page)
  await page.reload()
  await expect(scenes).toHaveCount(4)
  await expect(scene(page, 'Far shore')).toBeVisible()
})
