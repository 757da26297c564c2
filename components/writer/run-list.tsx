'use client'
import { ListTree } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { timeAgo } from '#components/ui/time-text.ts'
import type { RunView } from '#lib/writer/run.ts'
import { ContextDrawer } from './context-drawer.tsx'
import { RunEnding, RunLabel, RunUsage } from './run-facts.tsx'

const words = messages.writer

/** Everything the writer did in a scene, newest first: text, verdict, tokens, cost and the context it was sent. */
export function RunList({ runs }: { runs: readonly RunView[] }) {
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
            {run.instruction === '' ? null : <p className="text-small text-ink-soft">{run.instruction}</p>}
            {run.text !== '' && run.verb === 'continue' ? (
              <details>
                <summary className="text-small text-ink-faint">{run.text.slice(0, 80)}</summary>
                <p className="mt-1 font-serif whitespace-pre-wrap">{run.text}</p>
              </details>
            ) : null}
          </li>
        ))}
      </ul>
      {shown ? <ContextDrawer of={{ run: shown }} onClose={() => setShown(null)} /> : null}
    </section>
  )
}
