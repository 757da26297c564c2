import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { typeAhead } from './support/keys.ts'
import { sampleId } from './support/sample.ts'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

// The palette under a typist who is faster than the page: every key after Ctrl+K is the palette's, and Enter means
// what is typed at that moment.

async function expectNoViolations(page: Page) {
  await settled(page)
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html ?? ''}`)).toEqual([])
}

const text = (page: Page) => page.locator('.prose-scene').first().locator('.prose-text')

/** The sample's first text with the caret at its end, on a page that does everything six times slower. */
async function writeSlowly(page: Page): Promise<string> {
  await page.goto('/')
  await page.goto(`/stories/${await sampleId(page)}/write`)
  await expect(page.locator('.prose-scene').first().locator('footer [data-save]')).toHaveText('Saved')
  const line = await page.context().newCDPSession(page)
  await line.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  await text(page).click()
  await page.keyboard.press('Control+End')
  return text(page).innerText()
}

test('[UI23] [UI24] what is typed right after Ctrl+K is what Enter runs, and none of it reaches the text', async ({
  page,
}) => {
  const before = await writeSlowly(page)
  // Used last, and as good a match for "Go to": a stale list would offer it.
  await typeAhead(page, 'Go to Write', 'Enter')
  for (let round = 0; round < 3; round++) {
    await text(page).click()
    await typeAhead(page, 'Go to Graph', 'Enter')
    await expect(page).toHaveURL(/\/graph/)
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await typeAhead(page, 'Go to Write', 'Enter')
    await expect(page).toHaveURL(/\/write/)
    await expect(text(page)).toBeVisible()
    expect(await text(page).innerText()).toBe(before)
  }
})

test('[UI24] arrows walk around the list, and typing on goes back to the best match', async ({ page }) => {
  await writeSlowly(page)
  await typeAhead(page, 'Go to', 'ArrowDown', 'ArrowDown')
  const options = page.getByRole('option')
  await expect(options.nth(2)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowUp')
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(options.last()).toHaveAttribute('aria-selected', 'true')
  await expectNoViolations(page)
  await page.keyboard.type(' Graph')
  await expect(options.first()).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('combobox')).toHaveAttribute('aria-activedescendant', /.+/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/graph/)
})

test('[UI25] a closed palette gives the keys back at once', async ({ page }) => {
  const before = await writeSlowly(page)
  await typeAhead(page, 'no such thing', 'Escape', ' Onward.')
  await expect(text(page)).toContainText('Onward.')
  expect(await text(page).innerText()).toBe(`${before} Onward.`)
  await typeAhead(page, 'no such thing', 'Enter')
  await expect(page.getByRole('dialog').getByText('Nothing here goes by that name.')).toBeVisible()
  await expectNoViolations(page)
})
