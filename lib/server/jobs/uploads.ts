import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ConflictError, TooLargeError } from '#lib/kernel/errors.ts'

/** Uploads of workers that may break off and go on: one file of what came so far per lease and hash. */
export interface Uploads {
  /** Bytes that are here already. */
  readonly offset: (leaseId: string, sha256: string) => Promise<number>
  /**
   * Adds bytes at an offset. Answers all bytes once `totalBytes` are here, else null.
   * Throws ConflictError where the offset is not the one that is next, TooLargeError over `maxBytes`.
   */
  readonly append: (part: {
    readonly leaseId: string
    readonly sha256: string
    readonly offset: number
    readonly totalBytes: number
    readonly maxBytes: number
    readonly bytes: Uint8Array
  }) => Promise<Buffer | null>
}

/** The upload folder of a data folder. Whole uploads leave it at once; what broke off is replaced or overwritten. */
export function createUploads(folder: string): Uploads {
  // Lease ids come from the queue, hashes are checked, and the name is hashed again, so no outside text names a file.
  const fileOf = (leaseId: string, sha256: string) =>
    join(folder, `${createHash('sha256').update(`${leaseId}\n${sha256}`).digest('hex')}.part`)

  async function offset(leaseId: string, sha256: string): Promise<number> {
    return stat(fileOf(leaseId, sha256)).then(
      (found) => found.size,
      () => 0,
    )
  }

  return {
    offset,
    append: async ({ leaseId, sha256, offset: at, totalBytes, maxBytes, bytes }) => {
      if (totalBytes > maxBytes || at + bytes.byteLength > maxBytes) {
        throw new TooLargeError(`A result may have ${maxBytes} bytes.`, { maxBytes })
      }
      const here = await offset(leaseId, sha256)
      if (at !== here) throw new ConflictError('The upload goes on at another offset.', { offset: here })
      const file = fileOf(leaseId, sha256)
      if (at === 0 && bytes.byteLength === totalBytes) return Buffer.from(bytes)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await appendFile(file, bytes, { mode: 0o600 })
      if (at + bytes.byteLength < totalBytes) return null
      const whole = await readFile(file)
      await rm(file, { force: true })
      return whole
    },
  }
}
