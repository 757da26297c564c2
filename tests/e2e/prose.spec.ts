import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { act } from './support/commands.ts'
import { memberOf } from './support/people.ts'
import { sampleId } from './support/sample.ts'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

// The Write place on the real server: two people, offline, kill -9, forks, phone and axe.

const firstText = (page: Page) => page.locator('.prose-scene').first().locator('.prose-text')

async function openWrite(page: Page, query = ''): Promise<{ storyId: string; editor: Locator }> {
  await page.goto('/')
  const storyId = await sampleId(page)
  await page.goto(`/stories/${storyId}/write${query}`)
  const editor = firstText(page)
  await expect(editor).toBeVisible()
  return { storyId, editor }
}

/** The text without other people's names at their carets. */
function textOf(editor: Locator): Promise<string> {
  return editor.evaluate((element) => {
    const copy = element.cloneNode(true) as HTMLElement
    for (const caret of copy.querySelectorAll('.prose-caret')) caret.remove()
    return [...copy.children].map((child) => child.textContent?.replace(/\u2060/g, '')).join('\n')
  })
}

const saveLine = (page: Page) => page.locator('.prose-scene').first().locator('footer [data-save]')

test('two people write in one paragraph and see each other by name', async ({ page, browser, app, signIn }) => {
  const { storyId, editor } = await openWrite(page)
  const context = await browser.newContext({ baseURL: app.url })
  await signIn(context)
  const second = await context.newPage()
  await second.goto(`/stories/${storyId}/write`)
  const other = firstText(second)
  await other.click()
  await second.keyboard.press('Control+Home')
  await expect(page.locator('.prose-scene').first().getByText('is writing here')).toBeVisible()
  await editor.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('End')
  await Promise.all([
    page.keyboard.type(' The gulls were quiet.', { delay: 8 }),
    second.keyboard.type('All night. ', { delay: 8 }),
  ])
  await expect(saveLine(page)).toHaveText('Saved')
  await expect(saveLine(second)).toHaveText('Saved')
  await expect.poll(() => textOf(editor)).toContain('The gulls were quiet.')
  await expect.poll(() => textOf(editor)).toContain('All night. ')
  await expect.poll(async () => (await textOf(editor)) === (await textOf(other))).toBe(true)
  await expect(page.locator('.prose-caret-name').first()).toHaveText('Ada Weaver')
  // Undo takes back only one's own words.
  await page.keyboard.press('Control+Z')
  await expect.poll(() => textOf(editor)).not.toContain('The gulls were quiet.')
  expect(await textOf(editor)).toContain('All night. ')
  await context.close()
})

test('what was shown as saved is there after kill -9', async ({ page, app }) => {
  const { editor } = await openWrite(page)
  await editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Nothing of this is lost.')
  await expect(saveLine(page)).toHaveText('Saved')
  await app.kill()
  await expect(saveLine(page)).toHaveText('Offline')
  await page.keyboard.type(' Nor of this.')
  await expect(saveLine(page)).toHaveText(/Offline, \d+ changes? kept here/)
  await app.restart()
  await expect(saveLine(page)).toHaveText('Saved')
  await page.reload()
  await expect(firstText(page)).toContainText('Nothing of this is lost. Nor of this.')
})

test('[PR42] a reader who loses the line and has it back is told of nothing unsaved', async ({
  page,
  context,
  browser,
  app,
}) => {
  const { storyId, editor } = await openWrite(page)
  // Deletions are what a returning browser sends back whole.
  await editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Wrong words.')
  for (let n = 0; n < ' Wrong words.'.length; n++) await page.keyboard.press('Backspace')
  await expect(saveLine(page)).toHaveText('Saved')
  const guest = await memberOf({ context, browser, url: app.url }, storyId, 'viewer', {
    name: 'Ola Mere',
    login: 'ola',
  })
  const reader = await guest.newPage()
  await reader.goto(`/stories/${storyId}/write`)
  await expect(saveLine(reader)).toHaveText('Read only')
  await app.kill()
  await expect(saveLine(reader)).toHaveText('Offline')
  await app.restart()
  await expect(saveLine(reader)).toHaveText('Read only')
  await expect(saveLine(page)).toHaveText('Saved')
  // Two words there, one after the other was seen: whatever the server had to say to the reader has been said.
  for (const word of [' First.', ' Second.']) {
    await page.keyboard.type(word)
    await expect(firstText(reader)).toContainText(word)
  }
  await expect(saveLine(reader)).toHaveText('Read only')
  await expect(saveLine(reader)).toHaveAttribute('data-save', '0')
  await expect(reader.getByRole('button').getByRole('status')).toHaveText('Saved')
  await guest.close()
})

