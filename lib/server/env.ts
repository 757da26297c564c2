import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { allowEntryProblem, LOOPBACK_ENTRIES } from './outbound/addresses.ts'
import { StartFailure } from './start-failure.ts'

/** One line of the settings table; a contract test holds the README's table to it. */
export interface SettingLine {
  readonly name: string
  readonly fallback: string
  readonly meaning: string
}

const flag = z.enum(['0', '1', 'true', 'false'], 'write 1 or 0').transform((value) => value === '1' || value === 'true')

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'a port is a whole number')
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, 'a port lies between 1 and 65535')

const host = z
  .string()
  .trim()
  .refine(
    (value) => isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value),
    'not an address or host name',
  )

const publicUrl = z
  .string()
  .trim()
  .transform((value, context) => {
    if (value === '') return null
    const url = URL.canParse(value) ? new URL(value) : null
    const fit =
      url !== null &&
      (url.protocol === 'http:' || url.protocol === 'https:') &&
      url.pathname === '/' &&
      url.search === '' &&
      url.hash === '' &&
      url.username === '' &&
      url.password === ''
    if (!fit) {
      context.addIssue({ code: 'custom', message: 'write an origin such as https://loom.example, without a path' })
      return z.NEVER
    }
    return url.origin
  })

const allowList = z
  .string()
  .transform((value) =>
    value
      .toLowerCase()
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .superRefine((entries, context) => {
    for (const entry of entries) {
      const problem = allowEntryProblem(entry)
      if (problem) context.addIssue({ code: 'custom', message: `one entry is ${problem}` })
    }
  })

const wholeMb = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'write a whole number of megabytes')
  .transform((value) => Number(value) * 1024 * 1024)

const proxyList = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .refine((entries) => entries.every(isAddressOrRange), 'write addresses or ranges such as 10.0.0.0/8')

const redisUrl = z
  .string()
  .trim()
  .transform((value) => (value === '' ? null : value))
  .refine(
    (value) => value === null || (URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol)),
    'write an address such as redis://127.0.0.1:6379',
  )

/** An empty setting is none. */
const words = z
  .string()
  .trim()
  .max(500, 'this is too long')
  .transform((value) => (value === '' ? null : value))

/** A secret somebody made; what stands in examples is refused (S2). */
const secret = words.refine(
  (value) => value === null || !/^(<.*>|change-?me|secret|password|example|your[-_ ].*|x+)$/i.test(value),
  'this is the value of an example; write your own',
)

const issuer = words.refine((value) => {
  const url = value === null ? null : URL.parse(value)
  if (value === null) return true
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  return safe && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
}, 'write an https address such as https://sign-in.example')

const smtpUrl = words.refine((value) => {
  const url = value === null ? null : URL.parse(value)
  return value === null || (url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '')
}, 'write an address such as smtps://name:password@mail.example')

const mailAddress = words.refine(
  (value) => value === null || z.email().safeParse(value).success,
  'write a mail address such as loom@mail.example',
)

