'use client'
import {
  AlignHorizontalJustifyStart,
  GitBranch,
  List,
  Maximize,
  Plus,
  Waypoints,
  Wand,
  ZoomIn,
  ZoomOut,
} from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { useCommands, useRunCommand } from '#components/shell/shortcuts.ts'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { useGraph } from './graph-context.tsx'

const words = messages.canvas
const ARRANGE = ['left', 'centre', 'right', 'top', 'middle', 'bottom'].map((id) => `graph.align-${id}`)
const SPREAD = [
  'graph.distribute-across',
  'graph.distribute-down',
  'graph.tidy-selection',
  'graph.group',
  'graph.ungroup',
]

interface ToolbarProps {
  readonly outline: boolean
  readonly branches: boolean
  readonly onOutline: () => void
  readonly onBranches: () => void
}

/** The few tools of the graph; the one primary action makes a scene. The rest lives in menus and the palette. */
export function CanvasToolbar({ outline, branches, onOutline, onBranches }: ToolbarProps) {
  const { camera, mayWrite } = useGraph()
  const commands = useCommands()
  const run = useRunCommand()
  const arrange = [...ARRANGE, ...SPREAD].flatMap((id) => commands.find((command) => command.id === id) ?? [])
  return (
    <div className="flex min-h-11 shrink-0 items-center gap-1 border-b bg-paper px-2 py-1">
      <IconButton icon={<GitBranch />} label={words.actions.branches} aria-pressed={branches} onClick={onBranches} />
      <div role="group" aria-label={words.views.label} className="mx-1 flex">
        <Button
          size="sm"
          variant="ghost"
          icon={<Waypoints />}
          aria-pressed={!outline}
          onClick={() => (outline ? onOutline() : undefined)}
        >
          <span className="max-sm:sr-only">{words.views.canvas}</span>
        </Button>
        <Button
          size="sm"
          variant="ghost"
          icon={<List />}
          aria-pressed={outline}
          onClick={() => (outline ? undefined : onOutline())}
        >
          <span className="max-sm:sr-only">{words.views.outline}</span>
        </Button>
      </div>
      {outline ? null : (
        <>
          <IconButton icon={<Maximize />} label={words.actions.fitAll} keys="Shift+1" onClick={() => camera.fit()} />
          <IconButton
            icon={<ZoomOut />}
            label={words.actions.zoomOut}
            keys="-"
            onClick={() => camera.zoomBy(0.8)}
            className="max-sm:hidden"
          />
          <IconButton
            icon={<ZoomIn />}
            label={words.actions.zoomIn}
            keys="+"
            onClick={() => camera.zoomBy(1.25)}
            className="max-sm:hidden"
          />
        </>
      )}
      {mayWrite ? (
        <IconButton
          icon={<Wand />}
          label={words.actions.layoutAll}
          onClick={() => run('graph.tidy')}
          className="max-sm:hidden"
        />
      ) : null}
      {arrange.length > 0 ? (
        <Menu trigger={<IconButton icon={<AlignHorizontalJustifyStart />} label={words.actions.align} />}>
          {arrange.map((command) => (
            <MenuItem key={command.id} onSelect={() => run(command.id)}>
              {command.title}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
      {mayWrite ? (
        <div className="ml-auto">
          <Button variant="primary" size="sm" icon={<Plus />} onClick={() => run('graph.new-scene')}>
            {words.actions.newScene}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
