'use client'
import { useStoreApi } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'

/** How long the view has to rest until a pan counts as over, ms. */
const REST_MS = 200

/**
 * Marks the canvas with `data-panning` while the view is moved at one zoom. The style sheet then lets the browser keep
 * what is drawn as one picture and shift it; at rest and while zooming it is drawn anew, so that words stay sharp.
 */
export function usePanningMark(box: RefObject<HTMLElement | null>): void {
  const flow = useStoreApi()
  // Syncs the mark with the view, which changes outside of React while panning.
  useEffect(() => {
    const element = box.current
    if (!element) return
    let last = flow.getState().transform
    let timer: ReturnType<typeof setTimeout> | undefined
    const rest = () => {
      clearTimeout(timer)
      delete element.dataset['panning']
    }
    const stop = flow.subscribe(({ transform }) => {
      if (transform === last) return
      const zoomed = transform[2] !== last[2]
      last = transform
      if (zoomed) return rest()
      element.dataset['panning'] = ''
      clearTimeout(timer)
      timer = setTimeout(rest, REST_MS)
    })
    return () => {
      stop()
      rest()
    }
  }, [flow, box])
}
