import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Actor, EventEnvelope } from '#lib/kernel/envelope.ts'
import { emptyStream, evolve, fromSnapshot, toSnapshot } from '#lib/stream/stream.ts'
import type { PastEvent, StreamEvent, StreamSnapshot, StreamState } from '#lib/stream/stream.ts'
import type { EventsDb } from './database.ts'
import { schemaVersionOf, upcast } from './upcast.ts'

/** Version, type, schema version, at, actor id, payload: as arrays, which SQLite hands over faster than objects. */
type FoldRow = [number, string, number, number, string, string]

interface EventRow {
  readonly position: number
  readonly story_id: string
  readonly version: number
  readonly type: string
  readonly schema_version: number
  readonly at: number
  readonly actor_id: string
  readonly actor_kind: Actor['kind']
  readonly command_id: string
  readonly causation_id: string | null
  readonly payload: string
  readonly inverse: string
}

export interface NewEvent {
  readonly storyId: string
  readonly version: number
  readonly at: number
  readonly actor: Actor
  readonly commandId: string
  readonly causationId: string | null
  readonly event: StreamEvent
  readonly inverse: unknown
}

/** The log of events.db: append, read, snapshots. Statements are prepared once per connection. */
export interface EventLog {
  /** Appends one event; the database refuses a version that exists. */
  readonly append: (event: NewEvent) => EventEnvelope
  /** Events with version > after, oldest first. */
  readonly after: (storyId: string, after: number, limit: number) => EventEnvelope[]
  /** Events with position > after over all stories. */
  readonly afterPosition: (after: number, limit: number) => EventEnvelope[]
  readonly ofCommand: (storyId: string, commandId: string) => PastEvent[]
  /** Present state from the newest usable snapshot and the events after it; version 0 when the story is unknown. */
  readonly load: (storyId: string) => StreamState
  /** State replayed from event 0 up to a version. */
  readonly replay: (storyId: string, upTo?: number) => StreamState
  /** Version of the snapshot `load` starts from; 0 when there is none that this code made. */
  readonly snapshotVersion: (storyId: string) => number
  readonly saveSnapshot: (storyId: string, state: StreamState) => void
  readonly storyIds: () => string[]
  readonly lastPosition: () => number
}

const REDUCER_FOLDERS = ['kernel', 'story', 'stream', 'characters', 'panels']

