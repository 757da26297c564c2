'use client'
import { createContext, createElement, useContext, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useStoreWithEqualityFn } from 'zustand/traditional'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'

/** What this page looks at: view state, apart from story state, mirrored in the URL so that every view is a link. */
export interface View {
  /** The branch one stands on; null means canon. */
  readonly branchId: string | null
  readonly sceneIds: ReadonlySet<string>
  readonly edgeIds: ReadonlySet<string>
  readonly dockTab: string | null
}

export interface ViewActions {
  readonly setBranch: (branchId: string | null) => void
  /** Replaces the selection. */
  readonly select: (sceneIds: Iterable<string>, edgeIds?: Iterable<string>) => void
  readonly toggle: (kind: 'scene' | 'edge', id: string) => void
  readonly clear: () => void
  readonly setDockTab: (tab: string | null) => void
}

interface ViewStore {
  readonly store: StoreApi<View>
  readonly actions: ViewActions
}

const ViewContext = createContext<ViewStore | null>(null)

/** Above this many the selection stays out of the URL. */
const LINKED_SELECTION = 20

/** Gives the pages below it one view. */
export function ViewProvider({ children }: { readonly children?: ReactNode }) {
  const [view] = useState(createViewStore)
  // Syncs the address bar with the view, and the view with back and forward.
  useEffect(() => {
    const read = () => view.store.setState(readUrl())
    read()
    const stop = view.store.subscribe(writeUrl)
    window.addEventListener('popstate', read)
    return () => {
      stop()
      window.removeEventListener('popstate', read)
    }
  }, [view])
  return createElement(ViewContext.Provider, { value: view }, children)
}

function createViewStore(): ViewStore {
  const store = createStore<View>(() => ({
    branchId: null,
    sceneIds: new Set<string>(),
    edgeIds: new Set<string>(),
    dockTab: 'details',
  }))
  return {
    store,
    actions: {
      setBranch: (branchId) => store.setState({ branchId }),
      select: (sceneIds, edgeIds = []) => store.setState({ sceneIds: new Set(sceneIds), edgeIds: new Set(edgeIds) }),
      toggle: (kind, id) => {
        const { sceneIds, edgeIds } = store.getState()
        const next = new Set(kind === 'scene' ? sceneIds : edgeIds)
        if (!next.delete(id)) next.add(id)
        store.setState(kind === 'scene' ? { sceneIds: next } : { edgeIds: next })
      },
      clear: () => store.setState({ sceneIds: new Set(), edgeIds: new Set() }),
      setDockTab: (dockTab) => store.setState({ dockTab }),
    },
  }
}

function readUrl(): Partial<View> {
  const params = new URLSearchParams(window.location.search)
  const ids = (name: string) => new Set(params.get(name)?.split(',').filter(Boolean))
  const dock = params.get('dock')
  return {
    branchId: params.get('branch'),
    sceneIds: ids('scenes'),
    edgeIds: ids('edges'),
    ...(dock ? { dockTab: dock === 'none' ? null : dock } : {}),
  }
}

/** The view as search parameters; null leaves a parameter out. */
function paramsOf(view: View): readonly (readonly [string, string | null])[] {
  const linked = view.sceneIds.size + view.edgeIds.size <= LINKED_SELECTION
  const list = (ids: ReadonlySet<string>) => (linked && ids.size > 0 ? [...ids].join(',') : null)
  return [
    ['branch', view.branchId],
    ['scenes', list(view.sceneIds)],
    ['edges', list(view.edgeIds)],
    ['dock', view.dockTab === 'details' ? null : (view.dockTab ?? 'none')],
  ]
}

/** The view as the search part of an address: `?branch=...`, or nothing. */
export function viewSearch(view: View): string {
  const params = new URLSearchParams()
  for (const [name, value] of paramsOf(view)) if (value) params.set(name, value)
  return params.size > 0 ? `?${params}` : ''
}

function writeUrl(view: View): void {
  const url = new URL(window.location.href)
  for (const [name, value] of paramsOf(view)) {
    if (value) url.searchParams.set(name, value)
    else url.searchParams.delete(name)
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, '', url)
}

function useViewStore(): ViewStore {
  const view = useContext(ViewContext)
  if (!view) throw new Error('useView needs a ViewProvider above it')
  return view
}

/** Reads the view. */
export function useView<T>(selector: (view: View) => T, equality?: (a: T, b: T) => boolean): T {
  return useStoreWithEqualityFn(useViewStore().store, selector, equality)
}

/** The view's verbs; the object never changes. */
export function useViewActions(): ViewActions {
  return useViewStore().actions
}
