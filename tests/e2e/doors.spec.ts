import { type BrowserContext, expect, type Page } from '@playwright/test'
import { expectGood } from './support/good-page.ts'
import { canvas, drawScenes, openGraph, saved, scene, typeTitle } from './support/graph.ts'
import { tabTo } from './support/keys.ts'
import { ask, memberOf, newBrowser, PASSWORD, type Person } from './support/people.ts'
import { test } from './support/test.ts'

// Doors and keys on the real server: invitations, roles that take hold at once, one's account, the admin's page.

async function openMembers(page: Page): Promise<void> {
  await page
    .getByRole('banner')
    .getByRole('button', { name: /Members and invitations|people here/ })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Members and invitations' }).click()
  await expect(page.getByRole('dialog', { name: /^Members of/ })).toBeVisible()
}

/** Makes an invitation on the members screen and answers the link that is shown this one time. */
async function inviteOnScreen(page: Page, role: string, note: string, right?: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  if (right) await page.getByRole('checkbox', { name: right }).click()
  await page.getByLabel('Note for yourself').fill(note)
  await page.getByRole('button', { name: 'Make the link' }).click()
  const link = await page.getByRole('region', { name: 'The invitation link' }).innerText()
  await page.getByRole('button', { name: 'I have it' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: note })).toBeVisible()
  return link.trim()
}

/** Comes in by an invitation as somebody new, on the screens. */
async function joinAsNew(page: Page, link: string, { name, login }: Person): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Sign-in name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the account and come in' }).click()
  await page.waitForURL('**/stories/*/graph**')
}

async function setRole(page: Page, name: string, role: string): Promise<void> {
  await page.getByRole('button', { name: `More about ${name}` }).click()
  await page.getByRole('menuitem', { name: `Change what ${name} may do` }).click()
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('listitem', { name }).getByText(role)).toBeVisible()
}

const readingLine = (page: Page) => page.getByText(/^You may read here\./)

