import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Clock } from '#lib/kernel/ports.ts'
import type { SignInProvider } from '../env.ts'
import type { Outbound } from '../outbound/outbound.ts'

/** What the provider publishes about itself is read again this often. */
const METADATA_MS = 3_600_000

/** What must come back with the code; it travels in the browser's own cookie. */
export interface Challenge {
  readonly state: string
  readonly nonce: string
  /** Of PKCE: only whoever began can use the code. */
  readonly verifier: string
}

/** Who somebody is at the provider. */
export interface Foreigner {
  readonly subject: string
  /** What the provider tells of them, for a new account. Null where it tells nothing. */
  readonly profile: () => Promise<{ readonly name: string | null; readonly login: string | null }>
}

/** One OpenID Connect provider: the authorization code flow with PKCE, state and nonce. */
export interface OidcClient {
  /** Where to send the browser. Rejects when the provider cannot be asked about itself. */
  readonly begin: () => Promise<{ readonly address: string; readonly challenge: Challenge }>
  /**
   * Redeems the code of a callback address. The ID token's signature, issuer, audience, times and nonce are checked by the
   * library. Rejects with what was wrong; a person who said no rejects with `saidNo`.
   */
  readonly finish: (callback: URL, challenge: Challenge) => Promise<Foreigner>
}

interface Parts {
  readonly provider: SignInProvider
  /** Registered with the provider: our own callback. */
  readonly redirectUri: string
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly clock: Clock
}

/** Builds the client of one provider; nothing is asked before the first sign-in. */
export function createOidcClient({ provider, redirectUri, outbound, clock }: Parts): OidcClient {
  let known: { readonly at: number; readonly configuration: Promise<Configuration> } | null = null

  function discover(): Promise<Configuration> {
    const issuer = new URL(provider.issuer)
    const { clientId, clientSecret } = provider
    return discovery(issuer, clientId, undefined, clientSecret === null ? None() : ClientSecretBasic(clientSecret), {
      [customFetch]: (address, { body = null, signal = null, ...rest }) =>
        // A stream is never sent here; the checked fetch takes the rest as it is.
        outbound.fetch(address, { ...rest, body: body as BodyInit | null, signal }),
      // Plain HTTP is left to issuers on this machine by the settings.
      execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
    })
  }

  function configuration(): Promise<Configuration> {
    if (known && clock() < known.at + METADATA_MS) return known.configuration
    const asked = discover()
    known = { at: clock(), configuration: asked }
    asked.catch(() => {
      known = null
    })
    return asked
  }

  return {
    begin: async () => {
      const challenge = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
      const address = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: challenge.state,
        nonce: challenge.nonce,
        code_challenge: await calculatePKCECodeChallenge(challenge.verifier),
        code_challenge_method: 'S256',
      })
      return { address: address.href, challenge }
    },
    finish: async (callback, { state, nonce, verifier }) => {
      const config = await configuration()
      const tokens = await authorizationCodeGrant(config, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const subject = tokens.claims()?.sub ?? ''
      if (subject === '' || subject.length > 255) throw new RangeError('The provider names nobody.')
      return {
        subject,
        profile: async () => {
          const told = await fetchUserInfo(config, tokens.access_token, subject)
          return { name: told.name ?? null, login: told.preferred_username ?? told.email ?? null }
        },
      }
    },
  }
}

/** Whether a callback failed because the person, or the provider for them, said no. */
export function saidNo(cause: unknown): boolean {
  return cause instanceof AuthorizationResponseError && cause.error === 'access_denied'
}
