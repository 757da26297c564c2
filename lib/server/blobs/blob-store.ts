import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 as sha256Schema } from '#lib/jobs/job.ts'
import { InvalidInputError, TooLargeError } from '#lib/kernel/errors.ts'

/** Bytes by their SHA-256 in lower-case hex. Writing the same bytes twice is one file. */
export interface BlobStore {
  /** Stores bytes durably and answers their hash. Throws TooLargeError over `maxBytes`, InvalidInputError when `expect` differs. */
  readonly put: (bytes: Uint8Array, options: { readonly maxBytes: number; readonly expect?: string }) => Promise<string>
  /** The bytes, or null where there are none. Throws when the file no longer has its hash: damaged data is never served. */
  readonly read: (sha256: string) => Promise<Buffer | null>
  /** Size in bytes, or null where there is no such blob. */
  readonly size: (sha256: string) => Promise<number | null>
  readonly remove: (sha256: string) => Promise<void>
}

/** Hash of bytes as every blob is named. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The store below `<data>/blobs/aa/bb/<sha256>`: temp file, fsync, rename, fsync of the folder. */
export function createBlobStore(folder: string): BlobStore {
  const homeOf = (hash: string) => {
    const name = sha256Schema.parse(hash)
    return {
      folder: join(folder, name.slice(0, 2), name.slice(2, 4)),
      file: join(folder, name.slice(0, 2), name.slice(2, 4), name),
    }
  }

  async function put(bytes: Uint8Array, { maxBytes, expect }: { maxBytes: number; expect?: string }): Promise<string> {
    if (bytes.byteLength > maxBytes) {
      throw new TooLargeError(`The file has ${bytes.byteLength} bytes; ${maxBytes} are allowed.`, { maxBytes })
    }
    const hash = hashOf(bytes)
    if (expect !== undefined && expect !== hash) {
      throw new InvalidInputError('The bytes do not have the hash they were announced with.', {
        expected: expect,
        found: hash,
      })
    }
    const home = homeOf(hash)
    if (await exists(home.file)) return hash
    await mkdir(home.folder, { recursive: true, mode: 0o700 })
    const temporary = join(home.folder, `.${randomBytes(8).toString('hex')}.tmp`)
    try {
      const handle = await open(temporary, 'wx', 0o600)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, home.file)
    } catch (cause) {
      await rm(temporary, { force: true })
      throw cause
    }
    await syncFolder(home.folder)
    return hash
  }

  async function read(hash: string): Promise<Buffer | null> {
    const bytes = await readFile(homeOf(hash).file).catch(absentAsNull)
    if (bytes !== null && hashOf(bytes) !== hash)
      throw new Error(`blob ${hash} is damaged: its bytes have another hash`)
    return bytes
  }

  async function size(hash: string): Promise<number | null> {
    return (await stat(homeOf(hash).file).catch(absentAsNull))?.size ?? null
  }

  return { put, read, size, remove: (hash) => rm(homeOf(hash).file, { force: true }) }
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    (cause: unknown) => absentAsNull(cause) !== null,
  )
}

function absentAsNull(cause: unknown): null {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
  throw cause
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
