import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { HOSTILE_PICTURE_HASH } from '../fakes/hostile-story.ts'
import { XSS_PAYLOADS } from '../fixtures/xss-payloads.ts'
import { type ExecutionWatch, watchExecution } from './support/execution-watch.ts'
import { hostileFiles } from './support/hostile-files.ts'
import { settled } from './support/settled.ts'
import { test } from './support/test.ts'

// What people, files and models write is words, wherever it is shown (security.md C5-C8). 150 payloads at a time.

// Many pages, each with every payload.
test.setTimeout(600_000)

const NOTHING = { ran: [], asked: [], breaches: [] }
/** Payloads as a reader sees them: line ends fold, signs nobody can see may be gone, link signs show their words. */
const SEEN = XSS_PAYLOADS.filter(
  (payload) => /^[\x20-\x7e]+$/.test(payload) && !payload.includes('[[') && !/ {2}|^ /.test(payload),
)
// Every hostile name at once, which no file system would take; the list is what the page is told.
const ALL = XSS_PAYLOADS.join(' ')

async function importFile(
  page: Page,
  url: string,
  format: string,
  bytes: Uint8Array,
  fileName: string,
): Promise<string> {
  const answer = await page.request.post(
    `${url}/api/imports?format=${format}&fileName=${encodeURIComponent(fileName)}`,
    {
      data: Buffer.from(bytes),
      headers: { origin: url, 'content-type': 'application/octet-stream' },
    },
  )
  expect(answer.ok(), await answer.text()).toBe(true)
  return ((await answer.json()) as { storyId: string }).storyId
}

async function shows(page: Page, count: number): Promise<void> {
  await expect
    .poll(async () => {
      const text = await page.locator('body').innerText()
      return SEEN.filter((payload) => text.includes(payload)).length
    })
    .toBeGreaterThanOrEqual(count)
}

/** Elements and attributes the payloads would make. A link to a foreign page is one a person may follow (C8). */
const MADE = [
  'marquee, xss, embed, object, iframe, base, :not(a)[href*="xss.invalid"], [src*="xss.invalid"], [srcset*="xss.invalid"]',
  '[onerror], [onload], [onfocus], [onclick], [ontoggle], [href^="javascript" i], [href^="data:text" i], [href^="vbscript" i]',
].join(', ')

async function expectWordsOnly(page: Page, watch: ExecutionWatch): Promise<void> {
  expect(
    await page.locator(MADE).evaluateAll((found) => found.map((element) => element.outerHTML.slice(0, 200))),
  ).toEqual([])
  expect(watch).toEqual(NOTHING)
}

test('[C5] the payloads do run where nothing guards against them', async ({ browser }) => {
  const context = await browser.newContext()
  const watch = await watchExecution(context, 'http://own.invalid')
  const page = await context.newPage()
  await page.setContent('<main></main>')
  await page.evaluate(
    (payloads) => {
      for (const payload of payloads) {
        const box = document.createElement('div')
        document.querySelector('main')?.append(box)
        box.innerHTML = payload
      }
    },
    XSS_PAYLOADS.filter((payload) => !/iframe|meta|base|embed|object/.test(payload)),
  )
  // Scripts put in this way do not run, and presses are not made; what loads or fails to does.
  await expect.poll(() => watch.ran.length).toBeGreaterThan(15)
  await expect.poll(() => watch.asked.length).toBeGreaterThan(5)
  await context.close()
})

