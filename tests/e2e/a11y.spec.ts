import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { PLACE_IDS } from '../../components/shell/place-ids.ts'
import { sampleId } from './support/sample.ts'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

// Every place of the sample with each of its dock tabs, light and dark, and the same on the narrowest phone.

/** Playing and reading fill the page. */
const NO_DOCK: ReadonlySet<string> = new Set(['play', 'read'])

interface Sample {
  readonly storyId: string
  readonly sceneId: string
}

/** The sample and a scene of it to stand on, so that no panel is only its empty self. */
async function findSample(page: Page): Promise<Sample> {
  const storyId = await sampleId(page)
  const snapshot = (await (await page.request.get(`/api/stories/${storyId}/snapshot`)).json()) as {
    collections: { scenes: { id: string }[] }
  }
  return { storyId, sceneId: snapshot.collections.scenes[0]?.id ?? '' }
}

async function openPlace(page: Page, place: string): Promise<void> {
  const { storyId, sceneId } = await findSample(page)
  await page.goto(`/stories/${storyId}/${place}?scenes=${sceneId}`)
  await expect(page.getByRole('button').getByRole('status')).toHaveText('Saved')
  await settled(page)
}

async function expectClean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((found) => `${where}: ${found.id} ${found.nodes[0]?.html.slice(0, 160)}`)).toEqual([])
}

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

for (const place of PLACE_IDS) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${place}, ${colorScheme}: axe finds nothing, whatever tab of the dock is open`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await openPlace(page, place)
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
      const dock = page.getByRole('complementary', { name: 'Dock' })
      if (NO_DOCK.has(place)) return expectClean(page, place)
      if (!(await dock.isVisible())) {
        await expectClean(page, 'without the dock')
        await page.getByRole('button', { name: 'Open the dock' }).click()
      }
      await expect(dock).toBeVisible()
      const tabs = await dock.getByRole('tablist', { name: 'Dock' }).getByRole('tab').all()
      expect(tabs.length).toBeGreaterThan(0)
      for (const tab of tabs) {
        await tab.click()
        await expect(tab).toHaveAttribute('aria-selected', 'true')
        await settled(page)
        await expectClean(page, (await tab.textContent()) ?? '')
      }
    })
  }

  test(`${place} at 360 px: nothing runs over the edge, and axe finds nothing`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 360, height: 740 })
    await openPlace(page, place)
    expect(await sideways(page)).toBeLessThanOrEqual(0)
    await expectClean(page, 'place')
    if (NO_DOCK.has(place)) return
    await page.getByRole('button', { name: 'Open the dock' }).click()
    await expect(page.getByRole('dialog', { name: 'Dock' })).toBeVisible()
    await settled(page)
    expect(await sideways(page)).toBeLessThanOrEqual(0)
    await expectClean(page, 'dock')
  })
}

for (const address of ['/', '/settings'])
  for (const colorScheme of ['light', 'dark'] as const)
    test(`${address}, ${colorScheme}: axe finds nothing, at the desk and at 360 px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(address)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expectClean(page, 'desk')
      await page.setViewportSize({ width: 360, height: 740 })
      await expectClean(page, 'phone')
      expect(await sideways(page)).toBeLessThanOrEqual(0)
    })
