'use client'
import { ArrowRight, Plus } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Select } from '#components/ui/select.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { EDGE_TYPES } from '#lib/story/state.ts'
import type { Edge } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import type { GraphActions } from '../use-graph-actions.ts'
import { titleOf } from '../use-graph-actions.ts'
import { ConditionEditor } from './condition-editor.tsx'
import { EffectsEditor } from './effects-editor.tsx'
import { newCondition } from './logic-drafts.ts'
import { SavedField } from './saved-field.tsx'

const words = messages.canvas.edge

interface EdgeSheetProps {
  readonly edge: Edge
  readonly actions: GraphActions
  /** Asks for another scene at one end. */
  readonly onMove: (end: 'source' | 'target') => void
  readonly onRemove: () => void
}

/** One connection: kind, words, when it is shown, what it changes. Each field saves alone. */
export function EdgeSheet({ edge, actions, onMove, onRemove }: EdgeSheetProps) {
  const scenes = useStory((page) => page.shown.scenes)
  const variables = useStory((page) => page.shown.variables)
  const { select } = useViewActions()
  const save = (fields: Parameters<GraphActions['updateEdge']>[1]) => actions.updateEdge(edge.id, fields)
  return (
    <div className="flex flex-col gap-4 p-4">
      <h2 className="sr-only">{words.title}</h2>
      <div className="flex flex-wrap items-center gap-1">
        <Button size="sm" variant="link" onClick={() => select([edge.from])}>
          {titleOf(scenes.get(edge.from))}
        </Button>
        <ArrowRight aria-hidden className="size-4 text-ink-faint" />
        <Button size="sm" variant="link" onClick={() => select([edge.to])}>
          {titleOf(scenes.get(edge.to))}
        </Button>
      </div>
      {edge.dynamic ? <Notice>{words.dynamic}</Notice> : null}
      <Field label={words.type}>
        <Select
          value={edge.type}
          onChange={(type) => save({ type })}
          options={EDGE_TYPES.map((value) => ({ value, label: messages.canvas.edgeTypes[value] }))}
        />
      </Field>
      {edge.type === 'choice' ? (
        <SavedField
          label={words.choiceText}
          value={edge.choiceText}
          maxLength={200}
          onSave={(choiceText) => save({ choiceText })}
        />
      ) : null}
      <SavedField label={words.label} value={edge.label} maxLength={120} onSave={(label) => save({ label })} />
      <section aria-label={words.condition} className="flex flex-col gap-2">
        <h3 className="text-small font-medium text-ink-soft">{words.condition}</h3>
        {edge.condition ? (
          <ConditionEditor condition={edge.condition} onChange={(condition) => save({ condition })} />
        ) : (
          <div className="flex items-center justify-between gap-2">
            <span>{words.always}</span>
            <Button
              edits
              size="sm"
              icon={<Plus />}
              onClick={() => save({ condition: newCondition([...variables.values()], edge.from) })}
            >
              {words.addCondition}
            </Button>
          </div>
        )}
      </section>
      <EffectsEditor effects={edge.effects} onChange={(effects) => save({ effects: [...effects] })} />
      <Switch checked={edge.once} onChange={(once) => save({ once })} label={words.once} description={words.onceHelp} />
      <Switch
        checked={edge.returns}
        onChange={(returns) => save({ returns })}
        label={words.returns}
        description={words.returnsHelp}
      />
      <div className="flex flex-wrap gap-2">
        <Button edits size="sm" onClick={() => onMove('target')}>
          {words.retarget}
        </Button>
        <Button edits size="sm" onClick={() => onMove('source')}>
          {words.comeFrom}
        </Button>
        <Button edits size="sm" variant="danger" onClick={onRemove}>
          {words.delete}
        </Button>
      </div>
    </div>
  )
}
