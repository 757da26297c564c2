import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMail } from '#lib/server/auth/mail.ts'
import { parseEnv } from '#lib/server/env.ts'
import { freePort, OWNER, startServer } from './server.ts'

// The mailer against a real mail server that the test starts. The server of the tests asks for a name and a password.

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
}

const received: Received[] = []
const logged: unknown[] = []
const log = { error: (...said: unknown[]) => void logged.push(said) }
let port = 0

const server = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  onAuth: ({ username, password }, _session, done) =>
    username === 'loom' && password === 'tide-and-salt' ? done(null, { user: 'loom' }) : done(new Error('wrong')),
  onData: (stream, session, done) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope
      received.push({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map((one) => one.address),
        text: Buffer.concat(chunks).toString('utf8'),
      })
      done()
    })
  },
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.server.address() as AddressInfo).port
})
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))
beforeEach(() => {
  received.length = 0
  logged.length = 0
})

function mailOf(url: string | null) {
  const settings = url === null ? {} : { LOOM_SMTP_URL: url, LOOM_MAIL_FROM: 'loom@mail.example' }
  return createMail({ settings: parseEnv(settings).mail, log })
}
const good = () => mailOf(`smtp://loom:tide-and-salt@127.0.0.1:${port}`)
const letter = { to: 'ilse@example.org', subject: 'A new password', text: 'Open https://loom.example/reset#abc\n' }

describe('mail', () => {
  test('a letter arrives as it was written', async () => {
    const mail = good()
    expect(mail.configured).toBe(true)
    await mail.send(letter)
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ from: 'loom@mail.example', to: ['ilse@example.org'] })
    expect(received[0]?.text).toContain('Subject: A new password')
    expect(received[0]?.text).toContain('https://loom.example/reset#abc')
    expect(received[0]?.text).toContain('Auto-Submitted: auto-generated')
    expect(received[0]?.text).toContain('Content-Type: text/plain')
  })

  test('nobody else gets a copy: what is no single address is refused before the server hears of it', async () => {
    const mail = good()
    for (const to of [
      'mara',
      '',
      'a@example.org,b@example.org',
      'a@example.org;b@example.org',
      'a@example.org\r\nBcc: b@example.org',
      '"a" <a@example.org>, b@example.org',
    ]) {
      expect(mail.reaches(to)).toBe(false)
      await expect(mail.send({ ...letter, to })).rejects.toMatchObject({ code: 'invalid-input' })
    }
    await mail.send({ ...letter, subject: 'One\r\nBcc: b@example.org' })
    expect(received.map((one) => one.to)).toEqual([['ilse@example.org']])
    expect(received[0]?.text).not.toMatch(/^Bcc:/m)
  })

  test('a wrong password and an absent server are said, without the password', async () => {
    const wrong = mailOf(`smtp://loom:not-the-password@127.0.0.1:${port}`)
    await expect(wrong.send(letter)).rejects.toMatchObject({ code: 'mail-failed', status: 502 })
    const absent = mailOf(`smtp://loom:tide-and-salt@127.0.0.1:${await freePort()}`)
    const failure = await absent.send(letter).catch((cause: unknown) => cause)
    expect(failure).toMatchObject({ code: 'mail-failed', retryable: true })
    const said = JSON.stringify([logged, failure, (failure as Error).message])
    expect(said).toMatch(/E(SOCKET|CONNECTION)/)
    expect(said).not.toMatch(/not-the-password|tide-and-salt|ilse/)
    expect(received).toEqual([])
  })

  test('without a mail server it says so and how to get one', async () => {
    const mail = mailOf(null)
    expect([mail.configured, mail.reaches('ilse@example.org')]).toEqual([false, false])
    await expect(mail.send(letter)).rejects.toMatchObject({
      code: 'not-configured',
      message: expect.stringContaining('LOOM_SMTP_URL') as string,
    })
  })
})

describe('a forgotten password', () => {
  test('[B7] comes back by mail, once; an unknown name gets the same answer and nobody a mail', async () => {
    const house = await startServer({
      settings: { LOOM_SMTP_URL: `smtp://loom:tide-and-salt@127.0.0.1:${port}`, LOOM_MAIL_FROM: 'loom@mail.example' },
    })
    try {
      const owner = await house.owner()
      expect((await owner.call('GET', '/api/auth/state')).json['mail']).toBe(true)
      const forgot = async (login: string) => {
        const { status, text } = await house.browser().call('POST', '/api/auth/forgot', { login })
        return [status, text]
      }
      const unknown = await forgot('nobody@example.org')
      expect(await forgot(OWNER.login)).toEqual(unknown)
      await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 60_000 })
      expect(received[0]?.to).toEqual([OWNER.login])
      // Long lines are folded on the way, as mail does.
      const text = (received[0]?.text ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
      const [, token] = new RegExp(`${house.origin}/reset#(\\S+)`).exec(text) ?? []
      const reset = { token, password: 'four grey herons' }
      expect((await house.browser().call('POST', '/api/auth/reset', reset)).status).toBe(200)
      expect((await house.browser().call('POST', '/api/auth/reset', reset)).status).toBe(404)
      const signIn = { login: OWNER.login, password: reset.password }
      expect((await house.browser().call('POST', '/api/auth/sign-in', signIn)).status).toBe(200)
      expect(received).toHaveLength(1)
    } finally {
      await house.close()
    }
  })

  test('[B7] without a mail server the answer is the same and no link is made', async () => {
    const house = await startServer()
    try {
      const owner = await house.owner()
      expect((await owner.call('GET', '/api/auth/state')).json['mail']).toBe(false)
      expect((await house.browser().call('POST', '/api/auth/forgot', { login: OWNER.login })).status).toBe(202)
      await house.services.resets.close()
      expect(await house.services.app.passwordReset.count()).toBe(0)
    } finally {
      await house.close()
    }
  })
})
