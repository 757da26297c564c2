import type { Actor, CommandEnvelope, EventEnvelope, Outcome, Refusal, Skipped } from '#lib/kernel/envelope.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import { decideAndFold, storyCommand, SYSTEM_COMMANDS, touchedBy } from '#lib/stream/stream.ts'
import type { PastEvent, StoryCommand, StreamState } from '#lib/stream/stream.ts'
import type { Log } from '../log.ts'
import { createRecordProjection } from '../projections/records.ts'
import type { RecordProjection } from '../projections/records.ts'
import type { EventsDb } from './database.ts'
import { createEventLog } from './log.ts'
import type { EventLog } from './log.ts'
import { createOutcomes, payloadHashOf } from './outcomes.ts'
import type { Outcomes } from './outcomes.ts'
import { createUndoStacks, FIRST_VERSION } from './undo-stacks.ts'
import type { UndoStacks } from './undo-stacks.ts'

/**
 * The single writer of events.db (architecture.md 2, collab.md 1). Everything that arrives in one event-loop tick
 * goes into one `BEGIN IMMEDIATE` transaction: decide, append, project, store the outcome; then the acks and one
 * notification per story. Nothing is acknowledged that did not commit. There is no `await` inside a transaction.
 */
export interface EventWriter {
  /** Decides and stores a command. Resolves after its transaction committed; never rejects for a refusal. */
  readonly submit: (envelope: CommandEnvelope, actor: Actor) => Promise<Outcome>
  /** Runs other writes of events.db (prose rows) in the next tick's transaction; resolves after the commit. */
  readonly transact: <T>(work: (db: EventsDb) => T) => Promise<T>
  /** Present state, or null for an unknown story. Do not change it. */
  readonly state: (storyId: string) => StreamState | null
  readonly canUndo: (storyId: string, actorId: string) => { readonly undo: boolean; readonly redo: boolean }
  /** Called after each commit, once per story that changed, in order. Returns the unsubscriber. */
  readonly onCommitted: (listener: (storyId: string, events: readonly EventEnvelope[]) => void) => () => void
  readonly log: EventLog
  readonly projection: RecordProjection
  readonly db: EventsDb
  /** Commits what is queued and refuses what comes after. */
  readonly close: () => Promise<void>
}

interface WriterOptions {
  readonly db: EventsDb
  readonly clock: Clock
  readonly logger: Pick<Log, 'error' | 'warn'>
  /** Writes a new scene's first prose row inside the command's transaction. */
  readonly seedProse?: (
    db: EventsDb,
    seed: { storyId: string; sceneId: string; doc: unknown; actorId: string; at: number },
  ) => void
}

interface CommandItem {
  readonly kind: 'command'
  readonly envelope: CommandEnvelope
  readonly actor: Actor
  readonly bytes: number
  readonly resolve: (outcome: Outcome) => void
}
interface WorkItem {
  readonly kind: 'work'
  readonly work: (db: EventsDb) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (cause: unknown) => void
}
type Item = CommandItem | WorkItem

/** What one transaction did so far; thrown away whole on rollback. */
interface Tick {
  readonly touched: Map<string, Map<string, Set<string>>>
  readonly events: Map<string, EventEnvelope[]>
  readonly clients: Set<string>
  readonly answers: (() => void)[]
}

const TICK_COMMANDS = 500
const TICK_BYTES = 256 * 1024
const SNAPSHOT_EVERY = 500
const SNAPSHOT_DELAY_MS = 1000
const CACHED_STORIES = 100
const RETRY_AFTER_MS = 1000