test('an editor writes, a viewer reads, and a change of what they may do takes hold at once', async ({
  page,
  context,
  browser,
  app,
}) => {
  const storyId = await openGraph(page, app.url, 'The Toll House')
  await drawScenes(page, [['The gate', 120, 120]])
  await saved(page)
  await openMembers(page)
  const forBo = await inviteOnScreen(page, 'Editor', 'For Bo')
  const forCyn = await inviteOnScreen(page, 'Viewer', 'For Cyn', 'may comment')
  await page.keyboard.press('Escape')

  const bo = await (await newBrowser(browser, app.url)).newPage()
  await bo.goto(forBo)
  await expect(bo.getByText('Ada Weaver invites you to “The Toll House”.')).toBeVisible()
  await expect(bo.getByText('You come in as an editor')).toBeVisible()
  // Read once, and gone from the address bar, where others could see it.
  expect(bo.url()).not.toContain('#')
  await joinAsNew(bo, forBo, { name: 'Bo Lind', login: 'bo-lind' })
  await expect(scene(bo, 'The gate')).toBeVisible()
  await bo.getByRole('button', { name: 'New scene' }).click()
  await typeTitle(bo, 'The lodge')
  await saved(bo)
  await expect(scene(page, 'The lodge')).toBeVisible()

  const cyn = await (await newBrowser(browser, app.url)).newPage()
  await cyn.goto(forCyn)
  await expect(cyn.getByText('You come in as a viewer: you read and play, and may comment.')).toBeVisible()
  await joinAsNew(cyn, forCyn, { name: 'Cyn Hale', login: 'cyn-hale' })
  await expect(scene(cyn, 'The lodge')).toBeVisible()
  await expect(cyn.getByText('You may read here. Ask Ada Weaver for the right to write.')).toBeVisible()
  await expect(cyn.getByRole('button', { name: 'New scene' })).toBeHidden()
  await expect(cyn.getByRole('button', { name: 'Undo' })).toBeHidden()
  await expect(cyn.getByRole('button', { name: 'Export this story' })).toBeHidden()
  await scene(cyn, 'The gate').click()
  await expect(cyn.getByLabel('Title')).toHaveAttribute('readonly', '')
  await cyn.getByRole('link', { name: 'Write' }).click()
  const text = cyn.locator('.prose-text').first()
  await expect(text).toHaveAttribute('contenteditable', 'false')
  await cyn.getByRole('link', { name: 'Comic' }).click()
  await expect(cyn.getByText('Nobody has made panels of this scene yet.')).toBeVisible()
  await expect(cyn.getByRole('button', { name: 'Draft from the text' })).toBeHidden()

  // What the screen does not offer the server refuses too, also when asked directly.
  const command = { type: 'UpdateStory', fields: { title: 'Mine now' } }
  const envelope = { clientId: 'cl_forged', seq: 1, commandId: 'co_forged', storyId, command }
  const headers = { origin: app.url }
  const forged = await cyn.request.post(`/api/stories/${storyId}/commands`, { headers, data: envelope })
  expect(forged.status()).toBe(403)
  expect((await bo.request.delete(`/api/stories/${storyId}`, { headers })).status()).toBe(403)
  expect((await cyn.request.get(`/api/stories/${storyId}/snapshot`)).status()).toBe(200)

  // A link lets one person in.
  const late = await (await newBrowser(browser, app.url)).newPage()
  await late.goto(forCyn)
  await expect(late.getByRole('heading', { name: 'This invitation does not open anything' })).toBeVisible()

  await cyn.getByRole('link', { name: 'Graph' }).click()
  await expect(canvas(cyn)).toBeVisible()
  await openMembers(page)
  await setRole(page, 'Cyn Hale', 'Editor')
  await expect(cyn.getByRole('button', { name: 'New scene' })).toBeVisible()
  await expect(readingLine(cyn)).toBeHidden()
  await cyn.getByRole('link', { name: 'Write' }).click()
  await expect(text).toHaveAttribute('contenteditable', 'true')
  await setRole(page, 'Cyn Hale', 'Viewer')
  await expect(text).toHaveAttribute('contenteditable', 'false')
  await expect(readingLine(cyn)).toBeVisible()

  await page.getByRole('button', { name: 'More about Bo Lind' }).click()
  await page.getByRole('menuitem', { name: 'Remove from the story' }).click()
  await page.getByRole('button', { name: 'Remove from the story' }).click()
  await expect(bo.getByRole('heading', { name: 'This story is no longer open to you' })).toBeVisible()
  expect((await bo.request.get(`/api/stories/${storyId}/snapshot`)).status()).toBe(404)
  await bo.getByRole('link', { name: 'To the shelf' }).click()
  await expect(bo.getByText('Your shelf is empty')).toBeVisible()

  await page.getByRole('button', { name: 'More about Cyn Hale' }).click()
  await page.getByRole('menuitem', { name: 'Hand the story over' }).click()
  await page.getByRole('button', { name: 'Hand it over' }).click()
  await expect(page.getByRole('listitem', { name: 'Cyn Hale' }).getByText('owner', { exact: true })).toBeVisible()
  await expect(cyn.getByText('You may write here now.')).toBeVisible()
  // An admin of the story may give up being one; leaving has its own button.
  await page.getByRole('button', { name: 'More about Ada Weaver' }).click()
  await expect(page.getByRole('menuitem', { name: 'Remove from the story' })).toBeHidden()
  await page.keyboard.press('Escape')
  await setRole(page, 'Ada Weaver', 'Editor')
  await expect(page.getByRole('button', { name: 'Leave this story' })).toBeVisible()
  await context.close()
})

