'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { ShownOnce } from '#components/ui/shown-once.tsx'
import { dateText, timeAgo } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import { type ApiKeyView, makeKey, readKeys, revokeKey } from '#lib/client/accounts.ts'
import { KeyForm, type RatedKeyWish } from './key-form.tsx'

const words = messages.accounts.keys
const QUERY = ['auth', 'keys']

/** The person's API keys: what each may do and when it was used, the making and the revoking. */
export function KeysPanel() {
  const queries = useQueryClient()
  const keys = useQuery({ queryKey: QUERY, queryFn: ({ signal }) => readKeys(signal) })
  const [making, setMaking] = useState(false)
  const make = useMutation({
    mutationFn: (wish: RatedKeyWish) => makeKey(wish),
    onSuccess: () => {
      setMaking(false)
      return queries.invalidateQueries({ queryKey: QUERY })
    },
  })
  function handleMake() {
    // A refusal belongs to the form it was said in; a key that is still shown stays.
    if (make.isError) make.reset()
    setMaking(true)
  }
  return (
    <Panel
      title={words.title}
      actions={
        <Button size="sm" variant="ghost" icon={<KeyRound aria-hidden />} onClick={handleMake}>
          {words.make}
        </Button>
      }
    >
      <p className="text-ink-soft">{words.note}</p>
      {make.data ? (
        <ShownOnce
          title={words.madeTitle(make.variables.name)}
          note={words.made}
          label={words.secret}
          secret={make.data.key}
          copyLabel={words.copy}
          doneLabel={words.hide}
          onDone={() => make.reset()}
        />
      ) : null}
      <QueryState query={keys} lines={2}>
        {(list) => <KeyList keys={list} />}
      </QueryState>
      <KeyForm
        open={making}
        onOpenChange={setMaking}
        busy={make.isPending}
        problem={make.error}
        onConfirm={(wish) => make.mutate(wish)}
      />
    </Panel>
  )
}

const works = (key: ApiKeyView) => key.revokedAt === null && Date.parse(key.expiresAt) > Date.now()

function KeyList({ keys }: { keys: readonly ApiKeyView[] }) {
  const used = keys.filter(works)
  const old = keys.filter((key) => !works(key))
  return (
    <>
      {used.length === 0 ? <p className="text-ink-faint">{words.none}</p> : null}
      {used.length > 0 ? (
        <ul aria-label={words.title} className="flex flex-col">
          {used.map((key) => (
            <KeyRow key={key.id} of={key} />
          ))}
        </ul>
      ) : null}
      {old.length > 0 ? (
        <details className="text-small">
          <summary className="cursor-pointer text-ink-soft">{words.showOld(old.length)}</summary>
          <ul className="mt-2 flex flex-col gap-1">
            {old.map((key) => (
              <li key={key.id} className="flex flex-wrap items-center gap-2">
                <span>{key.name}</span>
                <Badge>{key.revokedAt === null ? words.expired : words.revoked}</Badge>
                <span className="text-ink-faint">{timeAgo(Date.parse(key.revokedAt ?? key.expiresAt))}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

function KeyRow({ of: key }: { of: ApiKeyView }) {
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => revokeKey(key.id),
    onSuccess: () => {
      setAsking(false)
      notify.done(words.revokedDone(key.name))
      return queries.invalidateQueries({ queryKey: QUERY })
    },
    onError: (problem) => notify.problem(problem.message),
  })
  return (
    <li className="flex items-start gap-3 border-b py-3 last:border-b-0" aria-label={key.name}>
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <h3 className="font-medium">{key.name}</h3>
        <p className="text-ink-soft">
          {key.scopes.map((scope) => words.scope[scope]).join(' · ')}
          {'. '}
          {key.storyId === null ? words.allStories : words.oneStory(key.storyTitle ?? words.gone)}
        </p>
        <p className="text-small text-ink-faint">
          {words.until(dateText(Date.parse(key.expiresAt)))}
          {', '}
          {key.lastUsedAt === null ? words.neverUsed : words.lastUsed(timeAgo(Date.parse(key.lastUsedAt)))}
          {', '}
          {words.perMinute(key.perMinute)}
        </p>
        <code className="truncate text-small text-ink-faint">{words.shortOf(key.id)}</code>
      </div>
      <Button size="sm" variant="ghost" aria-label={words.revokeNamed(key.name)} onClick={() => setAsking(true)}>
        {words.revoke}
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.revokeTitle(key.name)}
        description={words.revokeText}
        confirmLabel={words.revoke}
        danger
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      />
    </li>
  )
}
