'use client'
import { useMutation } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { formProblem } from '#components/accounts/problem-text.ts'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Select } from '#components/ui/select.tsx'
import { ShownOnce } from '#components/ui/shown-once.tsx'
import { dateTimeText } from '#components/ui/time-text.ts'
import type { OneTimeLink } from '#lib/client/members.ts'

const words = messages.members
const DAYS = ['1', '7', '30'] as const

export interface InviteDialogProps {
  title: string
  /** Fields for what the link gives. */
  children: ReactNode
  invite: (wish: { note: string; days: number }) => Promise<OneTimeLink>
  onMade: () => void
  onClose: () => void
}

/** Asks what a link should give, makes it, and shows it this one time. */
export function InviteDialog({ title, children, invite, onMade, onClose }: InviteDialogProps) {
  const formId = useId()
  const [note, setNote] = useState('')
  const [days, setDays] = useState<(typeof DAYS)[number]>('7')
  const make = useMutation({ mutationFn: invite, onSuccess: onMade })
  const problem = formProblem(make.error)
  if (make.data) {
    return (
      <Dialog open onOpenChange={onClose} title={title}>
        <ShownOnce
          title={words.madeTitle}
          note={words.made(dateTimeText(Date.parse(make.data.expiresAt)))}
          label={words.link}
          secret={make.data.link}
          copyLabel={words.copy}
          doneLabel={words.hide}
          onDone={onClose}
        />
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={words.inviteText}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {messages.ui.cancel}
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={make.isPending}>
            {words.make}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate({ note: note.trim(), days: Number(days) })
        }}
      >
        {children}
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_140px]">
          <Field label={words.note} description={words.noteHint}>
            <Input
              maxLength={200}
              autoComplete="off"
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          </Field>
          <Field label={words.days}>
            <Select
              label={words.days}
              value={days}
              onChange={setDays}
              options={DAYS.map((value) => ({ value, label: words.dayChoices[value] }))}
            />
          </Field>
        </div>
        {problem ? (
          <Notice tone="danger" live>
            {problem}
          </Notice>
        ) : null}
      </form>
    </Dialog>
  )
}
