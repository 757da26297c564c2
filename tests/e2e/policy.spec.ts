import { expect } from '@playwright/test'
import { test } from './support/test.ts'

// The watch over the content security policy (C1), which every browser test stands under, sees what it is there for.

test.describe('a breach', () => {
  test.use({ breachesExpected: true })

  test('[C1] an inline script without the nonce does not run, and the watch tells of it', async ({
    page,
    breaches,
  }) => {
    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'Shelf' })).toBeVisible()
    expect(breaches).toEqual([])
    await page.evaluate(() => {
      const button = document.createElement('button')
      button.setAttribute('onclick', "document.title = 'ran'")
      document.body.append(button)
      button.click()
    })
    await expect.poll(() => breaches).not.toEqual([])
    expect(await page.title()).not.toBe('ran')
  })
})
