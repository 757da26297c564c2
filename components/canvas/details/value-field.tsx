'use client'
import { messages } from '#components/messages/messages.ts'
import { Select } from '#components/ui/select.tsx'
import type { Value } from '#lib/story/logic.ts'
import type { Variable } from '#lib/story/state.ts'
import { SavedField, wordsOf } from './saved-field.tsx'

const words = messages.canvas.logic

interface ValueFieldProps {
  readonly variable: Pick<Variable, 'kind' | 'options'>
  readonly value: Value
  readonly label?: string
  readonly onChange: (value: Value) => void
}

/** A value of a variable's kind: yes or no, a number, one of its words, text or a list. */
export function ValueField({ variable, value, onChange, label = words.value }: ValueFieldProps) {
  switch (variable.kind) {
    case 'bool':
      return (
        <Select
          label={label}
          value={value === true ? 'yes' : 'no'}
          onChange={(next) => onChange(next === 'yes')}
          options={[
            { value: 'yes', label: words.yes },
            { value: 'no', label: words.no },
          ]}
        />
      )
    case 'enum':
      return (
        <Select
          label={label}
          value={typeof value === 'string' ? value : null}
          onChange={onChange}
          options={variable.options.map((option) => ({ value: option, label: option }))}
        />
      )
    case 'int':
    case 'float': {
      const shape = variable.kind === 'int' ? /^-?\d{1,15}$/ : /^-?\d{1,12}(?:\.\d{1,6})?$/
      return (
        <SavedField
          label={label}
          hideLabel
          value={String(value)}
          problemOf={(text) => (shape.test(text.trim()) ? null : messages.canvas.details.notANumber)}
          onSave={(text) => onChange(Number(text))}
        />
      )
    }
    case 'list':
      return (
        <SavedField
          label={label}
          hideLabel
          value={Array.isArray(value) ? value.join(', ') : String(value)}
          onSave={(text) => onChange(wordsOf(text))}
        />
      )
    case 'string':
      return <SavedField label={label} hideLabel value={String(value)} maxLength={500} onSave={onChange} />
  }
}
