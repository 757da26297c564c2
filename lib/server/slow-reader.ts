/** Beyond this much unread a reader is too slow at once (collab.md 5.7). */
export const SLOW_BYTES = 16 * 1024 * 1024
/** Beyond this much it is when it stays so. */
const SLOW_FOR_BYTES = 4 * 1024 * 1024
const SLOW_FOR_MS = 10_000

/** Judges one reader, asked about once a second with the bytes that wait for it and the time in ms: is it too slow? */
export function createSlowReader(): (waitingBytes: number, now: number) => boolean {
  let since: number | null = null
  return (waitingBytes, now) => {
    if (waitingBytes > SLOW_BYTES) return true
    if (waitingBytes < SLOW_FOR_BYTES) since = null
    else since ??= now
    return since !== null && now - since > SLOW_FOR_MS
  }
}
