/** One change as the server lists it; `at` in UTC ms. */
export interface HistoryEntry {
  readonly version: number
  readonly at: number
  readonly actorName: string
  readonly actorKind: string
  readonly commandId: string
  readonly types: readonly string[]
  readonly ids: readonly string[]
  readonly undone: boolean
}

/** Changes told as one row, newest first; never empty. */
export type HistoryGroup = readonly [HistoryEntry, ...HistoryEntry[]]

const TOGETHER_MS = 10 * 60_000

/**
 * Joins consecutive changes that would read the same: one actor, the same words, all undone or none, and the whole
 * row within ten minutes. `wordsOf` says how a change reads. Order is kept and nothing is dropped.
 */
export function groupEntries(
  entries: readonly HistoryEntry[],
  wordsOf: (types: readonly string[]) => string,
): HistoryGroup[] {
  const groups: [HistoryEntry, ...HistoryEntry[]][] = []
  for (const entry of entries) {
    const group = groups.at(-1)
    const newest = group?.[0]
    if (
      group &&
      newest &&
      newest.actorName === entry.actorName &&
      newest.actorKind === entry.actorKind &&
      newest.undone === entry.undone &&
      wordsOf(newest.types) === wordsOf(entry.types) &&
      newest.at - entry.at <= TOGETHER_MS
    )
      group.push(entry)
    else groups.push([entry])
  }
  return groups
}
