'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useShelf } from '#components/shell/shelf/use-shelf.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { timeAgo } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import { fetchWorkerKeys, revokeWorkerKey, type WorkerKeyView } from '#lib/client/workers.ts'
import { kindName, WorkerKeyForm } from './worker-key-form.tsx'

const words = messages.workers
const QUERY = ['workers']

/** GPU workers: the keys of this house, the machines that use them, and the making and revoking of keys. */
export function WorkersPanel() {
  const keys = useQuery({
    queryKey: QUERY,
    queryFn: ({ signal }) => fetchWorkerKeys(signal),
    // Machines come and go without telling this page.
    refetchInterval: 15_000,
  })
  return (
    <Panel title={words.title}>
      <p className="text-ink-soft">{words.note}</p>
      <WorkerKeyForm queryKey={QUERY} />
      <QueryState query={keys}>{(list) => <KeyList keys={list} />}</QueryState>
    </Panel>
  )
}

function KeyList({ keys }: { keys: readonly WorkerKeyView[] }) {
  const used = keys.filter((key) => key.revokedAt === null)
  const revoked = keys.filter((key) => key.revokedAt !== null)
  return (
    <>
      {used.length === 0 ? <p className="text-ink-soft">{words.none}</p> : null}
      {used.length > 0 ? (
        <ul aria-label={words.keys} className="flex flex-col gap-3">
          {used.map((key) => (
            <KeyRow key={key.id} worker={key} />
          ))}
        </ul>
      ) : null}
      {revoked.length > 0 ? (
        <details className="text-small">
          <summary className="cursor-pointer text-ink-soft">{words.showRevoked(revoked.length)}</summary>
          <ul className="mt-2 flex flex-col gap-1">
            {revoked.map((key) => (
              <li key={key.id} className="flex flex-wrap items-center gap-2">
                <span>{key.name}</span>
                <Badge>{words.revoked}</Badge>
                <span className="text-ink-faint">{timeAgo(key.revokedAt ?? key.createdAt)}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

function KeyRow({ worker: key }: { worker: WorkerKeyView }) {
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => revokeWorkerKey(key.id),
    onSuccess: () => {
      setAsking(false)
      notify.done(words.revokedDone(key.name))
      return queries.invalidateQueries({ queryKey: QUERY })
    },
    onError: (cause) => notify.problem(cause.message),
  })
  return (
    <li className="flex flex-col gap-2 rounded-md border p-4" aria-label={key.name}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-medium">{key.name}</h3>
        <span className="flex-1 text-small text-ink-faint">{words.madeAgo(timeAgo(key.createdAt))}</span>
        <Button size="sm" variant="ghost" aria-label={words.revokeNamed(key.name)} onClick={() => setAsking(true)}>
          {words.revoke}
        </Button>
      </div>
      <Scope of={key} />
      {key.workers.length === 0 ? <p className="text-small text-ink-soft">{words.neverSeen}</p> : null}
      {key.workers.map((one) => (
        <div key={one.id} className="flex flex-col gap-0.5 border-t border-line pt-2 text-small">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{one.name}</span>
            <Badge tone={one.live ? 'ok' : 'neutral'}>{one.live ? words.live : words.away}</Badge>
            <span className="text-ink-faint">{words.seen(timeAgo(one.seenAt))}</span>
          </p>
          <p className="text-ink-soft">
            {[
              one.gpu,
              one.vramBytes > 0 ? words.memory((one.vramBytes / 1e9).toFixed(0)) : null,
              words.version(one.version),
              words.draws(one.backends),
              words.models(one.models),
            ]
              .filter((part) => part !== null)
              .join(', ')}
          </p>
        </div>
      ))}
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

/** What a key is good for; stories that are gone are counted, not named. */
function Scope({ of: { kinds, stories } }: { of: WorkerKeyView }) {
  const shelf = useShelf(false)
  const titles = (shelf.data ?? []).filter(({ id }) => stories?.includes(id)).map(({ title }) => title)
  const where = stories === null ? words.everyStory : words.onlyStories(titles, stories.length - titles.length)
  return (
    <p className="text-small text-ink-soft">
      {kinds.map(kindName).join(', ')}. {stories === null || shelf.isSuccess ? where : null}
    </p>
  )
}
