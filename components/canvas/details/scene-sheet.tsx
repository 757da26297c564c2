'use client'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { BranchLine } from '#components/shell/branch-line.tsx'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Field } from '#components/ui/field.tsx'
import { useReadOnly } from '#components/ui/read-only.tsx'
import { Select } from '#components/ui/select.tsx'
import { Slider } from '#components/ui/slider.tsx'
import { fieldProblem, MOODS, sceneFieldsOf, withSceneField } from '#lib/story/scene-fields.ts'
import type { SceneField } from '#lib/story/scene-fields.ts'
import { SCENE_TYPES } from '#lib/story/state.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import type { CanvasModel } from '../canvas-model.ts'
import type { GraphActions } from '../use-graph-actions.ts'
import { titleOf } from '../use-graph-actions.ts'
import { SavedField, wordsOf } from './saved-field.tsx'
import { WaysList } from './ways-list.tsx'

// Brings the comic's geometry with it, so it is sent for only where there are panels.
const PanelStrip = dynamic(() => import('#components/panels/panel-strip.tsx').then((m) => m.PanelStrip))

const words = messages.canvas.details
const DRAFTS = ['empty', 'drafting', 'review', 'final'] as const
const NONE = '-'

interface SceneSheetProps {
  readonly scene: Scene
  readonly model: CanvasModel
  readonly actions: GraphActions
  readonly onLink: () => void
  readonly onRemove: () => void
}

/** One scene's fields. Each saves alone; the fields of its type come from the type's list. */
export function SceneSheet({ scene, model, actions, onLink, onRemove }: SceneSheetProps) {
  const state = useStory((page) => page.shown)
  const branch = state.branches.get(scene.branchId)
  const save = (fields: Parameters<GraphActions['update']>[1]) => actions.update(scene.id, fields)
  const drawn = [...state.panels.values()].some((panel) => panel.sceneId === scene.id)
  const groups = [...state.scenes.values()].filter(
    (other) => other.id !== scene.id && (other.type === 'group' || other.type === 'chapter' || other.type === 'volume'),
  )
  return (
    <div className="flex flex-col gap-4 p-4">
      <SavedField label={words.sceneTitle} value={scene.title} maxLength={200} onSave={(title) => save({ title })} />
      <div className="flex items-center gap-2 text-small text-ink-soft">
        <BranchLine colour={branch?.colour ?? 1} className="w-6 shrink-0" />
        <span className="truncate">{branch?.name}</span>
        <span className="ml-auto shrink-0 tabular-nums">{messages.canvas.words(scene.words)}</span>
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Field label={words.type}>
          <Select
            value={scene.type}
            onChange={(type) => save({ type })}
            options={SCENE_TYPES.map((value) => ({ value, label: messages.canvas.types[value] }))}
          />
        </Field>
        <Field label={words.draft}>
          <Select
            value={scene.draftState}
            onChange={(draftState) => save({ draftState })}
            options={DRAFTS.map((value) => ({ value, label: messages.canvas.drafts[value] }))}
          />
        </Field>
      </div>
      <SavedField
        label={words.summary}
        value={scene.summary}
        multiline
        maxLength={1000}
        onSave={(summary) => save({ summary })}
      />
      {drawn ? <PanelStrip sceneId={scene.id} /> : null}
      {sceneFieldsOf(scene.type).map((field) => (
        <TypeField key={field.key} field={field} scene={scene} onSave={(metadata) => save({ metadata })} />
      ))}
      <Moods scene={scene} onSave={(moods) => save({ moods })} />
      <SavedField label={words.tags} value={scene.tags.join(', ')} onSave={(text) => save({ tags: wordsOf(text) })} />
      <Cast scene={scene} onSave={(cast) => save({ cast })} />
      <Importance scene={scene} onSave={(importance) => save({ importance })} />
      <SavedField
        label={words.targetWords}
        value={scene.targetWords === null ? '' : String(scene.targetWords)}
        inputMode="numeric"
        maxLength={7}
        problemOf={(text) => (/^\d{0,6}$/.test(text.trim()) ? null : words.notANumber)}
        onSave={(text) => save({ targetWords: text === '' ? null : Number(text) })}
      />
      {groups.length > 0 ? (
        <Field label={words.group}>
          <Select
            value={scene.groupId ?? NONE}
            onChange={(id) => save({ groupId: id === NONE ? null : id })}
            options={[
              { value: NONE as string, label: words.noGroup },
              ...groups.map((group) => ({ value: group.id as string, label: titleOf(group) })),
            ]}
          />
        </Field>
      ) : null}
      <WaysList scene={scene} model={model} actions={actions} onLink={onLink} />
      <Button edits variant="danger" size="sm" className="self-start" onClick={onRemove}>
        {messages.canvas.actions.delete}
      </Button>
    </div>
  )
}

