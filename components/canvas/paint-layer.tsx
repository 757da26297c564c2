'use client'
import { useStoreApi } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import type { Painted } from './paint-story.ts'
import { TileSurface } from './tile-surface.ts'

/** One surface behind the scenes for whatever is too many to be elements. */
export const PaintLayer = memo(function PaintLayer({ painted }: { painted: Painted }) {
  const flow = useStoreApi()
  const box = useRef<HTMLDivElement>(null)
  const surface = useRef<TileSurface | null>(null)
  const empty = painted.edges.length === 0 && painted.dots.length === 0
  // Syncs the tiles with the view of the canvas, which changes outside of React while panning.
  useEffect(() => {
    if (!box.current || empty) return
    const tiles = new TileSurface(box.current, flow.getState)
    surface.current = tiles
    let last = flow.getState()
    const stop = flow.subscribe((state) => {
      const same = state.transform === last.transform && state.width === last.width && state.height === last.height
      last = state
      if (!same) tiles.follow()
    })
    return () => {
      stop()
      tiles.close()
      surface.current = null
    }
  }, [flow, empty])
  // Syncs the tiles with the story.
  useEffect(() => {
    surface.current?.show(painted)
  }, [painted, empty])
  return empty ? null : (
    <div
      ref={box}
      aria-hidden
      className="pointer-events-none absolute top-0 left-0 origin-top-left will-change-transform"
      style={{ zIndex: 0 }}
    />
  )
})
