import { z } from 'zod'
import { LIMITS } from './limits.ts'

// Loss reports: what an import or export kept, changed, dropped, and what it warns of. Rules EX1-EX3 in SPEC.md.

/** Where in the source it happened: a line (from 1), a scene's name, a path inside an archive, or nothing. */
export const place = z.strictObject({
  line: z.number().int().min(1).optional(),
  scene: z.string().max(300).optional(),
  path: z.string().max(300).optional(),
})
export type Place = z.infer<typeof place>

/** `code` is stable and groups entries on the screen; `message` is one plain sentence. */
export const lossEntry = z.strictObject({
  code: z.string().max(60),
  message: z.string().max(1000),
  place,
  /** How many entries this one stands for, where it closes a list that was too long. */
  more: z.number().int().min(1).optional(),
})
export type LossEntry = z.infer<typeof lossEntry>

export const lossReport = z.strictObject({
  format: z.string().max(40),
  direction: z.enum(['import', 'export']),
  imported: z.record(z.string().max(40), z.number().int().min(0)),
  changed: z.array(lossEntry),
  dropped: z.array(lossEntry),
  warnings: z.array(lossEntry),
})
export type LossReport = z.infer<typeof lossReport>

export type LossKind = 'changed' | 'dropped' | 'warnings'

/** Collects entries while a format reads or writes. */
export interface ReportWriter {
  readonly changed: (code: string, message: string, where?: Place) => void
  readonly dropped: (code: string, message: string, where?: Place) => void
  readonly warn: (code: string, message: string, where?: Place) => void
  /** Adds to a count of what came through, such as scenes. */
  readonly count: (noun: string, by?: number) => void
  readonly finish: () => LossReport
}

/** Starts a report. Beyond `LIMITS.reportEntries` entries of a kind it goes on counting and says how many more there are. */
export function reportWriter(format: string, direction: 'import' | 'export'): ReportWriter {
  const lists: Record<LossKind, LossEntry[]> = { changed: [], dropped: [], warnings: [] }
  const more: Record<LossKind, number> = { changed: 0, dropped: 0, warnings: 0 }
  const imported: Record<string, number> = {}
  const add =
    (kind: LossKind) =>
    (code: string, message: string, where: Place = {}): void => {
      if (lists[kind].length >= LIMITS.reportEntries) more[kind]++
      else lists[kind].push({ code, message: clip(message, 1000), place: clipPlace(where) })
    }
  return {
    changed: add('changed'),
    dropped: add('dropped'),
    warn: add('warnings'),
    count: (noun, by = 1) => {
      imported[noun] = (imported[noun] ?? 0) + by
    },
    finish: () => {
      const closed = (kind: LossKind) => bounded(lists[kind], more[kind])
      return {
        ...{ format, direction, imported },
        ...{ changed: closed('changed'), dropped: closed('dropped'), warnings: closed('warnings') },
      }
    },
  }
}

/** At most `LIMITS.reportEntries`, and one that says how many more there are; `beyond` is how many were never listed. */
function bounded(entries: readonly LossEntry[], beyond: number): LossEntry[] {
  const listed = entries.filter((entry) => entry.more === undefined)
  const kept = listed.slice(0, LIMITS.reportEntries)
  const more = entries.reduce((sum, entry) => sum + (entry.more ?? 0), beyond + listed.length - kept.length)
  if (more === 0) return kept
  const message = `${more} more entries of this kind are not listed.`
  return [...kept, { code: 'more', message, place: {}, more }]
}

/** Joins two reports of the same work, such as parsing and storing; the result is as bounded as each of them (EX3). */
export function joinReports(first: LossReport, second: LossReport): LossReport {
  return {
    ...first,
    imported: { ...first.imported, ...second.imported },
    changed: bounded([...first.changed, ...second.changed], 0),
    dropped: bounded([...first.dropped, ...second.dropped], 0),
    warnings: bounded([...first.warnings, ...second.warnings], 0),
  }
}

/** Cuts text at a length without splitting a character, with an ellipsis when cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max - 1)
  const last = cut.charCodeAt(cut.length - 1)
  return (last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut) + '…'
}

function clipPlace(where: Place): Place {
  return {
    ...(where.line === undefined ? {} : { line: where.line }),
    ...(where.scene === undefined ? {} : { scene: clip(where.scene, 300) }),
    ...(where.path === undefined ? {} : { path: clip(where.path, 300) }),
  }
}
