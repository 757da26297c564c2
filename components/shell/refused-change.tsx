'use client'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { CopyText } from '#components/ui/copy-text.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { notify } from '#components/ui/toast.tsx'
import type { RefusedCommand } from '#lib/client/story-sync-ports.ts'
import { useStoryActions } from '#stores/story.ts'
import { refusalText } from './refusal-text.ts'
import { writtenWords } from './refused-words.ts'

const words = messages.shell.status

/** These depend on a moment that has passed. */
const ONCE: ReadonlySet<string> = new Set(['Undo', 'Redo'])

/** A change that did not come to pass: why, the words that were in it, and the ways on. */
export function RefusedChange({ refused }: { refused: RefusedCommand }) {
  const { send, dismissRefusal } = useStoryActions()
  const written = writtenWords(refused.command)
  function handleAgain() {
    const made = send(refused.command)
    if (made.ok) dismissRefusal(refused.id)
    else notify.problem(refusalText(made.error), { id: refused.id })
  }
  return (
    <Notice tone="danger" title={words.refusedTitle(refused.command.type)}>
      <p>{refusalText(refused.refusal)}</p>
      {written.length > 0 ? (
        <>
          <p className="mt-2 flex items-center gap-1">
            <span className="flex-1">{words.refusedKept}</span>
            <CopyText text={written.map(({ text }) => text).join('\n')} label={words.copyRefused} />
          </p>
          <dl className="max-h-40 overflow-y-auto rounded-sm bg-sunken px-2 py-1" tabIndex={0}>
            {written.map(({ field, text }, index) => (
              <div key={index}>
                <dt className="text-small text-ink-soft">{words.refusedField(field)}</dt>
                <dd className="break-words whitespace-pre-wrap text-ink">{text}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
      <span className="mt-2 flex flex-wrap gap-2">
        {ONCE.has(refused.command.type) ? null : (
          <Button size="sm" onClick={handleAgain}>
            {messages.ui.retry}
          </Button>
        )}
        <Button size="sm" onClick={() => dismissRefusal(refused.id)}>
          {messages.ui.dismiss}
        </Button>
      </span>
    </Notice>
  )
}
