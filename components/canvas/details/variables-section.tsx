'use client'
import { Plus, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import type { Value, VariableKind } from '#lib/story/logic.ts'
import type { Variable } from '#lib/story/state.ts'
import { edgesUsing } from '#lib/story/variable.ts'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import type { GraphActions } from '../use-graph-actions.ts'
import { SavedField, wordsOf } from './saved-field.tsx'
import { ValueField } from './value-field.tsx'

const words = messages.canvas.variables
const KINDS: readonly VariableKind[] = ['bool', 'int', 'float', 'string', 'enum', 'list']
const SCOPES = ['story', 'branch', 'visit'] as const

/** The story's variables: define, change, delete, and see which connections use one. */
export function VariablesSection({ actions }: { actions: GraphActions }) {
  const variables = useStory((page) => page.shown.variables)
  const [adding, setAdding] = useState(false)
  const [openId, setOpenId] = useState<string | null>(null)
  const open = openId ? variables.get(openId) : undefined
  return (
    <section aria-label={words.title} className="flex flex-col gap-2 border-t p-4">
      <div className="flex items-center justify-between">
        <h2 className="text-small font-semibold text-ink-soft">{words.title}</h2>
        <Button edits size="sm" variant="ghost" icon={<Plus />} onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      </div>
      {variables.size === 0 ? <p className="text-small text-ink-faint">{words.none}</p> : null}
      <ul>
        {[...variables.values()].map((variable) => (
          <li key={variable.id}>
            <button
              type="button"
              onClick={() => setOpenId(variable.id)}
              className="flex min-h-row w-full items-center gap-2 rounded-sm px-2 text-left hover:bg-hover"
            >
              <span className="truncate font-mono text-small">{variable.name}</span>
              <span className="ml-auto shrink-0 text-small text-ink-faint">{words.kinds[variable.kind]}</span>
            </button>
          </li>
        ))}
      </ul>
      {adding ? <NewVariable actions={actions} onClose={() => setAdding(false)} /> : null}
      {open ? <VariableSheet variable={open} actions={actions} onClose={() => setOpenId(null)} /> : null}
    </section>
  )
}

function startOf(kind: VariableKind, options: readonly string[]): Value {
  switch (kind) {
    case 'bool':
      return false
    case 'int':
    case 'float':
      return 0
    case 'string':
      return ''
    case 'enum':
      return options[0] ?? ''
    case 'list':
      return []
  }
}

function NewVariable({ actions, onClose }: { actions: GraphActions; onClose: () => void }) {
  const { newId } = useStoryActions()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<VariableKind>('bool')
  const [scope, setScope] = useState<Variable['scope']>('story')
  const [options, setOptions] = useState('')
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    const allowed = kind === 'enum' ? wordsOf(options) : []
    const made = actions.send({
      type: 'DefineVariable',
      variableId: newId('variable'),
      name: name.trim(),
      kind,
      scope,
      default: startOf(kind, allowed),
      options: allowed,
    })
    if (made) onClose()
  }
  return (
    <Dialog
      open
      size="sm"
      title={words.add}
      onOpenChange={(open) => (open ? undefined : onClose())}
      footer={
        <Button variant="primary" type="submit" form="variable" disabled={name.trim() === ''}>
          {words.create}
        </Button>
      }
    >
      <form id="variable" onSubmit={handleSubmit} className="flex flex-col gap-4">
        <Field label={words.name} required>
          <Input autoFocus maxLength={60} value={name} onValueChange={setName} />
        </Field>
        <Field label={words.kind}>
          <Select
            value={kind}
            onChange={setKind}
            options={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
          />
        </Field>
        {kind === 'enum' ? (
          <Field label={words.options} required>
            <Input value={options} onValueChange={setOptions} />
          </Field>
        ) : null}
        <Field label={words.scope}>
          <Select
            value={scope}
            onChange={setScope}
            options={SCOPES.map((value) => ({ value, label: words.scopes[value] }))}
          />
        </Field>
      </form>
    </Dialog>
  )
}

function VariableSheet({
  variable,
  actions,
  onClose,
}: {
  variable: Variable
  actions: GraphActions
  onClose: () => void
}) {
  const state = useStory((page) => page.shown)
  const { select } = useViewActions()
  const used = edgesUsing(state, variable.id)
  type Fields = Extract<Parameters<GraphActions['send']>[0], { type: 'UpdateVariable' }>['fields']
  const save = (fields: Fields) => actions.send({ type: 'UpdateVariable', variableId: variable.id, fields })
  return (
    <Dialog open size="sm" title={variable.name} onOpenChange={(open) => (open ? undefined : onClose())}>
      <div className="flex flex-col gap-4">
        <SavedField label={words.name} value={variable.name} maxLength={60} onSave={(name) => save({ name })} />
        <p className="text-small text-ink-soft">
          {words.kinds[variable.kind]}, {words.scopes[variable.scope]}
        </p>
        {variable.kind === 'enum' ? (
          <SavedField
            label={words.options}
            value={variable.options.join(', ')}
            onSave={(text) => save({ options: wordsOf(text) })}
          />
        ) : null}
        <div>
          <p className="mb-1 text-small font-medium text-ink-soft">{words.default}</p>
          <ValueField
            variable={variable}
            value={variable.default}
            label={words.default}
            onChange={(value) => save({ default: value })}
          />
        </div>
        <SavedField
          label={words.description}
          value={variable.description}
          multiline
          maxLength={500}
          onSave={(description) => save({ description })}
        />
        <div className="flex items-center justify-between gap-2">
          {used.length > 0 ? (
            <Button
              size="sm"
              variant="link"
              onClick={() => {
                select([], used)
                onClose()
              }}
            >
              {words.usedBy(used.length)}
            </Button>
          ) : (
            <span className="text-small text-ink-faint">{words.unused}</span>
          )}
          <Button
            edits
            size="sm"
            variant="danger"
            icon={<Trash2 />}
            disabled={used.length > 0}
            onClick={() => {
              if (actions.send({ type: 'DeleteVariable', variableId: variable.id })) onClose()
            }}
          >
            {words.delete}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
