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
  if (!(await holdsUnsent(name))) await deleteDB(name)
}

/** Those of the named documents in whose copies something waits. Rejects where the browser refuses storage. */
export async function docsWithUnsent(userId: string, docs: readonly string[]): Promise<readonly string[]> {
  if (typeof indexedDB === 'undefined') return []
  // Opening a copy that is not there would make one, and one without its stores.
  const there = new Set((await indexedDB.databases()).map(({ name }) => name))
  const mine = docs.filter((doc) => there.has(localPrefix(userId) + doc))
  const waiting = await Promise.all(mine.map((doc) => holdsUnsent(localPrefix(userId) + doc)))
  return mine.filter((_, index) => waiting[index])
}

async function holdsUnsent(name: string): Promise<boolean> {
  const db = await openDB(name)
  const unsent: unknown = db.objectStoreNames.contains(CUSTOM_STORE) ? await db.get(CUSTOM_STORE, UNSENT_KEY) : 0
  db.close()
  return typeof unsent === 'number' && unsent > 0
}
