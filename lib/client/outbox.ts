import { openDB } from 'idb'
import type { DBSchema, IDBPDatabase } from 'idb'
import { commandEnvelope } from '#lib/kernel/envelope.ts'
import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import type { ClientId, NewId, StoryId } from '#lib/kernel/ids.ts'
import { createRefusedStore } from './refused-store.ts'
import type { Outbox } from './story-sync-ports.ts'

/**
 * Commands wait here, in IndexedDB, from before they are sent until their outcome is known (collab.md 9).
 * One client id per tab and story, held by a Web Lock of that name; a duplicated tab finds the lock taken and draws its
 * own. (Per story, because numbers are gap-free: what waits for one story must not hold up another.)
 * The waiting commands of a closed tab are adopted by the next tab: same id, same numbers, so each happens once.
 * The lock makes this tab the only writer of its id, so memory leads and the browser's storage follows. Where that
 * fails, numbering and sending go on and the tab says that nothing is kept.
 */
interface OutboxDb extends DBSchema {
  clients: { key: string; value: { clientId: ClientId; userId: string; nextSeq: number } }
  waiting: {
    key: [string, number]
    value: { clientId: ClientId; seq: number; userId: string; storyId: string; envelope: CommandEnvelope }
    indexes: { byUser: string }
  }
}

interface OutboxOptions {
  readonly storyId: StoryId
  readonly userId: string
  readonly newId: NewId
  /** Whether what waits would survive a closed tab; told whenever it changes. */
  readonly onKeeps: (keeps: boolean) => void
}

/** The tab's queue for one story. */
export interface TabOutbox extends Outbox {
  readonly keeps: () => boolean
  readonly release: () => void
}

interface Claim {
  readonly clientId: ClientId
  readonly nextSeq: number
  readonly waiting: readonly CommandEnvelope[]
}

const SESSION_KEY = 'loom-client:'

