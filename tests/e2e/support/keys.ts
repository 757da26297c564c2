import { expect, type Locator, type Page } from '@playwright/test'

/** Walks with Tab, as a person without a mouse does, until the control has the focus. Fails after `most` presses. */
export async function tabTo(page: Page, wanted: Locator, most = 120): Promise<void> {
  await expect(wanted).toBeVisible()
  for (let presses = 0; presses < most; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(wanted).toBeFocused()
}
