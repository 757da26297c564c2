import type { Env } from '../env.ts'
import { ABSOLUTE_MS, ACCESS_MS } from '#lib/accounts/refresh.ts'

export interface CookieNames {
  readonly access: string
  readonly refresh: string
  /** Both Set-Cookie values of a session. */
  readonly set: (tokens: { readonly access: string; readonly refresh: string }) => readonly string[]
  /** Both Set-Cookie values that forget a session. */
  readonly clear: () => readonly string[]
}

/**
 * Names and attributes of the session cookies (B1): `__Host-` and Secure on HTTPS; on plain HTTP the port stands in the
 * name, because cookies ignore ports and two installations on one machine would overwrite each other.
 */
export function cookieNames(env: Pick<Env, 'publicUrl' | 'port'>): CookieNames {
  const secure = env.publicUrl.startsWith('https:')
  const access = secure ? '__Host-loom_access' : `loom_access_${env.port}`
  const refresh = secure ? '__Host-loom_refresh' : `loom_refresh_${env.port}`
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  return {
    access,
    refresh,
    set: (tokens) => [
      `${access}=${tokens.access}; ${attributes}; Max-Age=${ACCESS_MS / 1000}`,
      `${refresh}=${tokens.refresh}; ${attributes}; Max-Age=${ABSOLUTE_MS / 1000}`,
    ],
    clear: () => [`${access}=; ${attributes}; Max-Age=0`, `${refresh}=; ${attributes}; Max-Age=0`],
  }
}

/** One cookie's value out of a Cookie header, or null. The first one wins, as browsers send the most specific first. */
export function readCookie(header: string | null, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}
