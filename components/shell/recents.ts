const KEY = 'loom.recent'
const KEPT = 40

/** Ids of what was last chosen in the palette, newest first. Empty where the browser keeps nothing for us. */
export function readRecents(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
  } catch {
    // Storage switched off, or not ours: recency is a comfort only.
    return []
  }
}

/** Puts an id first among the recent ones. */
export function pushRecent(id: string): void {
  try {
    const others = readRecents().filter((other) => other !== id)
    localStorage.setItem(KEY, JSON.stringify([id, ...others].slice(0, KEPT)))
  } catch {
    // As above: without storage there is no memory of it, and nothing else is lost.
    return
  }
}
