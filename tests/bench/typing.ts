import { chromium, type Page } from '@playwright/test'
import { findChromium } from '../../scripts/chromium.mjs'
import { startApp } from '../e2e/support/app.ts'
import { sampleId } from '../e2e/support/sample.ts'
import type { BenchLine } from './line.ts'

const OWNER = { name: 'Ada Weaver', login: 'ada', password: 'seven looms in the attic' }
const WORDS = 'The harbour slept, and the rope. '.repeat(4)
/** Long enough for what a key sets off (saving, counting words) to be counted with it. */
const BETWEEN_KEYS_MS = 60

/** What a key press costs the page's main thread, all its tasks together, beside a plain text area in the same browser. */
export async function typingCost(): Promise<BenchLine> {
  const line = { name: 'key press in the Write place, main thread, p95', unit: 'ms', goal: '<= 50 ms' }
  const reference = 'plain text area, p95'
  const executablePath = findChromium()
  if (!executablePath)
    return { ...line, value: null, reference: { name: reference, value: null }, met: null, note: 'no Chromium found' }
  const app = await startApp()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const context = await browser.newContext({ baseURL: app.url, viewport: { width: 1366, height: 850 } })
    const token = app.setupLink()?.split('#')[1]
    await context.request.post('/api/setup', { headers: { origin: app.url }, data: { token, ...OWNER } })
    const page = await context.newPage()
    await page.goto(`/stories/${await sampleId(page)}/write`)
    const scene = page.locator('.prose-scene').first()
    await scene.locator('footer [data-save]', { hasText: 'Saved' }).waitFor()
    await scene.locator('.prose-text').click()
    await page.keyboard.press('Control+End')
    const ours = at95(await keyCosts(page))

    const plain = await context.newPage()
    await plain.setContent('<textarea autofocus rows="20" cols="80"></textarea>')
    await plain.locator('textarea').click()
    const bare = at95(await keyCosts(plain))
    return { ...line, value: round1(ours), reference: { name: reference, value: round1(bare) }, met: ours <= 50 }
  } finally {
    await browser.close()
    await app.close()
  }
}

/** Milliseconds of the main thread per key. Time of the thread, not of the clock: other programs do not count. */
async function keyCosts(page: Page): Promise<number[]> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return (metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0) * 1000
  }
  await page.waitForTimeout(1500)
  const costs: number[] = []
  for (const key of WORDS) {
    const before = await spent()
    await page.keyboard.type(key)
    await page.waitForTimeout(BETWEEN_KEYS_MS)
    costs.push((await spent()) - before)
  }
  if (Math.max(...costs) <= 0) throw new Error('the browser counts no time')
  return costs
}

const at95 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0
const round1 = (value: number) => Math.round(value * 10) / 10
