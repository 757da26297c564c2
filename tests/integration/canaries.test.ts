import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FORMATS } from '#lib/exchange/formats.ts'
import { problem } from '#lib/server/http/problem.ts'
import { routes } from '#lib/server/http/registry.ts'
import { makeStory, PASSWORD, secretOf } from '#tests/support/people.ts'
import { type Answer, type Browser, freePort, OWNER, startServer, type TestServer } from './server.ts'

// Every kind of secret goes in at every door, also where it does not belong and while things break. It may come out only
// where it is shown once: those answers are read apart and stay out of what is searched.

const PROVIDER_KEY = 'sk-canary-provider-0123456789-end4'
const CLIENT_SECRET = 'canary-oidc-client-secret-0123456789'
const SMTP_PASSWORD = 'canary-smtp-password-0123456789'
const WRONG_PASSWORD = 'canary wrong password'

const logLines: string[] = []
const pages: string[] = []
let server: TestServer
let provider: Server
let owner: Browser
let storyId = ''
const secrets = new Map<string, string>()
/** Answers in which a secret is shown once. */
const shownOnce: string[] = []
/** Everything the server said, but for what is shown once. */
const said: string[] = []
const refusals: Answer[] = []

/** The same browser, but what it hears is searched. */
function heard(browser: Browser): Browser {
  return {
    ...browser,
    call: async (method, path, body, headers) => {
      const answer = await browser.call(method, path, body, headers)
      said.push(shown(answer))
      if (path.startsWith('/api/') && answer.status >= 400) refusals.push(answer)
      return answer
    },
  }
}

/** Head and body of an answer. Session cookies are where the session's tokens belong. */
function shown({ headers, text }: Answer): string {
  const { 'set-cookie': _, ...rest } = headers
  return `${JSON.stringify(rest)}\n${text}`
}

function whereSaid(secret: string, where: readonly string[]): string[] {
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]
  return where.filter((text) => forms.some((form) => text.includes(form))).map((text) => text.slice(-400))
}

