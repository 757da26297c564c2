import { api, ApiProblem } from './api.ts'
import { docsWithUnsent, forgetSentCopies } from './prose-local.ts'
import type { ProseSession } from './prose-provider.ts'
import type { ProseTicket } from './prose-socket.ts'

/**
 * The texts this page has open, shared by every editor of the same scene. A text that is let go lingers a moment
 * (moving between places), and for as long as something in it is not saved.
 */

export interface ProseKey {
  readonly storyId: string
  readonly sceneId: string
  readonly userId: string
}

export interface HeldProse {
  /** Rejects with ApiProblem when the text was never opened here and the server does not answer. */
  readonly opened: Promise<ProseSession>
  readonly release: () => void
  /** Closes at once and forgets the document's name: the next hold opens the present text. */
  readonly discard: () => void
}

interface Entry {
  readonly key: ProseKey
  holders: number
  readonly opened: Promise<ProseSession>
  session: ProseSession | null
  stopWatching: () => void
  linger: ReturnType<typeof setTimeout> | null
}

export interface ProseSum {
  readonly unsent: number
  readonly connected: boolean
  /** Everything unsent survives a closed tab. */
  readonly kept: boolean
  /** Texts the server will not take any more although something in them is unsaved. */
  readonly stuck: number
}

const LINGER_MS = 4000
const NEW_SCENE_TRIES = 8
const NEW_SCENE_MS = 300
const entries = new Map<string, Entry>()
const listeners = new Set<() => void>()
const CALM: ProseSum = { unsent: 0, connected: true, kept: true, stuck: 0 }
let sum = CALM

/** Opens a scene's text, or joins those who have it open on this page. */
export function holdProse(key: ProseKey): HeldProse {
  const id = `${key.userId}:${key.sceneId}`
  const entry = takeUp(id) ?? begin(id, key)
  entry.holders++
  if (entry.linger !== null) clearTimeout(entry.linger)
  entry.linger = null
  let released = false
  const release = () => {
    if (released) return
    released = true
    entry.holders--
    closeWhenDone(id, entry)
  }
  return {
    opened: entry.opened,
    release,
    discard: () => {
      localStorage.removeItem(nameKey(key))
      end(id, entry)
    },
  }
}

/**
 * The entry of a text that is open here. One the server ended and nobody holds any more is asked about again: the
 * scene may be back, the person signed in. With nothing unsent in it, it simply opens anew.
 */
function takeUp(id: string): Entry | null {
  const entry = entries.get(id) ?? null
  const state = entry?.session?.current()
  if (!entry || entry.holders > 0 || state?.connection !== 'ended') return entry
  if (state.unsent > 0) entry.session?.retry()
  else end(id, entry)
  return state.unsent > 0 ? entry : null
}

function begin(id: string, key: ProseKey): Entry {
  const entry: Entry = {
    key,
    holders: 0,
    opened: open(key),
    session: null,
    stopWatching: () => undefined,
    linger: null,
  }
  entries.set(id, entry)
  entry.opened.then(
    (session) => {
      entry.session = session
      entry.stopWatching = session.subscribe(() => {
        renewSum()
        if (entry.holders === 0) closeWhenDone(id, entry)
      })
      renewSum()
      if (entry.holders === 0) closeWhenDone(id, entry)
      if (entries.get(id) !== entry) void session.destroy()
    },
    () => {
      if (entries.get(id) === entry) entries.delete(id)
    },
  )
  return entry
}

