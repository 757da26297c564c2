import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { weakness } from '#lib/accounts/password.ts'
import { InvalidInputError } from '#lib/kernel/errors.ts'
import { commonPasswords } from './common-passwords.ts'

/** 19 MiB, two passes, one lane (B5); the variant is the library's default, argon2id. */
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What is stored for somebody who only signs in elsewhere: no hash, so no password fits. */
export const NO_PASSWORD = ''

export interface Passwords {
  readonly hash: (password: string) => Promise<string>
  /** False for a wrong password; with `stored` null or NO_PASSWORD it spends the same time on a stand-in, so such accounts do not answer faster (B7). */
  readonly matches: (stored: string | null, password: string) => Promise<boolean>
  /** True when a stored hash was made with other settings than today's. */
  readonly isOutdated: (stored: string) => boolean
  /** Throws InvalidInputError for a new password that is too easy to guess; `field` is where the request holds it. */
  readonly refuseWeak: (
    password: string,
    about: { readonly login: string; readonly name: string },
    field?: 'password' | 'next',
  ) => Promise<void>
}

/** Hashing with at most as many hashes at once as there are processors; the rest waits its turn. */
export async function createPasswords(lanes = availableParallelism()): Promise<Passwords> {
  let running = 0
  const waiting: (() => void)[] = []
  async function inLane<T>(work: () => Promise<T>): Promise<T> {
    if (running >= lanes) await new Promise<void>((resume) => waiting.push(resume))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
  const standIn = await hash('nobody has this password', SETTINGS)
  return {
    hash: (password) => inLane(() => hash(password, SETTINGS)),
    matches: (stored, password) => {
      const known = stored === null || stored === NO_PASSWORD ? null : stored
      return inLane(async () => (await verify(known ?? standIn, password)) && known !== null)
    },
    isOutdated: (stored) => !stored.startsWith('$argon2id$v=19$m=19456,t=2,p=1$'),
    refuseWeak: async (password, about, field = 'password') => {
      const reason = weakness(password, about, await commonPasswords())
      if (reason) throw new InvalidInputError(reason, { issues: [{ path: [field], message: reason }] })
    },
  }
}
