'use client'
import { useRef } from 'react'
import { messages } from '#components/messages/messages.ts'

const SETTLE_MS = 400

/** A scene's title while it is typed on the card: Enter or leaving saves, Esc keeps the old one. */
export function TitleField({
  title,
  onSave,
  onDone,
}: {
  title: string
  onSave: (title: string) => void
  onDone: () => void
}) {
  const cancelled = useRef(false)
  /** When the field appeared, ms on the page's clock; and whether the person is done with it. */
  const since = useRef(0)
  const leaving = useRef(false)
  function finish(value: string) {
    if (!cancelled.current && value.trim() !== title) onSave(value.trim().slice(0, 200))
    onDone()
  }
  return (
    <input
      autoFocus
      defaultValue={title}
      maxLength={200}
      placeholder={messages.canvas.untitled}
      aria-label={messages.canvas.titleField}
      spellCheck
      className="nodrag nopan w-full rounded-sm border border-madder bg-paper px-1 font-medium text-ink outline-none"
      onFocus={(event) => {
        if (since.current === 0) since.current = performance.now()
        event.currentTarget.select()
      }}
      onBlur={(event) => {
        const field = event.currentTarget
        // A dialog or menu that has just closed hands the focus back late; the new field keeps it.
        if (!leaving.current && performance.now() - since.current < SETTLE_MS)
          requestAnimationFrame(() => field.focus())
        else finish(field.value)
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        leaving.current = event.key === 'Enter' || event.key === 'Escape'
        if (event.key === 'Enter') leave(event.currentTarget)
        if (event.key === 'Escape') {
          cancelled.current = true
          leave(event.currentTarget)
        }
      }}
    />
  )
}

/** Gives the focus back to the scene, so that the next key (Enter opens, C continues) finds it there. */
function leave(field: HTMLElement): void {
  const node = field.closest<HTMLElement>('.react-flow__node')
  if (node) node.focus({ preventScroll: true })
  else field.blur()
}
