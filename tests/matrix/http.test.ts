import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Decision, type Permission, SCOPES } from '#lib/accounts/policy.ts'
import type { Answer } from '../integration/server.ts'
import { countFigures } from './figures.ts'
import { expectedLetter, type Letter, PRINCIPALS, type PrincipalName, ROWS, SCOPE_OPENS, STATUS } from './expected.ts'
import { buildWorld, isAsker, type World } from './world.ts'

// Every operation of the OpenAPI document against everybody (A1, A2), and the suite against a policy with slips (A8).

interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly permission: Permission
  readonly streams: boolean
}

let world: World
let operations: readonly Operation[]
beforeAll(async () => {
  world = await buildWorld()
  const document = (await world.call('anonymous', 'GET', '/api/openapi.json')).json as unknown as {
    paths: Record<string, Record<string, { 'x-permission': Permission; responses: Record<string, unknown> }>>
  }
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      method: method.toUpperCase(),
      path,
      permission: operation['x-permission'],
      streams: JSON.stringify(operation.responses).includes('text/event-stream'),
    })),
  )
})
afterAll(() => world.close())

/** The operation's address about this world's story; other ids are well-formed and belong to nothing. */
function address({ path }: Operation): string {
  return path
    .replace('{storyId}', world.storyId)
    .replaceAll('{sha256}', '0'.repeat(64))
    .replaceAll('{ordinal}', '0')
    .replaceAll('{keyId}', 'wt_0')
    .replaceAll(/\{\w+\}/g, 'no_such_id')
}

/**
 * Asks without doing: a query nobody declared is refused with 400 after the permission was judged and before the
 * handler runs, so a 400 means "let through" and nothing in the story changes.
 */
function probe(operation: Operation, send: (method: string, path: string, body?: unknown) => Promise<Answer>) {
  return send(operation.method, `${address(operation)}?matrix-probe=1`, operation.method === 'GET' ? undefined : {})
}

function letterOf(answer: Answer): Letter | string {
  if (answer.status === 400 && answer.json['code'] === 'invalid-input') return 'y'
  const letter = (Object.keys(STATUS) as (keyof typeof STATUS)[]).find((one) => STATUS[one] === answer.status)
  return letter ?? `${answer.status} ${answer.text}`
}

/** The cells of some operations that answer otherwise than expected. */
async function reds(among: readonly Operation[], principals: readonly PrincipalName[]): Promise<string[]> {
  const found: string[] = []
  for (const operation of among) {
    for (const who of principals) {
      const permission = ROWS[operation.name]
      const expected = permission === undefined ? 'no row' : expectedLetter(permission, who)
      const seen = letterOf(await probe(operation, (...asked) => world.call(who, ...asked)))
      if (seen !== expected) found.push(`${operation.name} by ${who}: ${seen}, expected ${expected}`)
    }
  }
  return found
}

test('[A1] every operation has a row, and every row an operation', () => {
  expect(operations.map((one) => one.name).sort()).toEqual(Object.keys(ROWS).sort())
})

describe('[A1] the matrix', () => {
  for (const who of PRINCIPALS) {
    test(`[A1] ${who} on every operation`, { timeout: 120_000 }, async () => {
      expect(await reds(operations, [who])).toEqual([])
    })
  }

  test('[A1] nobody without the right reads anything: real GETs', { timeout: 120_000 }, async () => {
    const leaks: string[] = []
    for (const operation of operations.filter((one) => one.method === 'GET' && !one.streams)) {
      for (const who of PRINCIPALS) {
        const letter = expectedLetter(ROWS[operation.name] ?? 'public', who)
        if (letter === 'y') continue
        const { status, text } = await world.call(who, 'GET', address(operation))
        if (status !== STATUS[letter] || /shared shore/i.test(text))
          leaks.push(`${operation.name} by ${who}: ${status}`)
      }
    }
    expect(leaks).toEqual([])
  })

  test('[A1] a story that is not there and one that may not be known answer alike', async () => {
    const there = await world.call('non-member', 'GET', `/api/stories/${world.storyId}/snapshot`)
    const nowhere = await world.call('non-member', 'GET', '/api/stories/st_nowhere/snapshot')
    const plain = ({ json }: Answer) => ({ ...json, requestId: '' })
    expect([there.status, plain(there)]).toEqual([nowhere.status, plain(nowhere)])
  })
})

