const KB = 1024
const MB = 1024 * KB

/**
 * Limits of everything that comes from outside, in one table (security.md F1). Sizes in bytes, times in milliseconds.
 * Bytes are counted as they come; what a sender announces is not believed.
 */
export const FILE_LIMITS = {
  jsonBytes: MB,
  importBytes: 50 * MB,
  imageBytes: 20 * MB,
  imagePixels: 50_000_000,
  imageFrames: 1,
  zipPackedBytes: 100 * MB,
  zipUnpackedBytes: 500 * MB,
  zipEntries: 5000,
  /** Unpacked bytes of an entry per packed byte, beyond its first KB. */
  zipRatio: 100,
  /** A file's name in UTF-8, on its own or inside an archive. */
  nameBytes: 255,
  /** Work of the processor on one file to read. */
  readerCpuMs: 5000,
  readerWallMs: 60_000,
  readerMemoryMb: 512,
} as const

/** Largest command to a story, counted as the bytes of its JSON (collab.md 8). */
export const COMMAND_LIMIT_BYTES = 256 * KB

/** Whether a name is short enough for every file system. */
export function nameFits(name: string): boolean {
  return new TextEncoder().encode(name).length <= FILE_LIMITS.nameBytes
}
