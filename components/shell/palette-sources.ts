'use client'
import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react'

export interface PaletteItem {
  /** Unique among all sources, such as `scene:sc_...`. */
  readonly id: string
  readonly title: string
  /** A few words more, shown small: the branch, the kind. */
  readonly hint?: string | undefined
  readonly icon?: ReactNode
  readonly run: () => void
}

/** An item as the palette ranks and draws it. */
export interface PaletteEntry extends PaletteItem {
  readonly section: string
  readonly keys: string | undefined
  /** Everything it may be found by, folded. */
  readonly folded: string
}

export interface PaletteSource {
  readonly id: string
  /** Heading in the list. */
  readonly title: string
  /** Asked when the palette opens and when `of` has changed; must be quick and must not ask the server. */
  readonly read: () => readonly PaletteItem[]
  /** What the items are made from; another one means other items. */
  readonly of: unknown
}

/** The sources of the page tree, in order of registration. CommandProvider makes it. */
export interface SourceList {
  readonly put: (token: symbol, read: () => PaletteSource) => void
  readonly drop: (token: symbol) => void
  /** Some source has other items now. */
  readonly changed: () => void
  readonly subscribe: (listener: () => void) => () => void
  /** Another list whenever something came, went or changed. */
  readonly read: () => readonly (() => PaletteSource)[]
}

export function createSourceList(): SourceList {
  const sources = new Map<symbol, () => PaletteSource>()
  const listeners = new Set<() => void>()
  let list: readonly (() => PaletteSource)[] = []
  const changed = () => {
    list = [...sources.values()]
    for (const listener of listeners) listener()
  }
  return {
    put: (token, read) => {
      sources.set(token, read)
      changed()
    },
    drop: (token) => {
      sources.delete(token)
      changed()
    },
    changed,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    read: () => list,
  }
}

export const SourceContext = createContext<SourceList>(createSourceList())

/** Adds things to be found in the palette while the calling component is mounted: scenes, characters, stories. */
export function usePaletteSource(source: PaletteSource): void {
  const sources = useContext(SourceContext)
  const latest = useRef(source)
  // Syncs the newest closure after each render.
  useEffect(() => {
    latest.current = source
  })
  // Syncs the outside list with this component's life.
  useEffect(() => {
    const token = Symbol('source')
    sources.put(token, () => latest.current)
    return () => sources.drop(token)
  }, [sources])
  // Tells an open palette that there is something else to find: a story that has just been read, say.
  useEffect(() => sources.changed(), [sources, source.of])
}
