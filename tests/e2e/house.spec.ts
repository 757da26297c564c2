import { join } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { expectGood } from './support/good-page.ts'
import { tabTo } from './support/keys.ts'
import { guestOf, newBrowser, PASSWORD } from './support/people.ts'
import { test } from './support/test.ts'

// The house through its admin's page: invitations to it, what a stranger who registers may do, the limits, and an audit
// log that somebody has changed.

const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })

/** Makes an invitation to the house on the screen and answers the link that is shown this one time. */
async function inviteToHouse(page: Page, role: string, note: string): Promise<string> {
  await section(page, 'Invitations').getByRole('button', { name: 'Invite to the house' }).click()
  const form = page.getByRole('dialog', { name: 'Invite to the house' })
  await form.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  await form.getByLabel('Note for yourself').fill(note)
  await form.getByRole('combobox', { name: 'Works for' }).click()
  await page.getByRole('option', { name: 'a day' }).click()
  await form.getByRole('button', { name: 'Make the link' }).click()
  const link = await page.getByRole('region', { name: 'The invitation link' }).innerText()
  await page.getByRole('button', { name: 'I have it' }).click()
  await expect(waiting(page, note)).toContainText(role)
  // The link was shown once; the list does not know it.
  await expect(page.getByText(link.trim())).toHaveCount(0)
  return link.trim()
}

const waiting = (page: Page, note: string) =>
  section(page, 'Invitations').getByRole('listitem').filter({ hasText: note })

async function fillAccount(page: Page, name: string, login: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Sign-in name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
}

test('an invitation to the house makes one account with its role, and taken back it opens nothing', async ({
  page,
  browser,
  app,
}) => {
  await page.goto('/admin')
  const forGil = await inviteToHouse(page, 'Viewer', 'For Gil')
  const gil = await (await newBrowser(browser, app.url)).newPage()
  await gil.goto(forGil)
  await expect(gil.getByText('Ada Weaver invites you to this loom.')).toBeVisible()
  await expect(gil.getByText('You come in as a viewer: you open the stories you are invited to.')).toBeVisible()
  await fillAccount(gil, 'Gil Strand', 'gil-strand')
  await gil.getByRole('button', { name: 'Make the account and come in' }).click()
  await expect(gil.getByText('Your shelf is empty')).toBeVisible()
  await expect(gil.getByRole('button', { name: 'New story' })).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('combobox', { name: 'Role of Gil Strand' })).toHaveText('Viewer')
  await expect(waiting(page, 'For Gil')).toHaveCount(0)
  const late = await (await newBrowser(browser, app.url)).newPage()
  await late.goto(forGil)
  await expect(late.getByRole('heading', { name: 'This invitation does not open anything' })).toBeVisible()
  // A link that lost its end in the mail.
  await late.goto(forGil.split('#')[0] ?? '')
  await late.reload()
  await expect(late.getByRole('heading', { name: 'The invitation is not complete' })).toBeVisible()
  await late.goto(`/join#${'x'.repeat(300)}`)
  await expect(late.getByRole('heading', { name: 'The invitation is not complete' })).toBeVisible()
  await expect(late.getByText('Open it again as a whole')).toBeVisible()

  // Taken back while somebody fills the form in: told why, and what they typed stays.
  const forHal = await inviteToHouse(page, 'Editor', 'For Hal')
  const hal = await (await newBrowser(browser, app.url)).newPage()
  await hal.goto(forHal)
  await fillAccount(hal, 'Hal Brook', 'hal-brook')
  await page.getByRole('button', { name: 'Take back: For Hal' }).click()
  await expect(page.getByText('The invitation is taken back.')).toBeVisible()
  await expect(waiting(page, 'For Hal')).toHaveCount(0)
  await hal.getByRole('button', { name: 'Make the account and come in' }).click()
  await expect(hal.getByText('Ask whoever sent it for a new one.')).toBeVisible()
  await expect(hal.getByLabel('Your name')).toHaveValue('Hal Brook')
  await expect(hal.getByLabel('Sign-in name')).toHaveValue('hal-brook')
  await expect(hal.getByLabel('Password', { exact: true })).toHaveValue(PASSWORD)
  await page.reload()
  await expect(page.getByRole('row', { name: /gil-strand/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /hal-brook/ })).toHaveCount(0)

  // Who has an account gains nothing here, and can let the other person in on the same machine.
  const forIvy = await inviteToHouse(page, 'Editor', 'For Ivy')
  await gil.goto(forIvy)
  await expect(gil.getByText('You are signed in as Gil Strand.')).toBeVisible()
  await gil.getByRole('button', { name: 'Come in' }).click()
  await expect(gil.getByText('You have an account here already. Pass the link on')).toBeVisible()
  await gil.getByRole('button', { name: 'Somebody else? Sign out first' }).click()
  await gil.getByRole('tab', { name: 'I have an account' }).click()
  await gil.getByLabel('Sign-in name').fill('gil-strand')
  await gil.getByLabel('Password', { exact: true }).fill('not these words')
  await gil.getByRole('button', { name: 'Sign in and come in' }).click()
  await expect(gil.getByText('Name and password do not fit together.')).toBeVisible()
  await gil.getByRole('tab', { name: 'I am new here' }).click()
  await fillAccount(gil, 'Ivy Shore', 'gil-strand')
  await gil.getByRole('button', { name: 'Make the account and come in' }).click()
  await expect(gil.getByText('This sign-in name is taken.')).toBeVisible()
  await expect(gil.getByLabel('Your name')).toHaveValue('Ivy Shore')
  await gil.getByLabel('Sign-in name').fill('ivy-shore')
  await gil.getByRole('button', { name: 'Make the account and come in' }).click()
  await expect(gil.getByRole('button', { name: 'New story' }).first()).toBeVisible()
  await expect(gil.getByRole('button', { name: 'Your menu: Ivy Shore' })).toBeVisible()
})

