'use client'
import { Check, ListTree, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { timeAgo } from '#components/ui/time-text.ts'
import type { RunView } from '#lib/writer/run.ts'
import { ContextDrawer } from './context-drawer.tsx'
import { RunEnding, RunLabel, RunUsage } from './run-facts.tsx'
import { useWriterActions } from './use-writer-actions.ts'

const words = messages.writer

interface RunListProps {
  runs: readonly RunView[]
  /** The run that waits for its decision elsewhere on the page. */
  above?: string | undefined
}

/** Everything the writer did in a scene, newest first: text, verdict, tokens, cost and the context it was sent. */
export function RunList({ runs, above }: RunListProps) {
  const mayWrite = useMay('story.write')
  const [shown, setShown] = useState<RunView | null>(null)
  return (
    <section aria-label={words.earlier} className="flex flex-col gap-2">
      <h2 className="text-small font-semibold text-ink-soft">{words.earlier}</h2>
      {runs.length === 0 ? <p className="text-ink-faint">{words.noRuns}</p> : null}
      <ul className="flex flex-col gap-2">
        {runs.map((run) => (
          <li key={run.id} className="flex flex-col gap-1 border-b pb-2">
            <div className="flex items-center gap-1.5">
              <span className="min-w-0 flex-1 truncate">
                <span className="font-medium">{words.verbs[run.verb]}</span>{' '}
                <span className="text-ink-faint">{timeAgo(Date.parse(run.createdAt))}</span>
              </span>
              <IconButton size="icon-sm" label={words.showContext} icon={<ListTree />} onClick={() => setShown(run)} />
            </div>
            <div className="flex flex-wrap items-center gap-1.5">
              <RunLabel run={run} />
              <RunEnding run={run} />
              {run.verb === 'continue' && run.state !== 'running' ? (
                <Badge tone={run.verdict === 'accepted' || run.verdict === 'edited' ? 'ok' : 'neutral'}>
                  {words.verdicts[run.verdict]}
                </Badge>
              ) : null}
            </div>
            <span className="flex flex-wrap gap-x-2">
              <RunUsage run={run} />
              {run.wordsKept > 0 ? (
                <span className="text-small text-ink-faint">{words.kept(run.wordsKept)}</span>
              ) : null}
            </span>
            {run.error && run.state !== 'running' && run.finishReason !== 'aborted' ? (
              <p className="text-small text-ink-soft">{run.error.message}</p>
            ) : null}
            {run.instruction === '' ? null : <p className="text-small text-ink-soft">{run.instruction}</p>}
            {run.text !== '' && run.verb === 'continue' ? (
              <details>
                <summary className="text-small text-ink-faint">{run.text.slice(0, 80)}</summary>
                <p className="mt-1 font-serif whitespace-pre-wrap">{run.text}</p>
              </details>
            ) : null}
            {mayWrite && run.id !== above && isUndecided(run) ? <Decision run={run} /> : null}
          </li>
        ))}
      </ul>
      {shown ? <ContextDrawer of={{ run: shown }} onClose={() => setShown(null)} /> : null}
    </section>
  )
}

function isUndecided(run: RunView): boolean {
  return run.verb === 'continue' && run.state !== 'running' && run.verdict === 'pending'
}

/** An earlier draft is taken or left from its row, so that a later one never makes it unreachable. */
function Decision({ run }: { run: RunView }) {
  const { decide } = useWriterActions(run.storyId)
  return (
    <div className="flex flex-wrap gap-1.5">
      {run.text.trim() === '' ? null : (
        <Button
          size="sm"
          icon={<Check />}
          busy={decide.isPending}
          onClick={() => decide.mutate({ run, take: 'as-is' })}
        >
          {words.accept}
        </Button>
      )}
      <Button
        size="sm"
        variant="ghost"
        icon={<Trash2 />}
        disabled={decide.isPending}
        onClick={() => decide.mutate({ run, take: 'discard' })}
      >
        {words.discard}
      </Button>
    </div>
  )
}
