import Database from 'better-sqlite3'

/** A raw connection to events.db. Only the writer holds one that writes. */
export type EventsDb = Database.Database

/**
 * Opens events.db durably. `synchronous=FULL` is set and read back at every open, because SQLite re-opens a WAL
 * file with NORMAL whatever was said before. Throws when the setting does not hold.
 */
export function openEventsDb(path: string): EventsDb {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('busy_timeout = 5000')
  db.pragma('foreign_keys = ON')
  if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('events.db does not keep synchronous=FULL')
  return db
}
