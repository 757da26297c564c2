import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '#lib/kernel/ports.ts'
import { ACCESS_MS } from '#lib/accounts/refresh.ts'

/** Names of the keys in the data folder. */
export const ACCESS_SECRET = 'access.key'
export const REFRESH_SECRET = 'refresh.key'

const ISSUER = 'the-loom'
const AUDIENCE = 'the-loom/web'
const TYPE = 'loom-access+jwt'
/** Nothing longer is even looked at (B3). */
const MAX_LENGTH = 2_048
/** Tokens whose signature is known to be good: one per open window or so. */
const MOST_KNOWN = 5_000

const accessClaims = z.object({
  sub: z.string(),
  sid: z.string(),
  ep: z.number().int(),
  iat: z.number(),
  exp: z.number(),
})

export interface AccessClaims {
  readonly userId: string
  readonly sessionId: string
  readonly epoch: number
}

export interface RefreshClaims {
  readonly sessionId: string
  readonly generation: number
}

export interface Tokens {
  readonly signAccess: (claims: AccessClaims) => Promise<string>
  /** The claims of a good access token, or null for anything else. Never throws. */
  readonly readAccess: (token: string) => Promise<AccessClaims | null>
  /** The refresh token of one generation of a session; the same every time, so a repeated answer is identical. */
  readonly refreshToken: (claims: RefreshClaims) => string
  /** The claims of an authentic refresh token (of whatever age), or null. Never throws. */
  readonly readRefresh: (token: string) => RefreshClaims | null
}

/** Signs and reads both kinds of token. `accessKey` and `refreshKey` are 32 random bytes each. */
export function createTokens(accessKey: Buffer, refreshKey: Buffer, clock: Clock): Tokens {
  function refreshMac(body: string): string {
    return createHmac('sha256', refreshKey).update(`refresh:${body}`).digest('base64url')
  }
  // A browser sends the same token for ten minutes. What its signature says does not change; its age is asked every time,
  // and whether its session still lives is asked elsewhere.
  const known = new Map<string, { readonly claims: AccessClaims; readonly untilMs: number }>()

  return {
    signAccess: ({ userId, sessionId, epoch }) => {
      const now = Math.floor(clock() / 1000)
      return new SignJWT({ sid: sessionId, ep: epoch })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(now)
        .setExpirationTime(now + ACCESS_MS / 1000)
        .sign(accessKey)
    },
    readAccess: async (token) => {
      if (token.length > MAX_LENGTH) return null
      const seen = known.get(token)
      if (seen && clock() < seen.untilMs) return seen.claims
      known.delete(token)
      try {
        const { payload } = await jwtVerify(token, accessKey, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          currentDate: new Date(clock()),
          clockTolerance: 0,
          maxTokenAge: ACCESS_MS / 1000,
          requiredClaims: ['sub', 'sid', 'ep', 'iat', 'exp'],
        })
        const { sub, sid, ep, iat, exp } = accessClaims.parse(payload)
        const claims = { userId: sub, sessionId: sid, epoch: ep }
        if (known.size >= MOST_KNOWN) known.clear()
        known.set(token, { claims, untilMs: Math.min(exp * 1000, iat * 1000 + ACCESS_MS) })
        return claims
      } catch {
        // Every way a token can be wrong has the same answer: nobody.
        return null
      }
    },
    refreshToken: ({ sessionId, generation }) => {
      const body = `${sessionId}.${generation}`
      return `${body}.${refreshMac(body)}`
    },
    readRefresh: (token) => {
      const match = token.length <= 256 ? /^([A-Za-z0-9_-]{1,64})\.(\d{1,9})\.([A-Za-z0-9_-]{43})$/.exec(token) : null
      const [, sessionId, generation, mac] = match ?? []
      if (sessionId === undefined || generation === undefined || mac === undefined) return null
      if (!sameBytes(mac, refreshMac(`${sessionId}.${generation}`))) return null
      return { sessionId, generation: Number(generation) }
    },
  }
}

/** Lower-case hex SHA-256, for tokens that are stored only as their hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Compares two texts in a time that does not tell where they differ. */
export function sameBytes(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