test('words that could not be stored are handed back when the story is taken away', async ({
  page,
  context,
  browser,
  app,
}) => {
  const storyId = await openGraph(page, app.url, 'The Drowned Road')
  await drawScenes(page, [['First mile', 120, 120]])
  await saved(page)
  const bo = await memberOf({ context, browser, url: app.url }, storyId, 'editor', { name: 'Bo Ash', login: 'bo-ash' })
  const writer = await bo.newPage()
  await writer.goto(`/stories/${storyId}/write`)
  const text = writer.locator('.prose-text').first()
  await expect(text).toHaveAttribute('contenteditable', 'true')
  await bo.setOffline(true)
  await text.click()
  await writer.keyboard.type('The milestones counted down to the sea.')
  await expect(writer.locator('footer [data-save]').first()).not.toHaveAttribute('data-save', '0')
  await openMembers(page)
  await page.getByRole('button', { name: 'More about Bo Ash' }).click()
  await page.getByRole('menuitem', { name: 'Remove from the story' }).click()
  await page.getByRole('button', { name: 'Remove from the story' }).click()
  await expect(page.getByRole('listitem', { name: 'Bo Ash' })).toBeHidden()
  await bo.setOffline(false)
  await expect(writer.getByRole('heading', { name: 'This story is no longer open to you' })).toBeVisible()
  const download = writer.waitForEvent('download')
  await writer.getByRole('button', { name: 'Download: Text of “First mile”' }).click()
  const stream = await (await download).createReadStream()
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  expect(Buffer.concat(parts).toString('utf8')).toContain('The milestones counted down to the sea.')
})

