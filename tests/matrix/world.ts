import type { StoryId } from '#lib/kernel/ids.ts'
import { decideAccess, SCOPES, type Decision, type Principal, type Scope } from '#lib/accounts/policy.ts'
import { OWNER, startServer, type Answer, type Browser, type TestServer } from '../integration/server.ts'
import { PRINCIPALS, type PrincipalName } from './expected.ts'

/** A server with everybody of the matrix in it, and one story that `admin` made. */
export interface World {
  readonly server: TestServer
  readonly storyId: StoryId
  readonly call: (who: PrincipalName, method: string, path: string, body?: unknown) => Promise<Answer>
  /** Sends a request with an API key that `admin` or `host` made. */
  readonly callWithKey: (key: string, method: string, path: string, body?: unknown) => Promise<Answer>
  readonly makeKey: (who: 'admin' | 'host', scopes: readonly Scope[], storyId?: string) => Promise<string>
  readonly browser: (who: PrincipalName) => Browser
  /** What somebody shows at a door: their cookies, or a key or token of theirs. */
  readonly credential: (who: PrincipalName) => Readonly<Record<string, string>>
  readonly userId: (who: PrincipalName) => string
  /** Puts a slip into the policy that every door asks, until called with null. */
  readonly flip: (wrong: ((...asked: Parameters<typeof decideAccess>) => Decision | null) | null) => void
  /** Lets time go by, ms. */
  readonly pass: (ms: number) => void
  readonly close: () => Promise<void>
}

const PEOPLE: Partial<Record<PrincipalName, string>> = {
  viewer: 'viewer',
  editor: 'editor',
  admin: 'editor',
  'non-member': 'editor',
  'ex-member': 'editor',
  suspended: 'editor',
  expired: 'editor',
}

/** Builds the world through the house's own services and doors. Two stories: everybody's, and one of a stranger. */
export async function buildWorld(): Promise<World> {
  let now = Date.UTC(2026, 0, 1)
  let wrong: Parameters<World['flip']>[0] = null
  const server = await startServer({
    clock: () => now,
    unlimited: true,
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
    policy: (...asked) => wrong?.(...asked) ?? decideAccess(...asked),
  })
  const { services } = server
  const host = await server.owner()
  const { passwordHash, id: hostId } = await services.app.user.findFirstOrThrow()
  const browsers = new Map<PrincipalName, Browser>([['host', host]])
  const ids = new Map<PrincipalName, string>([['host', hostId]])
  const headers = new Map<PrincipalName, Readonly<Record<string, string>>>()

  for (const [name, role] of Object.entries(PEOPLE)) {
    const id = `us_${name.replace('-', '_')}`
    const at = new Date(now)
    await services.app.user.create({
      data: { id, name, login: name, passwordHash, roles: JSON.stringify([role]), createdAt: at, changedAt: at },
    })
    ids.set(name as PrincipalName, id)
  }
  const signIn = async (name: PrincipalName) => {
    const browser = server.browser()
    const answer = await browser.call('POST', '/api/auth/sign-in', { login: name, password: OWNER.password })
    if (answer.status !== 200) throw new Error(`${name} cannot sign in: ${answer.text}`)
    browsers.set(name, browser)
  }
  await signIn('expired')
  now += 11 * 60_000
  await host.call('POST', '/api/auth/refresh')
  for (const name of Object.keys(PEOPLE)) if (name !== 'expired') await signIn(name as PrincipalName)
  for (const name of PRINCIPALS) if (!browsers.has(name)) browsers.set(name, server.browser())

  const storyId = await services.stories.create('The shared shore', { id: idOf('admin'), kind: 'human' })
  for (const name of ['viewer', 'editor', 'ex-member', 'suspended', 'expired'] as const) {
    const role = name === 'viewer' ? 'viewer' : 'editor'
    await services.members.put(storyId, idOf(name), { role, rights: [] }, idOf('admin'))
  }
  await services.members.remove(storyId, idOf('ex-member'))
  const suspended = await host.call('PATCH', `/api/admin/people/${idOf('suspended')}`, { suspended: true })
  if (suspended.status !== 204) throw new Error(`nobody was suspended: ${suspended.text}`)

  const worker = await host.call('POST', '/api/workers/keys', { name: 'matrix' })
  headers.set('service', bearer(String(worker.json['token'])))
  headers.set('key-without', bearer(await makeKey('admin', ['panels'])))
  headers.set('key-with', bearer(await makeKey('admin', SCOPES)))

  function idOf(name: PrincipalName): string {
    const id = ids.get(name)
    if (id === undefined) throw new RangeError(`${name} has no account`)
    return id
  }

  async function makeKey(who: 'admin' | 'host', scopes: readonly Scope[], only?: string): Promise<string> {
    const answer = await browserOf(who).call('POST', '/api/auth/keys', {
      name: `for ${scopes.join(' ')}`,
      scopes,
      days: 30,
      ...(only === undefined ? {} : { storyId: only }),
    })
    if (answer.status !== 201) throw new Error(`no key: ${answer.text}`)
    return String(answer.json['key'])
  }

  function browserOf(who: PrincipalName): Browser {
    const found = browsers.get(who)
    if (!found) throw new RangeError(`${who} has no browser`)
    return found
  }

  return {
    server,
    storyId,
    // A copy of the cookies: an answer that clears them must not sign the next cell out.
    call: (who, method, path, body) => {
      const browser = server.browser()
      for (const [name, value] of browserOf(who).cookies) browser.cookies.set(name, value)
      return browser.call(method, path, body, headers.get(who) ?? {})
    },
    callWithKey: (key, method, path, body) => server.browser().call(method, path, body, bearer(key)),
    makeKey,
    browser: browserOf,
    credential: (who) => headers.get(who) ?? { cookie: browserOf(who).cookieHeader() },
    userId: idOf,
    flip: (next) => {
      wrong = next
    },
    pass: (ms) => {
      now += ms
    },
    close: () => server.close(),
  }
}

function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` }
}

/** Whether a decision is about this principal; for flipping one cell. */
export function isAsker(world: World, who: PrincipalName, principal: Principal | null): boolean {
  if (who === 'key-with' || who === 'key-without') {
    return principal?.key?.scopes.length === (who === 'key-without' ? 1 : SCOPES.length)
  }
  if (who === 'anonymous' || who === 'suspended' || who === 'expired') return principal === null
  if (who === 'service') return principal?.roles.includes('service') ?? false
  return principal?.key === null && principal.userId === world.userId(who)
}
