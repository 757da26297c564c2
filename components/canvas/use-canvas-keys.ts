'use client'
import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useRunCommand } from '#components/shell/shortcuts.ts'
import { announce } from '#components/ui/announcer.tsx'
import { nearestInDirection } from '#lib/story/queries.ts'
import type { Direction } from '#lib/story/queries.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { walkOrder } from './canvas-model.ts'
import { useGraph } from './graph-context.tsx'
import { useBranchId } from './use-canvas-model.ts'
import { useFocusCommands } from './use-focus-commands.ts'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}
const STEPS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
}
/** Px a scene is nudged by Shift and an arrow, and with Ctrl besides. */
const NUDGE = 10
const FAR_NUDGE = 50

const DIRECTIONS = Object.values(ARROWS)

/**
 * Keys while the canvas has the focus: Tab walks the scenes in reading order, arrows go to the nearest, with Ctrl
 * without selecting it, Shift and an arrow nudges, Enter opens, F2 renames, Space toggles. Esc steps back to the canvas,
 * from where Tab leaves it.
 */
export function useCanvasKeys(box: RefObject<HTMLDivElement | null>) {
  const { model, actions, focusId, focus, edit, open, camera } = useGraph()
  const { select, clear } = useViewActions()
  const runCommand = useRunCommand()
  const sceneIds = useView((view) => view.sceneIds)
  const onEdge = useView((view) => view.edgeIds.size === 1 && view.sceneIds.size === 0)
  const state = useStory((page) => page.shown)
  const branchId = useBranchId()
  /** After Esc the next Tab leaves the canvas instead of walking on. */
  const leaving = useRef(false)
  const wantsFocus = useRef(false)
  const current = focusId ?? [...sceneIds][0] ?? null
  useFocusCommands(box, current, DIRECTIONS, (direction) => step(direction, false))

  // Syncs the browser's focus with the scene the keys went to, once its element is there.
  useEffect(() => {
    if (!wantsFocus.current || !focusId) return
    const node = box.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(focusId)}"]`)
    if (!node) return
    wantsFocus.current = false
    node.focus({ preventScroll: true })
  })

  // Syncs the browser's focus with the scenes: when the focused one is gone, the canvas itself takes over.
  useEffect(() => {
    if (!focusId || model.drawn.has(focusId)) return
    focus(null)
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true })
  }, [focusId, model, focus, box])

  function goTo(id: string, order: readonly string[], selecting = true) {
    const scene = state.scenes.get(id)
    if (!scene) return
    wantsFocus.current = true
    focus(id)
    if (selecting) select([id])
    camera.reveal(id)
    announce(words.said.focus(titleOf(scene), order.indexOf(id) + 1, order.length))
  }

  function step(direction: Direction, selecting: boolean) {
    const order = walkOrder(state, model, branchId)
    const from = current ? model.drawn.get(current) : undefined
    const next = from ? nearestInDirection(from, model.cards, direction) : order[0]
    if (!next) return announce(words.said.nothingThatWay)
    goTo(next, order, selecting)
  }

  function walk(event: KeyboardEvent) {
    if (leaving.current) {
      leaving.current = false
      return
    }
    const order = walkOrder(state, model, branchId)
    const onScene = event.target instanceof Element && event.target.closest('.react-flow__node')
    // Beside the scenes the canvas holds a link and the minimap; from there Tab goes on as everywhere.
    if (!onScene && event.target !== box.current) return
    const at = focusId && onScene ? order.indexOf(focusId) : event.shiftKey ? order.length : -1
    const first = focusId && !onScene ? focusId : undefined
    if (!onScene && event.shiftKey) return
    const next = first ?? order[at + (event.shiftKey ? -1 : 1)]
    if (!next) return
    event.preventDefault()
    goTo(next, order)
  }

  return function handleKeyDown(event: KeyboardEvent) {
    if (event.target instanceof HTMLInputElement || event.altKey) return
    const direction = ARROWS[event.key]
    if (event.key === 'Tab') return walk(event)
    if (direction && event.shiftKey) {
      const by = event.ctrlKey || event.metaKey ? FAR_NUDGE : NUDGE
      const [x, y] = STEPS[direction]
      const ids = sceneIds.size > 0 ? sceneIds : current ? [current] : []
      event.preventDefault()
      return void actions.moveBy(ids, x * by, y * by)
    }
    if (event.ctrlKey || event.metaKey) return
    if (direction) {
      event.preventDefault()
      return step(direction, true)
    }
    switch (event.key) {
      case 'Enter':
        if (!current && !onEdge) return
        event.preventDefault()
        return onEdge || !current ? runCommand('graph.details') : open(current)
      case 'F2':
        if (!current) return
        event.preventDefault()
        return edit(current)
      case ' ':
        // The command toggles once, however long the key is held.
        if (event.repeat) event.preventDefault()
        return
      case 'Escape':
        leaving.current = true
        clear()
        return box.current?.focus({ preventScroll: true })
    }
  }
}
