import { expect, type Page } from '@playwright/test'
import { act, recordsOf } from './support/commands.ts'
import { canvas, drawScenes, openGraph, saved, scene } from './support/graph.ts'
import { test } from './support/test.ts'

// What is done to the graph while the server is away: closed tabs, two stories, refusals, a browser that stops storing.

const sign = (page: Page) =>
  page
    .getByRole('status')
    .filter({ hasText: /Saved|Saving|Offline|Opening/ })
    .first()

/** Commands that wait in this browser's storage. */
function kept(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const asked = indexedDB.open('loom-outbox')
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(new Error('the outbox does not open'))
    })
    const asked = database.transaction('waiting').objectStore('waiting').count()
    await new Promise((resolve) => (asked.onsuccess = resolve))
    database.close()
    return asked.result
  })
}

/** Whether the browser would ask before the tab is closed. */
function asksBeforeLeaving(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const leaving = new Event('beforeunload', { cancelable: true })
    window.dispatchEvent(leaving)
    return leaving.defaultPrevented
  })
}

async function titlesOf(page: Page, storyId: string): Promise<readonly string[]> {
  return (await recordsOf<{ title: string }>(page, storyId, 'scenes')).map(({ title }) => title)
}

test('[CL2] [CL3] edits left by closed tabs arrive story by story, and nothing says saved before', async ({
  page,
  context,
  app,
}) => {
  const storyA = await openGraph(page, app.url, 'Left A')
  const other = await context.newPage()
  const storyB = await openGraph(other, app.url, 'Left B')
  await saved(page)
  await saved(other)
  expect(await asksBeforeLeaving(page)).toBe(false)
  await app.kill()
  await page.bringToFront()
  await drawScenes(page, [['Offline A', 120, 100]])
  await other.bringToFront()
  await drawScenes(other, [['Offline B', 120, 100]])
  await expect(sign(page)).toHaveText(/Offline, \d+ changes? kept here/)
  await expect(sign(other)).toHaveText(/Offline, \d+ changes? kept here/)
  expect(await asksBeforeLeaving(page)).toBe(true)
  await expect.poll(() => kept(page)).toBeGreaterThan(1)
  await page.close({ runBeforeUnload: false })
  await other.close({ runBeforeUnload: false })
  await app.restart()

  const pageA = await context.newPage()
  await pageA.goto(`${app.url}/stories/${storyA}/graph`)
  await expect(scene(pageA, 'Offline A')).toBeVisible()
  await saved(pageA)

  // The first story stays open; the second one's commands are held on their way.
  const pageB = await context.newPage()
  const held: (() => void)[] = []
  let holding = true
  await pageB.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => {
      if (holding && String(message).includes('"command"')) held.push(() => server.send(message))
      else server.send(message)
    })
  })
  await pageB.goto(`${app.url}/stories/${storyB}/graph`)
  await expect(canvas(pageB)).toBeVisible()
  await expect.poll(() => held.length).toBe(1)
  await expect(sign(pageB)).toHaveText(/Saving \d+ changes?|Offline, \d+ changes? kept here/)
  expect(await titlesOf(pageB, storyB)).not.toContain('Offline B')
  holding = false
  for (const go of held) go()
  await expect(scene(pageB, 'Offline B')).toBeVisible()
  await expect(sign(pageB)).toHaveText('Saved')
  expect(await titlesOf(pageB, storyB)).toEqual(['Offline B'])
  expect(await titlesOf(pageB, storyA)).toEqual(['Offline A'])
  expect(await kept(pageB)).toBe(0)
})