test('[C5] [C7] stories of every format show the payloads as words, in the app, in play and on the exported page', async ({
  page,
  app,
  context,
  browser,
}, info) => {
  const watch = await watchExecution(context, app.url)
  const files = hostileFiles()
  for (const [i, [format, bytes]] of Object.entries(files).entries()) {
    const name = `${SEEN.slice(i * 4, i * 4 + 4)
      .join(' ')
      .slice(0, 200)}.txt`
    const storyId = await importFile(page, app.url, format, bytes, name)
    const places = format === 'archive' ? ['graph', 'write', 'world', 'comic', 'room'] : []
    for (const place of places) {
      await page.goto(`/stories/${storyId}/${place}`)
      await expect(page.locator('main').first()).toContainText(place === 'room' ? /\S/ : 'xss')
    }
    await page.goto(`/stories/${storyId}/read`)
    await shows(page, 100)
    await expectWordsOnly(page, watch)
    await page.goto(`/stories/${storyId}/play`)
    await expect(page.locator('main').first()).toContainText('xss')
    await expectWordsOnly(page, watch)

    const file = await page.request.get(`${app.url}/api/stories/${storyId}/export?format=play-html`)
    const html = await file.text()
    // Without its policy, since the words alone must be harmless; once with it.
    const bare = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    for (const [kind, source] of Object.entries(format === 'archive' ? { bare, whole: html } : { bare })) {
      const path = info.outputPath(`${format}-${kind}.html`)
      await writeFile(path, source)
      const alone = await browser.newContext()
      const outside = await watchExecution(alone, 'file:')
      const reader = await alone.newPage()
      await reader.goto(`file://${path}`)
      await expect(reader.locator('main')).toContainText('xss')
      if (format === 'archive') await shows(reader, 100)
      await expectWordsOnly(reader, outside)
      await alone.close()
    }
  }
  await page.goto('/')
  await expect(page.locator('main').first()).toContainText('xss')
  await expectWordsOnly(page, watch)
})

test('[C5] the name of an imported file is words in the report of the import', async ({ page, app, context }) => {
  const watch = await watchExecution(context, app.url)
  const storyId = await importFile(page, app.url, 'twee3', Buffer.from(':: A\nRain.\n'), 'a.twee')
  await page.route('**/loss-report', async (route) => {
    const answer = await route.fetch()
    const report = (await answer.json()) as Record<string, unknown>
    await route.fulfill({ response: answer, json: { ...report, fileName: ALL } })
  })
  await page.goto(`/stories/${storyId}/graph`)
  await page.getByRole('button', { name: 'Export this story' }).click()
  await page.getByRole('button', { name: 'Report of the import' }).click()
  await shows(page, 100)
  await expectWordsOnly(page, watch)
})

