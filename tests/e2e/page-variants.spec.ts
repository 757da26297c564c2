import { expect } from '@playwright/test'
import { test } from './support/test.ts'

// Pages hold nothing private: the browser fetches it over /api. Also in the forms the framework serves beside HTML (A9).

const PAGES = ['/', '/settings', '/account', '/admin', '/sign-in', '/join', '/reset', '/stories/STORY/graph']
const VARIANTS = ['', '/', '.rsc', '.segments/_tree.segment.rsc', '?_rsc=1', '%2e', '//']
const HEADERS = [
  {},
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { 'x-middleware-subrequest': 'middleware:middleware:middleware', 'next-action': '0'.repeat(42) },
]

test('[A9] no page in any form shows whose house this is, or what is in it', async ({ page, request, app }) => {
  const listed = (await (await page.request.get('/api/stories')).json()) as { stories: { id: string; title: string }[] }
  const me = (await (await page.request.get('/api/auth/me')).json()) as { user: { name: string } }
  const secrets = [listed.stories[0]?.title ?? '', me.user.name]
  expect(secrets.every((secret) => secret.length > 2)).toBe(true)
  for (const path of PAGES.map((one) => one.replace('STORY', listed.stories[0]?.id ?? ''))) {
    for (const variant of VARIANTS) {
      for (const headers of HEADERS) {
        // As nobody, and as the owner: not even for them is anything private in a page.
        for (const client of [request, page.request]) {
          const text = await (await client.get(`${app.url}${path}${variant}`, { headers, maxRedirects: 0 })).text()
          for (const secret of secrets) expect([path, variant, text.includes(secret)]).toEqual([path, variant, false])
        }
      }
    }
  }
})

test('scripts and styles come as the build zipped them, for good, and nothing else comes that way', async ({
  request,
  app,
}) => {
  const page = await (await request.get(app.url)).text()
  const files = [...new Set(page.match(/\/_next\/static\/[\w/.-]+\.(?:js|css)/g))]
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const answer = await request.get(app.url + file, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers()).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-encoding': 'gzip',
    })
  }
  for (const away of ['none.js', '..%2fBUILD_ID', '%2e%2e/BUILD_ID', '..%5cBUILD_ID', 'chunks/'])
    expect([away, (await request.get(`${app.url}/_next/static/${away}`)).status()]).toEqual([away, 404])
})