/** The document's name is remembered, so that a text opened before opens again without the server. */
async function open(key: ProseKey): Promise<ProseSession> {
  const path = `/api/stories/${key.storyId}/scenes/${key.sceneId}/prose/ticket`
  const ask = (signal?: AbortSignal) => askTicket(path, signal)
  const remembered = localStorage.getItem(nameKey(key))
  let first: ProseTicket | null = remembered === null ? await ask() : null
  const doc = remembered ?? first?.doc ?? ''
  localStorage.setItem(nameKey(key), doc)
  // Loaded here and not above: pages are also drawn on the server, which must not hold a second Yjs.
  const { openProse } = await import('./prose-provider.ts')
  const { protocol, host } = window.location
  return openProse({
    serverUrl: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/yjs`,
    doc,
    userId: key.userId,
    random: Math.random,
    fetchTicket: async (signal) => {
      const ticket = first ?? (await ask(signal))
      first = null
      return ticket
    },
  })
}

/** A scene made a moment ago may still be on its way to the server: "not found" is asked again for some seconds. */
async function askTicket(path: string, signal: AbortSignal | undefined, tries = NEW_SCENE_TRIES): Promise<ProseTicket> {
  try {
    return await api<ProseTicket>('POST', path, { signal })
  } catch (cause) {
    if (!(cause instanceof ApiProblem) || cause.status !== 404 || tries <= 1) throw cause
    await new Promise((resolve) => setTimeout(resolve, NEW_SCENE_MS))
    return askTicket(path, signal, tries - 1)
  }
}

function nameKey(key: ProseKey): string {
  return `loom.prose-doc.${key.userId}.${key.sceneId}`
}

function closeWhenDone(id: string, entry: Entry): void {
  if (entry.holders > 0 || entry.linger !== null || !entry.session) return
  if (entry.session.current().unsent > 0) return
  entry.linger = setTimeout(() => {
    entry.linger = null
    const unsent = entry.session?.current().unsent ?? 0
    if (entry.holders === 0 && unsent === 0) end(id, entry)
  }, LINGER_MS)
}

function end(id: string, entry: Entry): void {
  if (entries.get(id) === entry) entries.delete(id)
  entry.stopWatching()
  if (entry.linger !== null) clearTimeout(entry.linger)
  void entry.session?.destroy()
  renewSum()
}

function renewSum(): void {
  const states = [...entries.values()].flatMap((entry) => (entry.session ? [entry.session.current()] : []))
  const next: ProseSum = {
    unsent: states.reduce((total, state) => total + state.unsent, 0),
    connected: states.every((state) => state.connection === 'online' || state.connection === 'ended' || !lost(state)),
    kept: states.every((state) => state.unsent === 0 || state.keptHere),
    stuck: states.filter((state) => state.connection === 'ended' && state.unsent > 0).length,
  }
  const same = next.unsent === sum.unsent && next.connected === sum.connected && next.stuck === sum.stuck
  if (same && next.kept === sum.kept) return
  sum = next
  for (const listener of listeners) listener()
}

/** A first connect under way is not yet a lost line. */
function lost(state: { readonly connection: string; readonly unsent: number }): boolean {
  return state.connection === 'offline' || state.unsent > 0
}

/**
 * At sign-out: closes the texts of this page and removes this browser's copies of what is safely on the server.
 * A copy that holds unsent changes stays, for the same person's next sign-in only. Never rejects.
 */
export async function forgetProse(userId: string): Promise<void> {
  for (const [id, entry] of [...entries]) if ((entry.session?.current().unsent ?? 0) === 0) end(id, entry)
  await forgetSentCopies(userId).catch(() => undefined)
}

/**
 * Opens the texts among these scenes in which an earlier page left something unsent, so that it counts as unsent and is
 * sent, whether or not anybody looks at them. Each closes when it is done. Rejects where the browser refuses storage.
 */
export async function resumeUnsent(storyId: string, userId: string, sceneIds: Iterable<string>): Promise<void> {
  const keys = new Map<string, ProseKey>()
  for (const sceneId of sceneIds) {
    const key = { storyId, sceneId, userId }
    const doc = localStorage.getItem(nameKey(key))
    if (doc !== null) keys.set(doc, key)
  }
  const waiting = await docsWithUnsent(userId, [...keys.keys()])
  const held = waiting.flatMap((doc) => keys.get(doc) ?? []).map(holdProse)
  // Each has read its copy before this says that all is known.
  await Promise.allSettled(held.map(({ opened }) => opened.then(copyWasRead)))
  for (const { release } of held) release()
}

/** Waits until a text knows what its copy holds. */
function copyWasRead(session: ProseSession): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!session.current().copyRead) return
      stop()
      resolve()
    }
    const stop = session.subscribe(look)
    look()
  })
}

/** A text in which something is not stored on the server. */
export interface UnsentText {
  readonly sceneId: string
  readonly text: string
}

/** The texts of a story that this page has open with something unsent in them, as words to take along. */
export function unsentTexts(storyId: string): readonly UnsentText[] {
  return [...entries.values()].flatMap(({ key, session }) =>
    session && key.storyId === storyId && session.current().unsent > 0
      ? [{ sceneId: key.sceneId, text: session.text() }]
      : [],
  )
}

/** The words of a scene's text as it stands in this browser, or null when this page does not have it open. */
export function openText(sceneId: string): string | null {
  const open = [...entries.values()].find(({ key, session }) => key.sceneId === sceneId && session?.current().ready)
  return open?.session?.text() ?? null
}

/** What all open texts of this page together say about saving. */
export const proseSum = {
  read: (): ProseSum => sum,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
}
