'use client'
import { Square } from 'lucide-react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Spinner } from '#components/ui/spinner.tsx'
import type { RunView } from '#lib/writer/run.ts'
import { RunEnding, RunLabel, RunUsage } from './run-facts.tsx'
import { SuggestionCard } from './suggestion-card.tsx'
import { useRunText } from './use-writer.ts'
import { useWriterActions } from './use-writer-actions.ts'

const words = messages.writer

/** A run that suggests branches: how far it is, then its three cards. */
export function SuggestionRun({ run }: { run: RunView }) {
  const text = useRunText(run)
  const { stop } = useWriterActions(run.storyId)
  const running = run.state === 'running'
  const mayAsk = useMay('writer.generate')
  return (
    <section aria-label={words.verbs.branches} className="flex flex-col gap-2">
      <h2 className="sr-only">{words.verbs.branches}</h2>
      <header className="flex flex-wrap items-center gap-1.5">
        <RunLabel run={run} />
        <RunEnding run={run} />
        <RunUsage run={run} />
      </header>
      {running ? (
        <div className="flex flex-wrap items-center gap-2 rounded-md border border-dashed border-control bg-wash p-3">
          <Spinner />
          <span className="min-w-0 flex-1" role="status">
            {text === '' ? words.waiting : words.suggestionsUnderWay(text.length)}
          </span>
          {mayAsk ? (
            <Button size="sm" icon={<Square />} busy={stop.isPending} onClick={() => stop.mutate(run)}>
              {words.stop}
            </Button>
          ) : null}
        </div>
      ) : null}
      {run.error && !running && run.finishReason !== 'aborted' ? (
        <Notice tone="warn">{run.error.message}</Notice>
      ) : null}
      {!running && run.items.length === 0 && text !== '' ? (
        <pre
          className="max-h-60 overflow-auto rounded-md border p-3 font-mono text-micro whitespace-pre-wrap"
          tabIndex={0}
        >
          {text}
        </pre>
      ) : null}
      {run.items.map((item) => (
        <SuggestionCard key={item.ordinal} run={run} item={item} />
      ))}
    </section>
  )
}
