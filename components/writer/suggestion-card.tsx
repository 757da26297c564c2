'use client'
import { ArrowRight, Check, RotateCcw, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { notify } from '#components/ui/toast.tsx'
import type { RunItem, RunView } from '#lib/writer/run.ts'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { acceptCommand } from './accept-suggestion.ts'
import { useWriterActions } from './use-writer-actions.ts'

const words = messages.writer.suggestion
const TONES = { open: 'info', accepted: 'ok', discarded: 'neutral' } as const

/** One suggested branch: read it, make it a scene in one undo step, or discard it. Nothing is lost by either. */
export function SuggestionCard({ run, item, children }: { run: RunView; item: RunItem; children?: React.ReactNode }) {
  const headingId = useId()
  const [newBranch, setNewBranch] = useState(true)
  const exists = useStory((page) => page.shown.scenes.has(item.sceneId))
  const shown = useStory((page) => page.shown)
  const { send, newId } = useStoryActions()
  const { select, setBranch } = useViewActions()
  const { item: decide } = useWriterActions(run.storyId)
  const mayWrite = useMay('story.write')
  // The story knows first: a scene that is there is accepted, also before the list was read again.
  const state = exists ? 'accepted' : item.state === 'accepted' ? 'open' : item.state

  function go() {
    setBranch(shown.scenes.get(item.sceneId)?.branchId ?? null)
    select([item.sceneId])
  }

  function handleAccept() {
    const command = acceptCommand(shown, { run, item, newBranch, label: words.batch(item.title) }, newId)
    if (!command) return notify.problem(words.refused('unknown-scene'))
    const sent = send(command)
    if (!sent.ok) return notify.problem(words.refused(sent.error.kind))
    notify.done(words.made(item.title), { action: { label: words.go, run: go } })
  }

  return (
    <article aria-labelledby={headingId} className="flex flex-col gap-2 rounded-md border bg-raised p-3">
      <header className="flex items-start justify-between gap-2">
        <h3 id={headingId} className="min-w-0 font-serif font-medium text-balance">
          {item.title}
        </h3>
        <Badge tone={TONES[state]}>{words.states[state]}</Badge>
      </header>
      <p className="text-ink-soft">{item.hook}</p>
      <p className="text-small">
        <span className="text-ink-faint">{words.choice}: </span>
        {item.choiceText}
      </p>
      <p className="border-l-2 pl-2 font-serif whitespace-pre-wrap">{item.firstLines}</p>
      {children}
      <footer className="flex flex-wrap items-center gap-1.5">
        {state === 'open' ? (
          mayWrite ? (
            <>
              <Button size="sm" icon={<Check />} onClick={handleAccept}>
                {words.accept}
              </Button>
              <Button
                size="sm"
                variant="ghost"
                icon={<Trash2 />}
                busy={decide.isPending}
                onClick={() => decide.mutate({ run, ordinal: item.ordinal, state: 'discarded' })}
              >
                {words.discard}
              </Button>
              <Checkbox checked={newBranch} onChange={setNewBranch} label={words.newBranch} className="text-small" />
            </>
          ) : null
        ) : state === 'accepted' ? (
          <Button size="sm" variant="ghost" icon={<ArrowRight />} onClick={go}>
            {words.go}
          </Button>
        ) : mayWrite ? (
          <Button
            size="sm"
            variant="ghost"
            icon={<RotateCcw />}
            busy={decide.isPending}
            onClick={() => decide.mutate({ run, ordinal: item.ordinal, state: 'open' })}
          >
            {words.reopen}
          </Button>
        ) : null}
      </footer>
    </article>
  )
}
