'use client'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { branchVar } from '#components/ui/tokens.ts'
import { EDGE_TYPES } from '#lib/story/state.ts'
import type { EdgeType } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { canLink, nextEdgeType } from './canvas-model.ts'
import type { CanvasModel } from './canvas-model.ts'
import type { GraphActions } from './use-graph-actions.ts'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas
const SHOWN = 40

export interface LinkDialogProps {
  /** The scene that stays one end of the edge: its source, unless the source is what moves. */
  readonly fixedId: string
  /** Set to move one end of an existing edge. */
  readonly moving?: { readonly edgeId: string; readonly end: 'source' | 'target' } | undefined
  readonly model: CanvasModel
  readonly actions: GraphActions
  readonly onClose: () => void
}

/** Finds an end of an edge, mostly its target, by typing a part of its title. Arrows choose, Enter links. */
export function LinkDialog({ fixedId, moving, model, actions, onClose }: LinkDialogProps) {
  const state = useStory((page) => page.shown)
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [type, setType] = useState<EdgeType>(() => nextEdgeType(model.index, fixedId))
  const fixed = state.scenes.get(fixedId)
  const source = moving?.end === 'source'
  const found = useMemo(() => {
    const wanted = text.trim().toLocaleLowerCase()
    const fits = [...state.scenes.values()].filter(
      (scene) => canLink(scene) && (wanted === '' || titleOf(scene).toLocaleLowerCase().includes(wanted)),
    )
    const near = (id: string) => {
      const there = state.scenes.get(id)
      return fixed && there ? Math.hypot(there.x - fixed.x, there.y - fixed.y) : 0
    }
    const starts = (title: string) => (title.toLocaleLowerCase().startsWith(wanted) ? 0 : 1)
    return fits
      .filter((scene) => scene.id !== fixedId || type === 'choice')
      .sort((a, b) => starts(titleOf(a)) - starts(titleOf(b)) || near(a.id) - near(b.id))
      .slice(0, SHOWN)
  }, [state.scenes, text, fixed, fixedId, type])
  const marked = found[Math.min(at, found.length - 1)]

  function choose(id: string) {
    const [from, to] = source ? [id, fixedId] : [fixedId, id]
    const done = moving ? actions.reconnect(moving.edgeId, from, to) : actions.link(from, to, type)
    if (done) onClose()
  }
  function handleKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') setAt((n) => Math.min(n + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt((n) => Math.max(n - 1, 0))
    else if (event.key === 'Enter' && marked) choose(marked.id)
    else return
    event.preventDefault()
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={source ? words.link.titleFrom(titleOf(fixed)) : words.link.title(titleOf(fixed))}
      description={words.link.text}
    >
      <div className="flex flex-col gap-3">
        <div className="flex gap-3">
          <Field label={source ? words.link.labelFrom : words.link.label} className="flex-1">
            <Input
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={marked ? `${listId}-${marked.id}` : undefined}
              value={text}
              onValueChange={(value: string) => {
                setText(value)
                setAt(0)
              }}
              onKeyDown={handleKeyDown}
            />
          </Field>
          {moving ? null : (
            <Field label={words.link.type} className="w-36">
              <Select
                value={type}
                onChange={setType}
                options={EDGE_TYPES.map((value) => ({ value, label: words.edgeTypes[value] }))}
              />
            </Field>
          )}
        </div>
        <ul
          id={listId}
          role="listbox"
          aria-label={words.link.results}
          className="max-h-72 min-h-24 overflow-y-auto rounded-md border"
        >
          {found.map((scene) => (
            <li
              key={scene.id}
              id={`${listId}-${scene.id}`}
              role="option"
              aria-selected={scene === marked}
              onClick={() => choose(scene.id)}
              className={cn(
                'flex min-h-row cursor-pointer items-center gap-2 px-3 hover:bg-hover',
                scene === marked && 'bg-wash',
              )}
            >
              <span
                aria-hidden
                className="h-1 w-4 shrink-0 rounded-full"
                style={{ backgroundColor: branchVar(state.branches.get(scene.branchId)?.colour ?? 1) }}
              />
              <span className="truncate">{titleOf(scene)}</span>
              <span className="ml-auto shrink-0 text-small text-ink-faint">{words.types[scene.type]}</span>
            </li>
          ))}
        </ul>
        {found.length === 0 ? <p className="text-ink-soft">{words.link.none}</p> : null}
      </div>
    </Dialog>
  )
}