test('the house is opened to one person by the keyboard alone, on the narrowest phone too', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 })
  await page.goto('/admin')
  const invite = section(page, 'Invitations').getByRole('button', { name: 'Invite to the house' })
  await tabTo(page, invite)
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog', { name: 'Invite to the house' })
  await expectGood(page)
  await tabTo(page, form.getByRole('radio', { name: /^Editor/ }))
  await page.keyboard.press('ArrowUp')
  await expect(form.getByRole('radio', { name: /^Viewer/ })).toBeChecked()
  await tabTo(page, form.getByLabel('Note for yourself'))
  await page.keyboard.type('For the night watch')
  await page.keyboard.press('Enter')
  const shown = page.getByRole('dialog', { name: 'Invite to the house' })
  await expect(shown.getByRole('region', { name: 'The invitation link' })).toContainText('/join#')
  await expectGood(page)
  await tabTo(page, shown.getByRole('button', { name: 'I have it' }))
  await page.keyboard.press('Enter')
  await expect(shown).toBeHidden()
  await expect(invite).toBeFocused()
  await tabTo(page, page.getByRole('button', { name: 'Take back: For the night watch' }))
  await page.keyboard.press('Enter')
  await expect(waiting(page, 'For the night watch')).toHaveCount(0)
})

test('a link that the clipboard does not take says how to copy it', async ({ page }) => {
  await page.goto('/admin')
  // As over plain HTTP from another machine.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await section(page, 'Invitations').getByRole('button', { name: 'Invite to the house' }).click()
  await page.getByRole('button', { name: 'Make the link' }).click()
  await page.getByRole('button', { name: 'Copy the link' }).click()
  await expect(page.getByText('Select the text and copy it by hand.')).toBeVisible()
  await page.getByRole('button', { name: 'I have it' }).click()
})

