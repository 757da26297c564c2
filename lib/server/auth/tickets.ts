import { randomBytes } from 'node:crypto'
import type { Principal } from '#lib/accounts/policy.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import { hashToken } from './tokens.ts'

export const TICKET_MS = 30_000
/** Open tickets one person may hold; the oldest falls out. */
const PER_USER = 100

/** What a ticket opens: one document, for one person, once. */
export interface TicketBinding {
  readonly principal: Principal
  readonly storyId: string
  readonly documentId: string
}

export interface Tickets {
  /** A new ticket, good once and for 30 s (D1). */
  readonly issue: (binding: TicketBinding) => string
  /** Takes a ticket back: who may open `documentId`, or null when it is unknown, used, too old or for another document. */
  readonly consume: (ticket: string, documentId: string) => TicketBinding | null
}

/** Tickets live in memory only: a restart makes every client ask for a new one, which it does at each connect anyway. */
export function createTickets(clock: Clock, isLive: (sessionId: string) => boolean): Tickets {
  const open = new Map<string, TicketBinding & { readonly expiresAtMs: number }>()
  function sweep(userId: string) {
    const mine: string[] = []
    for (const [key, ticket] of open) {
      if (ticket.expiresAtMs <= clock()) open.delete(key)
      else if (ticket.principal.userId === userId) mine.push(key)
    }
    for (const key of mine.slice(0, Math.max(0, mine.length - PER_USER + 1))) open.delete(key)
  }
  return {
    issue: (binding) => {
      sweep(binding.principal.userId)
      const ticket = randomBytes(32).toString('base64url')
      open.set(hashToken(ticket), { ...binding, expiresAtMs: clock() + TICKET_MS })
      return ticket
    },
    consume: (ticket, documentId) => {
      const key = hashToken(ticket)
      const found = open.get(key)
      open.delete(key)
      if (!found || found.expiresAtMs <= clock() || found.documentId !== documentId) return null
      return isLive(found.principal.sessionId) ? found : null
    },
  }
}
