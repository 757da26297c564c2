import type { CommandEnvelope, EventEnvelope, Outcome, Refusal } from '#lib/kernel/envelope.ts'
import type { CommandId, NewId, StoryId } from '#lib/kernel/ids.ts'
import type { Result } from '#lib/kernel/result.ts'
import type { StoryCommand, StoryCommandInput, StreamSnapshot, StreamState } from '#lib/stream/stream.ts'

// What the sync of a story is to its surroundings, and what it needs from them.

/** The way to the server. */
export interface StoryTransport {
  /** Sends one command; rejects when the answer did not come. */
  readonly send: (envelope: CommandEnvelope) => Promise<Outcome>
  /** Events after a version, oldest first, at most one page; `head` is the newest version there is. */
  readonly eventsAfter: (after: number) => Promise<{ readonly events: readonly EventEnvelope[]; readonly head: number }>
  readonly snapshot: () => Promise<StreamSnapshot>
}

/** Where unsent commands wait. A command is kept here before it is sent and leaves after its outcome. */
export interface Outbox {
  /**
   * Stores the command under the next number of this client and returns it; a row it stands for leaves with that.
   * A command that cannot be stored gets its number all the same.
   */
  readonly add: (
    make: (clientId: CommandEnvelope['clientId'], seq: number) => CommandEnvelope,
    instead?: CommandEnvelope,
  ) => Promise<CommandEnvelope>
  /** Stores other words for a command that waits under this id, and returns it as it then stands. */
  readonly replace: (commandId: CommandId, command: StoryCommand) => Promise<CommandEnvelope | undefined>
  readonly remove: (envelope: CommandEnvelope) => Promise<void>
  /** Commands of this story that still wait, in order. */
  readonly waiting: () => Promise<readonly CommandEnvelope[]>
  /** Gives the waiting commands new numbers under a new client id, after the server lost track of the old one. */
  readonly renumber: () => Promise<readonly CommandEnvelope[]>
  /** Keeps a refused command until its author has read why. */
  readonly refuse: (refused: RefusedCommand) => Promise<void>
  /** Refused commands of this person in this story that nobody has dismissed. */
  readonly refused: () => Promise<readonly RefusedCommand[]>
  readonly dismiss: (id: CommandId) => Promise<void>
  /** Commands of this story that closed tabs of this person left behind, in the order of each tab. */
  readonly orphans: () => Promise<readonly CommandEnvelope[]>
}

/** A command of this person that did not come to pass, kept until they have read why. */
export interface RefusedCommand {
  readonly id: CommandId
  readonly command: StoryCommand
  readonly refusal: Refusal
}

export interface SyncSnapshot {
  readonly shown: StreamState
  /** Commands without a durable answer, those of closed tabs among them. */
  readonly pending: number
  readonly refusals: readonly RefusedCommand[]
  /** Undo said what it left alone; the newest such answer. */
  readonly skipped: Extract<Outcome, { status: 'committed' | 'no-effect' }>['skipped'] | null
  readonly ready: boolean
}

export interface StorySync {
  readonly current: () => SyncSnapshot
  readonly subscribe: (listener: () => void) => () => void
  /** Loads the story and what waits in the outbox. */
  readonly start: () => Promise<void>
  /** Decides at once, shows the result, and sends. A refusal here changes nothing. */
  readonly send: (command: StoryCommandInput, expect?: { version: number }) => Result<{ commandId: CommandId }, Refusal>
  /** Live events from the socket, in any order, with holes and repeats. */
  readonly receive: (events: readonly EventEnvelope[]) => void
  /** The newest version the server named; a lost last frame is noticed by it. */
  readonly head: (version: number) => void
  /** The connection is there: send what waits. */
  readonly online: () => void
  readonly offline: () => void
  readonly dismissRefusal: (id: CommandId) => void
  readonly stop: () => void
}

export interface SyncOptions {
  readonly storyId: StoryId
  readonly actorId: string
  readonly transport: StoryTransport
  readonly outbox: Outbox
  readonly newId: NewId
  readonly clock: () => number
  /** Runs a callback after ms; returns the canceller. Tests give a virtual one. */
  readonly later: (run: () => void, ms: number) => () => void
  readonly onFailure: (cause: unknown) => void
}
