'use client'
import { createContext, createElement, useContext, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { useStoreWithEqualityFn } from 'zustand/traditional'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { api } from '#lib/client/api.ts'
import { newId } from '#lib/client/ids.ts'
import { openLiveSocket } from '#lib/client/live-socket.ts'
import type { LiveSocket, LiveStatus } from '#lib/client/live-socket.ts'
import { openOutbox } from '#lib/client/outbox.ts'
import { createStorySync } from '#lib/client/story-sync.ts'
import type { RefusedCommand, StorySync } from '#lib/client/story-sync-ports.ts'
import type { CommandEnvelope, EventEnvelope, Refusal, Skipped } from '#lib/kernel/envelope.ts'
import type { CommandId, NewId, StoryId } from '#lib/kernel/ids.ts'
import type { Result } from '#lib/kernel/result.ts'
import { emptyStream } from '#lib/stream/stream.ts'
import type { StoryCommandInput, StreamSnapshot, StreamState } from '#lib/stream/stream.ts'
import { createPresenceStore, PresenceContext } from './presence.ts'
import type { PresenceStore } from './presence.ts'

/** The story as this page shows it. Server truth changes only by events; `shown` adds what is still on its way. */
export interface StoryPage {
  readonly storyId: StoryId
  /** New identity on each change; unchanged records and untouched collections keep theirs. */
  readonly shown: StreamState
  readonly ready: boolean
  readonly connection: LiveStatus
  /** Commands kept in this browser that the server has not stored yet. */
  readonly pending: number
  readonly refusals: readonly RefusedCommand[]
  /** What the last undo left alone. */
  readonly skipped: readonly Skipped[]
  /** False when the browser refuses storage: unsent commands would not survive a closed tab. */
  readonly keepsUnsent: boolean
  /** Why the story could not be loaded, for the error state. */
  readonly failure: unknown
}

/** What a page may do with the story. */
export interface StoryActions {
  /** Decides at once, shows the result and sends it. A refusal changes nothing. */
  readonly send: (command: StoryCommandInput, expect?: { version: number }) => Result<{ commandId: CommandId }, Refusal>
  readonly undo: () => void
  readonly redo: () => void
  readonly dismissRefusal: (id: CommandId) => void
  /** Commands kept in this browser that the server has not stored, for the person to take along. */
  readonly unsent: () => Promise<readonly CommandEnvelope[]>
  readonly newId: NewId
}

type JobListener = (data: unknown) => void

/** What the live connection tells besides events and people. */
interface Tellers {
  readonly job: Set<JobListener>
  readonly access: Set<() => void>
}

interface StoryPageStore {
  readonly store: StoreApi<StoryPage>
  readonly presence: PresenceStore
  readonly actions: StoryActions
  readonly tellers: Tellers
  /** Connects; answers the disconnector. */
  readonly open: () => () => void
}

const StoryContext = createContext<StoryPageStore | null>(null)

interface ProviderProps {
  readonly storyId: StoryId
  readonly userId: string
  readonly children?: ReactNode
}

/** Gives the pages below it one story, live. */
export function StoryProvider({ storyId, userId, children }: ProviderProps) {
  const [page] = useState(() => createStoryPage(storyId, userId))
  // Syncs the live connection with the page's life.
  useEffect(() => page.open(), [page])
  return createElement(
    StoryContext.Provider,
    { value: page },
    createElement(PresenceContext.Provider, { value: page.presence }, children),
  )
}

function usePage(): StoryPageStore {
  const page = useContext(StoryContext)
  if (!page) throw new Error('useStory needs a StoryProvider above it')
  return page
}

/** Reads the story; give an equality for derived lists. */
export function useStory<T>(selector: (page: StoryPage) => T, equality?: (a: T, b: T) => boolean): T {
  return useStoreWithEqualityFn(usePage().store, selector, equality)
}

/** The story's verbs; the object never changes. */
export function useStoryActions(): StoryActions {
  return usePage().actions
}

/** Calls the listener for each job frame of this story. */
export function useJobFrames(listener: JobListener): void {
  const page = usePage()
  // Syncs the listener with the live connection.
  useEffect(() => listen(page.tellers.job, listener), [page, listener])
}

/** Calls the listener when what this person may do in the story has changed, or may have. */
export function useAccessChanges(listener: () => void): void {
  const page = usePage()
  // Syncs the listener with the live connection.
  useEffect(() => listen(page.tellers.access, listener), [page, listener])
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The whole page state, for places that show connection and save state. */
export function useStoryPage(): StoryPage {
  return useStore(usePage().store)
}

function createStoryPage(storyId: StoryId, userId: string): StoryPageStore {
  const store = createStore<StoryPage>(() => ({
    storyId,
    shown: emptyStream(),
    ready: false,
    connection: 'connecting',
    pending: 0,
    refusals: [],
    skipped: [],
    keepsUnsent: true,
    failure: null,
  }))
  const presence = createPresenceStore()
  const tellers: Tellers = { job: new Set(), access: new Set() }
  let sync: StorySync | null = null
  let waiting: StoryActions['unsent'] = () => Promise.resolve([])

  const send: StoryActions['send'] = (command, expect) =>
    sync ? sync.send(command, expect) : { ok: false, error: { kind: 'not-ready' } }

  return {
    store,
    presence,
    actions: {
      send,
      undo: () => void send({ type: 'Undo' }),
      redo: () => void send({ type: 'Redo' }),
      dismissRefusal: (id) => sync?.dismissRefusal(id),
      unsent: () => waiting(),
      newId,
    },
    tellers,
    open: () => {
      let closed = false
      let close = () => undefined as void
      void connect(storyId, userId, store, presence, tellers).then(
        (opened) => {
          if (closed) return opened.close()
          sync = opened.sync
          waiting = opened.waiting
          close = opened.close
        },
        (failure: unknown) => store.setState({ failure }),
      )
      return () => {
        closed = true
        sync = null
        close()
      }
    },
  }
}

async function connect(
  storyId: StoryId,
  userId: string,
  store: StoreApi<StoryPage>,
  presence: PresenceStore,
  tellers: Tellers,
) {
  const outbox = await openOutbox({ storyId, userId, newId, onKeeps: (keepsUnsent) => store.setState({ keepsUnsent }) })
  let socket: LiveSocket | null = null
  const sync = createStorySync({
    storyId,
    actorId: userId,
    transport: {
      send: (envelope) => (socket ? socket.send(envelope) : Promise.reject(new Error('offline'))),
      eventsAfter: (after) =>
        api<{ events: EventEnvelope[]; head: number }>('GET', `/api/stories/${storyId}/events?after=${after}`),
      snapshot: () => api<StreamSnapshot>('GET', `/api/stories/${storyId}/snapshot`),
    },
    outbox,
    newId,
    clock: Date.now,
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    onFailure: (failure) => store.setState({ failure }),
  })
  const stop = sync.subscribe(() => {
    const { shown, pending, refusals, skipped, ready } = sync.current()
    store.setState({ shown, pending, refusals, skipped: skipped ?? [], ready })
  })
  await sync.start()
  const warn = (event: BeforeUnloadEvent) => {
    if (sync.current().pending > 0) event.preventDefault()
  }
  window.addEventListener('beforeunload', warn)
  socket = openLiveSocket(storyId, userId, {
    onStatus: (connection) => {
      store.setState({ connection })
      if (connection === 'online') sync.online()
      else sync.offline()
    },
    onEvents: sync.receive,
    onHead: sync.head,
    onSelf: presence.joined,
    onPeople: presence.receive,
    onLeft: presence.left,
    onJob: (data) => tellers.job.forEach((listener) => listener(data)),
    onAccess: () => tellers.access.forEach((listener) => listener()),
  })
  presence.connect(socket.presence)
  function end() {
    window.removeEventListener('beforeunload', warn)
    sync.stop()
    socket?.close()
    outbox.release()
  }
  return {
    sync,
    waiting: async () => [...(await outbox.orphans()), ...(await outbox.waiting())],
    close: () => {
      stop()
      if (outbox.keeps() || sync.current().pending === 0) return end()
      // Kept nowhere else: it goes on being sent after the page has moved on.
      const leave = sync.subscribe(() => {
        if (sync.current().pending > 0) return
        leave()
        end()
      })
    },
  }
}
