import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { InvalidInputError, LoomError, NotConfiguredError } from '#lib/kernel/errors.ts'
import type { Env } from '../env.ts'
import type { Log } from '../log.ts'

/** Waits in milliseconds; a mail server that is slower counts as down. */
const CONNECT_MS = 10_000
const SILENCE_MS = 20_000

/** A mail in plain text. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Mail through the server of the settings. It carries links and nothing of a story. */
export interface Mail {
  readonly configured: boolean
  /** Whether a sign-in name is an address that mail can be sent to from here. */
  readonly reaches: (login: string) => boolean
  /**
   * Hands a mail to the server. Throws NotConfiguredError without one, InvalidInputError for what is no single address,
   * LoomError 'mail-failed' (502) when the server does not take it.
   */
  readonly send: (letter: Letter) => Promise<void>
}

const address = z.email().max(254)

/** Connects for each mail; the operator named the server, so it may stand on a private network. */
export function createMail({
  settings,
  log,
}: {
  readonly settings: Env['mail']
  readonly log: Pick<Log, 'error'>
}): Mail {
  const transport =
    settings &&
    createTransport({
      url: settings.url,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      // A mail is made of the text given here and of nothing that a file or an address would add.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  const reaches = (login: string) => settings !== null && address.safeParse(login).success

  return {
    configured: settings !== null,
    reaches,
    send: async ({ to, subject, text }) => {
      if (!settings || !transport)
        throw new NotConfiguredError('No mail server is set up here. Whoever runs this server sets LOOM_SMTP_URL.')
      if (!reaches(to)) throw new InvalidInputError('This is no mail address.')
      try {
        await transport.sendMail({
          from: { name: 'The Loom', address: settings.from },
          to: { name: '', address: to },
          subject,
          text,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } catch (cause) {
        // Only the code: the server's own words may hold the address or the password.
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
        log.error({ code }, 'a mail was not taken by the mail server')
        throw new LoomError('mail-failed', 502, true, 'The mail server did not take the mail. Try again later.', {
          code,
        })
      }
    },
  }
}
