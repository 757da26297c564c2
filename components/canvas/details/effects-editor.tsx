'use client'
import { Plus, Trash2 } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import type { Effect } from '#lib/story/logic.ts'
import type { Variable } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { effectFor, effectOps, withOp } from './logic-drafts.ts'
import { SavedField } from './saved-field.tsx'
import { ValueField } from './value-field.tsx'

const words = messages.canvas.logic
const edgeWords = messages.canvas.edge

/** What taking a connection changes, line by line in order. */
export function EffectsEditor({
  effects,
  onChange,
}: {
  effects: readonly Effect[]
  onChange: (effects: readonly Effect[]) => void
}) {
  const variables = useStory((page) => page.shown.variables)
  const [first] = variables.values()
  return (
    <section aria-label={edgeWords.effects} className="flex flex-col gap-2">
      <h3 className="text-small font-medium text-ink-soft">{edgeWords.effects}</h3>
      {effects.length === 0 ? <p className="text-small text-ink-faint">{edgeWords.noEffects}</p> : null}
      {effects.map((effect, at) => (
        <EffectLine
          key={at}
          effect={effect}
          variables={variables}
          onChange={(next) => onChange(effects.map((old, index) => (index === at ? next : old)))}
          onRemove={() => onChange(effects.filter((_, index) => index !== at))}
        />
      ))}
      {first ? (
        <Button
          edits
          size="sm"
          variant="ghost"
          icon={<Plus />}
          className="self-start"
          onClick={() => onChange([...effects, effectFor(first)])}
        >
          {edgeWords.addEffect}
        </Button>
      ) : (
        <p className="text-small text-ink-faint">{edgeWords.needsVariable}</p>
      )}
    </section>
  )
}

interface LineProps {
  readonly effect: Effect
  readonly variables: ReadonlyMap<string, Variable>
  readonly onChange: (effect: Effect) => void
  readonly onRemove: () => void
}

function EffectLine({ effect, variables, onChange, onRemove }: LineProps) {
  const variable = variables.get(effect.variableId)
  return (
    <div className="flex flex-col gap-1 rounded-md border p-2">
      <div className="flex items-center gap-1">
        <Select
          label={words.variable}
          value={effect.variableId}
          onChange={(id) => {
            const next = variables.get(id)
            if (next) onChange(effectFor(next))
          }}
          options={[...variables.values()].map((one) => ({ value: one.id as string, label: one.name }))}
        />
        <IconButton edits icon={<Trash2 />} size="icon-sm" label={edgeWords.removeEffect} onClick={onRemove} />
      </div>
      <div className="grid grid-cols-2 gap-1">
        <Select
          label={words.effect}
          value={effect.op}
          onChange={(op) => (variable ? onChange(withOp(variable, op)) : undefined)}
          options={effectOps(variable).map((value) => ({ value, label: words.effects[value] }))}
        />
        <EffectValue effect={effect} variable={variable} onChange={onChange} />
      </div>
    </div>
  )
}

function EffectValue({
  effect,
  variable,
  onChange,
}: {
  effect: Effect
  variable: Variable | undefined
  onChange: (effect: Effect) => void
}) {
  switch (effect.op) {
    case 'set':
      return variable ? (
        <ValueField variable={variable} value={effect.value} onChange={(value) => onChange({ ...effect, value })} />
      ) : null
    case 'add':
      return (
        <SavedField
          label={words.value}
          hideLabel
          value={String(effect.amount)}
          problemOf={(text) =>
            /^-?\d{1,12}(?:\.\d{1,6})?$/.test(text.trim()) ? null : messages.canvas.details.notANumber
          }
          onSave={(text) => onChange({ ...effect, amount: Number(text) })}
        />
      )
    case 'insert':
    case 'remove':
      return (
        <SavedField
          label={words.value}
          hideLabel
          value={effect.value}
          maxLength={200}
          onSave={(value) => onChange({ ...effect, value })}
        />
      )
    case 'toggle':
      return null
  }
}
