import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test'
import { unzipSync } from 'fflate'
import { type RunningApp, startApp } from './support/app.ts'
import { tabTo } from './support/keys.ts'
import { watchProblems } from './support/watch.ts'

// One person's evening, from the set-up link to the exported story, on the real server and in one go: each step works
// on what the step before it left. No screen on the way has an axe finding, and no page an error in its console.

const OWNER = { name: 'Ida Mor', login: 'ida', password: 'seven lamps at low tide' }

const TWEE = [
  ':: StoryTitle',
  'The Glass Orchard',
  '',
  ':: Gate {"position":"0,0","size":"200,100"}',
  'Frost held the gate shut. Mira leaned on it until it gave.',
  '',
  '"Is anyone there?" Mira called.',
  '',
  '[[Walk between the trees->Trees]]',
  '',
  ':: Trees {"position":"320,0","size":"200,100"}',
  'Every apple was glass. One of them rang.',
  '',
  '[[A door that is not drawn->Nowhere]]',
  '',
].join('\n')

/** No element is fading any more, so that axe measures the colours one sees; then axe itself. */
async function expectClean(page: Page, where: string): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((animation) => animation.playState !== 'running' || animation.effect?.getTiming().iterations === Infinity),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((found) => `${where}: ${found.id} ${found.nodes[0]?.html.slice(0, 160)}`)).toEqual([])
}

const saved = (page: Page) => expect(page.getByRole('button').getByRole('status')).toHaveText('Saved')
const sceneCard = (page: Page, title: string) => page.locator('.react-flow__node-scene', { hasText: title })
const prose = (page: Page, title: string) => page.getByRole('textbox', { name: `Text of ${title}` })

async function reloaded(page: Page): Promise<void> {
  await saved(page)
  await page.reload()
  await saved(page)
}

async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
  await page.waitForURL(new RegExp(`/${place.toLowerCase()}`))
}

/** A second browser of the same installation, signed in through the page. */
async function secondPerson(
  browser: Browser,
  app: RunningApp,
): Promise<{ context: BrowserContext; page: Page; problems: readonly string[] }> {
  const context = await browser.newContext({ baseURL: app.url })
  const problems = await watchProblems(context, 'second')
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByLabel('Sign-in name').fill(OWNER.login)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'New story' })).toBeVisible()
  return { context, page, problems }
}

/** Takes a file out of the export dialog and answers where it lies. */
async function download(page: Page, format: RegExp, path: string): Promise<Buffer> {
  const dialog = page.getByRole('dialog', { name: 'Export this story' })
  await dialog.getByRole('radio', { name: format }).check()
  const button = dialog.getByRole('button', { name: 'Download' })
  await expect(button).toBeEnabled()
  const waiting = page.waitForEvent('download')
  await button.click()
  await (await waiting).saveAs(path)
  return readFile(path)
}

/** The names of the pictures in a project archive: their hashes. */
const blobsOf = (zip: Buffer) =>
  Object.keys(unzipSync(new Uint8Array(zip)))
    .filter((name) => name.startsWith('blobs/'))
    .sort()

/** Id of a branch by its name; `story` is the story's address. */
async function branchNamed(page: Page, story: string, wanted: string): Promise<string> {
  const { collections } = (await (await page.request.get(`/api${story}/snapshot`)).json()) as {
    collections: { branches: { id: string; name: string }[] }
  }
  return collections.branches.find(({ name }) => name === wanted)?.id ?? ''
}

const picture = (page: Page): Locator => page.locator('figure').getByRole('img').first()

