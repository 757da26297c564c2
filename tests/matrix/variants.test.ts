import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROWS } from './expected.ts'
import { buildWorld, type World } from './world.ts'

// Addresses that parsers read differently, and headers that frameworks believe (A9): nothing private, whoever asks.

const VARIANTS: Readonly<Record<string, (path: string) => string>> = {
  'a slash behind': (path) => `${path}/`,
  'two slashes in front': (path) => `/${path}`,
  'two slashes inside': (path) => path.replace('/api/', '/api//'),
  '.rsc behind': (path) => `${path}.rsc`,
  'a prefetched segment': (path) => `${path}.segments/_tree.segment.rsc`,
  'Next data': (path) => `/_next/data/build${path}.json`,
  'an encoded letter': (path) => path.replace('/api', '/%61pi'),
  'an encoded slash': (path) => path.replace('/api/', '/api%2f'),
  'a backslash': (path) => path.replace('/api/', '/api\\'),
  'a dot segment': (path) => path.replace('/api/', '/api/./'),
  'a way up': (path) => path.replace('/api/', '/api/livez/../'),
  'capital letters': (path) => path.toUpperCase(),
  'a parameter behind a semicolon': (path) => `${path};x=1`,
  'a question for another format': (path) => `${path}?_rsc=1`,
}
const BELIEVED = {
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-middleware-rewrite': '/api/stories',
  'x-original-url': '/api/stories',
  'x-rewrite-url': '/api/stories',
  'x-forwarded-host': '127.0.0.1',
  'x-http-method-override': 'GET',
  rsc: '1',
  'next-router-prefetch': '1',
}

let world: World
beforeAll(async () => {
  world = await buildWorld()
})
afterAll(() => world.close())

const paths = () =>
  Object.entries(ROWS)
    .filter(([name, permission]) => name.startsWith('GET ') && permission !== 'public' && permission !== 'setup')
    .map(([name]) => name.slice(4).replace(':storyId', world.storyId).replaceAll(/:\w+/g, 'no_such_id'))

for (const [name, vary] of Object.entries(VARIANTS)) {
  test(`[A9] ${name}: nothing for nobody`, async () => {
    for (const path of paths()) {
      const answer = await world.server.browser().call('GET', vary(path), undefined, BELIEVED)
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
      expect(answer.text).not.toMatch(/shared shore|mara quill/i)
    }
  })
}

test('[A9] headers alone open nothing', async () => {
  for (const path of paths()) {
    const answer = await world.server.browser().call('GET', path, undefined, BELIEVED)
    expect([path, answer.status]).toEqual([path, 401])
  }
})
