import { isLoopback, type Env } from '../env.ts'

export interface OriginRules {
  /** True when the Host header names this server (C4). */
  readonly hostAllowed: (host: string | null | undefined) => boolean
  /** True when a request or socket comes from a page of this very server (C3): same origin, not only same site. */
  readonly fromOurPage: (headers: { readonly origin: string | null; readonly secFetchSite: string | null }) => boolean
  readonly originAllowed: (origin: string | null | undefined) => boolean
}

/** Which Host and Origin values are ours: the public origin and, when bound to loopback, its names on this machine. */
export function originRules(env: Pick<Env, 'host' | 'port' | 'publicUrl'>): OriginRules {
  const origins = new Set([env.publicUrl])
  if (isLoopback(env.host)) {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) origins.add(new URL(`http://${name}:${env.port}`).origin)
  }
  const hosts = new Set<string>()
  for (const origin of origins) {
    const url = new URL(origin)
    hosts.add(url.host)
    if (url.port === '') hosts.add(`${url.hostname}:${url.protocol === 'https:' ? 443 : 80}`)
  }
  const originAllowed = (origin: string | null | undefined) => typeof origin === 'string' && origins.has(origin)
  return {
    hostAllowed: (host) => typeof host === 'string' && hosts.has(host.toLowerCase()),
    originAllowed,
    fromOurPage: ({ origin, secFetchSite }) => {
      if (secFetchSite !== null && secFetchSite !== 'same-origin') return false
      if (origin !== null) return originAllowed(origin)
      return secFetchSite === 'same-origin'
    },
  }
}
