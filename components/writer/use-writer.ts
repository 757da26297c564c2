'use client'
import { useQuery } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { previewContext, readContext, readProviders, readRuns, readUsage } from '#lib/client/writer.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Scene } from '#lib/story/state.ts'
import type { Ask, ProviderKindName, ProviderView, RunView } from '#lib/writer/run.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'

const runsKey = (storyId: string) => ['writer', storyId, 'runs'] as const
const liveKey = (runId: string) => ['writer', 'live', runId] as const

/** All providers with their state. */
export function useProviders() {
  return useQuery({ queryKey: ['writer', 'providers'], queryFn: ({ signal }) => readProviders(signal) })
}

/** Runs of the open story, newest first. */
export function useRuns(storyId: string) {
  return useQuery({ queryKey: runsKey(storyId), queryFn: ({ signal }) => readRuns(storyId, signal) })
}

/** Usage of a story, or of the whole house. */
export function useUsage(storyId: string | null) {
  return useQuery({
    queryKey: ['writer', 'usage', storyId ?? 'all'],
    queryFn: ({ signal }) => readUsage(storyId, signal),
  })
}

/** The text of a run as far as this page knows it; live while it runs. */
export function useRunText(run: RunView): string {
  const live = useQuery<string>({ queryKey: liveKey(run.id), enabled: false })
  return run.state === 'running' ? (live.data ?? run.text) : run.text
}

/** Keeps a followed run's text for every component that shows it. */
export function putLiveText(queries: QueryClient, runId: string, text: string): void {
  queries.setQueryData(liveKey(runId), text)
}

/** Puts a newer form of a run into the list. */
export function putRun(queries: QueryClient, run: RunView): void {
  queries.setQueryData<RunView[]>(runsKey(run.storyId), (list) => {
    if (!list) return list
    return list.some((one) => one.id === run.id) ? list.map((one) => (one.id === run.id ? run : one)) : [run, ...list]
  })
}

/** What a context drawer shows: an ask that is not sent yet, or a run. */
export type ContextOf = { readonly storyId: string; readonly ask: Ask } | { readonly run: RunView }

/** The context pack of an ask or a run. */
export function useContextPack(of: ContextOf) {
  return useQuery({
    queryKey: ['writer', 'context', 'run' in of ? of.run.id : of.ask],
    // The text may change with every key; a preview is never older than its drawer.
    staleTime: 0,
    queryFn: ({ signal }) => ('run' in of ? readContext(of.run, signal) : previewContext(of.storyId, of.ask, signal)),
  })
}

const CHOICE = 'loom.writer.provider'
const listeners = new Set<() => void>()
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The provider to use: the chosen one if it can be used, else the first model that can, else the offline one. */
export function useChosenProvider(providers: readonly ProviderView[]): {
  readonly chosen: ProviderView | null
  readonly choose: (kind: ProviderKindName) => void
} {
  const stored = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(CHOICE),
    () => null,
  )
  const ready = providers.filter((one) => one.ready)
  const chosen =
    ready.find((one) => one.kind === stored) ?? ready.find((one) => one.kind !== 'offline') ?? ready[0] ?? null
  return {
    chosen,
    choose: (kind) => {
      localStorage.setItem(CHOICE, kind)
      for (const listener of listeners) listener()
    },
  }
}

export interface WriterTarget {
  readonly storyId: string
  readonly scene: Scene
  readonly branchId: Scene['branchId']
}

/** The one scene the writer works on, with the branch one stands on; null unless exactly one is selected. */
export function useWriterTarget(): WriterTarget | null {
  const sceneId = useView((view) => (view.sceneIds.size === 1 ? ([...view.sceneIds][0] ?? null) : null))
  const viewBranch = useView((view) => view.branchId)
  const scene = useStory((page) => (sceneId === null ? undefined : page.shown.scenes.get(sceneId)))
  const canon = useStory((page) => storyOf(page.shown)?.canonBranchId ?? null)
  const storyId = useStory((page) => page.storyId)
  if (!scene || scene.type === 'group' || scene.type === 'note') return null
  // The view's branch comes from the address bar as plain text; the server parses it again.
  const branchId = (viewBranch ?? canon ?? scene.branchId) as Scene['branchId']
  return { storyId, scene, branchId }
}
