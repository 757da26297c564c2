/** What one area knows about its own changes. `unsaved` counts those without a durable answer of the server. */
export interface SaveReport {
  readonly unsaved: number
  readonly connected: boolean
  /** Nothing is known yet: what this area saves has not been read. */
  readonly opening?: boolean | undefined
  /** False where what waits would be lost with this tab. */
  readonly kept?: boolean | undefined
  /** Why nothing can be stored just now, in words: the disk is full, the story is read-only. */
  readonly trouble?: string | undefined
}

export interface SaveSum {
  readonly state: 'opening' | 'saved' | 'saving' | 'offline' | 'trouble'
  readonly unsaved: number
  /** Everything that waits survives a closed tab. */
  readonly kept: boolean
  readonly trouble: string | null
}

/** Before any area has reported. */
export const NOTHING_KNOWN: SaveSum = { state: 'opening', unsaved: 0, kept: true, trouble: null }

/** Sums the reports; it says saved only when every area has every answer and every line is up. */
export function sumOf(reports: readonly SaveReport[]): SaveSum {
  if (reports.length === 0) return NOTHING_KNOWN
  const unsaved = reports.reduce((sum, report) => sum + report.unsaved, 0)
  const kept = reports.every((report) => report.unsaved === 0 || report.kept !== false)
  const trouble = reports.find((report) => report.trouble !== undefined)?.trouble ?? null
  if (trouble !== null) return { state: 'trouble', unsaved, kept, trouble }
  if (reports.some((report) => !report.connected)) return { state: 'offline', unsaved, kept, trouble: null }
  if (unsaved > 0) return { state: 'saving', unsaved, kept, trouble: null }
  return { state: reports.some((report) => report.opening) ? 'opening' : 'saved', unsaved, kept, trouble: null }
}
