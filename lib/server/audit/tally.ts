import type { AuditNote } from '#lib/accounts/audit.ts'

export const TALLY_MS = 60_000

interface Window {
  readonly timer: NodeJS.Timeout
  /** Notes that came since the last entry. */
  count: number
  last: AuditNote
}

interface Tally {
  readonly add: (note: AuditNote) => void
  /** Writes what was counted and stops. */
  readonly close: () => Promise<void>
}

/**
 * Keeps a loop from flooding the audit log: the first note is an entry at once, equal ones of the following minute are one
 * entry with their `count` at its end. Equal are action, actor and facts; the subject is left out where it varies.
 */
export function createTally(record: (note: AuditNote) => Promise<void>): Tally {
  const windows = new Map<string, Window>()
  let closed = false

  function write(note: AuditNote, count: number): Promise<void> {
    // A refusal stays a refusal when it cannot be written down; `record` has logged it.
    return record({ ...note, facts: { ...note.facts, count } }).catch(() => undefined)
  }

  function turn(key: string): void {
    const window = windows.get(key)
    windows.delete(key)
    if (!window || window.count === 0) return
    void write(window.last, window.count)
    windows.set(key, { timer: later(key), count: 0, last: window.last })
  }

  function later(key: string): NodeJS.Timeout {
    return setTimeout(() => turn(key), TALLY_MS).unref()
  }

  return {
    add: (note) => {
      if (closed) return
      const key = JSON.stringify([note.action, note.actor, note.facts])
      const window = windows.get(key)
      if (!window) {
        void write(note, 1)
        windows.set(key, { timer: later(key), count: 0, last: note })
        return
      }
      window.last = window.count === 0 || window.last.subject === note.subject ? note : withoutSubject(note)
      window.count += 1
    },
    close: async () => {
      closed = true
      const left = [...windows.values()]
      windows.clear()
      for (const { timer } of left) clearTimeout(timer)
      await Promise.all(left.filter(({ count }) => count > 0).map(({ last, count }) => write(last, count)))
    },
  }
}

function withoutSubject({ subject: _, ...note }: AuditNote): AuditNote {
  return note
}
