'use client'
import type { RefObject } from 'react'
import { messages } from '#components/messages/messages.ts'
import type { Command } from '#components/shell/command-registry.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { announce } from '#components/ui/announcer.tsx'
import { useView, useViewActions } from '#stores/view.ts'

const words = messages.canvas.actions

const MOVES = {
  left: { id: 'graph.focus-left', title: words.focusLeft, group: 'graph', keys: 'Mod+ArrowLeft' },
  right: { id: 'graph.focus-right', title: words.focusRight, group: 'graph', keys: 'Mod+ArrowRight' },
  up: { id: 'graph.focus-up', title: words.focusUp, group: 'graph', keys: 'Mod+ArrowUp' },
  down: { id: 'graph.focus-down', title: words.focusDown, group: 'graph', keys: 'Mod+ArrowDown' },
  first: { id: 'graph.focus-first', title: words.focusFirst, group: 'graph', keys: 'Mod+Home' },
  last: { id: 'graph.focus-last', title: words.focusLast, group: 'graph', keys: 'Mod+End' },
} as const

/**
 * Choosing several scenes by keys alone, the same on the canvas and in the outline: the focus moves and leaves the
 * selection as it is, and Space takes the scene it came to, or lets it go. `current` is the scene that has the focus.
 */
export function useFocusCommands<Step extends keyof typeof MOVES>(
  box: RefObject<HTMLElement | null>,
  current: string | null,
  steps: readonly Step[],
  move: (step: Step) => void,
): void {
  const { toggle } = useViewActions()
  const sceneIds = useView((view) => view.sceneIds)
  const keysHere = () => box.current?.contains(document.activeElement) === true
  function toggleCurrent() {
    if (!current) return
    toggle('scene', current)
    announce(messages.canvas.said.selected(sceneIds.size + (sceneIds.has(current) ? -1 : 1)))
  }
  useCommandList([
    ...steps.map((step): Command => ({ ...MOVES[step], keysHere, run: () => move(step) })),
    {
      id: 'graph.select-focused',
      title: words.selectFocused,
      group: 'graph',
      keys: 'Space',
      keysHere,
      run: toggleCurrent,
      when: () => current !== null,
    },
  ])
}
