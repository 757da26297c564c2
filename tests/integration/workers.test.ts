import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, startServer, type TestServer } from './server.ts'

const HELLO = {
  protocol: 1,
  version: '0.1',
  name: 'attic-box',
  gpu: 'CPU',
  vramBytes: 0,
  backends: ['procedural'],
  kinds: ['render_panel'],
  models: [],
  loras: [],
  warmShapes: [],
  maxPixels: 1_000_000,
}

describe('the book of workers', () => {
  let server: TestServer
  let owner: Browser
  let now = Date.now()
  beforeAll(async () => {
    server = await startServer({ clock: () => now })
    owner = await server.owner()
  })
  afterAll(() => server.close())

  const list = async () =>
    (await owner.call('GET', '/api/workers')).json['keys'] as unknown as Record<string, unknown>[]
  const hello = (token: string, facts: object = HELLO) =>
    fetch(`${server.origin}/api/worker/v1/hello`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(facts),
    }).then((answer) => answer.status)

  it('[JO25] makes a key shown once, tells what its machine can do and when it was seen, and revokes it', async () => {
    expect(await list()).toEqual([])
    const made = await owner.call('POST', '/api/workers/keys', { name: '  attic ' })
    expect(made.status).toBe(201)
    const { id, token } = made.json as unknown as { id: string; token: string }
    expect(await list()).toEqual([
      {
        ...{ id, name: 'attic', kinds: ['render_panel'], stories: null, createdAt: now },
        ...{ lastUsedAt: null, revokedAt: null, workers: [] },
      },
    ])
    expect((await owner.call('GET', '/api/workers')).text).not.toContain(token)

    expect(await hello(token)).toBe(200)
    const facts = { name: 'attic-box', gpu: 'CPU', version: '0.1', backends: ['procedural'], models: [] }
    expect((await list())[0]?.['workers']).toMatchObject([{ ...facts, seenAt: now, live: true }])
    now += 91_000
    expect((await list())[0]?.['workers']).toMatchObject([{ seenAt: now - 91_000, live: false }])
    expect(await hello(token)).toBe(200)
    expect(await list()).toMatchObject([{ lastUsedAt: now, workers: [{ seenAt: now, live: true }] }])

    expect((await owner.call('DELETE', `/api/workers/keys/${id}`)).status).toBe(204)
    expect(await hello(token)).toBe(401)
    expect(await list()).toMatchObject([{ id, revokedAt: now, workers: [{ live: false }] }])
    expect((await owner.call('DELETE', `/api/workers/keys/${id}`)).status).toBe(404)
  })

  it('[JO26] makes a key for chosen kinds and stories, and refuses what is not there', async () => {
    const { storyId: story } = (await owner.call('POST', '/api/stories', { title: 'Bound' })).json
    const make = (scope: object) => owner.call('POST', '/api/workers/keys', { name: 'bound', ...scope })
    const made = await make({ kinds: ['render_panel'], stories: [story] })
    expect(made.status).toBe(201)
    expect((await list()).at(-1)).toMatchObject({ id: made.json['id'], kinds: ['render_panel'], stories: [story] })

    for (const [scope, status] of [
      [{ kinds: [] }, 400],
      [{ kinds: ['render_panel', 'render_panel'] }, 400],
      [{ kinds: ['anything'] }, 400],
      [{ stories: [] }, 400],
      [{ stories: ['st_nowhere'] }, 404],
      [{ stories: 'every' }, 400],
    ] as const)
      expect([scope, (await make(scope)).status]).toEqual([scope, status])

    // Nobody else's machine draws for the other story, and the comic's choice of backends says so.
    const { storyId: other } = (await owner.call('POST', '/api/stories', { title: 'Elsewhere' })).json
    const offer = { ...HELLO, name: 'bound-box', backends: ['painted'] }
    expect(await hello(String(made.json['token']), offer)).toBe(200)
    const offered = async (at: unknown) =>
      (await owner.call('GET', `/api/stories/${String(at)}/comic/backends`)).json['backends']
    expect(await offered(story)).toContain('painted')
    expect(await offered(other)).not.toContain('painted')
  })

  it('[JO25] refuses visitors, worker keys and empty names', async () => {
    expect((await server.browser().call('GET', '/api/workers')).status).toBe(401)
    const { token } = await server.services.workers.createToken(
      'curious',
      { kinds: ['render_panel'], stories: null },
      'command-line',
    )
    const answer = await fetch(`${server.origin}/api/workers`, { headers: { authorization: `Bearer ${token}` } })
    expect([401, 403]).toContain(answer.status)
    expect((await owner.call('POST', '/api/workers/keys', { name: '  ' })).status).toBe(400)
  })
})
