'use client'
import { CircleCheck, CloudOff, LoaderCircle, TriangleAlert } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import { Popover } from '#components/ui/popover.tsx'
import { useStory } from '#stores/story.ts'
import { RefusedChange } from './refused-change.tsx'
import { useSaveSum } from './save-state.tsx'
import type { SaveSum } from './save-sum.ts'

const words = messages.shell.status

const SIGNS = {
  opening: { icon: LoaderCircle, look: 'text-ink-soft animate-spin' },
  saved: { icon: CircleCheck, look: 'text-ok' },
  saving: { icon: LoaderCircle, look: 'text-ink-soft animate-spin' },
  offline: { icon: CloudOff, look: 'text-warn' },
  trouble: { icon: TriangleAlert, look: 'text-danger' },
}

function textOf(sum: SaveSum): string {
  if (sum.state === 'trouble') return sum.trouble ?? words.trouble
  if (sum.state === 'offline') return words.offline(sum.unsaved, sum.kept)
  if (sum.state === 'opening') return words.opening
  return sum.state === 'saving' ? words.saving(sum.unsaved) : words.saved
}

/**
 * Whether everything is stored, from the server's own answers. Press for what waits and what was refused.
 * `short` leaves the words of a quiet state to screen readers.
 */
export function SaveSign({ short = false }: { short?: boolean }) {
  const sum = useSaveSum()
  const refusals = useStory((page) => page.refusals)
  const { icon: Icon, look } = refusals.length > 0 ? SIGNS.trouble : SIGNS[sum.state]
  const text = textOf(sum)
  const quiet = short && (sum.state === 'saved' || sum.state === 'opening') && refusals.length === 0
  return (
    <Popover
      side="top"
      title={text}
      className="flex w-80 flex-col gap-2"
      trigger={
        <button
          type="button"
          className="flex h-6 items-center gap-1.5 rounded-sm px-1.5 whitespace-nowrap hover:bg-hover touch:h-11 touch:min-w-11 touch:justify-center"
        >
          <Icon aria-hidden className={cn('size-3.5 shrink-0', look)} />
          <span role="status" className={cn(quiet && 'sr-only', short && 'max-w-20 truncate')}>
            {text}
          </span>
          {refusals.length > 0 ? <span className="text-danger">{words.refused(refusals.length)}</span> : null}
        </button>
      }
    >
      <p className="text-ink-soft">
        {sum.state === 'opening'
          ? words.openingNote
          : sum.state === 'saved'
            ? words.savedNote
            : words.keptNote(sum.kept)}
      </p>
      {refusals.map((refused) => (
        <RefusedChange key={refused.id} refused={refused} />
      ))}
    </Popover>
  )
}
