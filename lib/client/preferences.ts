import { z } from 'zod'

const KEY = 'loom.preferences'

/** What one person likes in this browser. Bounds are part of the schema; a broken value falls back by itself. */
const preferences = z.object({
  /** px */
  proseSize: z.number().int().min(15).max(24).catch(19),
  /** Characters in a line. */
  proseMeasure: z.number().int().min(48).max(84).catch(66),
  proseFont: z.enum(['serif', 'sans']).catch('serif'),
  spellcheck: z.boolean().catch(true),
  /** Shelf as cards or as a compact table. */
  shelfView: z.enum(['cards', 'table']).catch('cards'),
})

export type Preferences = z.infer<typeof preferences>

export const DEFAULT_PREFERENCES: Preferences = preferences.parse({})

interface PreferenceStore {
  readonly read: () => Preferences
  readonly change: (fields: Partial<Preferences>) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** Keeps the preferences in the browser's storage; other tabs follow. Without storage they last as long as the page. */
export function createPreferenceStore(): PreferenceStore {
  const listeners = new Set<() => void>()
  let present: Preferences | null = null
  const load = (): Preferences => {
    try {
      return preferences.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
    } catch {
      // Storage switched off or not ours: the defaults are always right.
      return DEFAULT_PREFERENCES
    }
  }
  const tell = () => listeners.forEach((listener) => listener())
  const follow = (event: StorageEvent) => {
    if (event.key !== KEY) return
    present = null
    tell()
  }
  return {
    read: () => (present ??= load()),
    change(fields) {
      present = { ...(present ?? load()), ...fields }
      try {
        localStorage.setItem(KEY, JSON.stringify(present))
      } catch {
        // As above: the choice holds for this page only.
      }
      tell()
    },
    subscribe(listener) {
      if (listeners.size === 0) window.addEventListener('storage', follow)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) window.removeEventListener('storage', follow)
      }
    },
  }
}