beforeAll(async () => {
  // A provider that answers as some do: with the key it was given in its words.
  provider = createServer((request, response) => {
    const key = request.headers.authorization ?? String(request.headers['x-api-key'])
    response.writeHead(Number(request.url?.match(/\/(\d{3})\//)?.[1] ?? 401), {
      'content-type': 'application/json',
      'x-key': key,
    })
    response.end(
      JSON.stringify({ error: { type: 'authentication_error', message: `Incorrect API key provided: ${key}` } }),
    )
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const nowhere = await freePort()
  server = await startServer({
    unlimited: true,
    logLines,
    settings: {
      LOOM_OIDC_ISSUER: `http://127.0.0.1:${nowhere}`,
      LOOM_OIDC_CLIENT_ID: 'the-loom',
      LOOM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      LOOM_SMTP_URL: `smtp://post:${SMTP_PASSWORD}@127.0.0.1:${nowhere}`,
      LOOM_MAIL_FROM: 'loom@example.org',
      LOOM_OUTBOUND_ALLOW: '127.0.0.0/8',
    },
    pages: (request) => {
      pages.push(request.url ?? '')
      throw new Error('the lamp is out')
    },
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
  const setup = server.services.auth.setupLink()?.split('#')[1] ?? ''
  owner = await server.owner()
  storyId = await makeStory(owner)
  const branchId = [...(server.services.events.state(storyId)?.branches.keys() ?? [])][0] ?? ''
  const scene = { type: 'CreateScene', sceneId: 'sc_1', branchId, x: 0, y: 0, fields: { title: 'Shore' } }
  const envelope = { clientId: 'cl_1', seq: 1, commandId: 'co_1', storyId, command: scene }
  expect((await owner.call('POST', `/api/stories/${storyId}/commands`, envelope)).json['status']).toBe('committed')

  // What is shown once is read here, by a browser nobody listens to.
  const names = server.services.auth.cookies
  const host = server.browser()
  await host.call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password })
  const invitation = await owner.call('POST', '/api/admin/invitations', { role: 'editor', note: '', days: 7 })
  const used = await owner.call('POST', '/api/admin/invitations', { role: 'editor', note: '', days: 7 })
  const person = { token: secretOf(used), name: 'Ilse', login: 'ilse', password: PASSWORD }
  const ilse = (await server.browser().call('POST', '/api/auth/register', person)).json as unknown as {
    user: { id: string }
  }
  const reset = await owner.call('POST', `/api/admin/people/${ilse.user.id}/reset-link`)
  const key = await owner.call('POST', '/api/auth/keys', { name: 'script', scopes: ['stories.read'], days: 30 })
  const ticket = await owner.call('POST', `/api/stories/${storyId}/scenes/sc_1/prose/ticket`)
  shownOnce.push(shown(key), shown(ticket), shown(invitation), shown(reset))
  const made: Record<string, string | undefined> = {
    'provider key': PROVIDER_KEY,
    'owner’s password': OWNER.password,
    'wrong password': WRONG_PASSWORD,
    'access cookie': host.cookies.get(names.access),
    'refresh cookie': host.cookies.get(names.refresh),
    'API key': String(key.json['key']),
    'worker key': (
      await server.services.workers.createToken('attic', { kinds: ['render_panel'], stories: null }, 'command-line')
    ).token,
    'set-up token': setup,
    'invitation token': secretOf(invitation),
    'used invitation token': secretOf(used),
    'reset token': secretOf(reset),
    ticket: String(ticket.json['ticket']),
    'client secret': CLIENT_SECRET,
    'mail password': SMTP_PASSWORD,
  }
  for (const [name, secret] of Object.entries(made)) {
    expect(secret?.length ?? 0, name).toBeGreaterThan(15)
    secrets.set(name, secret ?? '')
  }
})
afterAll(async () => {
  await server.close()
  await new Promise((resolve) => provider.close(resolve))
})

const listening = () => heard(owner)

describe('[H1] going in where it belongs', () => {
  test('provider keys: kept, tried, refused by a provider that repeats them', async () => {
    const { port } = provider.address() as AddressInfo
    for (const kind of ['anthropic', 'openai-compatible', 'ollama']) {
      for (const status of ['401', '400', '500']) {
        const body = {
          enabled: true,
          baseUrl: `http://127.0.0.1:${port}/${status}/v1`,
          model: 'tiny',
          key: PROVIDER_KEY,
        }
        expect((await listening().call('PUT', `/api/providers/${kind}`, body)).status).toBe(200)
        const tried = await listening().call('POST', `/api/providers/${kind}/test`)
        expect(tried.json['ok'], tried.text).not.toBe(true)
      }
    }
    const branchId = [...(server.services.events.state(storyId)?.branches.keys() ?? [])][0] ?? ''
    const ask = {
      verb: 'continue',
      sceneId: 'sc_1',
      branchId,
      instruction: '',
      provider: 'anthropic',
      clickKey: 'canary-click',
    }
    const run = await listening().call('POST', `/api/stories/${storyId}/runs`, ask)
    expect(run.status, run.text).toBe(201)
    const events = await listening().call('GET', `/api/stories/${storyId}/runs/${String(run.json['id'])}/events`)
    expect(events.text).toContain('event: ')
    await listening().call('GET', '/api/providers')
  })

  test('passwords, cookies and links: right, wrong, and while the database refuses', async () => {
    const { app } = server.services
    const guest = () => heard(server.browser())
    const names = server.services.auth.cookies
    const cookie = `${names.access}=${secrets.get('access cookie')}; ${names.refresh}=${secrets.get('refresh cookie')}`
    const doors = async () => {
      await guest().call('POST', '/api/auth/sign-in', { login: OWNER.login, password: WRONG_PASSWORD })
      await guest().call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password })
      await guest().call('POST', '/api/auth/sign-in', { login: OWNER.password, password: OWNER.password })
      await guest().call('POST', '/api/auth/sign-in', { login: PASSWORD, password: 'x' })
      await guest().call('POST', '/api/setup', { token: secrets.get('set-up token'), ...OWNER })
      await guest().call('POST', '/api/invitations/look', { token: secrets.get('invitation token') })
      await guest().call('POST', '/api/invitations/look', { token: secrets.get('used invitation token') })
      await guest().call('POST', '/api/auth/forgot', { login: OWNER.login })
      await guest().call('GET', '/api/auth/oidc/oidc/start', undefined, { cookie })
      await listening().call('POST', '/api/auth/password', { current: WRONG_PASSWORD, next: OWNER.password })
      await listening().call('POST', '/api/auth/delete-me', { password: OWNER.password })
      for (const name of ['API key', 'worker key'])
        await guest().call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${secrets.get(name)}` })
    }
    await doors()
    // The last one lets the account be made and fails at its session; by then the links are used up.
    for (const table of ['AuditEntry', 'User', 'Session']) {
      await app.$executeRawUnsafe(
        `CREATE TRIGGER "broken" BEFORE INSERT ON "${table}" BEGIN SELECT RAISE(ABORT, 'broken'); END`,
      )
      try {
        await doors()
        const person = { token: secrets.get('invitation token'), name: 'Cora', login: 'cora', password: WRONG_PASSWORD }
        expect((await guest().call('POST', '/api/auth/register', person)).status).toBeGreaterThanOrEqual(500)
        const reset = { token: secrets.get('reset token'), password: PASSWORD }
        if (table !== 'User')
          expect((await guest().call('POST', '/api/auth/reset', reset)).status).toBeGreaterThanOrEqual(500)
      } finally {
        await app.$executeRawUnsafe('DROP TRIGGER "broken"')
      }
    }
    expect(logLines.some((line) => line.includes('a request failed'))).toBe(true)
  })

  test('sockets and pages: a ticket and keys in the address, a page that breaks', async () => {
    for (const secret of secrets.values()) {
      for (const path of [
        `/yjs/sc_1.1?ticket=${encodeURIComponent(secret)}`,
        `/socket.io/?token=${encodeURIComponent(secret)}`,
      ]) {
        const headers = { authorization: `Bearer ${secret.replace(/[^\x20-\x7e]/g, '')}` }
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { origin: server.origin, headers })
        await new Promise<void>((resolve) => {
          socket.on('error', () => undefined)
          socket.on('close', () => resolve())
          socket.on('open', () => socket.close())
          socket.on('unexpected-response', (_, response) => {
            said.push(JSON.stringify(response.headers))
            socket.terminate()
          })
        })
      }
      await heard(server.browser()).call('GET', `/join?token=${encodeURIComponent(secret)}`)
    }
    expect(pages).toHaveLength(secrets.size)
  })
})

test('[H1] going in at every door where it does not belong', { timeout: 300_000 }, async () => {
  // These change who is signed in, or end sessions, by their address alone.
  const spared = ['/api/auth/sign-out', '/api/auth/refresh', '/api/auth/sessions']
  for (const route of routes.filter((one) => !spared.includes(one.path))) {
    const method = route.method.toUpperCase()
    await Promise.all(
      [...secrets.values()].map(async (secret) => {
        const text = encodeURIComponent(secret)
        const inPath = route.path.replace(':storyId', storyId).replaceAll(/:\w+/g, text)
        const ascii = secret.replace(/[^\x20-\x7e]/g, '')
        const plain = route.path.replace(':storyId', storyId).replaceAll(/:\w+/g, 'x')
        const body = method === 'GET' ? undefined : { password: secret, token: secret, extra: { deep: [secret] } }
        await listening().call(method, inPath, body)
        await listening().call(method, `${plain}?token=${text}&format=${text}&limit=${text}&before=${text}`, body)
        if (method !== 'GET') {
          const json = { 'content-type': 'application/json' }
          await listening().call(method, plain, `{"password":"${secret}`, json)
          await listening().call(method, plain, `"${secret}"`, json)
          await listening().call(method, plain, secret, { 'content-type': `text/${ascii.replace(/\W/g, '')}` })
        }
        const headers = {
          authorization: `Bearer ${ascii}`,
          'idempotency-key': ascii,
          'last-event-id': ascii,
          'x-request-id': ascii,
          origin: server.origin,
        }
        await heard(server.browser()).call(method, plain, body, headers)
      }),
    )
  }
  expect(said.length).toBeGreaterThan(routes.length * secrets.size)
})

