import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { Clock } from '#lib/kernel/ports.ts'
import { StartFailure } from './start-failure.ts'

/** Below this much free space a start is refused: a write-ahead log could not even be folded back. */
const MIN_FREE_BYTES = 64 * 1024 * 1024

/** The locked data folder of this process. */
export interface DataFolder {
  readonly path: string
  readonly appDb: string
  readonly eventsDb: string
  readonly blobs: string
  /** Safe copies made before migrations. */
  readonly copies: string
  /** Random bytes of a named key, made at first use and kept in a file of mode 0600 (S2). */
  readonly secret: (name: string, lengthBytes?: number) => Buffer
  /** Puts one secret in the place of another, whose bytes are gone then; a crash leaves the old or the new one. */
  readonly moveSecret: (from: string, to: string) => void
  /** Free bytes on the folder's disk for this user. */
  readonly freeBytes: () => number
  /** Total bytes of the folder's disk. */
  readonly totalBytes: () => number
  readonly release: () => void
}

interface Disk {
  readonly freeBytes: number
  readonly totalBytes: number
}

function diskOf(path: string): Disk {
  const stat = statfsSync(path)
  return { freeBytes: stat.bavail * stat.bsize, totalBytes: stat.blocks * stat.bsize }
}

/**
 * Opens the data folder for this process alone (R28). The lock is an operating-system lock on `lock.db`, so it falls
 * with its process however that ends; `lock.json` only tells the others who holds it.
 * Throws StartFailure: data-folder-not-writable, disk-full or data-folder-locked.
 */
export function openDataFolder(path: string, clock: Clock, measure: (path: string) => Disk = diskOf): DataFolder {
  asNotWritable(path, () => {
    makeFolder(path)
    writeWhole(join(path, '.probe'), randomBytes(16))
    rmSync(join(path, '.probe'))
  })
  const { freeBytes } = measure(path)
  if (freeBytes < MIN_FREE_BYTES) {
    throw new StartFailure(
      'disk-full',
      `The disk of the data folder ${path} is full: ${megabytes(freeBytes)} MB are free, ${megabytes(MIN_FREE_BYTES)} MB are needed. Make room and start again.`,
    )
  }
  const unlock = lock(path, clock)
  const secrets = join(path, 'secrets')
  for (const folder of [secrets, join(path, 'blobs'), join(path, 'copies')])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    path,
    appDb: join(path, 'app.db'),
    eventsDb: join(path, 'events.db'),
    blobs: join(path, 'blobs'),
    copies: join(path, 'copies'),
    secret: (name, lengthBytes = 32) => secretFile(join(secrets, name), lengthBytes),
    moveSecret: (from, to) => moveWhole(join(secrets, from), join(secrets, to)),
    freeBytes: () => measure(path).freeBytes,
    totalBytes: () => measure(path).totalBytes,
    release: unlock,
  }
}

const lockNote = z.object({ pid: z.number().int(), startedAt: z.string() })

function lock(path: string, clock: Clock): () => void {
  const notePath = join(path, 'lock.json')
  const database = new Database(join(path, 'lock.db'), { timeout: 0 })
  try {
    database.pragma('journal_mode = DELETE')
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (!(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY'))) throw cause
    throw new StartFailure(
      'data-folder-locked',
      `The data folder ${path} is in use by ${ownerOf(notePath)}. Stop that one first, or choose another folder with LOOM_DATA_DIR.`,
    )
  }
  writeWhole(notePath, JSON.stringify({ pid: process.pid, startedAt: new Date(clock()).toISOString() }))
  let held = true
  return () => {
    if (!held) return
    held = false
    rmSync(notePath, { force: true })
    database.exec('ROLLBACK')
    database.close()
  }
}

function ownerOf(notePath: string): string {
  try {
    const note = lockNote.parse(JSON.parse(readFileSync(notePath, 'utf8')))
    return `process ${note.pid} (since ${note.startedAt})`
  } catch {
    // The note is written just after the lock is taken; in that instant, or when it was removed by hand, nobody is named.
    return 'another process'
  }
}

function secretFile(path: string, lengthBytes: number): Buffer {
  try {
    const bytes = readFileSync(path)
    chmodSync(path, 0o600)
    if (bytes.length !== lengthBytes) {
      throw new StartFailure(
        'data-folder-not-writable',
        `The key file ${path} is damaged. Restore it from a backup, or remove it: everybody then signs in again.`,
      )
    }
    return bytes
  } catch (cause) {
    if (!isFileError(cause) || cause.code !== 'ENOENT') throw cause
  }
  writeWhole(path, randomBytes(lengthBytes))
  return readFileSync(path)
}

/** Writes a file so that a crash leaves the old one or the new one, never half: temp, fsync, rename. Mode 0600. */
function writeWhole(path: string, content: Buffer | string): void {
  const temporary = `${path}.${process.pid}.tmp`
  const handle = openSync(temporary, 'w', 0o600)
  try {
    writeSync(handle, Buffer.from(content))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, path)
}

/** Renames a file over another, and has the folder on disk before it returns. */
function moveWhole(from: string, to: string): void {
  renameSync(from, to)
  const folder = openSync(dirname(to), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Makes a folder and its parents one by one: Node's own recursive form spins for ever under /proc. */
function makeFolder(path: string, retry = true): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    if (isFileError(cause) && cause.code === 'EEXIST' && statSync(path).isDirectory()) return
    if (!retry || !isFileError(cause) || cause.code !== 'ENOENT' || dirname(path) === path) throw cause
    makeFolder(dirname(path))
    makeFolder(path, false)
  }
}

function asNotWritable(path: string, work: () => void): void {
  try {
    work()
  } catch (cause) {
    if (!isFileError(cause)) throw cause
    if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') {
      throw new StartFailure('disk-full', `The disk of the data folder ${path} is full. Make room and start again.`)
    }
    throw new StartFailure(
      'data-folder-not-writable',
      `The data folder ${path} cannot be written (${cause.code}). Give this user the right to write there, or choose another folder with LOOM_DATA_DIR.`,
    )
  }
}

function isFileError(cause: unknown): cause is NodeJS.ErrnoException & { code: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024))
}