test('[UI64] without a network the admin is told so, and what was typed goes out when it is back', async ({
  page,
  context,
}) => {
  await page.goto('/admin')
  await section(page, 'Invitations').getByRole('button', { name: 'Invite to the house' }).click()
  const form = page.getByRole('dialog', { name: 'Invite to the house' })
  await form.getByLabel('Note for yourself').fill('For the long way')
  await context.setOffline(true)
  await form.getByRole('button', { name: 'Make the link' }).click()
  await expect(form.getByRole('alert')).toContainText('Nothing you typed is lost: try again')
  await expect(form.getByLabel('Note for yourself')).toHaveValue('For the long way')
  await context.setOffline(false)
  await form.getByRole('button', { name: 'Make the link' }).click()
  await expect(page.getByRole('region', { name: 'The invitation link' })).toContainText('/join#')
  await page.getByRole('button', { name: 'I have it' }).click()
  await expect(waiting(page, 'For the long way')).toHaveCount(1)
})

test('open registration lets people in with the role that was chosen, and ending their sessions takes hold at once', async ({
  page,
  browser,
  app,
}) => {
  await page.goto('/admin')
  const open = page.getByRole('switch', { name: /Open to everybody/ })
  await open.click()
  await page.getByRole('combobox', { name: 'They come in as' }).click()
  await page.getByRole('option', { name: 'Editor' }).click()
  await expect(page.getByRole('combobox', { name: 'They come in as' })).toHaveText('Editor')
  await expect(open).toBeEnabled()

  const jon = await (await newBrowser(browser, app.url)).newPage()
  await jon.goto('/register')
  await fillAccount(jon, 'Jon Hythe', 'jon hythe')
  await jon.getByRole('button', { name: 'Make the account' }).click()
  await expect(jon.getByText('A sign-in name has no spaces. Write it as one word.')).toBeVisible()
  await expect(jon.getByLabel('Sign-in name')).toHaveValue('jon hythe')
  await jon.getByLabel('Sign-in name').fill('jon-hythe')
  await jon.getByRole('button', { name: 'Show password' }).click()
  await expect(jon.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text')
  await jon.getByRole('button', { name: 'Make the account' }).click()
  await expect(jon.getByRole('button', { name: 'New story' }).first()).toBeVisible()

  await open.click()
  await expect(page.getByText('Nobody makes an account without a link.')).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'More about Jon Hythe' }).click()
  await page.getByRole('menuitem', { name: 'End all sessions' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'End all sessions' }).click()
  await expect(page.getByText('Jon Hythe is signed out everywhere.')).toBeVisible()
  await jon.goto('/')
  await expect(jon.getByRole('heading', { name: 'Come in' })).toBeVisible()
})

test('the limits are the server’s own, also on the narrowest phone', async ({ page, app }) => {
  const told = (await (await page.request.get(`${app.url}/api/admin/limits`)).json()) as {
    classes: { name: string; perMinute: number }[]
    others: { what: string; limit: string }[]
  }
  await page.setViewportSize({ width: 360, height: 780 })
  await page.goto('/admin')
  const limits = section(page, 'Limits')
  await expect(limits.getByText('Counted in the memory of this process.')).toBeVisible()
  const rates = limits.getByRole('table', { name: 'Rates' })
  for (const { name, perMinute } of told.classes)
    await expect(
      rates.getByRole('row', { name: new RegExp(`^${name} ${perMinute.toLocaleString('en')} `) }),
    ).toBeVisible()
  const summary = limits.getByText('Sizes and numbers', { exact: true }).first()
  await tabTo(page, summary)
  await page.keyboard.press('Enter')
  const sizes = limits.getByRole('table', { name: 'Sizes and numbers' })
  expect(told.others.length).toBeGreaterThan(5)
  for (const { what, limit } of told.others)
    await expect(
      sizes.getByRole('row').filter({ has: page.getByRole('rowheader', { name: what, exact: true }) }),
    ).toContainText(limit)
  await expectGood(page)
})

