import { isDeepStrictEqual } from 'node:util'
import type { StreamState } from '#lib/stream/stream.ts'
import { COLLECTIONS } from '#lib/stream/stream.ts'
import type { Collection } from '#lib/stream/stream.ts'
import type { EventsDb } from '../events/database.ts'

/**
 * The inline projections: one row per record of a story, written in the transaction that appends its events.
 * A few columns are lifted out for queries; `data` is the whole record as JSON. `npm run loom -- verify` replays
 * the log and compares row for row.
 */
type Row = Readonly<Record<string, unknown>>
interface View {
  readonly table: string
  /** Columns besides story_id, id and data, read from the record. */
  readonly columns: Readonly<Record<string, (record: Row) => unknown>>
}

const VIEWS: Readonly<Record<Collection, View>> = {
  stories: {
    table: 'stories',
    columns: {
      title: (r) => r['title'],
      state: (r) => r['state'],
      trashed_at: (r) => r['trashedAt'],
      changed_at: (r) => r['changedAt'],
    },
  },
  branches: { table: 'branches', columns: { name: (r) => r['name'], status: (r) => r['status'] } },
  variables: { table: 'variables', columns: { name: (r) => r['name'] } },
  scenes: {
    table: 'scenes',
    columns: {
      branch_id: (r) => r['branchId'],
      type: (r) => r['type'],
      title: (r) => r['title'],
      words: (r) => r['words'],
    },
  },
  characters: { table: 'characters', columns: { name: (r) => r['name'] } },
  panels: { table: 'panels', columns: { scene_id: (r) => r['sceneId'] } },
  panelVersions: { table: 'panel_versions', columns: { panel_id: (r) => r['panelId'] } },
  comicLayouts: { table: 'comic_layouts', columns: {} },
  edges: { table: 'edges', columns: { from_id: (r) => r['from'], to_id: (r) => r['to'], type: (r) => r['type'] } },
}

export interface Difference {
  readonly table: string
  readonly id: string
  readonly what: 'missing' | 'extra' | 'different'
}

export interface RecordProjection {
  /** Writes the touched records as the state now has them. */
  readonly write: (storyId: string, state: StreamState, touched: ReadonlyMap<string, ReadonlySet<string>>) => void
  /** Compares every row of a story with the state; an empty list means equal. */
  readonly compare: (storyId: string, state: StreamState) => Difference[]
  /** Every story that has a row in some table, also where no event tells of it. */
  readonly storyIds: () => string[]
  /** Drops and rewrites every row of a story. */
  readonly rebuild: (storyId: string, state: StreamState) => void
}

/** Prepares the projection's statements over the writer's connection. */
export function createRecordProjection(db: EventsDb): RecordProjection {
  const statements = new Map(COLLECTIONS.map((name) => [name, prepare(db, name, VIEWS[name])] as const))
  const of = (name: string) => {
    const found = statements.get(name as Collection)
    if (!found) throw new RangeError(`no projection for ${name}`)
    return found
  }
  const selectStories = db.prepare<[], { id: string }>(
    Object.values(VIEWS)
      .map(({ table }) => `SELECT ${storyColumn(table)} AS id FROM ${table}`)
      .join(' UNION '),
  )
  const records = (state: StreamState, name: string): Map<string, unknown> => state[name as Collection]

  return {
    write: (storyId, state, touched) => {
      for (const [name, ids] of touched) {
        const view = of(name)
        for (const id of ids) {
          const record = records(state, name).get(id)
          if (record === undefined) view.remove(storyId, id)
          else view.upsert(storyId, id, record as Row)
        }
      }
    },
    compare: (storyId, state) =>
      COLLECTIONS.flatMap((name) => {
        const view = of(name)
        const rows = new Map(view.all(storyId).map(({ id, ...row }) => [id, row]))
        const wanted = records(state, name)
        const differences: Difference[] = []
        for (const [id, record] of wanted) {
          const row = rows.get(id)
          if (row === undefined) differences.push({ table: name, id, what: 'missing' })
          else if (!isDeepStrictEqual(row, view.row(record as Row)))
            differences.push({ table: name, id, what: 'different' })
        }
        for (const id of rows.keys()) if (!wanted.has(id)) differences.push({ table: name, id, what: 'extra' })
        return differences
      }),
    storyIds: () => selectStories.all().map((row) => row.id),
    rebuild: (storyId, state) => {
      for (const name of COLLECTIONS) {
        of(name).clear(storyId)
        for (const [id, record] of records(state, name)) of(name).upsert(storyId, id, record as Row)
      }
    },
  }
}

/** The stories table is keyed by the story's own id. */
function storyColumn(table: string): string {
  return table === VIEWS.stories.table ? 'id' : 'story_id'
}

function prepare(db: EventsDb, name: Collection, view: View) {
  const own = name === 'stories'
  const keys = own ? ['id'] : ['story_id', 'id']
  const extra = [...Object.keys(view.columns), 'data']
  const columns = [...keys, ...extra]
  const updates = extra.map((column) => `${column} = excluded.${column}`).join(', ')
  const where = own ? 'id = ?' : 'story_id = ? AND id = ?'
  const insert = db.prepare(
    `INSERT INTO ${view.table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${updates}`,
  )
  const remove = db.prepare(`DELETE FROM ${view.table} WHERE ${where}`)
  const clear = db.prepare(`DELETE FROM ${view.table} WHERE ${storyColumn(view.table)} = ?`)
  const select = db.prepare<[string], Row & { id: string }>(
    `SELECT id, ${extra.join(', ')} FROM ${view.table} WHERE ${storyColumn(view.table)} = ?`,
  )
  const key = (storyId: string, id: string) => (own ? [id] : [storyId, id])
  /** What a record's row holds besides its key, in the order of `extra`. */
  const row = (record: Row): Row => ({
    ...Object.fromEntries(Object.entries(view.columns).map(([column, read]) => [column, read(record) ?? null])),
    data: canonical(record),
  })
  return {
    row,
    upsert: (storyId: string, id: string, record: Row) => {
      insert.run(...key(storyId, id), ...Object.values(row(record)))
    },
    remove: (storyId: string, id: string) => remove.run(...key(storyId, id)),
    clear: (storyId: string) => clear.run(storyId),
    all: (storyId: string) => select.all(storyId),
  }
}

/** JSON with sorted keys, so that replayed and live records compare as text. */
function canonical(record: unknown): string {
  return JSON.stringify(record, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : value,
  )
}
