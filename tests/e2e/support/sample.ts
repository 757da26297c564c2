import type { Page } from '@playwright/test'

/** Id of the sample story. Other tests on the same server may have put stories before it on the shelf. */
export async function sampleId(page: Page): Promise<string> {
  const { stories } = (await (await page.request.get('/api/stories')).json()) as {
    stories: { id: string; title: string }[]
  }
  const sample = stories.find((story) => story.title.includes('Ledger'))
  if (!sample) throw new Error('the sample story is not on the shelf')
  return sample.id
}
