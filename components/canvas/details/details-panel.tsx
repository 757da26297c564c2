'use client'
import { useEffect, useRef, useState } from 'react'
import { Editable } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { Select } from '#components/ui/select.tsx'
import { SCENE_TYPES } from '#lib/story/state.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'
import { LinkDialog } from '../link-dialog.tsx'
import type { LinkDialogProps } from '../link-dialog.tsx'
import { needsQuestion, RemoveDialog } from '../remove-dialog.tsx'
import type { Removal } from '../remove-dialog.tsx'
import { useCanvasModel } from '../use-canvas-model.ts'
import { useGraphActions } from '../use-graph-actions.ts'
import type { GraphActions } from '../use-graph-actions.ts'
import { EdgeSheet } from './edge-sheet.tsx'
import { DETAILS_ID, takeWantedFocus } from './focus-details.ts'
import { SceneSheet } from './scene-sheet.tsx'
import { VariablesSection } from './variables-section.tsx'

const words = messages.canvas.details
const DRAFTS = ['empty', 'drafting', 'review', 'final'] as const

function ignoreEditing(): void {
  // Titles are typed in the panel itself; there is no card to put into edit mode.
}

/** Details of what is selected: a scene, a connection, or several scenes; the story's variables below. */
export function DetailsPanel() {
  const model = useCanvasModel()
  const actions = useGraphActions(model, ignoreEditing)
  const state = useStory((page) => page.shown)
  const sceneIds = useView((view) => view.sceneIds)
  const edgeIds = useView((view) => view.edgeIds)
  const [removal, setRemoval] = useState<Removal | null>(null)
  const [linking, setLinking] = useState<Pick<LinkDialogProps, 'fixedId' | 'moving'> | null>(null)
  const scenes = [...sceneIds].flatMap((id) => state.scenes.get(id) ?? [])
  const edge = edgeIds.size === 1 ? state.edges.get([...edgeIds][0] ?? '') : undefined
  const [scene] = scenes
  const panel = useKeptFocus()

  function remove(wanted: Removal) {
    if (needsQuestion(actions, wanted)) setRemoval(wanted)
    else actions.remove(wanted.sceneIds, wanted.edgeIds)
  }

  return (
    <div
      ref={panel}
      id={DETAILS_ID}
      role="region"
      aria-label={words.title}
      tabIndex={-1}
      className="flex flex-col outline-offset-[-2px]"
    >
      <Editable>
        {edge ? (
          <EdgeSheet
            key={edge.id}
            edge={edge}
            actions={actions}
            onMove={(end) =>
              setLinking({ fixedId: end === 'target' ? edge.from : edge.to, moving: { edgeId: edge.id, end } })
            }
            onRemove={() => remove({ sceneIds: [], edgeIds: [edge.id] })}
          />
        ) : scene && scenes.length === 1 ? (
          <SceneSheet
            key={scene.id}
            scene={scene}
            model={model}
            actions={actions}
            onLink={() => setLinking({ fixedId: scene.id })}
            onRemove={() => remove({ sceneIds: [scene.id], edgeIds: [] })}
          />
        ) : scenes.length > 1 ? (
          <SeveralScenes
            scenes={scenes}
            actions={actions}
            onRemove={() => remove({ sceneIds: scenes.map((one) => one.id), edgeIds: [...edgeIds] })}
          />
        ) : (
          <EmptyState title={words.nothing}>{words.nothingText}</EmptyState>
        )}
        <VariablesSection actions={actions} />
      </Editable>
      {removal ? <RemoveDialog removal={removal} actions={actions} onClose={() => setRemoval(null)} /> : null}
      {linking ? <LinkDialog {...linking} model={model} actions={actions} onClose={() => setLinking(null)} /> : null}
    </div>
  )
}

/** The panel takes the keyboard when it was asked for, and when the sheet that had it gave way to another. */
function useKeptFocus() {
  const panel = useRef<HTMLDivElement>(null)
  const within = useRef(false)
  // Syncs the browser's focus with the panel: asked for before it was drawn.
  useEffect(() => {
    if (takeWantedFocus()) panel.current?.focus()
  }, [])
  // Syncs what is known of the focus with the browser, which says nothing when the focused element is taken away.
  useEffect(() => {
    const note = (event: Event) => {
      within.current = event.target instanceof Node && panel.current?.contains(event.target) === true
    }
    document.addEventListener('focusin', note)
    document.addEventListener('pointerdown', note)
    return () => {
      document.removeEventListener('focusin', note)
      document.removeEventListener('pointerdown', note)
    }
  }, [])
  // Syncs the browser's focus with the sheets: it stays in the panel when one gives way to another.
  useEffect(() => {
    if (within.current && document.activeElement === document.body) panel.current?.focus({ preventScroll: true })
  })
  return panel
}

interface SeveralProps {
  readonly scenes: readonly Scene[]
  readonly actions: GraphActions
  readonly onRemove: () => void
}

/** The fields that make sense for many scenes at once; one undo step each. */
function SeveralScenes({ scenes, actions, onRemove }: SeveralProps) {
  const shared = <K extends 'draftState' | 'type'>(key: K): Scene[K] | null =>
    scenes.every((scene) => scene[key] === scenes[0]?.[key]) ? (scenes[0]?.[key] ?? null) : null
  const writeAll = (fields: Partial<Pick<Scene, 'draftState' | 'type'>>) =>
    actions.send({
      type: 'Batch',
      label: words.title,
      commands: scenes.map((scene) => ({ type: 'UpdateScene', sceneId: scene.id, fields })),
    })
  return (
    <section className="flex flex-col gap-4 p-4">
      <h2 className="font-medium">{words.several(scenes.length)}</h2>
      <Field label={words.draft}>
        <Select
          value={shared('draftState')}
          placeholder={words.unset}
          onChange={(draftState) => writeAll({ draftState })}
          options={DRAFTS.map((value) => ({ value, label: messages.canvas.drafts[value] }))}
        />
      </Field>
      <Field label={words.type}>
        <Select
          value={shared('type')}
          placeholder={words.unset}
          onChange={(type) => writeAll({ type })}
          options={SCENE_TYPES.map((value) => ({ value, label: messages.canvas.types[value] }))}
        />
      </Field>
      <Button edits variant="danger" onClick={onRemove}>
        {messages.canvas.actions.delete}
      </Button>
    </section>
  )
}
