'use client'
import { useEffect, useState } from 'react'
import { whenIdle } from '#components/ui/when-idle.ts'
import { graphProblems } from '#lib/story/graph-problems.ts'
import type { GraphProblem } from '#lib/story/graph-problems.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import { useStory } from '#stores/story.ts'
import { useCanvasModel } from './use-canvas-model.ts'

// As with the model: a shown state never changes, so the panel and its badge share what was found.
const known = new WeakMap<StreamState, readonly GraphProblem[]>()

/**
 * What the graph alone shows to be wrong, as of the last quiet moment; null until the first one. The search visits the
 * whole graph, so neither opening a story nor an edit waits for it.
 */
export function useProblems(): readonly GraphProblem[] | null {
  const state = useStory((page) => page.shown)
  const { index } = useCanvasModel()
  const [problems, setProblems] = useState(() => known.get(state) ?? null)
  // Syncs what was found with the graph, when the browser has nothing better to do.
  useEffect(
    () =>
      whenIdle(() => {
        const found = known.get(state) ?? graphProblems(state, index)
        known.set(state, found)
        setProblems(found)
      }),
    [state, index],
  )
  return problems
}
