import { setTimeout as wait } from 'node:timers/promises'
import {
  type AuditEntry,
  type AuditNote,
  type ChainHead,
  entryAfter,
  mayGoUnrecorded,
  unfitPart,
} from '#lib/accounts/audit.ts'
import { InternalError, UnavailableError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Log } from '../log.ts'
import { type ChainState, checkChain, readHead, sha256, store } from './chain.ts'
import { type AuditQuery, type AuditView, listAudit } from './list.ts'
import { createTally } from './tally.ts'

/** The log of what happened at the doors (H5). */
export interface Audit {
  /**
   * Appends one entry and resolves when it is on disk. Call it after every check and before the change is stored, so that
   * nothing happens unrecorded. Throws UnavailableError when the log cannot be written, except for what may go
   * unrecorded (AC42); throws InternalError for facts that are no ids, numbers or roles.
   */
  readonly record: (note: AuditNote) => Promise<void>
  /** As `record`, for what a loop could cause: equal notes of one minute become one entry with a `count`. Never fails. */
  readonly tally: (note: AuditNote) => void
  /** Entries, newest first. */
  readonly list: (query: AuditQuery) => Promise<readonly AuditView[]>
  /** Reads the whole chain. Callers at the same time share one reading. */
  readonly check: () => Promise<ChainState>
  /** Writes what is still being counted; nothing is recorded afterwards. */
  readonly close: () => Promise<void>
}

interface AuditParts {
  readonly app: AppDb
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
}

interface Waiting {
  readonly note: AuditNote
  readonly at: number
  readonly done: (failure: unknown) => void
}

const BATCH = 100
/** Waits before the second and the third try of a failed append. */
const RETRY_MS = [50, 500]

/** Opens the audit log at its last entry. */
export async function createAudit({ app, clock, log }: AuditParts): Promise<Audit> {
  let head = await readHead(app)
  let waiting: Waiting[] = []
  let writing: Promise<void> | null = null
  let checking: Promise<ChainState> | null = null
  const tally = createTally(record)

  async function record(note: AuditNote): Promise<void> {
    const unfit = unfitPart(note)
    if (unfit !== null) throw new InternalError(`The ${unfit} of "${note.action}" may not stand in the audit log.`)
    const failure = await new Promise<unknown>((done) => {
      waiting.push({ note, at: clock(), done })
      writing ??= writeAll()
    })
    if (failure === null) return
    log.error({ err: failure, action: note.action, actor: note.actor }, 'the audit log could not be written')
    if (!mayGoUnrecorded(note.action))
      throw new UnavailableError('The audit log cannot be written just now, so nothing was changed. Try again.')
  }

  /** One append at a time: whatever came in the meantime goes together into the next one. */
  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      waiting = waiting.slice(BATCH)
      const failure = await append(batch)
      for (const one of batch) one.done(failure)
    }
    // In the same turn as the last look, so that no note comes in between and waits for ever.
    writing = null
  }

  async function append(batch: readonly Waiting[]): Promise<unknown> {
    for (const pause of [...RETRY_MS, null]) {
      const entries = chained(head, batch)
      const end = headOf(entries, head)
      try {
        await store(app, entries)
        head = end
        return null
      } catch (cause) {
        if (pause === null) return cause
        await wait(pause)
        // The write may have reached the disk although its answer was lost; then it must not be made twice.
        const stored = await readHead(app).catch(() => head)
        if (stored.hash === end.hash) {
          head = end
          return null
        }
        head = stored
      }
    }
    return null
  }

  return {
    record,
    tally: tally.add,
    list: (query) => listAudit(app, query),
    check: () => (checking ??= checkChain(app).finally(() => (checking = null))),
    close: async () => {
      await tally.close()
      await writing
    },
  }
}

function chained(head: ChainHead, batch: readonly Waiting[]): AuditEntry[] {
  const entries: AuditEntry[] = []
  for (const { note, at } of batch) entries.push(entryAfter(headOf(entries, head), note, at, sha256))
  return entries
}

function headOf(entries: readonly AuditEntry[], otherwise: ChainHead): ChainHead {
  return entries.at(-1) ?? otherwise
}
