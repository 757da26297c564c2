import type { Database } from 'better-sqlite3'
import type { Principal } from '#lib/accounts/policy.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { ProseDoc } from '#lib/prose/document.ts'

/** The single writer of events.db as prose needs it. */
export interface ProseWriter {
  /** Runs `work` inside the next tick's transaction; resolves after the commit, rejects when it did not commit. */
  readonly transact: <T>(work: (db: Database) => T) => Promise<T>
  /** A handle for reading committed rows. */
  readonly db: Database
}

/** A text worth recording in the story's log. */
export interface Checkpoint {
  readonly storyId: string
  readonly sceneId: string
  readonly hash: string
  readonly words: number
  /** Who wrote since the checkpoint before: user ids and agent ids. */
  readonly actors: readonly string[]
  readonly content: ProseDoc
}

export interface Report {
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void
  readonly error: (facts: Readonly<Record<string, unknown>>, message: string) => void
}

/** What the documents need from outside. */
export interface DocumentPorts {
  readonly writer: ProseWriter
  readonly clock: Clock
  /**
   * Puts `ProseCheckpointed` into the story's log. Resolves with the story's version then, or null when no version is
   * kept. A rejection leaves the checkpoint to be recorded again later.
   */
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<number | null>
  /** The story a scene belongs to, or null when there is no such scene: a scene made without a text gets an empty one. */
  readonly storyOf: (sceneId: string) => string | null
  readonly report: Report
}

/** Who may do what with a story's text right now; asked at connect, at each write and every second. */
export type ProseAccess = 'write' | 'read' | 'none'

/** What the sockets need from outside. */
export interface SocketPorts {
  /** The hue somebody's carets have in a story, until it is let go. */
  readonly holdHue: (storyId: string, principal: Principal) => { readonly hue: number; readonly letGo: () => void }
  /** Takes a ticket once; null when it is unknown, used, older than 30 s or made for another document. */
  readonly consumeTicket: (ticket: string, doc: string) => Principal | null | Promise<Principal | null>
  /** Judged on the live session: a signed-out session is 'none'. */
  readonly access: (principal: Principal, storyId: string, sceneId: string) => ProseAccess | Promise<ProseAccess>
}
