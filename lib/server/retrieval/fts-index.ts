import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { chunksOf } from '#lib/retrieval/chunk.ts'
import { indexText } from '#lib/retrieval/query.ts'
import type { Hit, SceneVersions } from '#lib/retrieval/answer.ts'

const SCHEMA_VERSION = 1

export interface SceneText {
  readonly sceneId: string
  readonly version: string
  readonly text: string
}

/** The lexical engine: SQLite FTS5 in a file of its own, which may be deleted at any time and is then rebuilt. */
export interface FtsIndex {
  /** Stores a scene's text in place of its earlier version. The same text again changes nothing. */
  readonly put: (storyId: string, scene: SceneText) => void
  readonly remove: (storyId: string, sceneId: string) => void
  /** Indexed version of each scene. */
  readonly versions: (storyId: string) => Map<string, string>
  /** Best chunks inside the lineage, best first; larger scores are better. */
  readonly search: (storyId: string, lineage: SceneVersions, query: string, limit: number) => Hit[]
  readonly stats: () => { readonly chunks: number; readonly texts: number }
  readonly close: () => void
}

interface FoundRow {
  readonly sceneId: string
  readonly version: string
  readonly ordinal: number
  readonly text: string
  readonly score: number
}

const SCHEMA = `
  CREATE TABLE scene (story_id TEXT NOT NULL, scene_id TEXT NOT NULL, version TEXT NOT NULL,
    PRIMARY KEY (story_id, scene_id)) WITHOUT ROWID;
  CREATE TABLE body (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
  CREATE TABLE place (story_id TEXT NOT NULL, scene_id TEXT NOT NULL, ordinal INTEGER NOT NULL, version TEXT NOT NULL,
    body_id INTEGER NOT NULL REFERENCES body (id), PRIMARY KEY (story_id, scene_id, ordinal)) WITHOUT ROWID;
  CREATE INDEX place_body ON place (body_id);
  CREATE VIRTUAL TABLE body_fts USING fts5 (text, content = '', contentless_delete = 1,
    tokenize = 'porter unicode61 remove_diacritics 2');
`

