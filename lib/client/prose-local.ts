import { deleteDB, openDB } from 'idb'

/** Where a browser keeps its copies of texts: one database of y-indexeddb per person and document. */

/** Key, in the copy's own store, of the number of changes that wait. */
export const UNSENT_KEY = 'unsent'
const CUSTOM_STORE = 'custom'
/** Sign-out does not wait longer for a copy another tab holds open. */
const PATIENCE_MS = 1500

/** How the names of one person's copies begin. */
export function localPrefix(userId: string): string {
  return `loom-prose:${userId}:`
}

/** Removes one person's copies in which nothing waits to be sent. Rejects where the browser refuses storage. */
export async function forgetSentCopies(userId: string): Promise<void> {
  if (typeof indexedDB === 'undefined') return
  const all = await indexedDB.databases()
  const mine = all.flatMap(({ name }) => (name?.startsWith(localPrefix(userId)) ? [name] : []))
  const work = Promise.all(mine.map(forgetIfSent))
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
}

async function forgetIfSent(name: string): Promise<void> {
  const db = await openDB(name)
  const unsent: unknown = db.objectStoreNames.contains(CUSTOM_STORE) ? await db.get(CUSTOM_STORE, UNSENT_KEY) : 0
  db.close()
  if (typeof unsent !== 'number' || unsent === 0) await deleteDB(name)
}