/** Builds the writer over an open events.db. One per data folder. */
export function createEventWriter(options: WriterOptions): EventWriter {
  const { db, clock, logger } = options
  const log = createEventLog(db)
  const projection = createRecordProjection(db)
  const outcomes: Outcomes = createOutcomes(db)
  const stacks: UndoStacks = createUndoStacks(db)
  const states = new Map<string, StreamState>()
  const snapshotAt = new Map<string, number>()
  const snapshotTimers = new Map<string, NodeJS.Timeout>()
  const listeners = new Set<(storyId: string, events: readonly EventEnvelope[]) => void>()
  const sceneElsewhere = db.prepare<[string, string, string, string]>(
    'SELECT 1 FROM scenes WHERE id = ? AND story_id <> ? UNION ALL SELECT 1 FROM prose_docs WHERE scene_id = ? AND story_id <> ?',
  )
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  let queue: Item[] = []
  let scheduled = false
  let closed = false

  function stateOf(storyId: string): StreamState {
    let state = states.get(storyId)
    if (!state) {
      state = log.load(storyId)
      // From the snapshot, not from now: a story edited a little between restarts would never get one.
      snapshotAt.set(storyId, log.snapshotVersion(storyId))
      if (states.size >= CACHED_STORIES) {
        const oldest = states.keys().next().value
        if (oldest !== undefined) states.delete(oldest)
      }
      states.set(storyId, state)
    }
    return state
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  function flush(): void {
    scheduled = false
    const items = takeTick()
    if (items.length === 0) return
    try {
      runTick(items)
    } catch (cause) {
      // One culprit must not take its neighbours down: again, one by one, each in its own transaction.
      if (items.length === 1) answerFailure(items[0], cause)
      else for (const item of items) runAlone(item)
    }
    if (queue.length > 0) schedule()
  }

  function takeTick(): Item[] {
    let bytes = 0
    let count = 0
    for (const item of queue) {
      if (count > 0 && (count >= TICK_COMMANDS || bytes > TICK_BYTES)) break
      bytes += item.kind === 'command' ? item.bytes : 0
      count++
    }
    const items = queue.slice(0, count)
    queue = queue.slice(count)
    return items
  }

  function runAlone(item: Item): void {
    try {
      runTick([item])
    } catch (cause) {
      answerFailure(item, cause)
    }
  }

  function runTick(items: readonly Item[]): void {
    const tick: Tick = { touched: new Map(), events: new Map(), clients: new Set(), answers: [] }
    begin.run()
    try {
      for (const item of items) {
        if (item.kind === 'command') runCommand(tick, item)
        else {
          const value = item.work(db)
          tick.answers.push(() => item.resolve(value))
        }
      }
      for (const [storyId, touched] of tick.touched) projection.write(storyId, stateOf(storyId), touched)
      commit.run()
    } catch (cause) {
      if (db.inTransaction) rollback.run()
      // The in-memory state moves forward only with the commit.
      for (const storyId of tick.touched.keys()) {
        states.delete(storyId)
        stacks.drop(storyId)
      }
      outcomes.forget(tick.clients)
      throw cause
    }
    for (const answer of tick.answers) answer()
    for (const [storyId, events] of tick.events) {
      for (const listener of listeners) notify(listener, storyId, events)
      considerSnapshot(storyId)
    }
  }

  function notify(
    listener: (storyId: string, events: readonly EventEnvelope[]) => void,
    storyId: string,
    events: EventEnvelope[],
  ): void {
    try {
      listener(storyId, events)
    } catch (cause) {
      logger.error({ err: cause, storyId }, 'a listener of committed events failed')
    }
  }

  function answerFailure(item: Item | undefined, cause: unknown): void {
    if (!item) return
    const code = (cause as { code?: unknown }).code
    logger.error({ err: cause, code }, 'a write to events.db failed')
    if (item.kind === 'work') item.reject(cause)
    else
      item.resolve({
        status: 'unavailable',
        reason: typeof code === 'string' ? code : 'internal',
        retryAfterMs: RETRY_AFTER_MS,
      })
  }

  function runCommand(tick: Tick, item: CommandItem): void {
    const { envelope, actor } = item
    const answer = (outcome: Outcome) => tick.answers.push(() => item.resolve(outcome))
    const payloadHash = payloadHashOf(envelope)
    const place = outcomes.check(envelope, payloadHash, actor)
    if (place.status === 'seen') return void answer(place.outcome)
    if (place.status === 'gap') return void answer(place)
    if (place.status === 'misused') return void answer({ status: 'refused', refusal: { kind: 'sequence-misused' } })
    tick.clients.add(envelope.clientId)
    const at = clock()
    const { outcome, undoOf } = decideCommand(tick, item, at)
    outcomes.store(envelope, actor, { outcome, payloadHash, undoOf, at })
    const edited = outcome.status === 'committed' && outcome.from !== FIRST_VERSION
    if (actor.kind === 'human' && (edited || undoOf !== null)) {
      stacks.record(envelope.storyId, actor.id, { commandId: envelope.commandId, type: envelope.command.type, undoOf })
    }
    answer(outcome)
  }

  function decideCommand(tick: Tick, item: CommandItem, at: number): { outcome: Outcome; undoOf: string | null } {
    const { envelope, actor } = item
    const { storyId } = envelope
    const refuse = (refusal: Refusal) => ({ outcome: { status: 'refused', refusal } as const, undoOf: null })
    const parsed = storyCommand.safeParse(envelope.command)
    if (!parsed.success)
      return refuse({
        kind: 'invalid',
        data: { issues: parsed.error.issues.slice(0, 5).map((i) => `${i.path.join('.')}: ${i.message}`) },
      })
    const command = parsed.data
    const parts = command.type === 'Batch' ? command.commands : [command]
    if (actor.kind !== 'system' && parts.some((part) => SYSTEM_COMMANDS.has(part.type))) {
      return refuse({ kind: 'system-only' })
    }
    // Text is kept under the scene's id alone: an id of another story would open that story's text.
    for (const part of parts) {
      if (part.type === 'CreateScene' && sceneElsewhere.get(part.sceneId, storyId, part.sceneId, storyId)) {
        return refuse({ kind: 'scene-exists', data: { sceneId: part.sceneId } })
      }
    }
    const state = stateOf(storyId)
    if (envelope.expect && envelope.expect.version !== state.version) {
      return { outcome: { status: 'conflict', version: state.version }, undoOf: null }
    }
    const undoOf = undoTarget(command, storyId, actor.id)
    if (undoOf === 'none') return refuse({ kind: command.type === 'Undo' ? 'nothing-to-undo' : 'nothing-to-redo' })
    const past = undoOf === null ? undefined : log.ofCommand(storyId, undoOf)
    const from = state.version
    const decided = decideAndFold(state, command, { actorId: actor.id, at }, past)
    if (!decided.ok) {
      // A batch may have folded part of itself; the next reader loads the truth again.
      if (command.type === 'Batch') states.delete(storyId)
      return refuse(decided.error)
    }
    const { events, skipped } = decided.value
    if (events.length === 0) return { outcome: noEffect(from, skipped), undoOf }
    append(tick, item, { events, from, at, undoOf })
    seedAll(command, { storyId, actorId: actor.id, at })
    return {
      outcome: { status: 'committed', from: from + 1, to: state.version, ...(skipped.length > 0 ? { skipped } : {}) },
      undoOf,
    }
  }

  function undoTarget(command: StoryCommand, storyId: string, actorId: string): string | null | 'none' {
    if (command.type !== 'Undo' && command.type !== 'Redo') return null
    const { undo, redo } = stacks.of(storyId, actorId)
    if (command.type === 'Redo') return redo.at(-1) ?? 'none'
    if (command.commandId !== undefined) return undo.includes(command.commandId) ? command.commandId : 'none'
    return undo.at(-1) ?? 'none'
  }

  function append(
    tick: Tick,
    item: CommandItem,
    made: { events: readonly PastEvent[]; from: number; at: number; undoOf: string | null },
  ): void {
    const { storyId, commandId } = item.envelope
    let touched = tick.touched.get(storyId)
    if (!touched) tick.touched.set(storyId, (touched = new Map()))
    let stored = tick.events.get(storyId)
    if (!stored) tick.events.set(storyId, (stored = []))
    let version = made.from
    for (const { event, inverse } of made.events) {
      version++
      stored.push(
        log.append({
          storyId,
          version,
          at: made.at,
          actor: item.actor,
          commandId,
          causationId: made.undoOf,
          event,
          inverse,
        }),
      )
      for (const { collection, id } of touchedBy(event)) {
        let ids = touched.get(collection)
        if (!ids) touched.set(collection, (ids = new Set()))
        ids.add(id)
      }
    }
  }

  function seedAll(command: StoryCommand, seed: { storyId: string; actorId: string; at: number }): void {
    const commands = command.type === 'Batch' ? command.commands : [command]
    for (const item of commands) {
      if (item.type === 'CreateScene' && item.prose !== undefined) {
        options.seedProse?.(db, { ...seed, sceneId: item.sceneId, doc: item.prose })
      }
    }
  }

  /** A snapshot is a cache, so it is written apart from the tick, when the story has been quiet for a second. */
  function considerSnapshot(storyId: string): void {
    const state = states.get(storyId)
    if (!state || state.version - (snapshotAt.get(storyId) ?? 0) < SNAPSHOT_EVERY || snapshotTimers.has(storyId)) return
    const timer = setTimeout(() => {
      snapshotTimers.delete(storyId)
      const present = states.get(storyId)
      if (closed || !present) return
      try {
        log.saveSnapshot(storyId, present)
        snapshotAt.set(storyId, present.version)
      } catch (cause) {
        logger.warn({ err: cause, storyId }, 'a snapshot could not be written')
      }
    }, SNAPSHOT_DELAY_MS)
    timer.unref()
    snapshotTimers.set(storyId, timer)
  }

  return {
    db,
    log,
    projection,
    submit: (envelope, actor) =>
      new Promise((resolve) => {
        if (closed) return resolve({ status: 'unavailable', reason: 'closing', retryAfterMs: RETRY_AFTER_MS })
        queue.push({ kind: 'command', envelope, actor, bytes: sizeHint(envelope), resolve })
        schedule()
      }),
    transact: <T>(work: (db: EventsDb) => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new Error('events.db is closing'))
        // The queue is untyped; this item's own work produces the value it resolves with.
        queue.push({ kind: 'work', work, resolve: resolve as (value: unknown) => void, reject })
        schedule()
      }),
    state: (storyId) => {
      const state = stateOf(storyId)
      return state.version === 0 ? null : state
    },
    canUndo: (storyId, actorId) => {
      const { undo, redo } = stacks.of(storyId, actorId)
      return { undo: undo.length > 0, redo: redo.length > 0 }
    },
    onCommitted: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      closed = true
      while (queue.length > 0) flush()
      for (const timer of snapshotTimers.values()) clearTimeout(timer)
      await Promise.resolve()
      db.close()
    },
  }
}

function noEffect(at: number, skipped: readonly Skipped[]): Outcome {
  return { status: 'no-effect', at, ...(skipped.length > 0 ? { skipped } : {}) }
}

/** Rough size of a command for the tick's cap, without serialising small ones twice. */
function sizeHint(envelope: CommandEnvelope): number {
  const { command } = envelope
  return command.type === 'Batch' || command.type === 'CreateScene' || command.type === 'MoveScenes'
    ? JSON.stringify(command).length
    : 300
}
