'use client'
import { useState, type MouseEvent, type ReactElement } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useCommands, useRunCommand } from '#components/shell/shortcuts.ts'
import { ContextMenu } from '#components/ui/context-menu.tsx'
import { MenuItem, MenuSeparator } from '#components/ui/menu.tsx'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { useGraph } from './graph-context.tsx'

const words = messages.canvas.actions

/** Ids of the registered commands the menu lists, by what was under the pointer. A gap is a hairline. */
const ON_SCENE = [
  'graph.open',
  'graph.rename',
  '',
  'graph.new-linked',
  'graph.link',
  'graph.branch',
  '',
  'graph.start',
  'graph.ending',
  'graph.pin',
  'graph.group',
  'graph.ungroup',
  '',
  'graph.select-upstream',
  'graph.select-downstream',
  '',
  'graph.delete',
] as const
const ON_EMPTY = ['graph.new-note', '', 'graph.select-all', 'graph.fit-all', 'graph.tidy', 'graph.outline'] as const
const ON_EDGE = ['graph.details', 'graph.delete'] as const

interface CanvasMenuProps {
  /** The scene painted under the pointer, or null. */
  readonly hitAt: (event: MouseEvent) => string | null
  /** The edge painted under the pointer, or null. */
  readonly edgeAt: (event: MouseEvent) => string | null
  /** The pointer's place in canvas px. */
  readonly placeOf: (event: MouseEvent) => { x: number; y: number }
  readonly children: ReactElement
}

/** The menu of the canvas: scene, connection or empty place. Everything in it is also a command of the palette. */
export function CanvasMenu({ hitAt, edgeAt, placeOf, children }: CanvasMenuProps) {
  const [at, setAt] = useState<{ kind: 'scene' | 'edge' | 'empty'; x: number; y: number }>({
    kind: 'empty',
    x: 0,
    y: 0,
  })
  const { actions, focus, mayWrite } = useGraph()
  const { select } = useViewActions()
  const sceneIds = useView((view) => view.sceneIds)
  const scenes = useStory((page) => page.shown.scenes)
  const commands = useCommands()
  // By its id and not by what was listed: the right click may have changed the selection after this was drawn.
  const run = useRunCommand()

  function handleOpen(event: MouseEvent) {
    const target = event.target instanceof Element ? event.target : null
    const place = placeOf(event)
    const overEdge = target?.closest('.react-flow__edge')?.getAttribute('data-id')
    const sceneId = target?.closest('.react-flow__node')?.getAttribute('data-id') ?? (overEdge ? null : hitAt(event))
    const edgeId = overEdge ?? edgeAt(event)
    if (sceneId && scenes.has(sceneId)) {
      if (!sceneIds.has(sceneId)) select([sceneId])
      focus(sceneId)
      setAt({ kind: 'scene', ...place })
    } else if (edgeId) {
      select([], [edgeId])
      setAt({ kind: 'edge', ...place })
    } else setAt({ kind: 'empty', ...place })
  }

  const all = at.kind === 'scene' ? ON_SCENE : at.kind === 'edge' ? ON_EDGE : ON_EMPTY
  const ids = withoutIdleLines(all, new Set(commands.map((command) => command.id)))
  const items = ids.map((id, index) => {
    if (id === '') return <MenuSeparator key={index} />
    const command = commands.find((entry) => entry.id === id)
    if (!command) return null
    const keys = typeof command.keys === 'string' ? command.keys : command.keys?.[0]
    return (
      <MenuItem key={id} onSelect={() => run(id)} keys={keys} danger={id === 'graph.delete'}>
        {command.title}
      </MenuItem>
    )
  })
  return (
    <ContextMenu
      content={
        <>
          {at.kind === 'empty' && mayWrite ? (
            <MenuItem onSelect={() => actions.createScene({ x: at.x - 110, y: at.y - 48, exact: true })} keys="N">
              {words.newScene}
            </MenuItem>
          ) : null}
          {items}
        </>
      }
    >
      <div className="h-full w-full" onContextMenuCapture={handleOpen}>
        {children}
      </div>
    </ContextMenu>
  )
}

/** The listed ids that are there, with a hairline only where something stands on both sides. */
function withoutIdleLines(ids: readonly string[], there: ReadonlySet<string>): readonly string[] {
  const kept = ids.filter((id) => id === '' || there.has(id))
  return kept.filter(
    (id, at) => id !== '' || (at > 0 && kept[at - 1] !== '' && kept.slice(at).some((one) => one !== '')),
  )
}
