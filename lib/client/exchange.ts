import type { LossReport } from '#lib/exchange/report.ts'
import { apiResponse, api } from './api.ts'

export interface ImportOutline {
  readonly title: string
  readonly format: string
  readonly start: string | null
  readonly counts: Readonly<Record<string, number>>
  readonly scenes: readonly {
    readonly title: string
    readonly type: string
    readonly words: number
    readonly choices: readonly string[]
  }[]
  readonly more: number
}

interface ImportFile {
  readonly file: File
  /** A format's id, or null to let the file say. */
  readonly format: string | null
  readonly title: string | null
}

/** Reads a file on the server without storing anything. Throws ApiProblem with the reason when it is refused. */
export function previewImport(
  wanted: ImportFile,
  signal: AbortSignal,
): Promise<{ outline: ImportOutline; report: LossReport }> {
  return api('POST', `/api/imports/preview?${queryOf(wanted)}`, { body: bytesOf(wanted.file), signal })
}

/**
 * Imports a file as a new story, whole or not at all. Stopped by the signal it stores nothing, unless the server had
 * stored it already.
 */
export function storeImport(wanted: ImportFile, signal: AbortSignal): Promise<{ storyId: string; report: LossReport }> {
  return api('POST', `/api/imports?${queryOf(wanted)}`, { body: bytesOf(wanted.file), signal })
}

function queryOf({ file, format, title }: ImportFile): string {
  const query = new URLSearchParams({ fileName: file.name.slice(-255) })
  if (format !== null) query.set('format', format)
  if (title !== null && title.trim() !== '') query.set('title', title.trim().slice(0, 200))
  return query.toString()
}

/** The bytes without the type the system guesses for the file, which the server would have to believe. */
function bytesOf(file: File): Blob {
  return new Blob([file], { type: 'application/octet-stream' })
}

/** What an export would hold and lose, and its size in bytes. */
export function readExportReport(
  storyId: string,
  format: string,
  signal: AbortSignal,
): Promise<{ fileName: string; bytes: number; report: LossReport }> {
  return api('GET', `/api/stories/${storyId}/export-report?format=${format}`, { signal })
}

/** The report kept with an imported story. Throws ApiProblem 404 for a story that was not imported. */
export function readImportReport(
  storyId: string,
  signal: AbortSignal,
): Promise<{ fileName: string; format: string; at: number; report: LossReport }> {
  return api('GET', `/api/stories/${storyId}/loss-report`, { signal })
}

/** The story as a file. */
export async function downloadExport(storyId: string, format: string): Promise<Blob> {
  return (await apiResponse('GET', `/api/stories/${storyId}/export?format=${format}`)).blob()
}
