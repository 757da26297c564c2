import pino, { type DestinationStream, type Logger } from 'pino'
import type { Env } from './env.ts'

export type Log = Logger

/** Keys whose values never reach the log, at the top and one level down. */
const SECRET_KEYS = [
  'password',
  'token',
  'secret',
  'apiKey',
  'authorization',
  'cookie',
  'set-cookie',
  'ticket',
  'refresh',
]

/** JSON lines, secrets blanked, on standard error where nothing else is said. Standard output stays free for what the person must read. */
export function createLog(env: Pick<Env, 'logLevel'>, destination: DestinationStream = standardError()): Log {
  return pino(
    {
      level: env.logLevel,
      base: null,
      redact: { paths: SECRET_KEYS.flatMap((key) => [bracket(key), `*${bracket(key)}`]), censor: '[hidden]' },
    },
    destination,
  )
}

function standardError(): DestinationStream {
  return pino.destination({ fd: 2, sync: false })
}

function bracket(key: string): string {
  return `["${key}"]`
}
