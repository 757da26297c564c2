'use client'
import { useStoreApi } from '@xyflow/react'
import { useEffect, useMemo, useReducer, useRef } from 'react'
import type { CanvasModel, Detail, Drawn, Shown } from './canvas-model.ts'
import { overlaps } from './spatial-grid.ts'

/** Scenes outside the view that become elements in one frame, and as many that stop being one. Dots cost least. */
const STEP: Readonly<Record<Detail, number>> = { card: 2, title: 4, dot: 12, overview: Infinity }
const NONE: ReadonlySet<string> = new Set()

/**
 * One step from the scenes that are elements now to those that should be: everything urgent at once, of the rest at most
 * `step` that come and `step` that go. Answers `current` itself when nothing is left to do.
 */
export function pace(
  current: ReadonlySet<string>,
  wanted: readonly Drawn[],
  urgent: (entry: Drawn) => boolean,
  step: number,
): ReadonlySet<string> {
  const next = new Set<string>()
  const late: string[] = []
  let come = 0
  for (const entry of wanted) {
    if (!current.has(entry.id) && !urgent(entry)) {
      if (come >= step) continue
      come++
    }
    next.add(entry.id)
  }
  const ids = new Set(wanted.map((entry) => entry.id))
  for (const id of current) if (!ids.has(id)) late.push(id)
  for (const id of late.slice(step)) next.add(id)
  const same = next.size === current.size && [...next].every((id) => current.has(id))
  return same ? current : next
}

/**
 * The scenes to keep as elements. What is in view, or must be an element, is one at once; the margin beyond the view
 * fills and empties over the next frames, so that no frame of a pan builds a whole column of cards.
 */
export function usePaced(shown: Shown | null, model: CanvasModel, must: ReadonlySet<string>): readonly Drawn[] {
  const flow = useStoreApi()
  const [turn, next] = useReducer((count: number) => count + 1, 0)
  const kept = useRef(NONE)
  const paced = useMemo(() => {
    if (!shown) return { ids: NONE, turn }
    const { transform, width, height } = flow.getState()
    const [x, y, zoom] = transform
    const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
    const urgent = (entry: Drawn) => must.has(entry.id) || overlaps(entry, seen)
    return { ids: pace(kept.current, shown.elements, urgent, STEP[shown.detail]), turn }
  }, [shown, must, flow, turn])
  // Syncs the elements with the frames: the next few follow while some are missing or left over.
  useEffect(() => {
    if (kept.current === paced.ids) return
    kept.current = paced.ids
    const frame = requestAnimationFrame(next)
    return () => cancelAnimationFrame(frame)
  }, [paced])
  return useMemo(() => [...paced.ids].flatMap((id) => model.drawn.get(id) ?? []), [paced.ids, model])
}
