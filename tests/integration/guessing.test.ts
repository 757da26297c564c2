import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { comeIn, PASSWORD } from '#tests/support/people.ts'
import { OWNER, startServer, type Answer, type TestServer } from './server.ts'

// What a stranger learns by trying, and how often they may try.

let server: TestServer
afterEach(() => server.close())

const OWNER_SIGN_IN = { login: OWNER.login, password: OWNER.password }
const signIn = (login: string, password: string, headers: Record<string, string> = {}) =>
  server.browser().call('POST', '/api/auth/sign-in', { login, password }, headers)
/** All of an answer but what is different each time anyway. */
function shape({ status, json, headers }: Answer): unknown {
  const { date: _date, 'x-request-id': _id, ratelimit: _left, ...rest } = headers
  return { status, json: { ...json, requestId: '' }, headers: rest }
}

describe('guessing passwords', () => {
  test('[B7] an unknown name, a wrong password and a suspended person get one answer, headers included', async () => {
    server = await startServer()
    const owner = await server.owner()
    const ben = await comeIn(server, owner, 'ben')
    await owner.call('PATCH', `/api/admin/people/${ben.id}`, { suspended: true })
    const wrong = shape(await signIn(OWNER.login, 'not this one'))
    expect(shape(await signIn('stranger', 'not this one'))).toEqual(wrong)
    expect(shape(await signIn('ben', PASSWORD))).toEqual(wrong)
  })

  test('[B6] [AC38] many tries at once are no more than many in a row: five are judged', async () => {
    server = await startServer()
    await server.owner()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => signIn(OWNER.login, `wrong ${i}`)))
    const counted = (status: number) => answers.filter((answer) => answer.status === status).length
    expect([counted(401), counted(429)]).toEqual([5, 15])
  })

  const spoofs: Readonly<Record<string, string>> = {
    'x-forwarded-for': '203.0.113.1',
    forwarded: 'for=203.0.113.2',
    'x-real-ip': '203.0.113.3',
    'x-client-ip': '203.0.113.4',
    'true-client-ip': '203.0.113.5',
    'cf-connecting-ip': '203.0.113.6',
    'x-cluster-client-ip': '203.0.113.7',
    'x-originating-ip': '203.0.113.8',
    'x-forwarded': '203.0.113.9',
    'x-remote-addr': '203.0.113.10',
  }
  test('[B6] ten headers that name another address are not believed: the sixth try waits all the same', async () => {
    server = await startServer()
    const owner = await server.owner()
    for (const [name, value] of Object.entries(spoofs)) await signIn(OWNER.login, 'wrong', { [name]: value })
    for (const [name, value] of Object.entries(spoofs)) {
      expect([name, (await signIn(OWNER.login, OWNER.password, { [name]: value })).status]).toEqual([name, 429])
    }
    const { sessions } = (await owner.call('GET', '/api/auth/sessions')).json as unknown as {
      sessions: { address: string }[]
    }
    expect(sessions.map((session) => session.address)).toEqual(['127.0.0.1'])
  })

  test('[B6] behind a configured proxy it counts by the address the proxy saw, and nobody locks another out', async () => {
    server = await startServer({ settings: { LOOM_TRUSTED_PROXIES: '127.0.0.1' } })
    await server.owner()
    const from = (address: string) => ({ 'x-forwarded-for': `10.1.1.1, ${address}` })
    for (let i = 0; i < 5; i++) expect((await signIn(OWNER.login, 'wrong', from('203.0.113.1'))).status).toBe(401)
    expect((await signIn(OWNER.login, OWNER.password, from('203.0.113.1'))).status).toBe(429)
    expect((await signIn(OWNER.login, OWNER.password, from('203.0.113.2'))).status).toBe(200)
  })

  test('[B6] one network of IPv6 is one address: the sixth try waits; the session list keeps the whole address', async () => {
    server = await startServer({ settings: { LOOM_TRUSTED_PROXIES: '127.0.0.1' } })
    await server.owner()
    const from = (address: string) => ({ 'x-forwarded-for': address })
    for (let i = 0; i < 5; i++)
      expect((await signIn(OWNER.login, 'wrong', from(`2001:db8:0:7:${i}::${i}`))).status).toBe(401)
    expect((await signIn(OWNER.login, OWNER.password, from('2001:db8::7:9:9:9:9'))).status).toBe(429)
    const honest = server.browser()
    const neighbour = from('2001:db8:0:8::1')
    const answer = await honest.call('POST', '/api/auth/sign-in', OWNER_SIGN_IN, neighbour)
    expect(answer.status).toBe(200)
    expect((await honest.call('GET', '/api/auth/sessions')).text).toContain('"2001:db8:0:8::1"')
    // Requests are counted the same way.
    const asked = (at: string) => server.browser().call('GET', '/api/version', undefined, from(at))
    const left = (headers: Answer['headers']) => Number(/r=(\d+)/.exec(String(headers['ratelimit']))?.[1])
    const first = left((await asked('2001:db8:0:9::1')).headers)
    expect(left((await asked('2001:db8:0:9::2')).headers)).toBe(first - 1)
  })

  test('[B6] a stolen session cannot guess the password it wants to change', async () => {
    server = await startServer()
    const owner = await server.owner()
    const change = (current: string) =>
      owner.call('POST', '/api/auth/password', { current, next: 'eight loud lanterns' })
    for (let i = 0; i < 5; i++) expect((await change(`wrong ${i}`)).status).toBe(403)
    expect((await change(OWNER.password)).status).toBe(429)
    // The honest person is not held back by it.
    expect((await signIn(OWNER.login, OWNER.password)).status).toBe(200)
  })
})

