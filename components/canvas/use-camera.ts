'use client'
import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useEffect, useMemo, useRef } from 'react'
import type { CanvasModel, Detail } from './canvas-model.ts'
import type { CanvasCamera } from './graph-context.tsx'
import { boundsOf, contains, widen } from './spatial-grid.ts'
import type { Rect } from './spatial-grid.ts'

/** Zoom bounds of "fit": never nearer than life size, never further than the canvas allows. */
const FIT = { least: 0.02, most: 1 }
const PADDING = 60
/** Zoom from which titles are drawn (canvas-model.ts); a story that only fits below it opens at one scene instead. */
const READABLE = 0.4
/** Px kept free beside the opened scene, how near a scene is brought, and the width under which a window is a phone's. */
const EDGE = 24
const NEAR = 0.8
const PHONE = 768

function fitZoom(area: Rect, width: number, height: number): number {
  const wanted = Math.min((width - 2 * PADDING) / area.width, (height - 2 * PADDING) / area.height)
  return Math.min(FIT.most, Math.max(FIT.least, wanted))
}

/** Moves the view. Moves glide for 240 ms, or jump under reduced motion. */
export function useCamera(model: CanvasModel): CanvasCamera {
  const flow = useStoreApi()
  const { setViewport, setCenter, zoomTo, screenToFlowPosition } = useReactFlow()
  const latest = useRef(model)
  latest.current = model
  return useMemo(() => {
    const motion = () => ({ duration: window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 240 })
    return {
      centre: () => {
        const rect = flow.getState().domNode?.getBoundingClientRect()
        if (!rect) return { x: 0, y: 0 }
        return screenToFlowPosition({ x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 })
      },
      reveal: (sceneId, centred = false) => {
        const box = latest.current.drawn.get(sceneId)
        const { transform, width, height } = flow.getState()
        if (!box || width === 0) return
        const [x, y, zoom] = transform
        const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
        if (!centred && contains(seen, widen(box, -8))) return
        const near = centred ? Math.max(zoom, NEAR) : zoom
        // Of what is larger than the view its head is shown, where its title stands.
        const middle = (size: number, view: number) => Math.min(size, view / near) / 2
        const at = { x: box.x + middle(box.width, width), y: box.y + middle(box.height, height) }
        void setCenter(at.x, at.y, { zoom: near, ...motion() })
      },
      fit: (ids) => {
        const { drawn } = latest.current
        const boxes = ids ? ids.flatMap((id) => drawn.get(id) ?? []) : [...drawn.values()]
        const area = boundsOf(boxes)
        const { width, height } = flow.getState()
        if (!area || width === 0) return
        const zoom = fitZoom(area, width, height)
        const x = width / 2 - (area.x + area.width / 2) * zoom
        const y = height / 2 - (area.y + area.height / 2) * zoom
        void setViewport({ x, y, zoom }, motion())
      },
      open: (sceneId) => {
        const area = boundsOf(latest.current.drawn.values())
        const box = latest.current.drawn.get(sceneId)
        const { width, height } = flow.getState()
        if (!area || !box || width === 0) return
        const wanted = fitZoom(area, width, height)
        const whole = wanted >= READABLE
        const zoom = whole ? wanted : Math.min(NEAR, Math.max(READABLE, (width - 2 * EDGE) / (box.width * 1.4)))
        const middle = whole
          ? { x: area.x + area.width / 2, y: area.y + area.height / 2 }
          : { x: box.x + box.width / 2, y: box.y + box.height / 2 }
        // A phone shows cards from below over the lower half: what is opened on stands in the upper third.
        const down = whole ? 0.5 : width < PHONE ? 0.25 : 0.5
        void setViewport({ x: width / 2 - middle.x * zoom, y: height * down - middle.y * zoom, zoom })
      },
      zoomBy: (factor) => void zoomTo(flow.getState().transform[2] * factor, motion()),
      actualSize: () => void zoomTo(1, motion()),
    }
  }, [flow, setViewport, setCenter, zoomTo, screenToFlowPosition])
}

/** Brings a scene near when its title begins to be typed from afar, so that it can be read; after that the view is free. */
export function useNearTitle(camera: CanvasCamera, editingId: string | null, detail: Detail | undefined): void {
  const far = detail === 'dot' || detail === 'overview'
  const begun = useRef<string | null>(null)
  // Syncs the view with the title that is typed.
  useEffect(() => {
    if (begun.current === editingId) return
    begun.current = editingId
    if (editingId && far) camera.reveal(editingId, true)
  }, [editingId, far, camera])
}
