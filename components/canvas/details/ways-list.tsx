'use client'
import { ArrowDown, ArrowUp, HelpCircle, Link2, Pencil } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { inEdges, isStructure, outEdges } from '#lib/story/queries.ts'
import type { Edge, Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { canLink } from '../canvas-model.ts'
import type { CanvasModel } from '../canvas-model.ts'
import type { GraphActions } from '../use-graph-actions.ts'
import { titleOf } from '../use-graph-actions.ts'
import { SavedField } from './saved-field.tsx'

const words = messages.canvas.details

interface WaysListProps {
  readonly scene: Scene
  readonly model: CanvasModel
  readonly actions: GraphActions
  readonly onLink: () => void
}

/** The ways on from a scene in their order, and what leads here. */
export function WaysList({ scene, model, actions, onLink }: WaysListProps) {
  const scenes = useStory((page) => page.shown.scenes)
  const { select } = useViewActions()
  const ways = outEdges(model.index, scene.id)
  const incoming = inEdges(model.index, scene.id)

  function shift(at: number, by: number) {
    const order = [...ways]
    const [moved] = order.splice(at, 1)
    if (moved) order.splice(at + by, 0, moved)
    actions.reorder(order)
  }

  return (
    <>
      <section aria-label={words.choices} className="flex flex-col gap-2">
        <div className="flex items-center justify-between">
          <h2 className="text-small font-medium text-ink-soft">{words.choices}</h2>
          {canLink(scene) ? (
            <Button edits size="sm" variant="ghost" icon={<Link2 />} onClick={onLink}>
              {messages.canvas.actions.linkTo}
            </Button>
          ) : null}
        </div>
        {ways.length === 0 ? <p className="text-small text-ink-faint">{words.noChoices}</p> : null}
        <ol className="flex flex-col gap-2">
          {ways.map((edge, at) => (
            <li key={edge.id} className="flex flex-col gap-1 rounded-md border p-2">
              <div className="flex items-center gap-1">
                <Way edge={edge} other={scenes.get(edge.to)} onGo={() => select([edge.to])} />
                <IconButton
                  edits
                  icon={<ArrowUp />}
                  size="icon-sm"
                  label={words.moveUp}
                  disabled={at === 0}
                  onClick={() => shift(at, -1)}
                />
                <IconButton
                  edits
                  icon={<ArrowDown />}
                  size="icon-sm"
                  label={words.moveDown}
                  disabled={at === ways.length - 1}
                  onClick={() => shift(at, 1)}
                />
                <IconButton
                  icon={<Pencil />}
                  size="icon-sm"
                  label={words.editEdge}
                  onClick={() => select([], [edge.id])}
                />
              </div>
              {edge.type === 'choice' ? (
                <SavedField
                  label={messages.canvas.edge.choiceText}
                  hideLabel
                  placeholder={messages.canvas.edge.choiceText}
                  value={edge.choiceText}
                  maxLength={200}
                  onSave={(choiceText) => actions.updateEdge(edge.id, { choiceText })}
                />
              ) : null}
            </li>
          ))}
        </ol>
      </section>
      <section aria-label={words.incoming} className="flex flex-col gap-1">
        <h2 className="text-small font-medium text-ink-soft">{words.incoming}</h2>
        {incoming.length === 0 ? <p className="text-small text-ink-faint">{words.noIncoming}</p> : null}
        <ul>
          {incoming.map((edge) => (
            <li key={edge.id} className="flex items-center gap-1">
              <Way edge={edge} other={scenes.get(edge.from)} onGo={() => select([edge.from])} />
              <IconButton
                icon={<Pencil />}
                size="icon-sm"
                label={words.editEdge}
                onClick={() => select([], [edge.id])}
              />
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function Way({ edge, other, onGo }: { edge: Edge; other: Scene | undefined; onGo: () => void }) {
  return (
    <button
      type="button"
      onClick={onGo}
      aria-label={words.goTo(titleOf(other))}
      className="flex min-h-row min-w-0 flex-1 items-center gap-2 rounded-sm px-1 text-left hover:bg-hover"
    >
      <span className="truncate font-medium">{titleOf(other)}</span>
      <span className="ml-auto flex shrink-0 items-center gap-1 text-small text-ink-faint">
        {edge.condition ? (
          <HelpCircle role="img" aria-label={messages.canvas.edge.condition} className="size-3.5" />
        ) : null}
        {isStructure(edge) && edge.type === 'choice' ? null : messages.canvas.edgeTypes[edge.type]}
      </span>
    </button>
  )
}