/** Waits until everything handed to the browser's storage so far is written: a later reader queues behind the writers. */
async function stored(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const open = (name: string) =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name)
        asked.onsuccess = () => resolve(asked.result)
        asked.onerror = () => reject(new Error(`${name} does not open`))
      })
    for (const { name } of await indexedDB.databases()) {
      if (!name?.startsWith('loom-prose:')) continue
      const database = await open(name)
      const names = [...database.objectStoreNames]
      const reading = database.transaction(names)
      for (const store of names) reading.objectStore(store).count()
      await new Promise((resolve) => (reading.oncomplete = resolve))
      database.close()
    }
  })
}

test('text typed offline survives a closed tab and is sent on return', async ({ page, context, app }) => {
  const { editor, storyId } = await openWrite(page)
  await expect(saveLine(page)).toHaveText('Saved')
  await app.kill()
  await expect(saveLine(page)).toHaveText('Offline')
  await editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Kept in the drawer.')
  await expect(saveLine(page)).toHaveText(/Offline, \d+ changes? kept here/)
  await stored(page)
  await page.close({ runBeforeUnload: false })
  await app.restart()
  const again = await context.newPage()
  await again.goto(`/stories/${storyId}/write`)
  await expect(firstText(again)).toContainText('Kept in the drawer.')
  await expect(saveLine(again)).toHaveText('Saved')
})

test('text left unsent by a closed tab is counted and sent, although nobody opens its scene', async ({
  page,
  context,
  app,
}) => {
  const { editor, storyId } = await openWrite(page)
  await expect(saveLine(page)).toHaveText('Saved')
  const sceneId = (await page.locator('.prose-scene').first().getAttribute('id'))?.replace('scene-', '')
  const read = async () => (await context.request.get(`/api/stories/${storyId}/scenes/${sceneId}/prose`)).text()
  await app.kill()
  await expect(saveLine(page)).toHaveText('Offline')
  await editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Left in the drawer.')
  await stored(page)
  await page.close({ runBeforeUnload: false })
  await app.restart()

  // The way to the text is shut, so that what is said meanwhile can be read.
  const again = await context.newPage()
  let shut = true
  await again.route('**/prose/ticket', (route) => (shut ? route.abort() : route.continue()))
  await again.goto(`/stories/${storyId}/graph`)
  const sign = again
    .getByRole('status')
    .filter({ hasText: /Saved|Saving|Offline|Opening/ })
    .first()
  await expect(sign).toHaveText(/Offline, \d+ changes? kept here/)
  expect(await read()).not.toContain('Left in the drawer.')
  shut = false
  await expect(sign).toHaveText('Saved')
  await expect.poll(read).toContain('Left in the drawer.')
})

test('an inherited scene says whose it is, and a fork leads to a scene one can write in', async ({ page }) => {
  const { storyId } = await openWrite(page)
  const snapshot = (await (await page.request.get(`/api/stories/${storyId}/snapshot`)).json()) as {
    collections: { branches: { id: string; parentId: string | null }[] }
  }
  const child = snapshot.collections.branches.find((branch) => branch.parentId !== null)
  await page.goto(`/stories/${storyId}/write?branch=${child?.id ?? ''}`)
  const first = page.locator('.prose-scene').first()
  await expect(first.getByText('This scene belongs to the branch')).toBeVisible()
  await expect(first.locator('.prose-text')).toHaveAttribute('contenteditable', 'false')
  const title = await first.getByRole('heading').textContent()
  await first.getByRole('button', { name: 'Fork here' }).click()
  await expect(page.getByText(`Its first scene follows ${title}, which both branches share.`)).toBeVisible()
  const fresh = page.locator('.prose-text:focus')
  await expect(fresh).toHaveAttribute('contenteditable', 'true')
  await page.keyboard.type('Here the road turns.')
  await expect(page.locator('.prose-scene', { has: fresh }).locator('[data-save]')).toHaveText('Saved')
  await page.reload()
  await expect(page.locator('.prose-scene', { hasText: 'Here the road turns.' })).toBeVisible()

  await page.goto(`/stories/${storyId}/write?branch=${child?.id ?? ''}`)
  await first.getByRole('button', { name: 'Change it there' }).click()
  await expect(firstText(page)).toHaveAttribute('contenteditable', 'true')
})