interface TypeFieldProps {
  readonly field: SceneField
  readonly scene: Scene
  readonly onSave: (metadata: Record<string, string>) => void
}

function TypeField({ field, scene, onSave }: TypeFieldProps) {
  const characters = useStory((page) => page.shown.characters)
  const value = scene.metadata[field.key] ?? ''
  const label = words.fields[field.key] ?? field.key
  const save = (text: string) => onSave(withSceneField(scene, field.key, text))
  if (field.kind === 'choice' || field.kind === 'character') {
    const options =
      field.kind === 'choice'
        ? field.options.map((option) => ({ value: option, label: option }))
        : [...characters.values()].map((character) => ({ value: character.id as string, label: character.name }))
    return (
      <Field label={label}>
        <Select
          value={options.some((option) => option.value === value) ? value : NONE}
          onChange={(next) => save(next === NONE ? '' : next)}
          options={[{ value: NONE as string, label: words.unset }, ...options]}
        />
      </Field>
    )
  }
  const problemOf = (text: string) => {
    const problem = fieldProblem(field, text)
    if (problem === null) return null
    return problem === 'too-small' ? words.tooSmall : words.notANumber
  }
  return (
    <SavedField
      label={label}
      value={value}
      maxLength={500}
      multiline={field.kind === 'text'}
      inputMode={field.kind === 'number' ? 'numeric' : 'text'}
      problemOf={problemOf}
      onSave={save}
    />
  )
}

function Moods({ scene, onSave }: { scene: Scene; onSave: (moods: string[]) => void }) {
  const known: readonly string[] = MOODS
  const own = scene.moods.filter((mood) => !known.includes(mood))
  const picked = scene.moods.filter((mood) => known.includes(mood))
  const readOnly = useReadOnly()
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-small font-medium text-ink-soft">{words.moods}</legend>
      <div className="flex flex-wrap gap-1">
        {MOODS.map((mood) => {
          const on = picked.includes(mood)
          return (
            <Button
              key={mood}
              size="sm"
              aria-pressed={on}
              disabled={readOnly}
              onClick={() => onSave([...(on ? picked.filter((one) => one !== mood) : [...picked, mood]), ...own])}
            >
              {messages.canvas.moods[mood]}
            </Button>
          )
        })}
      </div>
      <SavedField
        label={words.ownMoods}
        value={own.join(', ')}
        onSave={(text) => onSave([...picked, ...wordsOf(text)])}
      />
    </fieldset>
  )
}

function Cast({ scene, onSave }: { scene: Scene; onSave: (cast: string[]) => void }) {
  const characters = useStory((page) => page.shown.characters)
  return (
    <fieldset>
      <legend className="mb-1 text-small font-medium text-ink-soft">{words.cast}</legend>
      {characters.size === 0 ? <p className="text-small text-ink-faint">{words.noCast}</p> : null}
      {[...characters.values()].map((character) => (
        <Checkbox
          key={character.id}
          label={character.name}
          checked={scene.cast.includes(character.id)}
          onChange={(on) => onSave(on ? [...scene.cast, character.id] : scene.cast.filter((id) => id !== character.id))}
        />
      ))}
    </fieldset>
  )
}

function Importance({ scene, onSave }: { scene: Scene; onSave: (importance: number) => void }) {
  const [moving, setMoving] = useState<number | null>(null)
  return (
    <Slider
      label={words.importance}
      min={0}
      max={1}
      step={0.05}
      format={{ style: 'percent' }}
      value={moving ?? scene.importance}
      onChange={setMoving}
      onCommit={(value) => {
        onSave(value)
        setMoving(null)
      }}
    />
  )
}
