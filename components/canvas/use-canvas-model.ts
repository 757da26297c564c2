'use client'
import { useEffect, useMemo, useRef } from 'react'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'
import { canvasModel } from './canvas-model.ts'
import type { CanvasModel } from './canvas-model.ts'

// A state is never changed once shown, so what follows from it can be kept beside it and dies with it.
const known = new WeakMap<StreamState, Map<string, CanvasModel>>()

function modelOf(state: StreamState, branchId: string, before: CanvasModel | undefined): CanvasModel {
  const models = known.get(state) ?? new Map<string, CanvasModel>()
  known.set(state, models)
  const model = models.get(branchId) ?? canvasModel(state, branchId, before)
  models.set(branchId, model)
  return model
}

/** The branch one stands on: the one of the view while it exists, else canon. Empty before the story is loaded. */
export function useBranchId(): string {
  const wanted = useView((view) => view.branchId)
  return useStory(({ shown }) =>
    wanted && shown.branches.has(wanted) ? wanted : (storyOf(shown)?.canonBranchId ?? ''),
  )
}

/** The drawing model of the present story and branch, shared by everyone who asks for the same state. */
export function useCanvasModel(): CanvasModel {
  const state = useStory((page) => page.shown)
  const branchId = useBranchId()
  const before = useRef<CanvasModel | undefined>(undefined)
  const model = useMemo(() => modelOf(state, branchId, before.current), [state, branchId])
  // Syncs the memory of the last drawn model, from which unchanged cards keep their identity.
  useEffect(() => {
    before.current = model
  }, [model])
  return model
}