/** Hash of the folding code's text: a snapshot made by other code is rebuilt, never trusted. */
function reducerHash(): string {
  const hash = createHash('sha256')
  for (const folder of REDUCER_FOLDERS) {
    const url = new URL(`../../${folder}/`, import.meta.url)
    const files = readdirSync(url).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    for (const name of files.sort()) hash.update(name).update(readFileSync(new URL(name, url)))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Prepares the log's statements over one connection. */
export function createEventLog(db: EventsDb): EventLog {
  const insert = db.prepare(`
    INSERT INTO events (story_id, version, type, schema_version, at, actor_id, actor_kind, command_id, causation_id, payload, inverse)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const selectAfter = db.prepare<[string, number, number], EventRow>(
    'SELECT * FROM events WHERE story_id = ? AND version > ? ORDER BY version LIMIT ?',
  )
  // Folding needs no inverse; leaving it out saves a third of the reading.
  const selectFold = db
    .prepare<[string, number, number]>(
      'SELECT version, type, schema_version, at, actor_id, payload FROM events WHERE story_id = ? AND version > ? ORDER BY version LIMIT ?',
    )
    .raw()
  const selectPosition = db.prepare<[number, number], EventRow>(
    'SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?',
  )
  const selectCommand = db.prepare<[string, string], EventRow>(
    'SELECT * FROM events WHERE story_id = ? AND command_id = ? ORDER BY version',
  )
  const selectSnapshot = db.prepare<[string, string], { version: number; state: Buffer }>(
    'SELECT version, state FROM snapshots WHERE story_id = ? AND reducer_hash = ?',
  )
  const selectSnapshotVersion = db.prepare<[string, string], { version: number }>(
    'SELECT version FROM snapshots WHERE story_id = ? AND reducer_hash = ?',
  )
  const upsertSnapshot = db.prepare(`
    INSERT INTO snapshots (story_id, version, reducer_hash, state) VALUES (?, ?, ?, ?)
    ON CONFLICT (story_id) DO UPDATE SET version = excluded.version, reducer_hash = excluded.reducer_hash, state = excluded.state`)
  const selectStories = db.prepare<[], { story_id: string }>('SELECT DISTINCT story_id FROM events ORDER BY story_id')
  const selectLast = db.prepare<[], { last: number | null }>('SELECT max(position) AS last FROM events')
  const codeHash = reducerHash()

  function fold(state: StreamState, storyId: string, upTo: number): StreamState {
    const page = 5000
    for (;;) {
      // Raw rows come untyped; the columns are those of the statement above.
      const rows = selectFold.all(storyId, state.version, Math.min(page, upTo - state.version)) as FoldRow[]
      for (const [version, type, schemaVersion, at, actorId, payload] of rows) {
        evolve(state, eventOf(type, schemaVersion, payload), { actorId, at, version })
      }
      if (rows.length < page || state.version >= upTo) return state
    }
  }

  return {
    append: ({ storyId, version, at, actor, commandId, causationId, event, inverse }) => {
      const { type } = event
      const schemaVersion = schemaVersionOf(type)
      const { lastInsertRowid } = insert.run(
        storyId,
        version,
        type,
        schemaVersion,
        at,
        actor.id,
        actor.kind,
        commandId,
        causationId,
        JSON.stringify(event),
        JSON.stringify(inverse ?? null),
      )
      return {
        storyId,
        version,
        position: Number(lastInsertRowid),
        schemaVersion,
        at,
        actor,
        commandId,
        causationId,
        event,
        inverse,
      }
    },
    after: (storyId, after, limit) => selectAfter.all(storyId, after, limit).map(toEnvelope),
    afterPosition: (after, limit) => selectPosition.all(after, limit).map(toEnvelope),
    ofCommand: (storyId, commandId) =>
      selectCommand.all(storyId, commandId).map((row) => {
        const { event, inverse } = toEnvelope(row)
        return { event: event as StreamEvent, inverse }
      }),
    load: (storyId) => {
      const cached = selectSnapshot.get(storyId, codeHash)
      const start = cached
        ? fromSnapshot(JSON.parse(gunzipSync(cached.state).toString('utf8')) as StreamSnapshot)
        : emptyStream()
      return fold(start, storyId, Number.MAX_SAFE_INTEGER)
    },
    replay: (storyId, upTo = Number.MAX_SAFE_INTEGER) => fold(emptyStream(), storyId, upTo),
    snapshotVersion: (storyId) => selectSnapshotVersion.get(storyId, codeHash)?.version ?? 0,
    saveSnapshot: (storyId, state) => {
      upsertSnapshot.run(storyId, state.version, codeHash, gzipSync(JSON.stringify(toSnapshot(state)), { level: 1 }))
    },
    storyIds: () => selectStories.all().map((row) => row.story_id),
    lastPosition: () => selectLast.get()?.last ?? 0,
  }
}

function toEnvelope(row: EventRow): EventEnvelope {
  return {
    storyId: row.story_id,
    version: row.version,
    position: row.position,
    schemaVersion: row.schema_version,
    at: Number(row.at),
    actor: { id: row.actor_id, kind: row.actor_kind },
    commandId: row.command_id,
    causationId: row.causation_id,
    event: eventOf(row.type, row.schema_version, row.payload),
    inverse: JSON.parse(row.inverse) as unknown,
  }
}

/** The event of a row in its present form. It was written by this decider, so its parts fit its type. */
function eventOf(type: string, schemaVersion: number, payload: string): StreamEvent {
  return upcast(type, schemaVersion, JSON.parse(payload) as Record<string, unknown>) as unknown as StreamEvent
}
