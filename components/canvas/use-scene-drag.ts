'use client'
import { useEffect, useMemo, useRef, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { announce } from '#components/ui/announcer.tsx'
import { usePublishPresence } from '#stores/presence.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { withMembers } from './canvas-model.ts'
import { useGraph } from './graph-context.tsx'

/** A drag under way: the scenes (containers with their members) and their common offset in canvas px. */
export interface SceneDrag {
  readonly ids: ReadonlySet<string>
  readonly dx: number
  readonly dy: number
}

interface Grabbed {
  readonly id: string
  readonly roots: readonly string[]
  readonly ids: ReadonlySet<string>
  cancelled: boolean
}

type Grip = { readonly id: string; readonly position: { readonly x: number; readonly y: number } }

/** Dragging scenes: presence while it lasts, one command on drop, Esc takes it back. */
export function useSceneDrag() {
  const { model, actions } = useGraph()
  const { select } = useViewActions()
  const sceneIds = useView((view) => view.sceneIds)
  const state = useStory((page) => page.shown)
  const publish = usePublishPresence()
  const [drag, setDrag] = useState<SceneDrag | null>(null)
  const grabbed = useRef<Grabbed | null>(null)
  const latest = useRef({ model, actions, sceneIds, state })
  latest.current = { model, actions, sceneIds, state }

  // Syncs Escape with the drag: the scenes go back and nothing is sent.
  useEffect(() => {
    if (!drag) return
    const handleKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !grabbed.current) return
      event.preventDefault()
      event.stopPropagation()
      grabbed.current.cancelled = true
      setDrag(null)
      publish({ drag: null })
      announce(messages.canvas.said.cancelled)
    }
    window.addEventListener('keydown', handleKey, true)
    return () => window.removeEventListener('keydown', handleKey, true)
  }, [drag, publish])

  const handlers = useMemo(() => {
    const offset = (grip: Grip) => {
      const from = latest.current.model.drawn.get(grip.id)
      return from
        ? { dx: Math.round(grip.position.x - from.x), dy: Math.round(grip.position.y - from.y) }
        : { dx: 0, dy: 0 }
    }
    return {
      onNodeDragStart: (_event: unknown, grip: Grip) => {
        const { sceneIds: selected, state: now } = latest.current
        const roots = selected.has(grip.id) ? [...selected] : [grip.id]
        grabbed.current = { id: grip.id, roots, ids: withMembers(now, roots), cancelled: false }
      },
      onNodeDrag: (_event: unknown, grip: Grip) => {
        const held = grabbed.current
        if (!held || held.cancelled || held.id !== grip.id) return
        const { dx, dy } = offset(grip)
        if (!latest.current.sceneIds.has(grip.id)) select([grip.id])
        setDrag({ ids: held.ids, dx, dy })
        publish({ drag: { dx, dy } })
      },
      onNodeDragStop: (_event: unknown, grip: Grip) => {
        const held = grabbed.current
        grabbed.current = null
        setDrag(null)
        publish({ drag: null })
        if (!held || held.cancelled) return
        const { dx, dy } = offset(grip)
        latest.current.actions.moveBy(held.roots, dx, dy)
      },
    }
  }, [publish, select])
  return { drag, handlers }
}