test('one’s own account: name, key, sessions, password, and the way out', async ({ page, context, browser, app }) => {
  const storyId = await openGraph(page, app.url, 'The Key House')
  const person = { name: 'Dan Orr', login: 'dan-orr' }
  const dan = await memberOf({ context, browser, url: app.url }, storyId, 'editor', person)
  const mine = await dan.newPage()
  await mine.goto('/settings')

  await mine.getByLabel('Your name').fill('Daniel Orr')
  await mine.getByRole('button', { name: 'Save the name' }).click()
  await expect(mine.getByRole('button', { name: 'Your menu: Daniel Orr' })).toBeVisible()

  await mine.getByRole('region', { name: 'API keys' }).getByRole('button', { name: 'Make a key' }).click()
  const form = mine.getByRole('dialog', { name: 'A new key' })
  await form.getByLabel('Name').fill('Night copy')
  await form.getByRole('checkbox', { name: 'Export stories' }).click()
  await form.getByRole('combobox', { name: 'At most' }).click()
  await mine.getByRole('option', { name: '10 requests a minute' }).click()
  await form.getByRole('button', { name: 'Make a key' }).click()
  const key = (await mine.getByRole('region', { name: 'The new key' }).innerText()).trim()
  await mine.getByRole('button', { name: 'I have it' }).click()
  await expect(mine.getByText(key)).toHaveCount(0)
  const keyRow = mine.getByRole('listitem', { name: 'Night copy' })
  await expect(keyRow).toContainText('10 requests a minute at most')
  await expect(keyRow).toContainText(`${key.slice(0, key.length - 43)}…`)
  const raw = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { authorization: `Bearer ${key}` } })
  expect((await raw.request.get(`/api/stories/${storyId}/snapshot`)).status()).toBe(200)
  expect((await raw.request.post('/api/stories', { data: { title: 'Not by this key' } })).status()).toBe(403)
  expect((await raw.request.get('/api/auth/sessions')).status()).toBe(403)
  await mine.getByRole('button', { name: 'Revoke Night copy' }).click()
  await mine.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(mine.getByText('The key “Night copy” no longer works.')).toBeVisible()
  expect((await raw.request.get(`/api/stories/${storyId}/snapshot`)).status()).toBe(401)

  const other = await newBrowser(browser, app.url)
  await ask(other, app.url, '/api/auth/sign-in', { login: 'dan-orr', password: PASSWORD })
  const elsewhere = await other.newPage()
  await elsewhere.goto('/')
  await expect(elsewhere.getByRole('heading', { name: 'Shelf' })).toBeVisible()
  await mine.getByLabel('Present password').fill(PASSWORD)
  await mine.getByLabel('New password').fill('ten slow carts uphill')
  await mine.getByRole('button', { name: 'Change password' }).click()
  await expect(mine.getByText('Password changed. Every other session has ended.')).toBeVisible()
  await elsewhere.reload()
  await expect(elsewhere.getByRole('heading', { name: 'Come in' })).toBeVisible()

  // Sessions are ended one by one, all others at once, and a refusal is said in words.
  const sessions = mine.getByRole('region', { name: 'Where you are signed in' })
  const enter = async () => {
    const at = await newBrowser(browser, app.url)
    await ask(at, app.url, '/api/auth/sign-in', { login: 'dan-orr', password: 'ten slow carts uphill' })
    return at
  }
  const known = async (at: BrowserContext) => (await at.request.get('/api/auth/me')).status()
  const second = await enter()
  await mine.reload()
  await expect(sessions.getByRole('row')).toHaveCount(3)
  await dan.setOffline(true)
  await sessions.getByRole('button', { name: 'End this session' }).click()
  await expect(mine.getByText('Nothing was ended')).toBeVisible()
  await mine.getByRole('button', { name: 'Sign out' }).click()
  await expect(mine.getByText('You are still signed in')).toBeVisible()
  await dan.setOffline(false)
  await sessions.getByRole('button', { name: 'End this session' }).click()
  await expect(mine.getByText('Session ended.')).toBeVisible()
  await expect(sessions.getByRole('row')).toHaveCount(2)
  expect(await known(second)).toBe(401)
  const others = [await enter(), await enter()]
  await mine.reload()
  await sessions.getByRole('button', { name: 'End all others' }).click()
  await mine.getByRole('alertdialog').getByRole('button', { name: 'End all others' }).click()
  await expect(mine.getByText('Only this session is left.')).toBeVisible()
  for (const each of others) expect(await known(each)).toBe(401)
  await mine.getByRole('button', { name: 'Sign out' }).click()
  await mine.waitForURL('**/sign-in**')
  expect(await known(dan)).toBe(401)
  await mine.getByLabel('Sign-in name').fill('dan-orr')
  await mine.getByLabel('Password', { exact: true }).fill('ten slow carts uphill')
  await mine.getByRole('button', { name: 'Sign in' }).click()
  await expect(mine.getByRole('heading', { name: 'Shelf' })).toBeVisible()
  await mine.goto('/settings')

  const data = mine.waitForEvent('download')
  await mine.getByRole('button', { name: 'Download my data' }).click()
  expect((await data).suggestedFilename()).toMatch(/^my-data\./)

  // A story of one's own stands in the way of leaving for good.
  await page.goto('/admin')
  await page.getByRole('combobox', { name: 'Role of Daniel Orr' }).click()
  await page.getByRole('option', { name: 'Editor' }).click()
  await expect(page.getByText('Daniel Orr: Editor, from this moment on.')).toBeVisible()
  await mine.goto('/')
  await mine.getByRole('button', { name: 'New story' }).click()
  await mine.getByLabel('Title').fill('Of my own')
  await mine.keyboard.press('Enter')
  await mine.waitForURL('**/stories/**')
  await mine.goto('/settings')
  await mine.getByRole('button', { name: 'Delete my account' }).click()
  const asked = mine.getByRole('alertdialog')
  await asked.getByLabel('Your password, to be sure').fill('ten slow carts uphill')
  await asked.getByRole('button', { name: 'Delete my account' }).click()
  await expect(asked.getByRole('link', { name: 'Open “Of my own”' })).toBeVisible()
  await asked.getByRole('button', { name: 'Cancel' }).click()
  await mine.goto('/')
  await mine.getByRole('button', { name: 'More about Of my own' }).click()
  await mine.getByRole('menuitem', { name: 'Move to trash' }).click()
  await expect(mine.getByRole('link', { name: 'Of my own' })).toBeHidden()
  await mine.goto('/settings')
  await mine.getByRole('button', { name: 'Delete my account' }).click()
  await asked.getByLabel('Your password, to be sure').fill('ten slow carts uphill')
  await asked.getByRole('button', { name: 'Delete my account' }).click()
  await mine.waitForURL('**/sign-in**')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Admin' })).toBeVisible()
  await expect(page.getByRole('row', { name: /dan-orr/ })).toHaveCount(0)
})

