import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type AuditEntry, CHAIN_START, type ChainHead, verifyChain } from '#lib/accounts/audit.ts'
import type { AppDb } from '../app-db.ts'

/** The setting that names the entry written last, so that entries missing or added at the end are found too. */
const HEAD_KEY = 'audit.head'
const PAGE = 1_000

/** Whether the log is as it was written. */
export interface ChainState {
  /** Entries that belong where they stand, from the first on. */
  readonly entries: number
  /** Number of the first entry that is changed, missing or foreign; null when the chain is intact. */
  readonly brokenAt: number | null
}

const headValue = z.strictObject({ seq: z.number().int(), hash: z.string() })
const storedRow = z.object({
  seq: z.union([z.number(), z.bigint()]).transform(Number),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  facts: z.string(),
  previous: z.string(),
  hash: z.string(),
})

/**
 * Where the next entry goes. Its predecessor is the entry that was written last, also when that one is gone or others
 * were put behind it: so the break stays in the chain for good.
 */
export async function readHead(app: AppDb): Promise<ChainHead> {
  const named = await namedHead(app)
  const last = await app.auditEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } })
  return { seq: Math.max(named.seq, last?.seq ?? 0), hash: named.hash }
}

/** Stores entries and names the last of them, both or neither. */
export async function store(app: AppDb, entries: readonly AuditEntry[]): Promise<void> {
  const last = entries.at(-1)
  if (!last) return
  const fields = { value: JSON.stringify({ seq: last.seq, hash: last.hash }), changedAt: new Date(last.at) }
  await app.$transaction([
    app.auditEntry.createMany({ data: entries.map((entry) => ({ ...entry, at: new Date(entry.at) })) }),
    app.setting.upsert({
      where: { key: HEAD_KEY },
      create: { key: HEAD_KEY, changedBy: 'system', ...fields },
      update: fields,
    }),
  ])
}

/** Reads the whole log in pages and follows its chain to the entry that was written last. */
export async function checkChain(app: AppDb): Promise<ChainState> {
  let head = CHAIN_START
  // Also what was put before the first entry.
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    // As text, because Prisma forgives other spellings of the same moment.
    const rows: unknown[] = await app.$queryRaw`
      SELECT "seq", CAST("at" AS TEXT) AS "at", "actor", "action", "subject", "facts", "previous", "hash"
      FROM "AuditEntry" WHERE "seq" > ${after} ORDER BY "seq" LIMIT ${PAGE}`
    const page = verifyChain(head, rows.map(entryOf), sha256)
    head = page.head
    after = head.seq
    if (page.brokenAt !== null) return { entries: head.seq, brokenAt: page.brokenAt }
    if (rows.length === PAGE) continue
    const named = await namedHead(app)
    // What was appended since the page was read is read too.
    if (named.seq > head.seq && rows.length > 0) continue
    const whole = named.seq === head.seq && named.hash === head.hash
    return { entries: head.seq, brokenAt: whole ? null : Math.min(named.seq, head.seq) + 1 }
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function namedHead(app: AppDb): Promise<ChainHead> {
  const row = await app.setting.findUnique({ where: { key: HEAD_KEY }, select: { value: true } })
  if (!row) return CHAIN_START
  const parsed = headValue.safeParse(parseJson(row.value))
  // A head nobody can read names no entry: the check reports it.
  return parsed.success ? parsed.data : { seq: 0, hash: '' }
}

/** A row that no longer reads as an entry becomes one whose hash cannot fit. */
function entryOf(raw: unknown): AuditEntry {
  const row = storedRow.safeParse(raw)
  if (!row.success) return { ...CHAIN_START, at: 0, actor: '', action: '', subject: '', facts: '', previous: '' }
  const at = Date.parse(row.data.at)
  return { ...row.data, at: row.data.at === storedMoment(at) ? at : Number.NaN }
}

/** How Prisma writes a moment into SQLite. */
function storedMoment(ms: number): string {
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString().replace('Z', '+00:00')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
