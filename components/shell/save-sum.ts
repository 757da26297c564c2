/** What one area knows about its own changes. `unsaved` counts those without a durable answer of the server. */
export interface SaveReport {
  readonly unsaved: number
  readonly connected: boolean
  /** Why nothing can be stored just now, in words: the disk is full, the story is read-only. */
  readonly trouble?: string | undefined
}

export interface SaveSum {
  readonly state: 'saved' | 'saving' | 'offline' | 'trouble'
  readonly unsaved: number
  readonly trouble: string | null
}

/** Before any area has reported. */
export const NOTHING_UNSAVED: SaveSum = { state: 'saved', unsaved: 0, trouble: null }

/** Sums the reports; it says saved only when every area has every answer and every line is up. */
export function sumOf(reports: readonly SaveReport[]): SaveSum {
  const unsaved = reports.reduce((sum, report) => sum + report.unsaved, 0)
  const trouble = reports.find((report) => report.trouble !== undefined)?.trouble ?? null
  if (trouble !== null) return { state: 'trouble', unsaved, trouble }
  if (reports.some((report) => !report.connected)) return { state: 'offline', unsaved, trouble: null }
  return { state: unsaved > 0 ? 'saving' : 'saved', unsaved, trouble: null }
}
