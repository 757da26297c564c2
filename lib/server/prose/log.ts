import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { canonicalJson, EMPTY_DOC, normalizeDoc, proseDoc, type ProseDoc } from '#lib/prose/document.ts'
import { docFromText, docText } from '#lib/prose/text.ts'
import { countWords } from '#lib/prose/words.ts'
import { seedUpdate } from './ydoc.ts'

/** The prose tables of events.db through prepared statements. Writes run inside the single writer's transaction. */

export interface DocRow {
  readonly sceneId: string
  readonly storyId: string
  readonly epoch: number
  /** Content hash of the last recorded checkpoint; null before the first. */
  readonly hash: string | null
  readonly words: number
}

export interface UpdateRow {
  readonly n: number
  readonly update: Uint8Array
  readonly actor: string
}

/** What a document is rebuilt from: the compacted state (if any) and the rows after it. */
interface StoredDoc {
  readonly state: Uint8Array | null
  readonly upToN: number
  readonly rows: readonly UpdateRow[]
}

interface CheckpointInput {
  readonly sceneId: string
  readonly hash: string
  readonly content: ProseDoc
  readonly words: number
  readonly actors: readonly string[]
  readonly at: number
}

export interface Fingerprint {
  readonly hash: string
  readonly words: number
}

function prepare(db: Database) {
  return {
    doc: db.prepare(
      'select scene_id as sceneId, story_id as storyId, epoch, hash, words from prose_docs where scene_id = ?',
    ),
    insertDoc: db.prepare(
      'insert into prose_docs (scene_id, story_id, epoch, created_at, hash, words) values (?, ?, 1, ?, ?, ?)',
    ),
    recorded: db.prepare('update prose_docs set hash = ?, words = ? where scene_id = ?'),
    append: db.prepare('insert into prose_updates (scene_id, epoch, n, "update", actor, at) values (?, ?, ?, ?, ?, ?)'),
    rows: db.prepare(
      'select n, "update", actor from prose_updates where scene_id = ? and epoch = ? and n > ? order by n',
    ),
    lastN: db.prepare('select max(n) as n from prose_updates where scene_id = ? and epoch = ?'),
    state: db.prepare('select state, up_to_n as upToN from prose_states where scene_id = ? and epoch = ?'),
    saveState: db.prepare(
      'insert into prose_states (scene_id, epoch, state, up_to_n) values (?, ?, ?, ?) on conflict (scene_id, epoch) do update set state = excluded.state, up_to_n = excluded.up_to_n',
    ),
    dropRows: db.prepare(
      'delete from prose_updates where scene_id = ? and epoch = ? and n > ? and n <= ? and n not in (select value from json_each(?))',
    ),
    checkpoint: db.prepare(
      'insert into prose_checkpoints (scene_id, hash, content, words, actors, at, version) values (?, ?, ?, ?, ?, ?, null) on conflict (scene_id, hash) do update set actors = excluded.actors, at = excluded.at',
    ),
    checkpointVersion: db.prepare('update prose_checkpoints set version = ? where scene_id = ? and hash = ?'),
    readCheckpoint: db.prepare('select content from prose_checkpoints where scene_id = ? and hash = ?'),
    unrecorded: db.prepare(
      'select u.scene_id as sceneId from prose_updates u join prose_docs d on d.scene_id = u.scene_id and d.epoch = u.epoch group by u.scene_id having max(u.n) > 1 or d.hash is null',
    ),
    scenesOf: db.prepare('select scene_id as sceneId, words from prose_docs where story_id = ?'),
  }
}

const prepared = new WeakMap<Database, ReturnType<typeof prepare>>()

function statements(db: Database): ReturnType<typeof prepare> {
  let found = prepared.get(db)
  if (!found) {
    found = prepare(db)
    prepared.set(db, found)
  }
  return found
}

/** The row of a scene's document, or null when the scene has no text here. */
export function readDoc(db: Database, sceneId: string): DocRow | null {
  // The columns are named in the statement above.
  return (statements(db).doc.get(sceneId) as DocRow | undefined) ?? null
}

/** Everything needed to rebuild a document. */
export function readStored(db: Database, sceneId: string, epoch: number): StoredDoc {
  const state = statements(db).state.get(sceneId, epoch) as { state: Uint8Array; upToN: number } | undefined
  const upToN = state?.upToN ?? 0
  const rows = statements(db).rows.all(sceneId, epoch, upToN) as UpdateRow[]
  return { state: state?.state ?? null, upToN, rows }
}

/** A mark that changes whenever the stored text may have changed; for caching readers. */
export function storedMark(db: Database, doc: DocRow): string {
  const last = statements(db).lastN.get(doc.sceneId, doc.epoch) as { n: number | null }
  const state = statements(db).state.get(doc.sceneId, doc.epoch) as { upToN: number } | undefined
  return `${doc.epoch}:${last.n ?? 0}:${state?.upToN ?? 0}`
}

