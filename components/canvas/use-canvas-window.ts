'use client'
import { useStoreApi } from '@xyflow/react'
import { useEffect, useState } from 'react'
import { detailAt, DRAWN_MARGIN } from './canvas-model.ts'
import { contains, widen } from './spatial-grid.ts'
import type { Rect } from './spatial-grid.ts'

export interface CanvasWindow {
  /** What is kept drawn: the view and the margin beyond each border, canvas px. */
  readonly area: Rect
  readonly zoom: number
}

/** The window moves on when less than this share of the view is left of its margin. */
const AHEAD = 0.15

/** The drawn window. It changes only when the view leaves it or the level of detail does, not on each frame. */
export function useCanvasWindow(): CanvasWindow | null {
  const flow = useStoreApi()
  const [drawn, setDrawn] = useState<CanvasWindow | null>(null)
  // Syncs the drawn window with the view, which changes outside of React while panning.
  useEffect(() => {
    let current: CanvasWindow | null = null
    const follow = () => {
      const { transform, width, height } = flow.getState()
      if (width === 0 || height === 0) return
      const [x, y, zoom] = transform
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
      const fits =
        current &&
        contains(current.area, widen(seen, AHEAD * Math.min(seen.width, seen.height))) &&
        detailAt(current.zoom) === detailAt(zoom) &&
        current.area.width < seen.width * 5
      if (fits) return
      const area = {
        x: seen.x - seen.width * DRAWN_MARGIN,
        y: seen.y - seen.height * DRAWN_MARGIN,
        width: seen.width * (1 + 2 * DRAWN_MARGIN),
        height: seen.height * (1 + 2 * DRAWN_MARGIN),
      }
      current = { area, zoom }
      setDrawn(current)
    }
    follow()
    let last: unknown = null
    return flow.subscribe((state) => {
      const key = `${state.transform.join()} ${state.width} ${state.height}`
      if (key === last) return
      last = key
      follow()
    })
  }, [flow])
  return drawn
}
