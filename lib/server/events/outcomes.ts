import { createHash } from 'node:crypto'
import type { Actor, CommandEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import type { EventsDb } from './database.ts'

interface Stored {
  readonly payload_hash: string
  readonly outcome: string
}

/** Where a command stands in its client's sequence. */
export type SequenceCheck =
  | { readonly status: 'next' }
  | { readonly status: 'seen'; readonly outcome: Outcome }
  | { readonly status: 'gap'; readonly expectedSeq: number }
  /** The same (clientId, seq) with other content, or another person's client id. */
  | { readonly status: 'misused' }

/** Stored outcomes by (clientId, seq): what makes a resent command happen once, also after a restart. */
export interface Outcomes {
  readonly check: (envelope: CommandEnvelope, payloadHash: string, actor: Actor) => SequenceCheck
  readonly store: (
    envelope: CommandEnvelope,
    actor: Actor,
    entry: { outcome: Outcome; payloadHash: string; undoOf: string | null; at: number },
  ) => void
  /** Forgets the cached sequence numbers of the clients, after a rollback. */
  readonly forget: (clientIds: Iterable<string>) => void
}

const CACHED_CLIENTS = 10_000

/** Prepares outcome storage over the writer's connection. */
export function createOutcomes(db: EventsDb): Outcomes {
  const select = db.prepare<[string, number], Stored>(
    'SELECT payload_hash, outcome FROM command_outcomes WHERE client_id = ? AND seq = ?',
  )
  const last = db.prepare<[string], { seq: number; actor_id: string }>(
    'SELECT seq, actor_id FROM command_outcomes WHERE client_id = ? ORDER BY seq DESC LIMIT 1',
  )
  const insert = db.prepare(`
    INSERT INTO command_outcomes (client_id, seq, story_id, command_id, actor_id, actor_kind, type, label, payload_hash, outcome, status, undo_of, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const clients = new Map<string, { seq: number; actorId: string }>()

  function client(id: string, actorId: string) {
    let known = clients.get(id)
    if (!known) {
      const row = last.get(id)
      known = row ? { seq: row.seq, actorId: row.actor_id } : { seq: 0, actorId }
      if (clients.size >= CACHED_CLIENTS) clients.clear()
      clients.set(id, known)
    }
    return known
  }

  return {
    check: (envelope, payloadHash, actor) => {
      const known = client(envelope.clientId, actor.id)
      if (known.actorId !== actor.id) return { status: 'misused' }
      if (envelope.seq === known.seq + 1) return { status: 'next' }
      if (envelope.seq > known.seq) return { status: 'gap', expectedSeq: known.seq + 1 }
      const stored = select.get(envelope.clientId, envelope.seq)
      if (!stored || stored.payload_hash !== payloadHash) return { status: 'misused' }
      return { status: 'seen', outcome: JSON.parse(stored.outcome) as Outcome }
    },
    store: (envelope, actor, { outcome, payloadHash, undoOf, at }) => {
      const command = envelope.command as { type: string; label?: unknown }
      insert.run(
        envelope.clientId,
        envelope.seq,
        envelope.storyId,
        envelope.commandId,
        actor.id,
        actor.kind,
        command.type,
        typeof command.label === 'string' ? command.label : '',
        payloadHash,
        JSON.stringify(outcome),
        outcome.status,
        undoOf,
        at,
      )
      const known = client(envelope.clientId, actor.id)
      known.seq = envelope.seq
    },
    forget: (clientIds) => {
      for (const id of clientIds) clients.delete(id)
    },
  }
}

/** SHA-256 of what the command says; two sends with one hash are one command. */
export function payloadHashOf(envelope: CommandEnvelope): string {
  return createHash('sha256')
    .update(JSON.stringify([envelope.storyId, envelope.commandId, envelope.command, envelope.expect ?? null]))
    .digest('base64url')
}