/** Opens the queue of this tab. Never rejects: a browser that refuses storage gets a queue that keeps nothing. */
export async function openOutbox({ storyId, userId, newId, onKeeps }: OutboxOptions): Promise<TabOutbox> {
  const releases: (() => void)[] = []
  const adopted = new Set<string>()
  const refused = createRefusedStore(storyId, userId)
  const db = await openStore().catch(() => null)
  const claimed = db ? await claim(db, SESSION_KEY + storyId, userId, releases).catch(() => null) : null
  let { clientId, nextSeq, waiting: mine } = claimed ?? (await fresh())
  let unkept: CommandEnvelope[] = []
  let keeps = db !== null
  let writing: Promise<void> = Promise.resolve()
  if (!keeps) onKeeps(false)

  async function fresh(): Promise<Claim> {
    const drawn = newId('client')
    if (db) await tryHold(drawn, releases)
    return { clientId: drawn, nextSeq: 1, waiting: [] }
  }

  /** Brings storage to where memory is, in one transaction; what an earlier try could not write goes along. */
  function keep(gone: readonly CommandEnvelope[]): Promise<void> {
    writing = writing.then(async () => {
      try {
        if (!db) return
        const tx = db.transaction(['clients', 'waiting'], 'readwrite')
        const [clients, rows] = [tx.objectStore('clients'), tx.objectStore('waiting')]
        const written = unkept
        await Promise.all([
          clients.put({ clientId, userId, nextSeq }),
          ...gone.map(({ clientId: id, seq }) => rows.delete([id, seq])),
          ...written.map((envelope) =>
            rows.put({ clientId: envelope.clientId, seq: envelope.seq, userId, storyId, envelope }),
          ),
          tx.done,
        ])
        unkept = unkept.filter((envelope) => !written.includes(envelope))
        remember(SESSION_KEY + storyId, clientId)
        tell(true)
      } catch {
        // The number stored for this id may be behind by now: the next tab must not go on from it.
        remember(SESSION_KEY + storyId, null)
        tell(false)
      }
    })
    return writing
  }

  function tell(next: boolean): void {
    if (next !== keeps) onKeeps(next)
    keeps = next
  }

  /** Rows of this story whose tab is gone; the lock of that tab tells. */
  async function orphanRows(from: IDBPDatabase<OutboxDb>): Promise<readonly CommandEnvelope[]> {
    const rows = (await from.getAllFromIndex('waiting', 'byUser', userId)).filter((row) => row.storyId === storyId)
    for (const id of new Set(rows.map((row) => row.clientId))) {
      if (id !== clientId && !adopted.has(id) && (await tryHold(id, releases))) adopted.add(id)
    }
    return rows
      .filter((row) => adopted.has(row.clientId))
      .flatMap((row) => commandEnvelope.safeParse(row.envelope).data ?? [])
      .sort((a, b) => (a.clientId === b.clientId ? a.seq - b.seq : a.clientId < b.clientId ? -1 : 1))
  }

  return {
    add: async (make, instead) => {
      const envelope = make(clientId, nextSeq++)
      mine = [...mine, envelope]
      unkept = [...unkept, envelope]
      await keep(instead ? [instead] : [])
      return mine.find((item) => item.commandId === envelope.commandId) ?? envelope
    },
    replace: async (commandId, command) => {
      mine = mine.map((item) => (item.commandId === commandId ? { ...item, command } : item))
      const found = () => mine.filter((item) => item.commandId === commandId)
      unkept = [...unkept.filter((item) => item.commandId !== commandId), ...found()]
      await keep([])
      return found()[0]
    },
    remove: (envelope) => {
      const others = (item: CommandEnvelope) => item.commandId !== envelope.commandId
      // It may have been renumbered since.
      const row = mine.find((item) => !others(item)) ?? envelope
      mine = mine.filter(others)
      unkept = unkept.filter(others)
      // A row that cannot be removed is sent once more by the next tab; the server knows its number.
      return keep([row])
    },
    waiting: () => Promise.resolve(mine),
    renumber: async () => {
      const old = mine
      ;({ clientId, nextSeq } = await fresh())
      mine = old.map((envelope) => ({ ...envelope, clientId, seq: nextSeq++ }))
      unkept = [...mine]
      await keep(old)
      return mine
    },
    refuse: refused.keep,
    refused: refused.all,
    dismiss: refused.forget,
    orphans: () => (db ? orphanRows(db).catch(() => []) : Promise.resolve([])),
    keeps: () => keeps,
    release: () => {
      for (const release of releases) release()
      db?.close()
      void refused.close()
    },
  }
}

/** Rejects where the browser refuses storage or has no locks (a plain address that is not this machine). */
async function openStore(): Promise<IDBPDatabase<OutboxDb>> {
  if (!('locks' in navigator)) throw new Error('no locks')
  return openDB<OutboxDb>('loom-outbox', 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('clients', { keyPath: 'clientId' })
      fresh.createObjectStore('waiting', { keyPath: ['clientId', 'seq'] }).createIndex('byUser', 'userId')
    },
  })
}

/** Takes up this tab's id from before a reload with what waits under it; null when there is none or it is in use. */
async function claim(
  db: IDBPDatabase<OutboxDb>,
  key: string,
  userId: string,
  releases: (() => void)[],
): Promise<Claim | null> {
  const remembered = sessionStorage.getItem(key)
  const known = remembered ? await db.get('clients', remembered) : undefined
  if (known?.userId !== userId || !(await tryHold(known.clientId, releases))) return null
  const { clientId, nextSeq } = known
  const rows = await db.getAll('waiting', IDBKeyRange.bound([clientId, 0], [clientId, Number.MAX_SAFE_INTEGER]))
  return { clientId, nextSeq, waiting: rows.map((row) => row.envelope) }
}

/** Notes the tab's id for its next load. Without it that load draws a new one, and adopts what waits under this. */
function remember(key: string, id: ClientId | null): void {
  try {
    if (id === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, id)
  } catch {
    // Refused by the browser, which also never answers with an old one then.
  }
}

/** Takes the lock of a client id when it is free; keeps it until released. */
function tryHold(id: string, releases: (() => void)[]): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(`loom-client-${id}`, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(false)
      resolve(true)
      return new Promise<void>((release) => releases.push(release))
    })
  })
}