/** Every setting: its name, default, schema and meaning. Add a line here and it is parsed, named when wrong, and documented. */
const SETTINGS = {
  LOOM_PORT: { fallback: '3000', schema: port, meaning: 'Port the server listens on.' },
  LOOM_HOST: {
    fallback: '127.0.0.1',
    schema: host,
    meaning: 'Address the server binds to. Another one than loopback also needs LOOM_PUBLIC_URL.',
  },
  LOOM_DATA_DIR: {
    fallback: '.loom',
    schema: z
      .string()
      .trim()
      .min(1, 'a folder name is needed')
      .transform((value) => resolve(value)),
    meaning: 'Folder of the databases, images and keys; a relative one lies in the project.',
  },
  LOOM_PUBLIC_URL: {
    fallback: '',
    schema: publicUrl,
    meaning: 'Origin people type into the browser, e.g. https://loom.example.',
  },
  LOOM_ALLOW_PLAIN_HTTP: {
    fallback: '0',
    schema: flag,
    meaning: 'Set to 1 to serve plain HTTP beyond this machine. Sign-ins then cross the network unprotected.',
  },
  LOOM_OUTBOUND_ALLOW: {
    fallback: '',
    schema: allowList,
    meaning:
      'Private addresses, ranges (10.0.0.0/8) or names the app may connect to, parted by commas. This machine is, while only it uses the app.',
  },
  LOOM_TRUSTED_PROXIES: {
    fallback: '',
    schema: proxyList,
    meaning:
      'Addresses or ranges of your own reverse proxies, parted by commas. Only their X-Forwarded-For is believed.',
  },
  LOOM_QUOTA_MB: {
    fallback: '5120',
    schema: wholeMb,
    meaning: "How many megabytes the pictures of one person's stories may take.",
  },
  LOOM_REDIS_URL: {
    fallback: '',
    schema: redisUrl,
    meaning:
      'Redis in which several processes share their request limits, e.g. redis://127.0.0.1:6379. Counted in this process without it.',
  },
  LOOM_OIDC_ISSUER: {
    fallback: '',
    schema: issuer,
    meaning:
      'OpenID Connect provider people may sign in with, e.g. https://sign-in.example. Needs LOOM_OIDC_CLIENT_ID.',
  },
  LOOM_OIDC_CLIENT_ID: {
    fallback: '',
    schema: words,
    meaning: 'The name this installation is registered under at that provider.',
  },
  LOOM_OIDC_CLIENT_SECRET: {
    fallback: '',
    schema: secret,
    meaning: 'The secret the provider gave with it. A public client has none.',
  },
  LOOM_OIDC_NAME: {
    fallback: 'OpenID',
    schema: words,
    meaning: 'What the button on the sign-in page calls that provider.',
  },
  LOOM_GOOGLE_CLIENT_ID: {
    fallback: '',
    schema: words,
    meaning: 'Client id of a Google project, for signing in with Google. Needs LOOM_GOOGLE_CLIENT_SECRET.',
  },
  LOOM_GOOGLE_CLIENT_SECRET: {
    fallback: '',
    schema: secret,
    meaning: 'The secret that belongs to the Google client id.',
  },
  LOOM_SMTP_URL: {
    fallback: '',
    schema: smtpUrl,
    meaning:
      'Mail server for password reset links, e.g. smtps://name:password@mail.example. Without it an admin hands the links over.',
  },
  LOOM_MAIL_FROM: {
    fallback: '',
    schema: mailAddress,
    meaning: 'Sender of those mails. Needed with LOOM_SMTP_URL.',
  },
  LOOM_LOG: {
    fallback: 'warn',
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug'], 'one of silent, error, warn, info, debug'),
    meaning: 'How much is logged: silent, error, warn, info or debug.',
  },
} as const

/** Settings of the panel worker and of the tests, which may share an environment with the program. */
const OTHERS = /^LOOM_(WORKER_.+|URL|FUZZ_.+)$/

/** The settings as documented. */
export const settingLines: readonly SettingLine[] = Object.entries(SETTINGS).map(([name, { fallback, meaning }]) => ({
  name,
  fallback,
  meaning,
}))

/** A provider of OpenID Connect that people may sign in with. */
export interface SignInProvider {
  readonly id: 'openid' | 'google'
  /** As the sign-in page calls it. */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client. Never logged. */
  readonly clientSecret: string | null
}

export interface Env {
  readonly port: number
  readonly host: string
  /** Absolute path of the data folder. */
  readonly dataDir: string
  /** Origin people use, without a trailing slash. */
  readonly publicUrl: string
  /** True where the public address is not loopback and not TLS; the shell then keeps a banner (S1). */
  readonly plainHttpWarning: boolean
  /** Private addresses, ranges and names this server may connect to (F6). */
  readonly outboundAllow: readonly string[]
  /** Reverse proxies whose X-Forwarded-For is believed (B6). */
  readonly trustedProxies: readonly string[]
  /** What the pictures of one person's stories may take (F1). */
  readonly quotaBytes: number
  /** Where request limits are shared, or null for this process alone. May hold a password: never logged. */
  readonly redisUrl: string | null
  readonly signInProviders: readonly SignInProvider[]
  /** The mail server and the sender, or null. The address may hold a password: never logged. */
  readonly mail: { readonly url: string; readonly from: string } | null
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

/** True for addresses that only this machine reaches. */
export function isLoopback(hostName: string): boolean {
  const bare = hostName.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}

/**
 * Parses the settings once (S1). Throws StartFailure 'wrong-setting' naming the setting and the reason;
 * values of settings are not repeated, they may hold secrets.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  function read<K extends keyof typeof SETTINGS>(name: K): z.output<(typeof SETTINGS)[K]['schema']> {
    const { schema, fallback } = SETTINGS[name]
    const answer = schema.safeParse(source[name] ?? fallback)
    if (!answer.success) throw wrongSetting(name, answer.error.issues[0]?.message ?? 'not understood')
    // The union of all schemas loses which one `name` picked; the lookup above is by the same key.
    return answer.data as z.output<(typeof SETTINGS)[K]['schema']>
  }

  for (const name of Object.keys(source)) {
    if (name.startsWith('LOOM_') && !(name in SETTINGS) && !OTHERS.test(name))
      throw wrongSetting(name, 'there is no such setting')
  }

  /** All of `names` or none: a half-written group would look switched on and do nothing. */
  function together<K extends keyof typeof SETTINGS>(...names: readonly K[]): boolean {
    const lacking = names.filter((name) => read(name) === null)
    const [first] = lacking
    if (first !== undefined && lacking.length < names.length) {
      const given = names.filter((name) => !lacking.includes(name))
      throw wrongSetting(first, `is needed because ${given.join(' and ')} is set`)
    }
    return lacking.length === 0
  }