test.describe('pasting', () => {
  // It counts breaches itself: pasted HTML makes the editor's inert document report what it does not do.
  test.use({ breachesExpected: true })

  test('[C5] [C8] what is pasted into the text becomes words and harmless links', async ({ page, app, context }) => {
    const watch = await watchExecution(context, app.url)
    const storyId = await importFile(page, app.url, 'twee3', Buffer.from(':: A\nRain.\n'), 'a.twee')
    await page.goto(`/stories/${storyId}/write`)
    const text = page.locator('.prose-text').first()
    await expect(text).toContainText('Rain.')
    await text.click()
    await text.evaluate((element, payloads) => {
      for (const payload of payloads) {
        for (const type of ['text/html', 'text/plain']) {
          const clipboardData = new DataTransfer()
          clipboardData.setData(type, type === 'text/html' ? `<p>${payload} <b>pasted</b></p>` : payload)
          element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
        }
      }
      const clipboardData = new DataTransfer()
      clipboardData.setData(
        'text/html',
        '<a href="https://kept.example/x" rel="opener" target="_self" class="evil">kept link</a>',
      )
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, XSS_PAYLOADS)
    const kept = text.getByRole('link', { name: 'kept link' }).first()
    await expect(kept).toHaveAttribute('rel', 'noopener noreferrer nofollow')
    await expect(kept).toHaveAttribute('target', '_blank')
    expect(await kept.getAttribute('class')).toBeNull()
    const addresses = await text
      .locator('a[href]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
    for (const address of addresses) expect(address).toMatch(/^(https?:\/\/|mailto:)/)
    await expect(page.locator('.prose-scene').first().locator('footer [data-save]')).toHaveText('Saved')
    await page.goto(`/stories/${storyId}/read`)
    await shows(page, 100)
    const links = await page
      .locator('main a[target]')
      .evaluateAll((items) => items.map((item) => item.getAttribute('href') ?? ''))
    for (const address of links) expect(address).toMatch(/^(https?:\/\/|mailto:)/)
    // The editor reads a paste in a document of its own where nothing runs; that the policy speaks up there as well is
    // noise, so only what ran and what was asked for counts.
    expect({ ran: watch.ran, asked: watch.asked }).toEqual({ ran: [], asked: [] })
    expect(await page.locator(MADE).count()).toBe(0)
  })
})

test('[C5] what a model writes, and what models and providers are called, is words', async ({ page, app, context }) => {
  const watch = await watchExecution(context, app.url)
  const model = await hostileModel()
  try {
    const storyId = await importFile(page, app.url, 'twee3', Buffer.from(':: A\nRain fell.\n'), 'a.twee')
    await page.goto('/settings#writer')
    const form = page.getByRole('region', { name: 'OpenAI-compatible server' })
    await form.getByLabel('Address').fill(`${model.url}/v1`)
    await form.getByLabel('Model', { exact: true }).fill(XSS_PAYLOADS[0] ?? '')
    await form.getByRole('switch').click()
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(form.getByText('Ready', { exact: true })).toBeVisible()
    await form.getByRole('button', { name: 'Test with a real call' }).click()
    await expect(form).toContainText('Models there')
    await expect(form).toContainText('<script>xss()</script>')
    await expectWordsOnly(page, watch)

    await page.goto(`/stories/${storyId}/write`)
    const section = page.locator('.prose-scene').first()
    await expect(section).toBeAttached()
    const sceneId = (await section.getAttribute('id'))?.replace('scene-', '') ?? ''
    await page.goto(`/stories/${storyId}/write?scenes=${sceneId}&dock=writer`)
    await page.getByRole('combobox', { name: 'Provider' }).click()
    await page.getByRole('option', { name: /xss/ }).click()
    await page.getByRole('button', { name: 'Continue the scene' }).click()
    const pending = page.getByRole('region', { name: 'Pending text, not in the scene yet' })
    await expect(pending.getByRole('button', { name: 'Accept' })).toBeVisible()
    await shows(page, 100)
    await expectWordsOnly(page, watch)
    await pending.getByRole('button', { name: 'Accept' }).click()
    await expect(pending).toHaveCount(0)
    await shows(page, 100)
    await page.getByRole('button', { name: 'Suggest three branches' }).click()
    await expect(page.getByRole('article')).toHaveCount(3)
    await expectWordsOnly(page, watch)
    await page.goto(`/stories/${storyId}/room`)
    await expect(page.getByRole('article').first()).toContainText('xss')
    await expectWordsOnly(page, watch)
  } finally {
    // The tests of one run share the house: a provider left behind would be theirs, too.
    const data = { enabled: false, baseUrl: `${model.url}/v1`, model: 'none', key: null }
    await page.request.put('/api/providers/openai-compatible', { data, headers: { origin: app.url } })
    await model.close()
  }
})

test('[F6] a provider on a private network is refused in words that say who can allow it', async ({ page }) => {
  await page.goto('/settings#writer')
  const form = page.getByRole('region', { name: 'Ollama' })
  for (const [address, words] of [
    ['http://192.168.7.7:11434', 'LOOM_OUTBOUND_ALLOW=192.168.7.7'],
    ['http://169.254.169.254/', 'a network that is not allowed'],
    ['file:///etc/passwd', 'Only http and https'],
  ] as const) {
    await form.getByLabel('Address').fill(address)
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(form.getByRole('alert')).toContainText(words)
  }
})

test('[C6] a picture on its own stands in no origin, knows no cookie and runs nothing', async ({ page, app }) => {
  const storyId = await importFile(page, app.url, 'archive', hostileFiles()['archive'] ?? new Uint8Array(), 'a.zip')
  const answer = await page.goto(`/api/stories/${storyId}/blobs/${HOSTILE_PICTURE_HASH}`)
  expect(answer?.headers()).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
  expect(answer?.headers()['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
  expect(await page.evaluate(() => self.origin)).toBe('null')
  const cookie = await page.evaluate(() => {
    try {
      return document.cookie
    } catch (cause) {
      return String(cause)
    }
  })
  expect(cookie).toContain('SecurityError')
  const download = await page.request.get(`${app.url}/api/stories/${storyId}/export?format=play-html`)
  expect(download.headers()['content-disposition']).toMatch(
    /^attachment; filename="[\w.-]+\.html"; filename\*=UTF-8''[\w.%-]+\.html$/,
  )
  expect(download.headers()['content-security-policy']).toBe("default-src 'none'; sandbox")
})

test('[C8] a link asks before it leaves, in the text, in play, in reading and on the exported page', async ({
  page,
  app,
  context,
  browser,
}, info) => {
  await context.route('https://elsewhere.example/**', (route) => route.fulfill({ body: 'elsewhere' }))
  const source =
    '# Links\n\n## One\n\nSee [the map](https://elsewhere.example/map?x=1) or [write](mailto:a@b.example).\n\n## Two\n\nEnd.\n'
  const storyId = await importFile(page, app.url, 'markdown', Buffer.from(source), 'a.md')
  for (const place of ['read', 'play']) {
    await page.goto(`/stories/${storyId}/${place}`)
    const link = page.getByRole('link', { name: 'the map' })
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow')
    await link.click()
    const notice = page.getByRole('alertdialog', { name: 'Leave The Loom?' })
    await expect(notice).toContainText('https://elsewhere.example/map?x=1')
    if (place === 'read') {
      await settled(page)
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([])
    }
    await notice.getByRole('button', { name: 'Stay here' }).click()
    await expect(notice).toHaveCount(0)
    expect(context.pages()).toHaveLength(1)
    await link.focus()
    await page.keyboard.press('Enter')
    const opened = context.waitForEvent('page')
    await notice.getByRole('button', { name: 'Open the link' }).click()
    const other = await opened
    await expect(other.locator('body')).toHaveText('elsewhere')
    expect(await other.evaluate(() => [window.opener, document.referrer])).toEqual([null, ''])
    await other.close()
  }
  await page.goto(`/stories/${storyId}/write`)
  const inText = page.locator('.prose-text').first().getByRole('link', { name: 'the map' })
  await inText.click()
  await expect(page.getByRole('alertdialog')).toHaveCount(0)
  await inText.click({ modifiers: ['Control'] })
  await expect(page.getByRole('alertdialog')).toContainText('elsewhere.example')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('alertdialog')).toHaveCount(0)
  expect(context.pages()).toHaveLength(1)

  const file = await page.request.get(`${app.url}/api/stories/${storyId}/export?format=play-html`)
  const path = info.outputPath('links.html')
  await writeFile(path, await file.body())
  const alone = await browser.newContext()
  await alone.route('https://elsewhere.example/**', (route) => route.fulfill({ body: 'elsewhere' }))
  const reader = await alone.newPage()
  await reader.goto(`file://${path}`)
  await reader.getByRole('link', { name: 'the map' }).click()
  const dialog = reader.getByRole('dialog', { name: 'This link leaves the story.' })
  await expect(dialog).toContainText('https://elsewhere.example/map?x=1')
  await dialog.getByRole('button', { name: 'Stay here' }).click()
  await expect(dialog).toHaveCount(0)
  await reader.getByRole('link', { name: 'the map' }).click()
  const opened = alone.waitForEvent('page')
  await dialog.getByRole('link', { name: 'Open the page' }).click()
  await expect((await opened).locator('body')).toHaveText('elsewhere')
  await alone.close()
})

/** A loopback server that speaks Chat Completions and says nothing but payloads. */
async function hostileModel(): Promise<{ url: string; close: () => Promise<void> }> {
  const one = (i: number): string => XSS_PAYLOADS[i % XSS_PAYLOADS.length]?.trim() ?? ''
  const branches = [20, 60, 100].map((i) => ({
    title: one(i),
    hook: XSS_PAYLOADS.slice(i, i + 12)
      .join(' ')
      .slice(0, 1000),
    choiceText: one(i + 1),
    firstLines: XSS_PAYLOADS.slice(i, i + 40)
      .join('\n')
      .slice(0, 4000),
  }))
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      if (request.url?.endsWith('/models')) {
        response.writeHead(200, { 'content-type': 'application/json' })
        const data = ['<script>xss()</script>', ...XSS_PAYLOADS].map((id) => ({ id, object: 'model' }))
        return response.end(JSON.stringify({ object: 'list', data }))
      }
      const text = /branches/.test(body) ? JSON.stringify({ branches }) : XSS_PAYLOADS.join('\n\n')
      const chunk = (delta: object, finish: string | null) =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: one(0), choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`${chunk({ role: 'assistant', content: text }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
