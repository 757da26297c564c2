import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

/** What the provider says of whoever signs in. */
export interface Person {
  readonly sub: string
  readonly name?: string
  readonly email?: string
  readonly preferred_username?: string
}

/** Gives back another ID token than the one the provider made. */
export type Forgery = (claims: JWTPayload, sign: (claims: JWTPayload) => Promise<string>) => string | Promise<string>

export interface OpenIdProvider {
  readonly issuer: string
  /** Takes the app in as a client, by the address of its callback; nobody is served before. */
  readonly register: (redirectUri: string) => void
  /** Who is signed in at the provider; null says no to whoever asks. */
  person: Person | null
  /** Set to have ID tokens forged on their way out. */
  forgery: Forgery | null
  /**
   * What a browser does there: follows the address the app sends it to, until the provider sends it back, and answers the
   * address of the callback.
   */
  readonly visit: (address: string) => Promise<string>
  readonly close: () => Promise<void>
}

export const CLIENT = { id: 'the-loom', secret: 'a-secret-of-the-tests-only' }

/**
 * A real OpenID Connect provider (oidc-provider) on a free port; it asks nobody anything and lets `person` in. With the
 * host `localhost` it is another site for a browser than 127.0.0.1 is.
 */
export async function startOpenIdProvider(host = '127.0.0.1'): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'tests', alg: 'RS256', use: 'sig' } as JWK
  const state: { person: Person | null; forgery: Forgery | null } = { person: null, forgery: null }
  const people = new Map<string, Person>()

  const providerFor = (redirectUri: string) =>
    new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: ['tests'] },
      features: { devInteractions: { enabled: false } },
      claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
      pkce: { required: () => true },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ ...people.get(sub), sub }),
      }),
      loadExistingGrant: async (context) => {
        const { client, session } = context.oidc
        if (!client || !session?.accountId) return undefined
        const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
        grant.addOIDCScope('openid profile email')
        await grant.save()
        return grant
      },
    })

  async function forged(idToken: string, forgery: Forgery): Promise<string> {
    const signing = await importJWK(key, 'RS256')
    return forgery(decodeJwt(idToken), (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'tests' }).sign(signing),
    )
  }

  function register(redirectUri: string): void {
    const provider = providerFor(redirectUri)
    provider.use(async (context, next) => {
      if (context.path.startsWith('/interaction/')) {
        const { person } = state
        if (person) people.set(person.sub, person)
        const result = person ? { login: { accountId: person.sub } } : { error: 'access_denied' }
        await provider.interactionFinished(context.req, context.res, result)
        context.respond = false
        return
      }
      await next()
      const body = context.body as { id_token?: string } | undefined
      if (context.path === '/token' && state.forgery && typeof body?.id_token === 'string')
        context.body = { ...body, id_token: await forged(body.id_token, state.forgery) }
    })
    server.on('request', provider.callback())
  }

  return {
    issuer,
    register,
    get person() {
      return state.person
    },
    set person(person) {
      state.person = person
    },
    get forgery() {
      return state.forgery
    },
    set forgery(forgery) {
      state.forgery = forgery
    },
    visit: async (address) => {
      const cookies = new Map<string, string>()
      let at = address
      for (let hops = 0; hops < 10; hops++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          cookies.set(name, value)
        }
        const location = answer.headers.get('location')
        if (location === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`)
        at = new URL(location, at).href
        if (!at.startsWith(issuer)) return at
      }
      throw new Error('the provider sends the browser round in circles')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
