import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '#lib/kernel/ports.ts'
import type { Env } from '../env.ts'

/** How long a sign-in elsewhere may take. */
export const FLOW_MS = 10 * 60_000
const TYPE = 'loom-oidc+jwt'
/** Browsers keep at most 4 KB. */
const MAX_LENGTH = 4_096

const flow = z.strictObject({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** A path of ours, judged when the flow began. */
  next: z.string(),
  /** The session that wants to link, or null for signing in. */
  linkFor: z.strictObject({ userId: z.string(), sessionId: z.string() }).nullable(),
  /** The invitation whoever has no account yet comes with. */
  invitation: z.string().nullable(),
})

/** A sign-in elsewhere under way, as the browser that began it carries it. */
export type Flow = z.infer<typeof flow>

export interface FlowCookie {
  readonly name: string
  /** The Set-Cookie value that begins a flow. */
  readonly set: (flow: Flow) => Promise<string>
  /** The flow of a cookie value; null when it is not ours, changed or too old. Never throws. */
  readonly read: (value: string | null) => Promise<Flow | null>
  /** The Set-Cookie value that ends it. */
  readonly clear: () => string
}

/**
 * The signed cookie of a flow. SameSite is Lax, because the way back from the provider comes from another site; it opens
 * nothing by itself. `key`: 32 random bytes.
 */
export function flowCookie(env: Pick<Env, 'publicUrl' | 'port'>, key: Buffer, clock: Clock): FlowCookie {
  const secure = env.publicUrl.startsWith('https:')
  const name = secure ? '__Host-loom_oidc' : `loom_oidc_${env.port}`
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    name,
    set: async (claims) => {
      const now = Math.floor(clock() / 1000)
      const value = await new SignJWT({ flow: claims })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setIssuedAt(now)
        .setExpirationTime(now + FLOW_MS / 1000)
        .sign(key)
      return `${name}=${value}; ${attributes}; Max-Age=${FLOW_MS / 1000}`
    },
    read: async (value) => {
      if (value === null || value.length > MAX_LENGTH) return null
      try {
        const { payload } = await jwtVerify(value, key, {
          algorithms: ['HS256'],
          typ: TYPE,
          currentDate: new Date(clock()),
          requiredClaims: ['iat', 'exp'],
        })
        return flow.parse(payload['flow'])
      } catch {
        // Every way it can be wrong has the same answer: no flow.
        return null
      }
    },
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  }
}