test('the admin: open registration, suspension, a reset link, and the log that tells of it', async ({
  page,
  browser,
  app,
}) => {
  await page.goto('/admin')
  await page.getByRole('switch', { name: /Open to everybody/ }).click()
  await expect(page.getByText('Whoever reaches this page can make an account.')).toBeVisible()

  const rowOfEve = page.getByRole('region', { name: 'People' }).getByRole('row', { name: /Eve Marsh/ })
  const eve = await (await newBrowser(browser, app.url)).newPage()
  await eve.goto('/sign-in')
  await eve.getByRole('link', { name: 'New here? Make an account' }).click()
  await eve.getByLabel('Your name').fill('Eve Marsh')
  await eve.getByLabel('Sign-in name').fill('eve-marsh')
  await eve.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await eve.getByRole('button', { name: 'Make the account' }).click()
  await expect(eve.getByText('Your shelf is empty')).toBeVisible()
  await expect(eve.getByRole('button', { name: 'New story' })).toBeHidden()
  await eve.goto('/admin')
  await expect(eve.getByRole('heading', { name: 'This page is for admins' })).toBeVisible()

  await page.getByRole('switch', { name: /Open to everybody/ }).click()
  await expect(page.getByText('Nobody makes an account without a link.')).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'More about Eve Marsh' }).click()
  await page.getByRole('menuitem', { name: 'Suspend' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()
  await expect(rowOfEve.getByText('suspended')).toBeVisible()
  expect((await eve.request.get('/api/stories')).status()).toBe(401)
  await eve.goto('/')
  await expect(eve.getByRole('heading', { name: 'Come in' })).toBeVisible()

  await page.getByRole('button', { name: 'More about Eve Marsh' }).click()
  await page.getByRole('menuitem', { name: 'Restore' }).click()
  await expect(rowOfEve.getByText('suspended')).toBeHidden()
  await page.getByRole('button', { name: 'More about Eve Marsh' }).click()
  await page.getByRole('menuitem', { name: 'Make a reset link' }).click()
  const link = (await page.getByRole('region', { name: 'The reset link' }).innerText()).trim()
  await page.getByRole('button', { name: 'I have it' }).click()
  await eve.getByRole('link', { name: 'Forgot the password?' }).click()
  await expect(eve.getByText(/Ask an admin for a reset link/)).toBeVisible()
  await eve.goto(link)
  await eve.getByLabel('New password').fill('ten slow carts uphill')
  expect(eve.url()).not.toContain('#')
  await eve.getByRole('button', { name: 'Set the password' }).click()
  await expect(eve.getByText('Your shelf is empty')).toBeVisible()
  await eve.goto('/forgot')
  await eve.goto(link)
  await eve.getByLabel('New password').fill('eleven more carts uphill')
  await eve.getByRole('button', { name: 'Set the password' }).click()
  await expect(eve.getByRole('heading', { name: 'This link sets no password any more' })).toBeVisible()

  await page.reload()
  const log = page.getByRole('region', { name: 'Audit log' })
  await expect(log.getByText('Chain intact')).toBeVisible()
  for (const said of ['Eve Marsh reset the password', 'Ada Weaver restored somebody', 'Ada Weaver made a reset link'])
    await expect(log.getByText(said).first()).toBeVisible()
  await log.getByRole('combobox', { name: 'What happened' }).click()
  await page.getByRole('option', { name: 'suspended somebody' }).click()
  await expect(log.getByText('Ada Weaver made a reset link')).toHaveCount(0)
  await expect(log.getByRole('row', { name: /Ada Weaver suspended somebody/ })).toContainText('Eve Marsh')
})

