'use client'
import { useReactFlow, useStore, useStoreApi, ViewportPortal } from '@xyflow/react'
import { memo, useEffect, useRef, useState } from 'react'
import { cn } from '#components/ui/cn.ts'
import { branchVar } from '#components/ui/tokens.ts'
import type { LivePerson } from '#lib/client/live-socket.ts'
import { usePresence, usePublishPresence } from '#stores/presence.ts'
import { useView } from '#stores/view.ts'
import type { CanvasModel } from './canvas-model.ts'
import { withMembers } from './canvas-model.ts'
import { CursorTrail } from './cursor-trail.ts'
import type { GraphState } from '#lib/story/queries.ts'

/** A selection is told as far as 1 KB of presence has room for it beside the rest (collab.md 6): so many ids and letters. */
const TOLD = { ids: 50, letters: 600 }

/** Other people on the canvas: named cursors and the ghosts of what they drag. Publishes this page's own. */
export const PresenceLayer = memo(function PresenceLayer({
  model,
  state,
}: {
  model: CanvasModel
  state: Pick<GraphState, 'scenes'>
}) {
  const people = usePresence((page) => page.people)
  usePublishOwn()
  const zoom = useStore((flow) => flow.transform[2])
  const here = people.filter((person) => person.place === undefined || person.place === 'graph')
  if (here.length === 0) return null
  return (
    <ViewportPortal>
      {here.map((person) => (
        <div key={person.connectionId} className="pointer-events-none">
          {person.drag ? <DragGhost person={person} model={model} state={state} /> : null}
          {person.cursor ? <Cursor person={person} zoom={zoom} /> : null}
        </div>
      ))}
    </ViewportPortal>
  )
})

function DragGhost({
  person,
  model,
  state,
}: {
  person: LivePerson
  model: CanvasModel
  state: Pick<GraphState, 'scenes'>
}) {
  const { drag, selection, colour } = person
  if (!drag || !selection) return null
  const boxes = [...withMembers(state, selection)].flatMap((id) => model.drawn.get(id) ?? []).slice(0, 200)
  return boxes.map(({ id, x, y, width, height }) => (
    <div
      key={id}
      data-ghost-of={person.name}
      className="absolute top-0 left-0 rounded-md border-2 border-dashed opacity-70"
      style={{
        width,
        height,
        borderColor: branchVar(colour),
        transform: `translate(${x + drag.dx}px, ${y + drag.dy}px)`,
      }}
    />
  ))
}

/** A named cursor, drawn a little late so that it glides between samples; it jumps under reduced motion. */
function Cursor({ person, zoom }: { person: LivePerson; zoom: number }) {
  const box = useRef<HTMLDivElement>(null)
  const trail = useRef(new CursorTrail())
  const { cursor } = person
  const activity = useActivity(cursor)
  // Syncs the drawn place with the samples that arrive, once per frame while it moves.
  useEffect(() => {
    if (!cursor) return
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    trail.current.add(cursor, performance.now())
    let frame = 0
    const draw = () => {
      const { x, y, moving } = still ? { ...cursor, moving: false } : trail.current.at(performance.now())
      if (box.current) box.current.style.transform = `translate(${x}px, ${y}px) scale(${1 / zoom})`
      if (moving) frame = requestAnimationFrame(draw)
    }
    draw()
    return () => cancelAnimationFrame(frame)
  }, [cursor, zoom])
  return (
    <div
      ref={box}
      data-cursor-of={person.name}
      data-activity={activity}
      hidden={activity === 'inactive'}
      className={cn(
        'absolute top-0 left-0 z-50 origin-top-left transition-opacity',
        activity === 'idle' && 'opacity-45',
      )}
    >
      <svg aria-hidden width="16" height="20" viewBox="0 0 16 20">
        <path d="M1 1l5 17 3-7 6-2z" fill={branchVar(person.colour)} stroke="var(--paper)" strokeWidth="1.5" />
      </svg>
      <span
        className="absolute top-4 left-3 rounded-sm px-1.5 text-micro font-medium whitespace-nowrap text-paper"
        style={{ backgroundColor: `color-mix(in srgb, ${branchVar(person.colour)} 78%, black)`, color: '#fff' }}
      >
        {person.name}
      </span>
    </div>
  )
}

/** A cursor that rests steps back after a while, and is not drawn after a longer one (collab.md 6). */
const IDLE_MS = 3000
const INACTIVE_MS = 60_000
type Activity = 'active' | 'idle' | 'inactive'

function useActivity(cursor: LivePerson['cursor']): Activity {
  const [resting, setResting] = useState<{ cursor: LivePerson['cursor']; for: Activity }>({ cursor, for: 'active' })
  // Syncs what is shown with the time since the last sample.
  useEffect(() => {
    const idle = setTimeout(() => setResting({ cursor, for: 'idle' }), IDLE_MS)
    const inactive = setTimeout(() => setResting({ cursor, for: 'inactive' }), INACTIVE_MS)
    return () => {
      clearTimeout(idle)
      clearTimeout(inactive)
    }
  }, [cursor])
  return resting.cursor === cursor ? resting.for : 'active'
}

function told(sceneIds: ReadonlySet<string>): string[] {
  let letters = 0
  // Each id costs its quotes and a comma besides.
  return [...sceneIds].slice(0, TOLD.ids).filter((id) => (letters += id.length + 3) <= TOLD.letters)
}

/** Tells the room where this page's pointer, selection and view are. Moves under a pixel are kept back. */
function usePublishOwn() {
  const publish = usePublishPresence()
  const flow = useStoreApi()
  const { screenToFlowPosition } = useReactFlow()
  const sceneIds = useView((view) => view.sceneIds)
  // Syncs the room with this page's selection.
  useEffect(() => {
    publish({ place: 'graph', selection: told(sceneIds) })
  }, [publish, sceneIds])
  // Syncs the room with this page's pointer and view.
  useEffect(() => {
    const surface = flow.getState().domNode
    if (!surface) return
    let last = { x: NaN, y: NaN }
    const move = (event: PointerEvent) => {
      const at = screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false })
      const zoom = flow.getState().transform[2]
      if (Math.hypot(at.x - last.x, at.y - last.y) * zoom < 1) return
      last = at
      publish({ cursor: { x: Math.round(at.x), y: Math.round(at.y) } })
    }
    const leave = () => publish({ cursor: null })
    let lastTransform: unknown = null
    const tellView = ({ transform, width, height }: ReturnType<typeof flow.getState>) => {
      if (transform === lastTransform || width === 0) return
      lastTransform = transform
      const [x, y, zoom] = transform
      const cx = Math.round((width / 2 - x) / zoom)
      const cy = Math.round((height / 2 - y) / zoom)
      publish({ view: { cx, cy, zoom: Math.round(zoom * 1000) / 1000 } })
    }
    // Also the view one opens on: others may follow somebody who has not moved yet.
    tellView(flow.getState())
    const stop = flow.subscribe(tellView)
    surface.addEventListener('pointermove', move)
    surface.addEventListener('pointerleave', leave)
    return () => {
      stop()
      surface.removeEventListener('pointermove', move)
      surface.removeEventListener('pointerleave', leave)
      publish({ cursor: null, drag: null, selection: [] })
    }
  }, [flow, publish, screenToFlowPosition])
}
