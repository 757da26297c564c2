import { openDB } from 'idb'
import type { DBSchema, IDBPDatabase } from 'idb'
import { commandEnvelope } from '#lib/kernel/envelope.ts'
import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import type { ClientId, NewId, StoryId } from '#lib/kernel/ids.ts'
import type { Outbox } from './story-sync-ports.ts'

/**
 * Commands wait here, in IndexedDB, from before they are sent until their outcome is known (collab.md 9).
 * One client id per tab and story, held by a Web Lock of that name; a duplicated tab finds the lock taken and draws its
 * own. (Per story, because numbers are gap-free: what waits for one story must not hold up another.)
 * The waiting commands of a closed tab are adopted by the next tab: same id, same numbers, so each happens once.
 */
interface OutboxDb extends DBSchema {
  clients: { key: string; value: { clientId: ClientId; userId: string; nextSeq: number } }
  waiting: {
    key: [string, number]
    value: { clientId: ClientId; seq: number; userId: string; storyId: string; envelope: CommandEnvelope }
    indexes: { byUser: string }
  }
}

const SESSION_KEY = 'loom-client:'

/** The tab's durable queue for one story. */
export interface TabOutbox {
  readonly queue: Outbox
  /** Commands of closed tabs of this person, to be sent with their own client id, oldest first. */
  readonly adoptOrphans: () => Promise<readonly CommandEnvelope[]>
  readonly forget: (envelope: CommandEnvelope) => Promise<void>
  /** How many commands wait in this browser for the person. */
  readonly count: () => Promise<number>
  /** Drops what waits, after sign-out was confirmed. */
  readonly clear: () => Promise<void>
  readonly release: () => void
}

/** Opens the queue of this tab. Rejects when the browser refuses storage; the caller then says so. */
export async function openOutbox(storyId: StoryId, userId: string, newId: NewId): Promise<TabOutbox> {
  const db = await openDB<OutboxDb>('loom-outbox', 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('clients', { keyPath: 'clientId' })
      fresh.createObjectStore('waiting', { keyPath: ['clientId', 'seq'] }).createIndex('byUser', 'userId')
    },
  })
  const releases: (() => void)[] = []
  let clientId = await claimTabClient(db, SESSION_KEY + storyId, userId, newId, releases)

  async function nextEnvelope(make: (id: ClientId, seq: number) => CommandEnvelope): Promise<CommandEnvelope> {
    const tx = db.transaction(['clients', 'waiting'], 'readwrite')
    const client = (await tx.objectStore('clients').get(clientId)) ?? { clientId, userId, nextSeq: 1 }
    const envelope = make(clientId, client.nextSeq)
    await tx.objectStore('clients').put({ ...client, nextSeq: client.nextSeq + 1 })
    await tx.objectStore('waiting').put({ clientId, seq: envelope.seq, userId, storyId: envelope.storyId, envelope })
    await tx.done
    return envelope
  }

  const waitingOf = async (id: ClientId) =>
    (await db.getAll('waiting', IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]))).map((row) => row.envelope)

  return {
    queue: {
      add: nextEnvelope,
      remove: (envelope) => db.delete('waiting', [envelope.clientId, envelope.seq]),
      waiting: () => waitingOf(clientId),
      renumber: async () => {
        const old = await waitingOf(clientId)
        const oldId = clientId
        clientId = newId('client')
        hold(clientId, releases)
        sessionStorage.setItem(SESSION_KEY + storyId, clientId)
        const fresh: CommandEnvelope[] = []
        for (const envelope of old) fresh.push(await nextEnvelope((id, seq) => ({ ...envelope, clientId: id, seq })))
        await db.delete('waiting', IDBKeyRange.bound([oldId, 0], [oldId, Number.MAX_SAFE_INTEGER]))
        return fresh
      },
    },
    adoptOrphans: async () => {
      const rows = (await db.getAllFromIndex('waiting', 'byUser', userId)).filter((row) => row.clientId !== clientId)
      const adopted: CommandEnvelope[] = []
      for (const id of new Set(rows.map((row) => row.clientId))) {
        if (!(await tryHold(id, releases))) continue
        const parsed = rows
          .filter((row) => row.clientId === id && row.storyId === storyId)
          .map((row) => commandEnvelope.safeParse(row.envelope))
        adopted.push(...parsed.flatMap((result) => (result.success ? [result.data] : [])))
      }
      return adopted.sort((a, b) => (a.clientId === b.clientId ? a.seq - b.seq : a.clientId < b.clientId ? -1 : 1))
    },
    forget: (envelope) => db.delete('waiting', [envelope.clientId, envelope.seq]),
    count: () => db.countFromIndex('waiting', 'byUser', userId),
    clear: async () => {
      const rows = await db.getAllFromIndex('waiting', 'byUser', userId)
      for (const row of rows) await db.delete('waiting', [row.clientId, row.seq])
    },
    release: () => {
      for (const release of releases) release()
      db.close()
    },
  }
}

async function claimTabClient(
  db: IDBPDatabase<OutboxDb>,
  key: string,
  userId: string,
  newId: NewId,
  releases: (() => void)[],
): Promise<ClientId> {
  const remembered = sessionStorage.getItem(key)
  if (remembered) {
    const known = await db.get('clients', remembered)
    if (known?.userId === userId && (await tryHold(known.clientId, releases))) return known.clientId
  }
  const fresh = newId('client')
  hold(fresh, releases)
  sessionStorage.setItem(key, fresh)
  return fresh
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

function hold(id: string, releases: (() => void)[]): void {
  void navigator.locks.request(`loom-client-${id}`, () => new Promise<void>((release) => releases.push(release)))
}