describe('a forgotten password', () => {
  const forgot = (login: string) => server.browser().call('POST', '/api/auth/forgot', { login })

  test('[B7] without a mail server nothing is made, and that is what it says', async () => {
    server = await startServer()
    await server.owner()
    const known = await forgot(OWNER.login)
    expect([known.status, known.json]).toEqual([202, { mail: false }])
    await server.services.resets.close()
    expect(await server.services.app.passwordReset.count()).toBe(0)
  })

  test('[B7] known and unknown get one answer; the known gets a link that works once, three an hour at most', async () => {
    const letters: { to: string; text: string }[] = []
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map((one) => one.address).join()
          letters.push({ to, text: Buffer.concat(chunks).toString('utf8') })
          done()
        })
      },
    })
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = smtp.server.address() as AddressInfo
      const mail = { LOOM_SMTP_URL: `smtp://127.0.0.1:${port}`, LOOM_MAIL_FROM: 'loom@mail.example' }
      server = await startServer({ settings: mail })
      const owner = await server.owner()
      const ben = await comeIn(server, owner, 'ben@example.org')
      const cora = await comeIn(server, owner, 'cora')
      await owner.call('PATCH', `/api/admin/people/${ben.id}`, { suspended: true })
      const answers = []
      // Known, unknown, suspended, and a name that is no mail address.
      for (const login of [OWNER.login, 'stranger@example.org', 'ben@example.org', 'cora']) {
        answers.push(shape(await forgot(login)))
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      await server.services.resets.close()
      expect(letters.map((letter) => letter.to)).toEqual([OWNER.login])
      expect((await cora.browser.call('GET', '/api/auth/me')).status).toBe(200)

      const link = new RegExp(`${server.origin}/reset#([A-Za-z0-9_-]{43})`).exec(
        letters[0]?.text.replaceAll('=\r\n', '') ?? '',
      )
      const token = link?.[1] ?? ''
      const reset = (password: string) => server.browser().call('POST', '/api/auth/reset', { token, password })
      expect((await reset('eight loud lanterns')).status).toBe(200)
      expect((await reset('nine loud lanterns')).status).toBe(404)
      expect((await owner.call('GET', '/api/auth/me')).status).toBe(401)

      for (let i = 0; i < 5; i++) expect(shape(await forgot(OWNER.login))).toEqual(answers[0])
      await server.services.resets.close()
      expect(letters).toHaveLength(3)
    } finally {
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
    }
  })
})
