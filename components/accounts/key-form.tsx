'use client'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Select } from '#components/ui/select.tsx'
import { SCOPES, type Scope } from '#lib/accounts/policy.ts'
import type { KeyWish } from '#lib/client/accounts.ts'
import { readShelf } from '#lib/client/shelf.ts'
import { fieldProblem, formProblem } from './problem-text.ts'

const words = messages.accounts.keys
const ALL = 'all'
const DAYS = ['7', '30', '90', '365'] as const
const RATES = ['10', '60', '300', '600'] as const

/** What the form asks for: a key and how often it may be used. */
export interface RatedKeyWish extends KeyWish {
  readonly perMinute: number
}

export interface KeyFormProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  busy: boolean
  problem: Error | null
  onConfirm: (wish: RatedKeyWish) => void
}

/** Asks what a new key is for, what it may do, where, for how long and how often. */
export function KeyForm(props: KeyFormProps) {
  const formId = useId()
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={words.makeTitle}
      footer={
        <>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>
            {messages.ui.cancel}
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={props.busy}>
            {words.make}
          </Button>
        </>
      }
    >
      <KeyFields {...props} formId={formId} />
    </Dialog>
  )
}

/** Lives only while the dialog is open, so that each key starts from nothing. */
function KeyFields({ formId, problem, onConfirm }: KeyFormProps & { formId: string }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Scope[]>(['stories.read'])
  const [story, setStory] = useState(ALL)
  const [days, setDays] = useState<(typeof DAYS)[number]>('90')
  const [rate, setRate] = useState<(typeof RATES)[number]>('60')
  const stories = useQuery({
    queryKey: ['stories', { trash: false }],
    queryFn: ({ signal }) => readShelf(false, signal),
  })
  const said = fieldProblem(problem, 'scopes') ?? formProblem(problem, ['name'])
  return (
    <form
      id={formId}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const only = story === ALL ? {} : { storyId: story }
        onConfirm({ name, scopes, days: Number(days), perMinute: Number(rate), ...only })
      }}
    >
      <Field label={words.name} description={words.nameHint} error={fieldProblem(problem, 'name')}>
        <Input
          required
          autoFocus
          maxLength={80}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <fieldset>
        <legend className="mb-1 text-small font-medium text-ink-soft">{words.scopes}</legend>
        <div className="grid sm:grid-cols-2">
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope}
              label={words.scope[scope]}
              checked={scopes.includes(scope)}
              onChange={(on) => setScopes(SCOPES.filter((one) => (one === scope ? on : scopes.includes(one))))}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={words.story}>
          <Select
            label={words.story}
            value={story}
            onChange={setStory}
            options={[
              { value: ALL, label: words.allStories },
              ...(stories.data ?? []).map((one) => ({ value: one.id as string, label: words.oneStory(one.title) })),
            ]}
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
        <Field label={words.rate}>
          <Select
            label={words.rate}
            value={rate}
            onChange={setRate}
            options={RATES.map((value) => ({ value, label: words.rateChoices[value] }))}
          />
        </Field>
      </div>
      {said ? (
        <Notice tone="danger" live>
          {said}
        </Notice>
      ) : null}
    </form>
  )
}
