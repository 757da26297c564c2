'use client'
import { createContext, useContext, useMemo } from 'react'
import { useStoreWithEqualityFn } from 'zustand/traditional'
import { createStore } from 'zustand/vanilla'
import type { LivePerson, PresencePatch } from '#lib/client/live-socket.ts'

/** Who is here. Volatile: nothing of it is stored. `people` leaves out this page itself. */
export interface PresencePage {
  readonly self: LivePerson | null
  readonly people: readonly LivePerson[]
}

/** Ms between two frames: 30 a second, 10 where more than 20 people are told, 1 while nobody else is there (collab.md 6). */
const FRAME_MS = 34
const CROWDED = { people: 20, ms: 100 }
const ALONE_MS = 1000

function frameMs(others: number): number {
  if (others === 0) return ALONE_MS
  return others + 1 > CROWDED.people ? CROWDED.ms : FRAME_MS
}

/** The store of one page; the story provider connects it. */
export function createPresenceStore() {
  const store = createStore<PresencePage>(() => ({ self: null, people: [] }))
  let publishNow: ((patch: PresencePatch) => void) | null = null
  let waiting: PresencePatch | null = null
  let last: PresencePatch = {}
  let timer: ReturnType<typeof setTimeout> | null = null

  function flush(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting === null) return
    publishNow?.(waiting)
    waiting = null
  }

  return {
    ...store,
    receive: (list: readonly LivePerson[], all: boolean) => {
      const { self, people } = store.getState()
      const others = list.filter((person) => person.connectionId !== self?.connectionId)
      if (all) return store.setState({ people: others })
      const next = new Map(people.map((person) => [person.connectionId, person]))
      for (const person of others) next.set(person.connectionId, person)
      store.setState({ people: [...next.values()] })
      // Who was alone until now may hold something back for up to a second.
      if (people.length === 0) flush()
    },
    left: (connectionId: string) => {
      store.setState({ people: store.getState().people.filter((person) => person.connectionId !== connectionId) })
    },
    connect: (publish: (patch: PresencePatch) => void) => {
      publishNow = publish
    },
    /** The server knows nothing of a connection that has just joined, also after a gap: it is told everything. */
    joined: (self: LivePerson) => {
      store.setState({ self })
      publishNow?.(last)
    },
    /** Sends what changed at the room's rate; the newest value of each field wins. */
    publish: (patch: PresencePatch) => {
      last = { ...last, ...patch }
      waiting = { ...waiting, ...patch }
      timer ??= setTimeout(flush, frameMs(store.getState().people.length))
    },
  }
}
export type PresenceStore = ReturnType<typeof createPresenceStore>

export const PresenceContext = createContext<PresenceStore | null>(null)

function usePresenceStore(): PresenceStore {
  const store = useContext(PresenceContext)
  if (!store) throw new Error('usePresence needs a StoryProvider above it')
  return store
}

/** Reads who is here. */
export function usePresence<T>(selector: (page: PresencePage) => T, equality?: (a: T, b: T) => boolean): T {
  return useStoreWithEqualityFn(usePresenceStore(), selector, equality)
}

/** Publishes this page's own cursor, selection, drag, place. */
export function usePublishPresence(): (patch: PresencePatch) => void {
  const store = usePresenceStore()
  return useMemo(() => store.publish, [store])
}
