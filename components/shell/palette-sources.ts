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
  /** Asked each time the palette is searched; must be quick and must not ask the server. */
  readonly read: () => readonly PaletteItem[]
}

/** The sources of the page tree, in order of registration. CommandProvider makes it. */
export type SourceList = Map<symbol, () => PaletteSource>

export const SourceContext = createContext<SourceList>(new Map())

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
    sources.set(token, () => latest.current)
    return () => void sources.delete(token)
  }, [sources])
}