test('[UI64] the members asked for without a network say that they wait, and come with it', async ({
  page,
  context,
  app,
}) => {
  await openGraph(page, app.url, 'The Far Ferry')
  await saved(page)
  // All of the page's code is here.
  await page.waitForLoadState('networkidle')
  await context.setOffline(true)
  await openMembers(page)
  const dialog = page.getByRole('dialog', { name: /^Members of/ })
  await expect(dialog.getByText('You are offline')).toBeVisible()
  await expectGood(page)
  await context.setOffline(false)
  await expect(dialog.getByRole('listitem', { name: 'Ada Weaver' })).toBeVisible()
  await expect(dialog.getByText('You are offline')).toHaveCount(0)
})

test('a story is shared by the keyboard alone', async ({ page, app }) => {
  await openGraph(page, app.url, 'The Quiet Press')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('members and inv')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Members of/ })
  await expect(dialog).toBeVisible()
  await expect(dialog.getByText('It is your story.')).toBeVisible()
  const invite = dialog.getByRole('button', { name: 'Invite somebody' })
  await expect(invite).toBeVisible()
  await tabTo(page, invite)
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog', { name: 'Invite by a link' })
  await tabTo(page, form.getByRole('radio', { name: /^Editor/ }))
  await page.keyboard.press('ArrowUp')
  await expect(form.getByRole('radio', { name: /^Viewer/ })).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'The invitation link' })).toContainText('/join#')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listitem').filter({ hasText: 'An invitation' })).toBeVisible()
})

for (const theme of ['light', 'dark'] as const) {
  test(`every door is accessible and fits 360 px, ${theme}`, async ({ page, context, browser, app }) => {
    const storyId = await openGraph(page, app.url, `The Narrow Door ${theme}`)
    const wish = { role: 'viewer', rights: ['comment'], note: 'For the reading group', days: 7 }
    const { link } = await ask<{ link: string }>(context, app.url, `/api/stories/${storyId}/invitations`, wish)
    const guest = await newBrowser(browser, app.url)
    const visitor = await guest.newPage()
    for (const each of [page, visitor]) {
      await each.setViewportSize({ width: 360, height: 780 })
      await each.emulateMedia({ colorScheme: theme })
    }
    const look = async (at: Page, path: string, heading: string) => {
      await at.goto(path)
      await expect(at.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible()
      await expectGood(at)
    }
    await look(visitor, '/sign-in', 'Come in')
    await look(visitor, '/forgot', 'Forgot the password?')
    await look(visitor, '/register', 'By invitation only')
    await look(visitor, '/reset', 'This link sets no password any more')
    await look(visitor, '/reset#AnyToken', 'A new password')
    await look(visitor, '/join#NoSuchToken', 'This invitation does not open anything')
    await look(visitor, link.replace(app.url, ''), 'You are invited')
    await look(page, '/settings', 'API keys')
    await page.getByRole('region', { name: 'API keys' }).getByRole('button', { name: 'Make a key' }).click()
    await expect(page.getByRole('dialog', { name: 'A new key' }).getByLabel('Name')).toBeFocused()
    await expectGood(page)
    await look(page, '/admin', 'Audit log')
    await expect(page.getByText('Chain intact')).toBeVisible()
    await expectGood(page)
    await page.goto(`/stories/${storyId}/graph`)
    await openMembers(page)
    await expect(page.getByText('For the reading group')).toBeVisible()
    await expectGood(page)
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    await expect(page.getByRole('dialog', { name: 'Invite by a link' })).toBeVisible()
    await expect(page.getByRole('dialog', { name: /^Members of/ })).toBeHidden()
    await expectGood(page)

    await ask(guest, app.url, '/api/auth/register', {
      ...{ token: link.split('#')[1], password: PASSWORD },
      ...{ name: `Fay Moor ${theme}`, login: `fay-${theme}` },
    })
    await look(visitor, `/stories/${storyId}/graph`, `The Narrow Door ${theme}, Graph`)
    await expect(readingLine(visitor)).toBeVisible()
    await expectGood(visitor)
  })
}