  function readProviders(): SignInProvider[] {
    const found: SignInProvider[] = []
    const clientSecret = read('LOOM_OIDC_CLIENT_SECRET')
    if (together('LOOM_OIDC_ISSUER', 'LOOM_OIDC_CLIENT_ID')) {
      found.push({
        id: 'openid',
        name: read('LOOM_OIDC_NAME') ?? 'OpenID',
        issuer: read('LOOM_OIDC_ISSUER') ?? '',
        clientId: read('LOOM_OIDC_CLIENT_ID') ?? '',
        clientSecret,
      })
    } else if (clientSecret !== null) {
      throw wrongSetting('LOOM_OIDC_ISSUER', 'is needed because LOOM_OIDC_CLIENT_SECRET is set')
    }
    if (together('LOOM_GOOGLE_CLIENT_ID', 'LOOM_GOOGLE_CLIENT_SECRET')) {
      found.push({
        id: 'google',
        name: 'Google',
        issuer: 'https://accounts.google.com',
        clientId: read('LOOM_GOOGLE_CLIENT_ID') ?? '',
        clientSecret: read('LOOM_GOOGLE_CLIENT_SECRET'),
      })
    }
    return found
  }

  const hostName = read('LOOM_HOST')
  const portNumber = read('LOOM_PORT')
  const givenUrl = read('LOOM_PUBLIC_URL')
  const plainHttpAllowed = read('LOOM_ALLOW_PLAIN_HTTP')
  const loopback = isLoopback(hostName)
  if (!loopback && givenUrl === null) {
    throw wrongSetting(
      'LOOM_PUBLIC_URL',
      `is needed because LOOM_HOST is not loopback: write the address people will use`,
    )
  }
  const bracketed = isIP(hostName) === 6 ? `[${hostName}]` : hostName
  const origin = new URL(givenUrl ?? `http://${bracketed}:${portNumber}`)
  const plain = origin.protocol === 'http:' && !(loopback && isLoopback(origin.hostname))
  if (plain && !plainHttpAllowed) {
    throw wrongSetting(
      'LOOM_PUBLIC_URL',
      'is plain HTTP beyond this machine: use https behind a TLS proxy, or accept the risk with LOOM_ALLOW_PLAIN_HTTP=1',
    )
  }
  return {
    port: portNumber,
    host: hostName,
    dataDir: read('LOOM_DATA_DIR'),
    publicUrl: origin.origin,
    plainHttpWarning: plain,
    // Where only this machine uses the app, what listens on this machine is the user's own: a local model, say.
    outboundAllow: [
      ...(loopback && isLoopback(origin.hostname) ? LOOPBACK_ENTRIES : []),
      ...read('LOOM_OUTBOUND_ALLOW'),
    ],
    trustedProxies: read('LOOM_TRUSTED_PROXIES'),
    quotaBytes: read('LOOM_QUOTA_MB'),
    redisUrl: read('LOOM_REDIS_URL'),
    signInProviders: readProviders(),
    mail: together('LOOM_SMTP_URL', 'LOOM_MAIL_FROM')
      ? { url: read('LOOM_SMTP_URL') ?? '', from: read('LOOM_MAIL_FROM') ?? '' }
      : null,
    logLevel: read('LOOM_LOG'),
  }
}

function isAddressOrRange(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}

function wrongSetting(name: string, reason: string): StartFailure {
  return new StartFailure('wrong-setting', `${name}: ${reason}.`)
}
