'use client'
import { useReactFlow, useStoreApi } from '@xyflow/react'
import { memo, useEffect, useMemo, useRef, type PointerEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { branchHue, branchVar } from '#components/ui/tokens.ts'
import { usePresence } from '#stores/presence.ts'
import type { CanvasModel } from './canvas-model.ts'
import { widen } from './spatial-grid.ts'

const WIDTH = 192
const HEIGHT = 128

/** The whole story in small, painted once per change, with the view and other people's views on top. */
export const Minimap = memo(function Minimap({ model }: { model: CanvasModel }) {
  const flow = useStoreApi()
  const { setCenter } = useReactFlow()
  const people = usePresence((page) => page.people)
  const surface = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const map = useMemo(() => mapping(model), [model])

  // Syncs the painted map with the model.
  useEffect(() => {
    const pen = surface.current?.getContext('2d')
    if (!pen || !map) return
    pen.setTransform(2, 0, 0, 2, 0, 0)
    pen.clearRect(0, 0, WIDTH, HEIGHT)
    for (const { from, to, colour, onBranch } of model.edges.length > 3000 ? [] : model.edges) {
      pen.strokeStyle = branchHue(colour).hex
      pen.globalAlpha = onBranch ? 0.5 : 0.15
      pen.lineWidth = 0.5
      pen.beginPath()
      pen.moveTo(map.x(from.x + from.width), map.y(from.y + from.height / 2))
      pen.lineTo(map.x(to.x), map.y(to.y + to.height / 2))
      pen.stroke()
    }
    for (const card of model.cards) {
      pen.fillStyle = branchHue(card.colour).hex
      pen.globalAlpha = card.onBranch ? 1 : 0.35
      pen.fillRect(
        map.x(card.x),
        map.y(card.y),
        Math.max(1.5, card.width * map.scale),
        Math.max(1.5, card.height * map.scale),
      )
    }
  }, [model, map])

  // Syncs the frame with the view, which changes outside of React while panning.
  useEffect(() => {
    if (!map) return
    let lastSize = ''
    const follow = () => {
      const { transform, width, height } = flow.getState()
      const [x, y, zoom] = transform
      const box = frame.current?.style
      if (!box) return
      box.transform = `translate(${map.x(-x / zoom)}px, ${map.y(-y / zoom)}px)`
      // Only when it changed: a pan must not lay out.
      const size = `${width / zoom} ${height / zoom}`
      if (size === lastSize) return
      lastSize = size
      box.width = `${(width / zoom) * map.scale}px`
      box.height = `${(height / zoom) * map.scale}px`
    }
    follow()
    let last = flow.getState().transform
    return flow.subscribe((state) => {
      if (state.transform === last) return
      last = state.transform
      follow()
    })
  }, [flow, map])

  if (!map) return null
  function handlePointer(event: PointerEvent<HTMLDivElement>) {
    if (!map || event.buttons !== 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const rect = event.currentTarget.getBoundingClientRect()
    const zoom = flow.getState().transform[2]
    void setCenter(map.backX(event.clientX - rect.left), map.backY(event.clientY - rect.top), { zoom })
  }
  return (
    <div
      aria-hidden
      title={messages.canvas.minimap.label}
      onPointerDown={handlePointer}
      onPointerMove={handlePointer}
      className="nopan nowheel relative cursor-crosshair touch-none overflow-hidden rounded-md border border-control bg-paper"
      style={{ width: WIDTH, height: HEIGHT }}
    >
      <canvas ref={surface} width={WIDTH * 2} height={HEIGHT * 2} style={{ width: WIDTH, height: HEIGHT }} />
      {people.map(({ connectionId, view, colour }) =>
        view ? (
          <span
            key={connectionId}
            className="absolute size-2 -translate-1/2 rounded-full"
            style={{ left: map.x(view.cx), top: map.y(view.cy), backgroundColor: branchVar(colour) }}
          />
        ) : null,
      )}
      <div ref={frame} className="pointer-events-none absolute top-0 left-0 border-2 border-madder bg-madder/5" />
    </div>
  )
})

function mapping(model: CanvasModel) {
  if (!model.bounds) return null
  const area = widen(model.bounds, 200)
  const scale = Math.min(WIDTH / area.width, HEIGHT / area.height)
  const left = (WIDTH - area.width * scale) / 2
  const top = (HEIGHT - area.height * scale) / 2
  return {
    scale,
    x: (x: number) => left + (x - area.x) * scale,
    y: (y: number) => top + (y - area.y) * scale,
    backX: (px: number) => (px - left) / scale + area.x,
    backY: (px: number) => (px - top) / scale + area.y,
  }
}
