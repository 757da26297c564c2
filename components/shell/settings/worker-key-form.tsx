'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useShelf } from '#components/shell/shelf/use-shelf.ts'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Select } from '#components/ui/select.tsx'
import { ShownOnce } from '#components/ui/shown-once.tsx'
import { makeWorkerKey } from '#lib/client/workers.ts'
import { jobKinds } from '#lib/jobs/kinds.ts'

const words = messages.workers
const KINDS = jobKinds.map((spec) => spec.kind)

/** Makes a worker key: its name, and what it is good for. It is shown once. */
export function WorkerKeyForm({ queryKey }: { queryKey: readonly string[] }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [kinds, setKinds] = useState<readonly string[]>(KINDS)
  const [stories, setStories] = useState<readonly string[] | null>(null)
  const make = useMutation({
    mutationFn: makeWorkerKey,
    onSuccess: () => {
      setName('')
      setKinds(KINDS)
      setStories(null)
      return queries.invalidateQueries({ queryKey })
    },
  })
  const wanted = name.trim()
  const lacking = wanted === '' || kinds.length === 0 || stories?.length === 0
  return (
    <>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!lacking) make.mutate({ name: wanted, kinds, stories })
        }}
      >
        <Field label={words.name} description={words.nameHint}>
          <Input value={name} maxLength={80} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </Field>
        <div className="flex flex-wrap items-start gap-x-8 gap-y-3">
          <Ticks
            legend={words.kinds}
            options={KINDS.map((kind) => ({ value: kind, label: kindName(kind) }))}
            ticked={kinds}
            onChange={setKinds}
          />
          <StoryChoice chosen={stories} onChange={setStories} />
        </div>
        <Button
          type="submit"
          className="self-start"
          icon={<KeyRound aria-hidden />}
          busy={make.isPending}
          disabled={lacking}
        >
          {words.make}
        </Button>
      </form>
      {make.isError ? (
        <Notice tone="danger" live>
          {make.error.message}
        </Notice>
      ) : null}
      {make.data ? (
        <ShownOnce
          title={words.madeTitle(make.variables.name)}
          note={words.made}
          label={words.secret}
          secret={words.start(window.location.origin, make.data.token)}
          copyLabel={words.copyStart}
          doneLabel={words.hide}
          onDone={() => make.reset()}
        />
      ) : null}
    </>
  )
}

/** What a kind of job is called. */
export function kindName(kind: string): string {
  return messages.jobs.kinds[kind] ?? messages.jobs.otherKind(kind)
}

function StoryChoice({
  chosen,
  onChange,
}: {
  chosen: readonly string[] | null
  onChange: (stories: readonly string[] | null) => void
}) {
  const shelf = useShelf(false)
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-2">
      <Field label={words.stories} className="max-w-64">
        <Select
          label={words.stories}
          value={chosen === null ? 'every' : 'chosen'}
          onChange={(value) => onChange(value === 'every' ? null : [])}
          options={[
            { value: 'every', label: words.everyStory },
            { value: 'chosen', label: words.chosenStories },
          ]}
        />
      </Field>
      {chosen === null ? null : (
        <div className="max-h-48 overflow-y-auto">
          <Ticks
            legend={words.chosenStories}
            options={(shelf.data ?? []).map((story) => ({ value: story.id, label: story.title }))}
            ticked={chosen}
            onChange={onChange}
          />
        </div>
      )}
    </div>
  )
}

function Ticks({
  legend,
  options,
  ticked,
  onChange,
}: {
  legend: string
  options: readonly { readonly value: string; readonly label: string }[]
  ticked: readonly string[]
  onChange: (ticked: readonly string[]) => void
}) {
  return (
    <fieldset>
      <legend className="mb-1 text-small font-medium text-ink-soft">{legend}</legend>
      {options.map(({ value, label }) => (
        <Checkbox
          key={value}
          label={label}
          checked={ticked.includes(value)}
          onChange={(on) => onChange(on ? [...ticked, value] : ticked.filter((one) => one !== value))}
        />
      ))}
    </fieldset>
  )
}