/** A scene of its own at the end of the sample's canon, open in Write. */
async function newScene(page: Page): Promise<{ storyId: string; sceneId: string; section: Locator }> {
  const { storyId } = await openWrite(page)
  await page.getByRole('button', { name: 'New scene' }).first().click()
  const section = page.locator('.prose-scene', { has: page.locator('.prose-text:focus') })
  await expect(section).toBeVisible()
  const id = (await section.getAttribute('id')) ?? ''
  return { storyId, sceneId: id.replace('scene-', ''), section: page.locator(`#${id}`) }
}

test('[PR64] a scene that comes back by undo is written in at once', async ({ page }) => {
  const { storyId, sceneId, section } = await newScene(page)
  // Its own name: regions of the page are told apart by the titles of their scenes.
  await section.getByLabel('Title of the scene').fill('Brought back')
  await section.locator('.prose-text').click()
  await page.keyboard.type('Still here.')
  await expect(section.locator('[data-save]')).toHaveText('Saved')
  await act(page, storyId, { type: 'DeleteScenes', sceneIds: [sceneId] })
  await expect(section).toHaveCount(0)
  await act(page, storyId, { type: 'Undo' })
  const text = section.locator('.prose-text')
  await expect(text).toHaveText('Still here.')
  await expect(text).toHaveAttribute('contenteditable', 'true')
  await text.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' And on.')
  await expect(section.locator('[data-save]')).toHaveText('Saved')
  await page.reload()
  await expect(section.locator('.prose-text')).toHaveText('Still here. And on.')
})

test('a title being typed stays when somebody else renames the scene', async ({ page }) => {
  const { storyId, sceneId, section } = await newScene(page)
  const title = section.getByLabel('Title of the scene')
  await expect(section.locator('[data-save]')).toHaveText('Saved')
  await title.fill('My own')
  await act(page, storyId, { type: 'UpdateScene', sceneId, fields: { title: 'Theirs' } })
  await expect(page.getByRole('navigation', { name: 'Scenes' }).getByText('Theirs')).toBeVisible()
  await expect(title).toBeFocused()
  await page.keyboard.type(' title')
  await page.keyboard.press('Enter')
  await expect(title).toHaveValue('My own title')
  await expect(page.getByRole('navigation', { name: 'Scenes' }).getByText('My own title')).toBeVisible()

  await title.fill('Not this')
  await page.keyboard.press('Escape')
  await expect(title).toHaveValue('My own title')
})

test('keyboard alone: new scene, title, text, format, next scene', async ({ page }) => {
  await openWrite(page)
  await page.getByRole('button', { name: 'New scene' }).first().focus()
  await page.keyboard.press('Enter')
  const fresh = page.locator('.prose-text:focus')
  await expect(fresh).toBeVisible()
  await page.keyboard.type('A door no chart has.')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+B')
  await expect(fresh.locator('strong')).toHaveText('A door no chart has.')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(page.locator('.prose-text:focus')).not.toContainText('A door no chart has.')
})

test('signing out removes the copies of what is saved', async ({ page }) => {
  await openWrite(page)
  await expect(saveLine(page)).toHaveText('Saved')
  const copies = () =>
    page.evaluate(
      async () => (await indexedDB.databases()).filter(({ name }) => name?.startsWith('loom-prose:')).length,
    )
  expect(await copies()).toBeGreaterThan(0)
  await page.getByRole('button', { name: /^Your menu/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await expect.poll(copies).toBe(0)
})

test('axe finds nothing, and a phone can write', async ({ page }) => {
  await openWrite(page)
  await expect(saveLine(page)).toHaveText('Saved')
  await settled(page)
  const wide = await new AxeBuilder({ page }).include('[data-write]').analyze()
  expect(wide.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.target.join(' ')}`)).toEqual([])
  await page.setViewportSize({ width: 360, height: 740 })
  await expect(firstText(page)).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await page.getByRole('button', { name: 'Show the scene list' }).click()
  await expect(page.getByRole('dialog').getByRole('navigation', { name: 'Scenes' })).toBeVisible()
  const narrow = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(narrow.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.target.join(' ')}`)).toEqual([])
})
