import type { Sha256 } from '#lib/kernel/ports.ts'

// The audit log: what happened at the doors, in order, each entry carrying the hash of the one before (H5).
// Rules AC40-AC43.

export const AUDIT_ACTIONS = [
  'sign-in',
  'sign-in-failed',
  'sign-out',
  'session-ended',
  'sessions-ended',
  'password-changed',
  'password-reset',
  'reset-link-made',
  'registered',
  'invitation-made',
  'invitation-revoked',
  'invitation-used',
  'role-changed',
  'suspended',
  'restored',
  'member-changed',
  'member-removed',
  'ownership-handed-over',
  'key-made',
  'key-revoked',
  'worker-key-made',
  'worker-key-revoked',
  'identity-linked',
  'identity-unlinked',
  'provider-changed',
  'settings-changed',
  'story-exported',
  'story-imported',
  'story-trashed',
  'story-restored',
  'data-exported',
  'account-deleted',
  'denied',
  'secrets-rotated',
  'owner-recovered',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/** Ids, numbers and roles; never a name, a mail address, a secret or prose. */
export type AuditFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** What a caller says about one thing that happened. */
export interface AuditNote {
  readonly action: AuditAction
  /** A user id, a key id, `command-line` or `nobody`. */
  readonly actor: string
  /** The id of what it was done to. */
  readonly subject?: string
  readonly facts?: AuditFacts
}

/** Who did it, as the log names them: the key where one speaks for a person. */
export function actorOf(principal: { readonly userId: string; readonly key: { readonly id: string } | null }): string {
  return principal.key?.id ?? principal.userId
}

/** One entry as it is stored. */
export interface AuditEntry {
  /** 1, 2, 3 and so on without a gap. */
  readonly seq: number
  /** UTC ms. */
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  /** JSON with sorted keys. */
  readonly facts: string
  readonly previous: string
  readonly hash: string
}

/** The end of the chain so far. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** What the first entry names as its predecessor. */
export const CHAIN_START: ChainHead = { seq: 0, hash: '0'.repeat(64) }

/**
 * What ends access or only reports a refusal: it goes through even when it cannot be written down. Everything else
 * does not happen unrecorded (AC42).
 */
const NEVER_HELD_UP: ReadonlySet<AuditAction> = new Set([
  'sign-out',
  'session-ended',
  'sessions-ended',
  'sign-in-failed',
  'denied',
])

export function mayGoUnrecorded(action: AuditAction): boolean {
  return NEVER_HELD_UP.has(action)
}

const plain = /^[A-Za-z0-9_.:-]{0,120}$/

/** The part of a note that must not be in the log (anything that is no id, number or role), or null (AC43). */
export function unfitPart(note: AuditNote): string | null {
  if (note.actor === '' || !plain.test(note.actor)) return 'actor'
  if (!plain.test(note.subject ?? '')) return 'subject'
  for (const [name, value] of Object.entries(note.facts ?? {})) {
    const texts = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
    if (!plain.test(name) || !texts.every((text) => plain.test(text))) return name
  }
  return null
}

/** Puts a note behind `head` at `at` (UTC ms). */
export function entryAfter(head: ChainHead, note: AuditNote, at: number, sha256: Sha256): AuditEntry {
  const entry = {
    seq: head.seq + 1,
    at,
    actor: note.actor,
    action: note.action,
    subject: note.subject ?? '',
    facts: factsText(note.facts ?? {}),
    previous: head.hash,
  }
  return { ...entry, hash: hashOf(entry, sha256) }
}

/**
 * Follows the chain from `head` over `entries` in their order (AC40). `brokenAt` is the number of the first entry that
 * does not belong where it stands, null when all do; then `head` is the new end.
 */
export function verifyChain(
  head: ChainHead,
  entries: Iterable<AuditEntry>,
  sha256: Sha256,
): { readonly head: ChainHead; readonly brokenAt: number | null } {
  let end = head
  for (const entry of entries) {
    const fits = entry.seq === end.seq + 1 && entry.previous === end.hash && entry.hash === hashOf(entry, sha256)
    if (!fits) return { head: end, brokenAt: end.seq + 1 }
    end = { seq: entry.seq, hash: entry.hash }
  }
  return { head: end, brokenAt: null }
}

function hashOf(
  { seq, at, actor, action, subject, facts, previous }: Omit<AuditEntry, 'hash'>,
  sha256: Sha256,
): string {
  return sha256(previous + JSON.stringify([seq, at, actor, action, subject, facts]))
}

function factsText(facts: AuditFacts): string {
  return JSON.stringify(Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))))
}