/** Appends one update as row `n`. A used `n` throws (two owners of one document). */
export function appendUpdate(
  db: Database,
  doc: Pick<DocRow, 'sceneId' | 'epoch'>,
  row: UpdateRow & { readonly at: number },
): void {
  statements(db).append.run(doc.sceneId, doc.epoch, row.n, bytes(row.update), row.actor, row.at)
}

interface Compacted extends Pick<DocRow, 'sceneId' | 'epoch'> {
  /** Rows that are not in the state. */
  readonly aside: ReadonlySet<number>
}

/**
 * Replaces the rows up to `upToN` by one state, in the caller's transaction. Rows set aside stay; those of earlier
 * compactions lie below the state before this one.
 */
export function compact(db: Database, doc: Compacted, state: Uint8Array, upToN: number): void {
  const { sceneId, epoch, aside } = doc
  const before = statements(db).state.get(sceneId, epoch) as { upToN: number } | undefined
  statements(db).saveState.run(sceneId, epoch, bytes(state), upToN)
  statements(db).dropRows.run(sceneId, epoch, before?.upToN ?? 0, upToN, JSON.stringify([...aside]))
}

/** Stores the content of a checkpoint. Its event follows; until then `version` is null. */
export function saveCheckpoint(db: Database, input: CheckpointInput): void {
  const content = gzipSync(canonicalJson(input.content))
  const actors = JSON.stringify(input.actors)
  statements(db).checkpoint.run(input.sceneId, input.hash, content, input.words, actors, input.at)
}

/** Notes that a checkpoint's event is in the story's log at `version` (null: nobody keeps versions, as in tests). */
export function markRecorded(db: Database, sceneId: string, print: Fingerprint, version: number | null): void {
  statements(db).checkpointVersion.run(version, sceneId, print.hash)
  statements(db).recorded.run(print.hash, print.words, sceneId)
}

/** The text of a checkpoint, or null when there is none under that hash. */
export function readCheckpoint(db: Database, sceneId: string, hash: string): ProseDoc | null {
  const row = statements(db).readCheckpoint.get(sceneId, hash) as { content: Uint8Array } | undefined
  // Written by saveCheckpoint from a normalised document.
  return row ? (JSON.parse(gunzipSync(row.content).toString('utf8')) as ProseDoc) : null
}

/** Scenes whose rows may hold text that no checkpoint has seen (the process died before its last close). */
export function scenesWithoutCheckpoint(db: Database): string[] {
  return (statements(db).unrecorded.all() as { sceneId: string }[]).map((row) => row.sceneId)
}

/** Words of each scene of a story as of its last checkpoint. */
export function wordsOfStory(db: Database, storyId: string): ReadonlyMap<string, number> {
  const rows = statements(db).scenesOf.all(storyId) as { sceneId: string; words: number }[]
  return new Map(rows.map((row) => [row.sceneId, row.words]))
}

/** Content hash (SHA-256 of canonical JSON, lower-case hex) and words of a text. */
export function fingerprint(content: ProseDoc): Fingerprint {
  return {
    hash: createHash('sha256').update(canonicalJson(content)).digest('hex'),
    words: countWords(docText(content)),
  }
}

interface Seed {
  readonly storyId: string
  readonly sceneId: string
  /** Editor JSON or plain text from a command; anything else gives an empty text. */
  readonly doc: unknown
  readonly actorId: string
  /** UTC ms of the command. */
  readonly at: number
}

/**
 * Gives a new scene its text as the first row (PR50). Runs inside the transaction of the command that creates the
 * scene. A scene that already has a document (its creation was undone and redone) keeps it.
 * Answers hash and words of the text the scene now starts with; null when it had one already.
 */
export function seedProse(db: Database, seed: Seed): Fingerprint | null {
  const { storyId, sceneId, actorId, at } = seed
  if (readDoc(db, sceneId)) return null
  const content = seedContent(seed.doc)
  const print = fingerprint(content)
  // The hash of a written seed stays open: its first close records it in the story's log, so its words are known there.
  const hash = content === EMPTY_DOC ? print.hash : null
  statements(db).insertDoc.run(sceneId, storyId, at, hash, print.words)
  appendUpdate(db, { sceneId, epoch: 1 }, { n: 1, update: seedUpdate(content), actor: actorId, at })
  return print
}

function seedContent(doc: unknown): ProseDoc {
  if (typeof doc === 'string') return emptyOr(normalizeDoc(docFromText(doc)))
  const parsed = proseDoc.safeParse(doc)
  return parsed.success ? emptyOr(normalizeDoc(parsed.data)) : EMPTY_DOC
}

/** The one empty document for every text without a word or a rule, so that it is known by identity. */
function emptyOr(content: ProseDoc): ProseDoc {
  return canonicalJson(content) === canonicalJson(EMPTY_DOC) ? EMPTY_DOC : content
}

/** better-sqlite3 binds Buffers; the view shares the bytes. */
function bytes(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength)
}
