import * as decoding from 'lib0/decoding'
import { fetchUpdates, IndexeddbPersistence } from 'y-indexeddb'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { MESSAGE_RECEIPT, PROSE_FIELD, RECEIPT_DURABLE } from '#lib/prose/wire.ts'
import { localPrefix, UNSENT_KEY } from './prose-local.ts'
import { proseSocketClass, type ProseTicket } from './prose-socket.ts'

/**
 * The browser's side of one scene's text: the live document, its local copy, and what may truthfully be said about
 * saving (PR60, PR61). "Saved" comes from the server's receipts, never from a timer.
 */

export interface ProseState {
  /** `offline`: trying again. `ended`: the server said no for good; see `endCode`. */
  readonly connection: 'connecting' | 'online' | 'offline' | 'ended'
  readonly endCode: number | null
  /** There is a text to show: synced once, or found in the local copy. */
  readonly ready: boolean
  readonly canWrite: boolean
  /** Changes not yet acknowledged as durable. */
  readonly unsent: number
  /** Whether unsent changes survive a closed tab. */
  readonly keptHere: boolean
  /** The local copy was read, or there is none: until then it is not known what waits. */
  readonly copyRead: boolean
  /** Messages the server dropped because this person may only read. */
  readonly refused: number
}

export interface ProseSession {
  readonly ydoc: Y.Doc
  readonly provider: WebsocketProvider
  readonly current: () => ProseState
  readonly subscribe: (listener: () => void) => () => void
  /** The words of the text as it stands in this browser, blocks parted by an empty line. */
  readonly text: () => string
  /** Starts again after a permanent end, e.g. after signing in. */
  readonly retry: () => void
  readonly destroy: () => Promise<void>
}

interface SessionOptions {
  /** `ws(s)://host/yjs` */
  readonly serverUrl: string
  readonly doc: string
  /** Names the local copy: one person's copies are never another's. */
  readonly userId: string
  readonly fetchTicket: (signal: AbortSignal) => Promise<ProseTicket>
  /** Uniform in [0, 1), for the spread of reconnects. */
  readonly random: () => number
}

const NOTE_MS = 500
/** Returning pages ask for their texts within this time, not all at once (CL7). */
const SPREAD_MS = 2000
/** A sibling's last rows need a moment to be in the shared copy. */
const SIBLING_MS = 200

