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

/** Virtual key codes of the named keys that `typeAhead` knows. */
const NAMED = { Enter: 13, Escape: 27, ArrowDown: 40, ArrowUp: 38 } as const

/**
 * Presses Ctrl+K and goes on typing in the same breath: the browser gets all keys at once, without waiting for the
 * page between them, as when a fast typist meets a slow machine. A part is the name of a key or text to type.
 */
export async function typeAhead(page: Page, ...parts: readonly string[]): Promise<void> {
  const line = await page.context().newCDPSession(page)
  const sent: Promise<unknown>[] = []
  const press = (key: string, code: number, modifiers = 0, text?: string) => {
    const down = { key, windowsVirtualKeyCode: code, modifiers, ...(text === undefined ? {} : { text }) }
    sent.push(line.send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', ...down }))
    sent.push(line.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code, modifiers }))
  }
  press('k', 75, 2)
  for (const part of parts) {
    const named = Object.entries(NAMED).find(([name]) => name === part)
    if (named) press(part, named[1], 0, part === 'Enter' ? '\r' : undefined)
    else for (const letter of part) press(letter, codeOf(letter), 0, letter)
  }
  await Promise.all(sent)
  await line.detach()
}

/** Letters, digits and the space bar have their own code; signs have none that holds on every layout. */
function codeOf(letter: string): number {
  return /[a-z0-9 ]/i.test(letter) ? letter.toUpperCase().charCodeAt(0) : 0
}
