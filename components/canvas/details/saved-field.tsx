'use client'
import { useRef, useState, type KeyboardEvent } from 'react'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Textarea } from '#components/ui/textarea.tsx'

interface SavedFieldProps {
  readonly label: string
  readonly value: string
  /** Called once with the new text when the field is left or Enter is pressed; never when nothing changed. */
  readonly onSave: (value: string) => void
  readonly maxLength?: number | undefined
  readonly multiline?: boolean | undefined
  readonly placeholder?: string | undefined
  readonly inputMode?: 'text' | 'numeric' | undefined
  /** Why the typed text cannot be saved, or null. It then stays in the field. */
  readonly problemOf?: ((value: string) => string | null) | undefined
  readonly hideLabel?: boolean | undefined
}

/** A field that saves alone: on leaving it or Enter. Esc takes the typing back. Others' changes appear unless it is being typed in. */
export function SavedField(props: SavedFieldProps) {
  const { label, value, onSave, maxLength, multiline, placeholder, inputMode, problemOf, hideLabel } = props
  const [typed, setTyped] = useState<string | null>(null)
  const cancelled = useRef(false)
  const text = typed ?? value
  const problem = problemOf?.(text) ?? null

  function finish() {
    if (typed !== null && !cancelled.current && problem === null && typed.trim() !== value.trim()) onSave(typed.trim())
    cancelled.current = false
    if (problem === null) setTyped(null)
  }
  function handleKeyDown(event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) {
    if (event.key === 'Enter' && !multiline) finish()
    if (event.key !== 'Escape' || typed === null) return
    event.stopPropagation()
    cancelled.current = true
    setTyped(null)
    event.currentTarget.blur()
  }
  const shared = {
    value: text,
    spellCheck: true,
    onBlur: finish,
    onKeyDown: handleKeyDown,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(placeholder === undefined ? {} : { placeholder }),
  }
  return (
    <Field label={label} hideLabel={hideLabel} error={problem ?? undefined}>
      {multiline ? (
        <Textarea {...shared} onChange={(event) => setTyped(event.currentTarget.value)} />
      ) : (
        <Input {...shared} inputMode={inputMode ?? 'text'} onValueChange={(next: string) => setTyped(next)} />
      )}
    </Field>
  )
}

/** The words of a list written with commas, trimmed, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(',').map((word) => word.trim().slice(0, 60)))].filter(Boolean).slice(0, 40)
}
