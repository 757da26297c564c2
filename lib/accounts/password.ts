// Rules for passwords and sign-in names. AC10-AC13 in SPEC.md (security B5).
import { z } from 'zod'

export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 128

/** Length only; any characters, spaces and paste are welcome. Counted in code points. */
export const password = z
  .string()
  .refine((text) => [...text].length >= PASSWORD_MIN, `A password has at least ${PASSWORD_MIN} characters.`)
  .refine((text) => [...text].length <= PASSWORD_MAX, `A password has at most ${PASSWORD_MAX} characters.`)

/** What is typed at sign-in: a mail address or a nickname, kept in lower case. */
export const login = z
  .string()
  .trim()
  .toLowerCase()
  .min(2, 'A sign-in name has at least 2 characters.')
  .max(120, 'A sign-in name has at most 120 characters.')
  .regex(/^[^\s\p{C}]+$/u, 'A sign-in name has no spaces. Write it as one word.')

/** What is typed to prove who one is: nothing more than its presence and size is judged before it is compared. */
export const typedPassword = z
  .string()
  .min(1, 'Type your password.')
  .max(512, 'That is longer than any password here. Type yours.')
export const typedLogin = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, 'Type your sign-in name.')
  .max(120, 'That is longer than any sign-in name here. Type yours.')

/** How others see a person. */
export const personName = z
  .string()
  .trim()
  .min(1, 'Type a name that others will see.')
  .max(80, 'A name has at most 80 characters.')
  .regex(/^[^\p{C}]+$/u, 'A name has no control characters. Type it instead of pasting it.')

/**
 * Says why a new password is too easy to guess, or null when it is fine. `common` holds lower-case known passwords;
 * trailing digits and punctuation do not make one of them better.
 */
export function weakness(
  candidate: string,
  about: { readonly login: string; readonly name: string },
  common: ReadonlySet<string>,
): string | null {
  const plain = candidate.toLowerCase()
  const stem = plain.replace(/[\d\p{P}\p{S}]+$/u, '')
  if (
    common.has(plain) ||
    (stem.length > 0 && stem.length < plain.length && common.has(stem) && stem.length + 4 >= plain.length)
  ) {
    return 'This password is on every list of common passwords. Choose another one.'
  }
  if (new Set(plain).size < 4) return 'This password repeats too few characters. Choose another one.'
  for (const own of [about.login, about.login.split('@')[0] ?? '', about.name]) {
    if (own.length >= 3 && stem === own.toLowerCase())
      return 'A password must not be your own name. Choose another one.'
  }
  return null
}