/** Opens the index file; one that is damaged or of another schema is thrown away and started afresh. */
export function openFtsIndex(file: string): FtsIndex {
  const db = openFresh(file)
  const putScene = db.prepare('INSERT OR REPLACE INTO scene (story_id, scene_id, version) VALUES (?, ?, ?)')
  const dropScene = db.prepare('DELETE FROM scene WHERE story_id = ? AND scene_id = ?')
  const bodiesOf = db.prepare<[string, string], { body_id: number }>(
    'SELECT DISTINCT body_id FROM place WHERE story_id = ? AND scene_id = ?',
  )
  const dropPlaces = db.prepare('DELETE FROM place WHERE story_id = ? AND scene_id = ?')
  const isUsed = db.prepare<[number], { n: number }>('SELECT 1 AS n FROM place WHERE body_id = ? LIMIT 1')
  const dropBody = db.prepare('DELETE FROM body WHERE id = ?')
  const dropFts = db.prepare('DELETE FROM body_fts WHERE rowid = ?')
  const bodyByHash = db.prepare<[string], { id: number }>('SELECT id FROM body WHERE hash = ?')
  const addBody = db.prepare('INSERT INTO body (hash, text) VALUES (?, ?)')
  const addFts = db.prepare('INSERT INTO body_fts (rowid, text) VALUES (?, ?)')
  const addPlace = db.prepare(
    'INSERT INTO place (story_id, scene_id, ordinal, version, body_id) VALUES (?, ?, ?, ?, ?)',
  )
  const versionOf = db.prepare<[string, string], { version: string }>(
    'SELECT version FROM scene WHERE story_id = ? AND scene_id = ?',
  )
  const allVersions = db.prepare<[string], { scene_id: string; version: string }>(
    'SELECT scene_id, version FROM scene WHERE story_id = ?',
  )
  // The lineage goes into a table of its own for the length of one search. The plus keeps the planner from asking the
  // text index once per scene; the texts inside are a set that each match is looked up in.
  db.exec('CREATE TEMP TABLE seen (scene_id TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID')
  const forget = db.prepare('DELETE FROM temp.seen')
  const remember = db.prepare('INSERT INTO temp.seen (scene_id, version) SELECT key, value FROM json_each(?)')
  const find = db.prepare<[string, string, number, string, number], FoundRow>(`
    SELECT place.scene_id AS sceneId, place.version, place.ordinal, body.text, hit.score
    FROM (
      SELECT rowid AS id, -bm25(body_fts) AS score FROM body_fts
      WHERE body_fts MATCH ? AND +rowid IN (
        SELECT place.body_id FROM temp.seen AS seen
        CROSS JOIN place ON place.story_id = ? AND place.scene_id = seen.scene_id AND place.version = seen.version)
      ORDER BY bm25(body_fts) LIMIT ?
    ) AS hit
    CROSS JOIN body ON body.id = hit.id
    CROSS JOIN place ON place.body_id = hit.id AND place.story_id = ?
    CROSS JOIN temp.seen AS seen ON seen.scene_id = place.scene_id AND seen.version = place.version
    ORDER BY hit.score DESC, place.scene_id, place.ordinal LIMIT ?`)
  const search = db.transaction((storyId: string, lineage: SceneVersions, query: string, limit: number) => {
    remember.run(JSON.stringify(Object.fromEntries(lineage)))
    try {
      return find.all(query, storyId, limit, storyId, limit)
    } finally {
      forget.run()
    }
  })

  function clear(storyId: string, sceneId: string): void {
    const bodies = bodiesOf.all(storyId, sceneId)
    dropPlaces.run(storyId, sceneId)
    for (const { body_id } of bodies) {
      if (isUsed.get(body_id)) continue
      dropFts.run(body_id)
      dropBody.run(body_id)
    }
  }

  function bodyId(text: string): number {
    const hash = createHash('sha256').update(text).digest('hex')
    const known = bodyByHash.get(hash)
    if (known) return known.id
    const id = Number(addBody.run(hash, text).lastInsertRowid)
    addFts.run(id, indexText(text))
    return id
  }

  const put = db.transaction((storyId: string, scene: SceneText) => {
    if (versionOf.get(storyId, scene.sceneId)?.version === scene.version) return
    clear(storyId, scene.sceneId)
    putScene.run(storyId, scene.sceneId, scene.version)
    for (const chunk of chunksOf(scene.text))
      addPlace.run(storyId, scene.sceneId, chunk.ordinal, scene.version, bodyId(chunk.text))
  })
  const remove = db.transaction((storyId: string, sceneId: string) => {
    clear(storyId, sceneId)
    dropScene.run(storyId, sceneId)
  })
  return {
    put: (storyId, scene) => put(storyId, scene),
    remove: (storyId, sceneId) => remove(storyId, sceneId),
    versions: (storyId) => new Map(allVersions.all(storyId).map((row) => [row.scene_id, row.version])),
    search: (storyId, lineage, query, limit) => search(storyId, lineage, query, limit),
    stats: () => ({ chunks: count(db, 'place'), texts: count(db, 'body') }),
    close: () => void db.close(),
  }
}

function count(db: Database.Database, table: 'place' | 'body'): number {
  return db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0
}

function openFresh(file: string): Database.Database {
  try {
    const db = new Database(file)
    db.pragma('journal_mode = WAL')
    // A cache: losing its last moments costs a reindex, never a word.
    db.pragma('synchronous = NORMAL')
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version === SCHEMA_VERSION) return db
    if (version === 0 && count0(db) === 0) return withSchema(db)
    db.close()
  } catch (thrown) {
    if (!(thrown instanceof Database.SqliteError)) throw thrown
    if (!['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_ERROR'].includes(thrown.code)) throw thrown
  }
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true })
  return withSchema(new Database(file))
}

function count0(db: Database.Database): number {
  return db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0
}

function withSchema(db: Database.Database): Database.Database {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.exec(SCHEMA)
  db.pragma(`user_version = ${SCHEMA_VERSION}`)
  return db
}
