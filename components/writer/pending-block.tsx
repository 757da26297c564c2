'use client'
import { Check, Pencil, RotateCcw, Square, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Spinner } from '#components/ui/spinner.tsx'
import { Textarea } from '#components/ui/textarea.tsx'
import type { RunView } from '#lib/writer/run.ts'
import { RunEnding, RunLabel, RunUsage } from './run-facts.tsx'
import { useRunText } from './use-writer.ts'
import { useWriterActions } from './use-writer-actions.ts'

const words = messages.writer

/** Text that is not in the scene yet: it streams in, then waits for accept, edit or discard. */
export function PendingText({ run, onAgain }: { run: RunView; onAgain?: (() => void) | undefined }) {
  const text = useRunText(run)
  const { stop, decide } = useWriterActions(run.storyId)
  const [draft, setDraft] = useState<string | null>(null)
  const running = run.state === 'running'
  const mayWrite = useMay('story.write')
  const busy = decide.isPending

  return (
    <section
      aria-label={words.pendingTitle}
      className="flex flex-col gap-2 rounded-md border border-dashed border-control bg-wash p-3"
    >
      <header className="flex flex-wrap items-center gap-1.5 font-sans text-ui">
        <RunLabel run={run} />
        <RunEnding run={run} />
        <span className="sr-only" role="status">
          {running ? words.writing : words.pendingTitle}
        </span>
      </header>
      {run.error && !running && run.finishReason !== 'aborted' ? (
        <Notice tone="warn" live className="font-sans text-ui">
          {run.error.message}
        </Notice>
      ) : null}
      {draft === null ? (
        <div className="max-h-96 overflow-y-auto font-serif whitespace-pre-wrap" tabIndex={0}>
          {text}
          {running && text === '' ? <span className="text-ink-faint">{words.waiting}</span> : null}
          {running ? <Spinner className="ml-1 inline size-3" /> : null}
        </div>
      ) : (
        <Field label={words.editFirst} hideLabel>
          <Textarea value={draft} onChange={(event) => setDraft(event.target.value)} className="min-h-40 font-serif" />
        </Field>
      )}
      <footer className="flex flex-wrap items-center gap-1.5 font-sans text-ui">
        {!mayWrite ? null : running ? (
          <Button size="sm" icon={<Square />} busy={stop.isPending} onClick={() => stop.mutate(run)}>
            {words.stop}
          </Button>
        ) : draft === null ? (
          <>
            <Button
              size="sm"
              variant="primary"
              icon={<Check />}
              disabled={text.trim() === ''}
              busy={busy}
              onClick={() => decide.mutate({ run, take: 'as-is' })}
            >
              {words.accept}
            </Button>
            <Button size="sm" icon={<Pencil />} disabled={text.trim() === ''} onClick={() => setDraft(text)}>
              {words.editFirst}
            </Button>
            <Button
              size="sm"
              variant="ghost"
              icon={<Trash2 />}
              disabled={busy}
              onClick={() => decide.mutate({ run, take: 'discard' })}
            >
              {words.discard}
            </Button>
            {onAgain ? (
              <Button size="sm" variant="ghost" icon={<RotateCcw />} onClick={onAgain}>
                {words.again}
              </Button>
            ) : null}
          </>
        ) : (
          <>
            <Button
              size="sm"
              variant="primary"
              icon={<Check />}
              disabled={draft.trim() === ''}
              busy={busy}
              onClick={() => decide.mutate({ run, take: { edited: draft } })}
            >
              {words.takeEdited}
            </Button>
            <Button size="sm" variant="ghost" onClick={() => setDraft(null)}>
              {words.cancelEdit}
            </Button>
          </>
        )}
        <RunUsage run={run} />
      </footer>
    </section>
  )
}
