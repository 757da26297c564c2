'use client'
import { useDeferredValue, useMemo } from 'react'
import { messages } from '#components/messages/messages.ts'
import { ErrorBoundary } from '#components/ui/error-boundary.tsx'
import { indexGraph, visibleSceneIds } from '#lib/story/queries.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'
import { usePresence } from '#stores/presence.ts'
import { usePresentBranch } from './branch-switcher.tsx'
import { STATUS_SLOTS } from './frame-slots.tsx'
import { SaveSign } from './save-sign.tsx'

const words = messages.shell.status

/** Scenes and words of the branch one stands on, from the newest checkpoints. */
function useBranchCounts() {
  // Counting may lag behind typing; it must never hold it up.
  const stories = useStory((page) => page.shown.stories)
  const scenes = useDeferredValue(useStory((page) => page.shown.scenes))
  const edges = useDeferredValue(useStory((page) => page.shown.edges))
  const branches = useStory((page) => page.shown.branches)
  const branchId = usePresentBranch()?.id
  return useMemo(() => {
    if (branchId === undefined) return { scenes: 0, words: 0 }
    const ids = visibleSceneIds({ stories, scenes, branches }, branchId, indexGraph({ edges }))
    let sum = 0
    for (const id of ids) sum += scenes.get(id)?.words ?? 0
    return { scenes: ids.size, words: sum }
  }, [stories, scenes, edges, branches, branchId])
}

function Counts() {
  const counts = useBranchCounts()
  return (
    <>
      <span>{words.words(counts.words)}</span>
      <span>{words.scenes(counts.scenes)}</span>
    </>
  )
}

/** The line at the foot: save state, words, people, and what other areas add. */
export function StatusBar() {
  const selection = useView((view) => view.sceneIds)
  const selectedWords = useStory((page) => {
    let sum = 0
    for (const id of selection) sum += page.shown.scenes.get(id)?.words ?? 0
    return sum
  })
  const people = usePresence((page) => page.people.length)
  return (
    <footer
      aria-label={words.label}
      className="hidden h-7 items-center gap-4 overflow-hidden border-t bg-sunken px-2 text-small text-ink-soft tabular-nums md:flex"
    >
      <SaveSign />
      <ErrorBoundary quiet name={words.counts}>
        <Counts />
      </ErrorBoundary>
      {selection.size > 0 ? <span>{words.selected(selection.size, selectedWords)}</span> : null}
      <span className="flex-1" />
      {STATUS_SLOTS.map((Slot, index) => (
        <ErrorBoundary key={index} quiet name={words.label}>
          <Slot />
        </ErrorBoundary>
      ))}
      {people > 0 ? <span>{words.people(people + 1)}</span> : null}
    </footer>
  )
}
