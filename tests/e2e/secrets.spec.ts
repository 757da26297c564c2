import { type BrowserContext, expect } from '@playwright/test'
import { type RunningApp, startApp } from './support/app.ts'
import { plainTest as test } from './support/test.ts'

// What a browser is sent and what it keeps holds no secret (H1, B1), and the code it is sent has no public source map (H8).

const CLIENT_SECRET = 'canary-oidc-client-secret-0123456789'
const SMTP_PASSWORD = 'canary-smtp-password-0123456789'
const PROVIDER_KEY = 'sk-canary-provider-0123456789-end4'
const OWNER = { name: 'Ada Weaver', login: 'ada', password: 'seven looms in the attic' }
const PAGES = [
  '/',
  '/stories',
  '/settings',
  '/settings/writer',
  '/settings/workers',
  '/account',
  '/admin',
  '/sign-in',
  '/setup',
]

let app: RunningApp
test.beforeAll(async () => {
  app = await startApp({
    settings: {
      LOOM_LOG: 'debug',
      LOOM_OIDC_ISSUER: 'https://sign-in.example',
      LOOM_OIDC_CLIENT_ID: 'the-loom',
      LOOM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      LOOM_SMTP_URL: `smtp://post:${SMTP_PASSWORD}@127.0.0.1:1025`,
      LOOM_MAIL_FROM: 'loom@example.org',
    },
  })
})
test.afterAll(() => app.close())

/** Brings every kind of secret to life; answers them by name. */
async function secretsOf(context: BrowserContext): Promise<Map<string, string>> {
  const post = async (path: string, data?: object) => {
    const answer = await context.request.post(`${app.url}${path}`, { headers: { origin: app.url }, data })
    expect(answer.ok(), `${path} ${answer.status()} ${await answer.text()}`).toBe(true)
    return (await answer.json()) as Record<string, string>
  }
  const token = app.setupLink()?.split('#')[1] ?? ''
  await post('/api/setup', { token, ...OWNER })
  const provider = { enabled: true, baseUrl: 'https://api.anthropic.com', model: 'x', key: PROVIDER_KEY }
  const put = await context.request.put(`${app.url}/api/providers/anthropic`, {
    headers: { origin: app.url },
    data: provider,
  })
  expect(put.ok()).toBe(true)
  const key = await post('/api/auth/keys', { name: 'script', scopes: ['stories.read'], days: 30 })
  const worker = await post('/api/workers/keys', { name: 'attic' })
  const invitation = await post('/api/admin/invitations', { role: 'editor', note: '', days: 7 })
  const cookies = await context.cookies()
  const named = (part: string) => cookies.find(({ name }) => name.includes(part))?.value ?? ''
  return new Map([
    ['set-up token', token],
    ['password', OWNER.password],
    ['provider key', PROVIDER_KEY],
    ['API key', key['key'] ?? ''],
    ['worker key', worker['token'] ?? ''],
    ['invitation token', invitation['link']?.split('#')[1] ?? ''],
    ['access cookie', named('access')],
    ['refresh cookie', named('refresh')],
    ['client secret', CLIENT_SECRET],
    ['mail password', SMTP_PASSWORD],
  ])
}

/** Everything a page can read of what the browser keeps. */
function keptByPage(): Promise<string> {
  return (async () => {
    const kept = [document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(new Error(name))
      })
      for (const store of db.objectStoreNames) {
        const rows = await new Promise<unknown>((resolve, reject) => {
          const asking = db.transaction(store).objectStore(store).getAll()
          asking.onsuccess = () => resolve(asking.result)
          asking.onerror = () => reject(new Error(store))
        })
        kept.push(JSON.stringify(rows))
      }
      db.close()
    }
    return kept.join('\n')
  })()
}

test('[H1] no page, script, store of the browser or line the program prints holds a secret', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: app.url })
  const secrets = await secretsOf(context)
  for (const [name, secret] of secrets) expect(secret.length, name).toBeGreaterThan(15)
  const sent = new Map<string, string>()
  const reading: Promise<void>[] = []
  context.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (pathname.startsWith('/api/')) return
    reading.push(
      response.text().then(
        (text) => void sent.set(`${pathname} ${sent.size}`, text),
        () => undefined,
      ),
    )
  })
  const page = await context.newPage()
  for (const path of PAGES) await page.goto(path)
  await page.goto(`/join?from=mail#${secrets.get('invitation token')}`)
  await expect(page.getByRole('heading').first()).toBeVisible()
  const kept = await page.evaluate(keptByPage)
  const story = await context.request.post(`${app.url}/api/stories`, {
    headers: { origin: app.url },
    data: { title: 'Tide' },
  })
  const { storyId } = (await story.json()) as { storyId: string }
  await page.goto(`/stories/${storyId}/graph`)
  await expect(page.getByRole('main')).toBeVisible()
  const keptInStory = await page.evaluate(keptByPage)
  await Promise.all(reading)

  expect(sent.size).toBeGreaterThan(PAGES.length)
  expect([...sent.keys()].some((path) => path.startsWith('/_next/static/') && path.includes('.js'))).toBe(true)
  for (const [name, secret] of secrets) {
    const holding = [...sent].filter(([, text]) => text.includes(secret)).map(([path]) => path)
    expect([name, holding]).toEqual([name, []])
    expect([name, kept.includes(secret), keptInStory.includes(secret)]).toEqual([name, false, false])
    // The set-up link is printed on purpose: it is how the first person gets in.
    if (name !== 'set-up token') expect([name, app.said().includes(secret)]).toEqual([name, false])
  }
  expect(app.said()).toContain('is ready at')
  expect(app.said()).not.toMatch(/\?\w+=/)
  await context.close()
})

test('[H8] no script has a source map that anybody could fetch', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: app.url })
  const page = await context.newPage()
  const scripts: string[] = []
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.url())
  })
  await page.goto('/sign-in')
  await expect(page.getByRole('button').first()).toBeVisible()
  expect(scripts.length).toBeGreaterThan(3)
  for (const script of scripts) {
    const code = await context.request.get(script)
    expect([script, code.status(), /[#@] sourceMappingURL=/.test(await code.text())]).toEqual([script, 200, false])
    expect([script, (await context.request.get(`${script}.map`)).status()]).toEqual([script, 404])
  }
  await context.close()
})
