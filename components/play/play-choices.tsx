'use client'
import { CornerUpLeft, Flag, Lock } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Notice } from '#components/ui/notice.tsx'
import type { PlayMove, PlayOption, PlayState, Unmet } from '#lib/story/play.ts'
import { valueText } from './value-text.ts'

const words = messages.play

/** The ways on from here: open ones as buttons, locked ones with what they wait for. */
export function PlayChoices({ state, onTake }: { state: PlayState; onTake: (move: PlayMove) => void }) {
  const open = state.options.filter((option) => option.available)
  const locked = state.options.filter((option) => !option.available)
  return (
    <div className="mt-8 border-t pt-5">
      {open.length > 0 ? (
        <ul aria-label={words.choices} className="grid gap-2">
          {open.map((option) => (
            <li key={option.edgeId ?? 'return'}>
              <button
                type="button"
                onClick={() =>
                  onTake(option.edgeId === null ? { kind: 'return' } : { kind: 'take', edgeId: option.edgeId })
                }
                className="flex min-h-11 w-full items-center gap-2 rounded-md border border-control bg-raised px-4 py-2.5 text-left font-serif text-lead transition-colors hover:border-madder hover:bg-wash"
              >
                {option.kind === 'return' ? <CornerUpLeft aria-hidden className="size-4 shrink-0" /> : null}
                <span>{optionText(option)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {state.end === 'ending' ? (
        <p className="flex items-center justify-center gap-2 py-4 font-serif text-title text-madder">
          <Flag aria-hidden className="size-5" />
          {words.ending}
        </p>
      ) : null}
      {state.end === 'dead-end' ? <Notice tone="warn">{words.deadEnd}</Notice> : null}
      {state.end === 'locked' ? <Notice tone="warn">{words.locked}</Notice> : null}
      {locked.length > 0 ? (
        <ul aria-label={words.lockedChoice} className="mt-3 grid gap-2">
          {locked.map((option) => (
            <li key={option.edgeId ?? 'return'} className="rounded-md border border-dashed px-4 py-2.5 text-ink-soft">
              <p className="flex items-center gap-2 font-serif text-lead">
                <Lock aria-label={words.lockedChoice} className="size-4 shrink-0" />
                {optionText(option)}
              </p>
              <ul className="mt-1 text-small">
                {option.unmet.map((unmet, i) => (
                  <li key={i}>{unmetText(unmet)}</li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function optionText(option: PlayOption): string {
  if (option.kind === 'return') return words.returnTo(option.text)
  if (option.kind === 'continue') return words.continueTo(option.text)
  return option.text === '' ? words.continueTo('') : option.text
}

function unmetText(unmet: Unmet): string {
  switch (unmet.op) {
    case 'compare':
      return words.unmet.compare(unmet.name, unmet.by, valueText(unmet.wanted), valueText(unmet.has))
    case 'has':
      return words.unmet.has(unmet.name, unmet.wanted)
    case 'visited':
      return words.unmet.visited(unmet.title, unmet.atLeast, unmet.times)
    case 'not':
      return words.unmet.not
    case 'once':
      return words.unmet.once
  }
}
