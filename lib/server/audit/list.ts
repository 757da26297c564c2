import { z } from 'zod'
import type { AuditAction } from '#lib/accounts/audit.ts'
import type { AppDb } from '../app-db.ts'

/** Which entries somebody wants to read. */
export interface AuditQuery {
  /** Only entries older than this one. */
  readonly before?: number | undefined
  readonly limit: number
  readonly action?: AuditAction | undefined
  readonly actor?: string | undefined
}

/** An entry as it is read. `at` is UTC ms. */
export interface AuditView {
  readonly seq: number
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
}

const factsColumn = z.record(z.string(), z.unknown())

/** Entries of the log, newest first. */
export async function listAudit(app: AppDb, query: AuditQuery): Promise<readonly AuditView[]> {
  const { before, action, actor, limit } = query
  const rows = await app.auditEntry.findMany({
    where: {
      ...(before === undefined ? {} : { seq: { lt: before } }),
      ...(action === undefined ? {} : { action }),
      ...(actor === undefined ? {} : { actor }),
    },
    orderBy: { seq: 'desc' },
    take: limit,
  })
  return rows.map(auditView)
}

/** A row as it is read; one that was tampered with shows what is left of it. */
export function auditView(row: {
  readonly seq: number
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly facts: string
}): AuditView {
  const { seq, actor, action, subject } = row
  return { seq, at: row.at.getTime(), actor, action, subject, facts: readFacts(row.facts) }
}

function readFacts(text: string): AuditView['facts'] {
  try {
    return factsColumn.parse(JSON.parse(text))
  } catch {
    return {}
  }
}
