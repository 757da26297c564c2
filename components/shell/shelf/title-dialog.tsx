'use client'
import { useId, useState, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'

const words = messages.shelf

export interface TitleDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  heading: string
  lead?: string | undefined
  confirmLabel: string
  initial?: string
  busy: boolean
  problem?: string | undefined
  onConfirm: (title: string) => void
}

/** Asks for a story's title: for a new one and for another name. */
export function TitleDialog(props: TitleDialogProps) {
  const formId = useId()
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.heading}
      description={props.lead}
      footer={
        <>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>
            {messages.ui.cancel}
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={props.busy}>
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      <TitleForm {...props} formId={formId} />
    </Dialog>
  )
}

/** Lives only while the dialog is open, so that each opening starts from `initial`. */
function TitleForm({ formId, initial = '', problem, onConfirm }: TitleDialogProps & { formId: string }) {
  const [title, setTitle] = useState(initial)

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    if (title.trim() !== '') onConfirm(title.trim())
  }

  return (
    <form id={formId} onSubmit={handleSubmit}>
      <Field label={words.titleLabel} error={problem}>
        <Input
          autoFocus
          required
          maxLength={200}
          placeholder={words.titlePlaceholder}
          className="h-11 font-serif text-lead"
          value={title}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      </Field>
    </form>
  )
}