describe('[A2] keys', () => {
  for (const scope of SCOPES) {
    test(`[A2] a key with ${scope} alone opens its permissions and no other`, { timeout: 120_000 }, async () => {
      // Of the host, who may do everything: what is refused is refused for the key.
      const key = await world.makeKey('host', [scope])
      const wrong: string[] = []
      for (const operation of operations) {
        const permission = ROWS[operation.name] ?? 'public'
        const open = permission === 'public' || permission === 'signed-in' || SCOPE_OPENS[scope].includes(permission)
        const expected = permission === 'setup' ? 'a' : open ? 'y' : 'n'
        const seen = letterOf(await probe(operation, (...asked) => world.callWithKey(key, ...asked)))
        if (seen !== expected) wrong.push(`${operation.name}: ${seen}, expected ${expected}`)
      }
      expect(wrong).toEqual([])
    })
  }

  test('[A2] a key of one story knows no other, and lists that one alone', async () => {
    const other = await world.server.services.stories.create('Elsewhere', { id: world.userId('admin'), kind: 'human' })
    const scopes = SCOPES.filter((scope) => scope !== 'stories.create')
    const key = await world.makeKey('admin', scopes, world.storyId)
    expect((await world.callWithKey(key, 'GET', `/api/stories/${world.storyId}/snapshot`)).status).toBe(200)
    expect((await world.callWithKey(key, 'GET', `/api/stories/${other}/snapshot`)).status).toBe(404)
    expect((await world.callWithKey(key, 'POST', '/api/stories', { title: 'Beside' })).status).toBe(403)
    const { stories } = (await world.callWithKey(key, 'GET', '/api/stories')).json as unknown as {
      stories: { id: string }[]
    }
    expect(stories.map((story) => story.id)).toEqual([world.storyId])
  })

  test('[B1] a key in the query or a cookie opens nothing', async () => {
    const key = await world.makeKey('host', SCOPES)
    for (const query of [`key=${key}`, `api_key=${key}`, `access_token=${key}`, `token=${key}`]) {
      const answer = await world.server.browser().call('GET', `/api/stories?${query}`)
      expect([answer.status, answer.json['code']]).toEqual([400, 'key-in-address'])
    }
    const browser = world.server.browser()
    browser.cookies.set(world.server.services.auth.cookies.access, key)
    expect((await browser.call('GET', '/api/stories')).status).toBe(401)
  })
})

describe('[A8] the matrix is tested: one flipped cell, and it is red', () => {
  const OTHER: Readonly<Record<Letter, Decision>> = { y: 'forbidden', u: 'allowed', n: 'allowed', a: 'allowed' }

  for (const who of PRINCIPALS) {
    test(`[A8] every class of cell of ${who}`, { timeout: 120_000 }, async () => {
      const permissions = new Set(Object.values(ROWS))
      const unseen: string[] = []
      for (const permission of permissions) {
        const slip = OTHER[expectedLetter(permission, who)]
        world.flip((asked, principal) => (asked === permission && isAsker(world, who, principal) ? slip : null))
        const [one] = operations.filter((operation) => ROWS[operation.name] === permission)
        if (one && (await reds([one], [who])).length === 0) unseen.push(`${permission} flipped to ${slip}`)
      }
      world.flip(null)
      expect(unseen).toEqual([])
    })
  }

  test('[A8] an operation that asks for another right turns red', async () => {
    world.flip((asked, principal) =>
      asked === 'story.delete' && isAsker(world, 'editor', principal) ? 'allowed' : null,
    )
    const trash = operations.filter((one) => one.name === 'DELETE /api/stories/:storyId')
    expect(await reds(trash, PRINCIPALS)).toEqual(['DELETE /api/stories/:storyId by editor: y, expected n'])
    world.flip(null)
  })
})

test('figures for the security table', () => {
  countFigures('http', {
    operations: operations.length,
    principals: PRINCIPALS.length,
    cells: operations.length * PRINCIPALS.length,
    scopes: SCOPES.length,
    scopeCells: operations.length * SCOPES.length,
    flippedCells: new Set(Object.values(ROWS)).size * PRINCIPALS.length,
  })
})