test('the whole path: set up, import, graph, branch, write together, draft, draw, play, export, import again, phone', async ({
  browser,
}, testInfo) => {
  // Some forty screens with axe on each; the steps themselves wait by the usual measure.
  test.setTimeout(20 * 60_000)
  const app = await startApp()
  const context = await browser.newContext({ baseURL: app.url, reducedMotion: 'reduce' })
  context.setDefaultTimeout(20_000)
  const problems = await watchProblems(context, 'first')
  const page = await context.newPage()
  try {
    await test.step('the set-up link opens the sample', async () => {
      await page.goto(app.setupLink() ?? '')
      // The first page of a server's life takes its time.
      await expect(page.getByLabel('Your name')).toBeVisible()
      await expectClean(page, 'set-up')
      await page.getByLabel('Your name').fill(OWNER.name)
      await page.getByLabel('Sign-in name').fill(OWNER.login)
      await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.waitForURL('**/graph**')
      await expect(page.getByText("The Keeper's Ledger").first()).toBeVisible()
      await expect(page.getByRole('heading', { name: 'Three first steps' })).toBeVisible()
      await expectClean(page, 'sample')
    })

    await test.step('a Twee file is previewed with its losses, and opens as a story', async () => {
      await page.goto('/')
      await expectClean(page, 'shelf')
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Import a story' })
      await dialog
        .getByLabel('Story file')
        .setInputFiles({ name: 'orchard.twee', mimeType: 'text/plain', buffer: Buffer.from(TWEE) })
      await expect(dialog.getByText('2 scenes · 1 edge')).toBeVisible()
      await expect(dialog.getByText(/leads nowhere/)).toBeVisible()
      await expectClean(page, 'import')
      await dialog.getByRole('button', { name: 'Import the story' }).click()
      await page.waitForURL(/\/stories\/[^/]+\//)
      await goTo(page, 'Graph')
      await expect(sceneCard(page, 'Gate')).toBeVisible()
      await expect(sceneCard(page, 'Trees')).toBeVisible()
      await saved(page)
      await expectClean(page, 'imported story')
    })

    await test.step('a scene is made and a choice leads to it', async () => {
      await page.getByRole('application', { name: /Story graph/ }).focus()
      await page.keyboard.press('n')
      await page.getByLabel('Scene title').fill('Cellar')
      await page.keyboard.press('Enter')
      await expect(sceneCard(page, 'Cellar')).toBeVisible()
      await page.getByRole('button', { name: 'Outline', exact: true }).click()
      await page.getByRole('treeitem', { name: /^Scene .*Trees/ }).click()
      await page.keyboard.press('l')
      const dialog = page.getByRole('dialog', { name: 'Link Trees to' })
      await dialog.getByRole('combobox', { name: 'Kind' }).click()
      await page.getByRole('option', { name: 'Choice' }).click()
      await dialog.getByRole('combobox', { name: 'Find the target' }).fill('Cellar')
      await expectClean(page, 'link')
      await page.keyboard.press('Enter')
      await expect(dialog).toBeHidden()
      await expect(page.getByRole('treeitem', { name: /^Scene .*Cellar/ })).toBeVisible()
      await page.getByRole('treeitem', { name: /^Scene .*Trees/ }).click()
      await page
        .getByRole('complementary', { name: 'Dock' })
        .getByRole('button', { name: 'Edit the connection' })
        .first()
        .click()
      const choice = page.getByRole('complementary', { name: 'Dock' }).getByLabel('Words of the choice')
      await choice.fill('Down the cellar steps')
      await choice.blur()
      await expectClean(page, 'outline')
      await reloaded(page)
      await page.getByRole('button', { name: 'Outline', exact: true }).click()
      await expect(page.getByRole('treeitem', { name: /Down the cellar steps.*Cellar/ })).toBeVisible()
    })

    await test.step('a branch is made by keyboard alone', async () => {
      await tabTo(page, page.getByRole('treeitem', { name: /^Scene .*Gate/ }))
      await page.keyboard.press('End')
      await page.keyboard.press('Home')
      await expect(page.getByRole('treeitem', { name: /^Scene .*Gate/ })).toBeFocused()
      await page.keyboard.press('b')
      await expect(page.getByRole('textbox', { name: /^Name/ })).toBeFocused()
      await expectClean(page, 'fork')
      await page.keyboard.type('The thaw')
      await tabTo(page, page.getByRole('textbox', { name: 'Words of the choice' }))
      await page.keyboard.type('Wait for the sun')
      await page.keyboard.press('Enter')
      await expect(page.getByLabel('Scene title')).toBeFocused()
      await page.keyboard.type('Meltwater')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('treeitem', { name: /Meltwater/ })).toBeFocused()
      await reloaded(page)
      await expect(page.getByRole('button', { name: /Branch: The thaw/ })).toBeVisible()
    })

    await test.step('text is written, and a second person sees it live and edits the same paragraph', async () => {
      await goTo(page, 'Write')
      await prose(page, 'Meltwater').click()
      await page.keyboard.type('The glass began to weep.')
      await saved(page)
      await expectClean(page, 'write')

      const other = await secondPerson(browser, app)
      await other.page.goto(page.url())
      const there = prose(other.page, 'Meltwater')
      await expect(there).toContainText('The glass began to weep.')
      await expect(other.page.getByRole('button', { name: '2 people here' })).toBeVisible()
      await page.keyboard.type(' Drop by drop')
      await expect(there).toContainText('The glass began to weep. Drop by drop')
      await expect(there.locator('.prose-caret-name')).toHaveText(OWNER.name)
      await there.click()
      await other.page.keyboard.press('Control+Home')
      await other.page.keyboard.type('At noon: ')
      await page.keyboard.type(', row by row.')
      for (const text of [there, prose(page, 'Meltwater')]) {
        // The other person's name may stand at the caret between the two.
        await expect(text).toContainText('At noon: ')
        await expect(text).toContainText('The glass began to weep. Drop by drop, row by row.')
      }
      await expect(prose(page, 'Meltwater').locator('.prose-caret-name')).toHaveText(OWNER.name)
      await expectClean(other.page, 'second person')
      await saved(other.page)
      await other.context.close()
      expect(other.problems).toEqual([])
      await reloaded(page)
      await expect(prose(page, 'Meltwater')).toContainText(
        'At noon: The glass began to weep. Drop by drop, row by row.',
      )
    })

    await test.step('the writer continues the scene by rules and says so', async () => {
      await prose(page, 'Meltwater').click()
      const dock = page.getByRole('complementary', { name: 'Dock' })
      if (!(await dock.isVisible())) await page.getByRole('button', { name: 'Open the dock' }).click()
      await dock.getByRole('tab', { name: 'Writer' }).click()
      await expect(page.getByText('outline-1 is a set of rules, not a model.')).toBeVisible()
      await page.getByRole('button', { name: 'Continue the scene' }).click()
      const pending = page.getByRole('region', { name: 'Pending text, not in the scene yet' })
      await expect(pending).toContainText('offline/outline-1 (by rules)')
      await expect(prose(page, 'Meltwater').locator('[data-ai-run]')).toHaveCount(0)
      await expectClean(page, 'pending text')
      await pending.getByRole('button', { name: 'Accept', exact: true }).click()
      await expect(pending).toHaveCount(0)
      await expect(prose(page, 'Meltwater').locator('[data-ai-run]').first()).toContainText('[Outline]')
      await reloaded(page)
      await expect(prose(page, 'Meltwater').locator('[data-ai-run]').first()).toContainText('[Outline]')
    })

    await test.step('the scene becomes a shot list, a picture, a checked picture, and a second version beside it', async () => {
      await goTo(page, 'Comic')
      await page.getByRole('button', { name: 'Draft from the text' }).click()
      const rows = page.getByRole('listitem', { name: /^Panel \d+$/ })
      await expect(rows.first()).toBeVisible()
      await expectClean(page, 'shot list')
      const count = await rows.count()
      await reloaded(page)
      await expect(rows).toHaveCount(count)
      await rows.first().getByRole('button', { name: 'Open in the studio' }).click()
      await expect(page.getByText('No image backend is connected')).toBeVisible()
      await page.getByRole('button', { name: 'Draw', exact: true }).click()
      await expect(page.getByRole('button', { name: /Version 1/ })).toBeVisible({ timeout: 90_000 })
      await expect(page.getByText(/anatomy not assessed/)).toBeVisible()
      await expect(page.getByText('Storyboard, drawn by rules').first()).toBeVisible()
      await page.getByRole('button', { name: 'Vary the seed' }).click()
      await expect(page.getByRole('button', { name: /Version 2/ })).toBeVisible({ timeout: 90_000 })
      await expect(page.getByRole('button', { name: /Version 1/ })).toBeVisible()
      await expectClean(page, 'studio')
      await reloaded(page)
      await page.getByRole('tab', { name: 'Panel studio' }).click()
      await expect(page.getByRole('button', { name: /Version 1/ })).toBeVisible()
      await expect(page.getByRole('button', { name: /Version 2/ })).toBeVisible()
      await page.getByRole('tab', { name: 'Pages' }).click()
      await expect(page.getByRole('img', { name: /^Page 1 with/ })).toBeVisible()
      await expectClean(page, 'pages')
    })

    await test.step('the new last scene is marked as an ending', async () => {
      await goTo(page, 'Graph')
      await sceneCard(page, 'Meltwater').click()
      const dock = page.getByRole('complementary', { name: 'Dock' })
      await dock.getByRole('tab', { name: 'Details' }).click()
      await dock.getByRole('combobox', { name: 'Type' }).click()
      await page.getByRole('option', { name: 'Ending' }).click()
      await expectClean(page, 'details')
      await reloaded(page)
      await expect(dock.getByRole('combobox', { name: 'Type' })).toHaveText(/Ending/)
    })

    await test.step('it plays to the ending with its panel, and reads in order with the same panel', async () => {
      await page.goto(page.url().replace(/\/graph.*/, '/play'))
      await expect(page.getByRole('heading', { name: 'Gate' })).toBeVisible()
      await expectClean(page, 'play')
      await page.getByRole('button', { name: 'Wait for the sun' }).click()
      await expect(page.getByRole('heading', { name: 'Meltwater' })).toBeVisible()
      await expect(page.getByText('The end', { exact: true })).toBeVisible()
      await expect(page.getByText(/At noon: The glass began to weep/).first()).toBeVisible()
      await expect(picture(page)).toBeVisible()
      await expectClean(page, 'ending')
      const story = /\/stories\/[^/]+/.exec(page.url())?.[0] ?? ''
      await page.goto(`${story}/read?branch=${await branchNamed(page, story, 'The thaw')}`)
      await expect(page.getByRole('navigation', { name: 'Contents' }).getByRole('link')).toHaveText([
        'Gate',
        'Meltwater',
      ])
      const last = page.getByRole('region', { name: 'Meltwater' })
      await expect(last.getByText(/At noon: The glass began to weep/).first()).toBeVisible()
      await expect(picture(page)).toBeVisible()
      // One panel was drawn, and it stands with its scene; where it was drawn twice, the chosen version alone.
      await expect(last.locator('figure')).toHaveCount(1)
      await expect(page.getByRole('region', { name: 'Gate' }).locator('figure')).toHaveCount(0)
      await expectClean(page, 'read')
    })

    const html = await test.step('it is exported as a page that plays', async () => {
      await page.getByRole('button', { name: 'Export this story' }).click()
      const bytes = await download(page, /Playable page/, testInfo.outputPath('orchard.html'))
      await expectClean(page, 'export')
      return bytes.toString('utf8')
    })
    expect(html).toContain('Wait for the sun')

    await test.step('its archive comes back as a story with the same pictures', async () => {
      const archive = await download(page, /Project archive/, testInfo.outputPath('orchard.zip'))
      const blobs = blobsOf(archive)
      expect(blobs.length).toBeGreaterThanOrEqual(2)
      await page.goto('/')
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Import a story' })
      await dialog
        .getByLabel('Story file')
        .setInputFiles({ name: 'orchard.zip', mimeType: 'application/zip', buffer: archive })
      await dialog.getByLabel('Title').fill('The Orchard again')
      await dialog.getByRole('button', { name: 'Import the story' }).click()
      await page.waitForURL(/\/stories\/[^/]+\//)
      await saved(page)
      await page.getByRole('button', { name: 'Export this story' }).click()
      const again = await download(page, /Project archive/, testInfo.outputPath('again.zip'))
      expect(blobsOf(again)).toEqual(blobs)
      await page.keyboard.press('Escape')
    })

    await test.step('on a phone the copy is read and a word is added', async () => {
      await page.setViewportSize({ width: 390, height: 844 })
      const story = /\/stories\/[^/]+/.exec(page.url())?.[0] ?? ''
      const branch = await branchNamed(page, story, 'The thaw')
      const fits = async () =>
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
          0,
        )
      await page.goto(`${story}/read?branch=${branch}`)
      await expect(page.getByText('Frost held the gate shut.')).toBeVisible()
      await expect(page.getByText(/At noon: The glass began to weep/).first()).toBeVisible()
      await expectClean(page, 'read on a phone')
      await fits()
      await page.goto(`${story}/write?branch=${branch}`)
      await prose(page, 'Meltwater').click()
      await page.keyboard.press('Control+End')
      await page.keyboard.type(' Then it was spring.')
      await expectClean(page, 'write on a phone')
      await fits()
      await reloaded(page)
      await expect(prose(page, 'Meltwater')).toContainText('Then it was spring.')
    })
    expect(problems).toEqual([])
  } finally {
    await context.close()
    await app.close()
  }
})