test('[CL3] [UI34] a refused change of a closed tab keeps its words, to copy and to try again', async ({
  page,
  context,
  app,
}) => {
  const storyId = await openGraph(page, app.url, 'Refused')
  await drawScenes(page, [['Quay', 120, 100]])
  await saved(page)
  const [quay] = await recordsOf<{ id: string }>(page, storyId, 'scenes')
  await app.kill()
  await scene(page, 'Quay').click()
  await page.getByRole('complementary', { name: 'Dock' }).getByLabel('Title').fill('The quay at low tide')
  await page.keyboard.press('Enter')
  await expect(scene(page, 'The quay at low tide')).toBeVisible()
  await expect.poll(() => kept(page)).toBe(1)
  await page.close({ runBeforeUnload: false })
  await app.restart()

  const again = await context.newPage()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await again.goto(app.url)
  await act(again, storyId, { type: 'DeleteScenes', sceneIds: [quay?.id] })
  await again.goto(`${app.url}/stories/${storyId}/graph`)
  const button = again.getByRole('button', { name: /1 refused/ })
  await button.click()
  const sheet = again.getByRole('dialog')
  await expect(sheet).toContainText('That scene is no longer there.')
  await expect(sheet).toContainText('The quay at low tide')
  await sheet.getByRole('button', { name: 'Copy what you wrote' }).click()
  expect(await again.evaluate(() => navigator.clipboard.readText())).toBe('The quay at low tide')
  await sheet.getByRole('button', { name: 'Try again' }).click()
  await expect(sheet).toContainText('The quay at low tide')
  await again.reload()
  await button.click()
  await expect(sheet).toContainText('The quay at low tide')

  await act(again, storyId, { type: 'Undo' })
  await expect(scene(again, 'Quay')).toBeVisible()
  await sheet.getByRole('button', { name: 'Try again' }).click()
  await expect(scene(again, 'The quay at low tide')).toBeVisible()
  await expect(again.getByRole('button', { name: /refused/ })).toHaveCount(0)
  await saved(again)
  expect(await titlesOf(again, storyId)).toEqual(['The quay at low tide'])
})

test('[CL4] [CL5] a browser that stops storing goes on sending and says what is at stake', async ({ page, app }) => {
  const storyId = await openGraph(page, app.url, 'Full disk')
  await drawScenes(page, [['Before', 120, 100]])
  await saved(page)
  await page.evaluate(() => {
    const put = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')
    Object.assign(window, { mend: () => Object.defineProperty(IDBObjectStore.prototype, 'put', put ?? {}) })
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no room', 'QuotaExceededError')
    }
  })
  await drawScenes(page, [['Sent all the same', 420, 100]])
  await saved(page)
  expect(await titlesOf(page, storyId)).toContain('Sent all the same')
  expect(await asksBeforeLeaving(page)).toBe(false)

  await app.kill()
  await drawScenes(page, [['In this tab', 120, 300]])
  await expect(sign(page)).toHaveText(/Offline, \d+ changes? only in this tab/)
  await expect(page.getByText('Your changes are not kept in this browser').first()).toBeVisible()
  expect(await asksBeforeLeaving(page)).toBe(true)
  expect(await kept(page)).toBe(0)

  // With room again, the next change brings storage up to date.
  await page.evaluate(() => (window as unknown as { mend: () => void }).mend())
  await drawScenes(page, [['Kept again', 420, 300]])
  await expect(sign(page)).toHaveText(/Offline, \d+ changes? kept here/)
  await page.close({ runBeforeUnload: false })
  await app.restart()
  const again = await page.context().newPage()
  await again.goto(`${app.url}/stories/${storyId}/graph`)
  await expect(scene(again, 'In this tab')).toBeVisible()
  await expect(scene(again, 'Kept again')).toBeVisible()
  await saved(again)
  expect([...(await titlesOf(again, storyId))].sort()).toEqual([
    'Before',
    'In this tab',
    'Kept again',
    'Sent all the same',
  ])
})

test('[CL8] a page the server was updated under sends nothing, keeps what waits, and goes on after a reload', async ({
  page,
  app,
}) => {
  let updated = false
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) =>
      socket.send(updated ? String(message).replace(/"schema":\d+/, '"schema":999') : message),
    )
  })
  const storyId = await openGraph(page, app.url, 'Updated')
  await drawScenes(page, [['Before', 120, 100]])
  await saved(page)
  updated = true
  await app.kill()
  await app.restart()
  const notice = page.getByRole('status').filter({ hasText: 'This page is older than the server' })
  await expect(notice).toBeVisible()
  await drawScenes(page, [['After', 320, 300]])
  await expect.poll(() => kept(page)).toBeGreaterThan(0)
  expect(await titlesOf(page, storyId)).toEqual(['Before'])

  updated = false
  page.on('dialog', (dialog) => void dialog.accept())
  await notice.getByRole('button', { name: 'Reload' }).click()
  await expect(scene(page, 'After')).toBeVisible()
  await saved(page)
  await expect.poll(() => titlesOf(page, storyId)).toEqual(['Before', 'After'])
  expect(await kept(page)).toBe(0)
})