/** Works in app.db behind the program's back, with the triggers that guard the audit log out of the way. */
function tamper(dataDir: string, work: (db: Database.Database) => void): void {
  const db = new Database(join(dataDir, 'app.db'), { timeout: 60_000 })
  try {
    const guards = db
      .prepare(`SELECT "name", "sql" FROM sqlite_master WHERE "type" = 'trigger' AND "tbl_name" = 'AuditEntry'`)
      .all() as { name: string; sql: string }[]
    db.transaction(() => {
      for (const { name } of guards) db.exec(`DROP TRIGGER "${name}"`)
      work(db)
      for (const { sql } of guards) db.exec(sql)
    })()
  } finally {
    db.close()
  }
}

test('an entry of the audit log that was changed afterwards is named, with what to do', async ({
  page,
  context,
  browser,
  app,
}) => {
  await guestOf({ context, browser, url: app.url }, 'viewer', { name: 'Kim Wold', login: 'kim-wold' })
  await page.goto('/admin')
  const log = section(page, 'Audit log')
  await expect(log.getByText('Chain intact')).toBeVisible()

  let seq = 0
  let before = ''
  tamper(app.dataDir, (db) => {
    const row = db
      .prepare(`SELECT "seq", "facts" FROM "AuditEntry" WHERE "action" = 'registered' ORDER BY "seq" DESC LIMIT 1`)
      .get() as { seq: number; facts: string }
    seq = row.seq
    before = row.facts
    expect(before).toContain('viewer')
    db.prepare(`UPDATE "AuditEntry" SET "facts" = ? WHERE "seq" = ?`).run(before.replace('viewer', 'admin'), seq)
  })
  await page.reload()
  const notice = log.getByRole('alert')
  await expect(notice).toContainText(`Chain broken at entry ${seq}`)
  await expect(notice).toContainText('Compare with a backup before you trust what follows.')
  await expect(log.getByText('Chain intact')).toHaveCount(0)
  // It is said whatever the list is narrowed to.
  await log.getByRole('combobox', { name: 'What happened' }).click()
  await page.getByRole('option', { name: 'deleted their account' }).click()
  await expect(notice).toBeVisible()
  await page.setViewportSize({ width: 360, height: 780 })
  await expectGood(page)

  tamper(app.dataDir, (db) => {
    db.prepare(`UPDATE "AuditEntry" SET "facts" = ? WHERE "seq" = ?`).run(before, seq)
  })
  await page.reload()
  await expect(log.getByText('Chain intact')).toBeVisible()
  await expect(notice).toHaveCount(0)
})

test('the audit log is read page by page, narrowed to one kind and one person', async ({ page, app }) => {
  const closed = { registration: 'invitation', openRole: 'viewer' }
  for (let n = 0; n < 52; n++)
    await page.request.put(`${app.url}/api/admin/registration`, { headers: { origin: app.url }, data: closed })
  const answer = await page.request.get(`${app.url}/api/admin/audit?limit=200&action=settings-changed`)
  const { entries } = (await answer.json()) as { entries: { seq: number }[] }
  expect(entries.length).toBeGreaterThan(51)
  await page.goto('/admin')
  const log = section(page, 'Audit log')
  const choose = async (list: string, option: string) => {
    await log.getByRole('combobox', { name: list }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  await choose('What happened', 'changed a setting of the house')
  await choose('Who', 'Ada Weaver')
  const rows = log.getByRole('row', { name: /^Ada Weaver changed a setting of the house/ })
  await expect(rows).toHaveCount(50)
  await log.getByRole('button', { name: 'Older entries' }).click()
  await expect(rows).toHaveCount(entries.length - 50)
  await expect(log.getByRole('button', { name: 'Older entries' })).toBeHidden()
  await log.getByRole('button', { name: 'Newest entries' }).click()
  await expect(rows).toHaveCount(50)
  await choose('Who', 'the command line')
  await expect(log.getByText('Nothing of that kind.')).toBeVisible()
})