test('[H4] every refusal of all that is a problem with the id of its log line, and shows nothing of the program', () => {
  expect(refusals.length).toBeGreaterThan(1_000)
  for (const { status, headers, json, text } of refusals) {
    expect([headers['content-type'], text]).toEqual(['application/problem+json', text])
    const shape = problem.safeParse(json)
    expect([shape.success, text]).toEqual([true, text])
    expect([json['status'], json['requestId']]).toEqual([status, headers['x-request-id']])
    expect(text).not.toMatch(/\n\s+at |node_modules|\.ts\b|SQLITE|prisma|Invalid `/i)
    if (status >= 500) expect(logLines.some((line) => line.includes(String(json['requestId'])))).toBe(true)
  }
})

describe('[H1] coming out', () => {
  test('the search finds a secret where there is one, also encoded', () => {
    for (const name of ['API key', 'ticket', 'invitation token', 'reset token'])
      expect([name, whereSaid(secrets.get(name) ?? '', shownOnce).length]).toEqual([name, 1])
    const encoded = Buffer.from(OWNER.password).toString('base64')
    expect(whereSaid(OWNER.password, ['nothing', `x${encoded}y`, encodeURIComponent(OWNER.password)])).toHaveLength(2)
  })

  test('no answer of any route holds a secret', () => {
    for (const [name, secret] of secrets) expect([name, whereSaid(secret, said)]).toEqual([name, []])
  })

  test('no line of the log holds a secret or the query of an address', () => {
    expect(logLines.length).toBeGreaterThan(0)
    for (const [name, secret] of secrets) expect([name, whereSaid(secret, logLines)]).toEqual([name, []])
    expect(logLines.filter((line) => /[?&](token|ticket|format|limit|before)=/.test(line))).toEqual([])
  })

  test('neither OpenAPI, the documentation, an export, my data nor the audit log holds a secret', async () => {
    const files: string[] = []
    const read = async (path: string) => {
      const answer = await owner.call('GET', path)
      expect([path, answer.status]).toEqual([path, 200])
      files.push(`${path}\n${shown(answer)}`)
    }
    await read('/api/openapi.json')
    await read('/api/docs')
    await read('/api/auth/my-data')
    await read('/api/auth/state')
    for (const { id } of FORMATS.filter((format) => format.write))
      await read(`/api/stories/${storyId}/export?format=${id}`)
    for (const path of ['audit?limit=200', 'people', 'invitations', 'limits', 'registration'])
      await read(`/api/admin/${path}`)
    for (const path of ['/api/workers', '/api/auth/keys', '/api/auth/sessions', '/api/providers', '/api/usage'])
      await read(path)
    for (const [name, secret] of secrets) expect([name, whereSaid(secret, files)]).toEqual([name, []])
    const rows = await server.services.app.auditEntry.findMany()
    expect(rows.length).toBeGreaterThan(10)
    for (const [name, secret] of secrets)
      expect([
        name,
        whereSaid(
          secret,
          rows.map((row) => JSON.stringify(row)),
        ),
      ]).toEqual([name, []])
  })

  test('no file of the data folder holds a secret in the clear, and key files are for their owner alone', () => {
    const files = readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(server.dataDir, name)).isFile(),
    )
    expect(files).toContain('app.db')
    for (const [name, secret] of secrets) {
      const holding = files.filter((file) => readFileSync(join(server.dataDir, file)).includes(secret))
      expect([name, holding]).toEqual([name, []])
    }
    const keys = files.filter((file) => file.startsWith('secrets/'))
    expect(keys).toContain(join('secrets', 'provider-keys'))
    for (const file of keys) expect([file, statSync(join(server.dataDir, file)).mode & 0o777]).toEqual([file, 0o600])
  })
})