/** Opens one text. Works without IndexedDB too, and then says that nothing is kept here. */
export function openProse(options: SessionOptions): ProseSession {
  const ydoc = new Y.Doc()
  const listeners = new Set<() => void>()
  let state: ProseState = {
    connection: 'connecting',
    endCode: null,
    ready: false,
    canWrite: false,
    unsent: 0,
    keptHere: false,
    copyRead: false,
    refused: 0,
  }
  let sent = 0
  let durable = 0
  let fullSent = false
  let stopped = false
  let connectedBefore = false
  /** This session has counted; what it never touched stays noted as it was. */
  let counted = false

  function set(change: Partial<ProseState>): void {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }

  const provider = new WebsocketProvider(options.serverUrl, options.doc, ydoc, {
    connect: false,
    // With it on, a tab would take a sibling's text as if it came from the server and never pass it on.
    disableBc: true,
    maxBackoffTime: 5000,
    WebSocketPolyfill: proseSocketClass({
      serverUrl: options.serverUrl,
      doc: options.doc,
      fetchTicket: async (signal) => {
        if (connectedBefore) await new Promise((resolve) => setTimeout(resolve, options.random() * SPREAD_MS))
        return options.fetchTicket(signal)
      },
      onTicket: ({ canWrite }) => set({ canWrite }),
      onBegin: () => {
        sent = 0
        durable = 0
        fullSent = false
        // What was refused is sent again, and refused again if it still is.
        if (state.refused > 0) set({ refused: 0 })
      },
      onSent: (full) => {
        sent++
        if (full) fullSent = true
      },
    }),
  })
  provider.messageHandlers[MESSAGE_RECEIPT] = (_encoder: unknown, decoder: decoding.Decoder) => {
    const kind = decoding.readVarUint(decoder)
    const count = decoding.readVarUint(decoder)
    if (kind === RECEIPT_DURABLE) durable = count
    else set({ refused: count })
    settle()
  }

  /** All that was counted is durable, and the connection has carried everything the server lacked. */
  function settle(): void {
    if (provider.wsconnected && state.copyRead && fullSent && durable >= sent && state.unsent > 0) {
      counted = true
      set({ unsent: 0 })
      noteUnsent()
    }
  }

  provider.on('status', ({ status }: { status: string }) => {
    if (status === 'connected') {
      connectedBefore = true
      sayOnline()
    } else if (status === 'disconnected' && state.connection !== 'ended') {
      set({ connection: 'offline' })
      if (state.unsent > 0) tellSiblings()
    }
  })
  provider.on('connection-close', () => {
    if (state.connection === 'connecting') set({ connection: 'offline' })
  })
  provider.on('closed', ({ code }: { code: number }) => set({ connection: 'ended', endCode: code }))
  provider.on('sync', (synced: boolean) => {
    if (synced) set({ ready: true })
  })

  /** Online is what "Saved" is said on, so it waits for the copy's word on what is unsent. */
  function sayOnline(): void {
    if (provider.wsconnected && state.copyRead) set({ connection: 'online', endCode: null })
  }

  const local = openLocal()
  ydoc.on('update', (_update: Uint8Array, origin: unknown) => {
    // The copy's rows travel in the first full message; those read after it are messages of their own.
    if (origin === provider || (local !== null && origin === local && !fullSent)) return
    counted = true
    set({ unsent: state.unsent + 1 })
    noteUnsent()
  })

  function openLocal(): IndexeddbPersistence | null {
    const readOr = (change: Partial<ProseState>) => {
      if (stopped) return
      set({ ...change, copyRead: true })
      sayOnline()
      settle()
    }
    if (typeof indexedDB === 'undefined') {
      state = { ...state, copyRead: true }
      return null
    }
    try {
      const copy = new IndexeddbPersistence(localName(options.userId, options.doc), ydoc)
      void copy.whenSynced
        .then(async () => {
          if (stopped) return
          const before: unknown = await copy.get(UNSENT_KEY)
          const hasText = ydoc.getXmlFragment(PROSE_FIELD).length > 0
          const unsent = state.unsent + (typeof before === 'number' ? before : 0)
          readOr({ keptHere: true, ready: state.ready || hasText, unsent })
          if (counted) noteUnsent()
        })
        // Storage refused or full: typing goes on, and the state line does not claim a copy.
        .catch(() => readOr({ keptHere: false }))
      return copy
    } catch {
      state = { ...state, copyRead: true }
      return null
    }
  }

  let noteTimer: ReturnType<typeof setTimeout> | null = null
  let noted = 0
  /** Keeps the number of unsent changes beside the copy, so that it is known after a reload too. */
  function noteUnsent(): void {
    if (!local || !state.copyRead) return
    // That something waits must not be learned too late; how much may.
    if (noted === 0 && state.unsent > 0) note()
    else noteTimer ??= setTimeout(note, NOTE_MS)
  }

  function note(): void {
    noteTimer = null
    if (stopped || !local) return
    noted = state.unsent
    local.set(UNSENT_KEY, noted).catch(() => set({ keptHere: false }))
  }

  const channel =
    typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(localName(options.userId, options.doc))
  const tellSiblings = () => channel?.postMessage('look')
  if (channel) {
    // A sibling is offline or leaving with unsent text: an online tab reads the shared copy and sends what is missing.
    channel.onmessage = () => {
      setTimeout(() => {
        if (!stopped && local && state.connection === 'online') void fetchUpdates(local)
      }, SIBLING_MS)
    }
  }

  function warnBeforeLeaving(event: BeforeUnloadEvent): void {
    if (state.unsent > 0) event.preventDefault()
  }
  const leaving = () => {
    if (state.unsent > 0) tellSiblings()
  }
  if (typeof window !== 'undefined') {
    window.addEventListener('beforeunload', warnBeforeLeaving)
    window.addEventListener('pagehide', leaving)
  }
  provider.connect()

  return {
    ydoc,
    provider,
    current: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    text: () => wordsOf(ydoc.getXmlFragment(PROSE_FIELD)),
    retry: () => {
      set({ connection: 'connecting', endCode: null })
      provider.connect()
    },
    destroy: async () => {
      if (state.unsent > 0) tellSiblings()
      stopped = true
      if (noteTimer !== null) clearTimeout(noteTimer)
      if (typeof window !== 'undefined') {
        window.removeEventListener('beforeunload', warnBeforeLeaving)
        window.removeEventListener('pagehide', leaving)
      }
      provider.destroy()
      provider.awareness.destroy()
      channel?.close()
      if (counted) await local?.set(UNSENT_KEY, state.unsent).catch(() => undefined)
      await local?.destroy().catch(() => undefined)
      ydoc.destroy()
    },
  }
}

function localName(userId: string, doc: string): string {
  return `${localPrefix(userId)}${doc}`
}

function wordsOf(fragment: Y.XmlFragment): string {
  return fragment
    .toArray()
    .map((block) => inlineWords(block))
    .filter((words) => words.trim() !== '')
    .join('\n\n')
}

function inlineWords(node: Y.XmlElement | Y.XmlText | Y.XmlHook): string {
  if (node instanceof Y.XmlText) {
    return (node.toDelta() as { insert: unknown }[])
      .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
      .join('')
  }
  if (!(node instanceof Y.XmlElement)) return ''
  if (node.nodeName === 'hardBreak') return '\n'
  const inner = node.toArray()
  return inner.map((child) => inlineWords(child)).join(inner.some((child) => child instanceof Y.XmlText) ? '' : '\n')
}
