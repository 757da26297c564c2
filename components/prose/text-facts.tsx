'use client'
import type { Editor } from '@tiptap/core'
import { useEffect, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import type { ProseSession } from '#lib/client/prose-provider.ts'
import { countWords } from '#lib/prose/words.ts'

const COUNT_MS = 400
/** collab.md 8: above this much text in one scene the editor advises to split. */
const LONG_CHARS = 200_000

interface Counted {
  readonly words: number
  readonly long: boolean
}

/** Words of the text one sees, counted when typing rests so that no key waits for it. */
export function WordCount({ editor, stored }: { editor: Editor | null; stored: number }) {
  const [counted, setCounted] = useState<Counted | null>(null)
  // Syncs the count with the editor's text.
  useEffect(() => {
    if (!editor) return
    let timer: ReturnType<typeof setTimeout> | null = null
    const count = () => {
      timer = null
      if (editor.isDestroyed) return
      const { doc } = editor.state
      const text = doc.textBetween(0, doc.content.size, '\n', ' ')
      setCounted({ words: countWords(text), long: text.length > LONG_CHARS })
    }
    const later = () => {
      timer ??= setTimeout(count, COUNT_MS)
    }
    later()
    editor.on('update', later)
    return () => {
      if (timer !== null) clearTimeout(timer)
      editor.off('update', later)
    }
  }, [editor])
  return (
    <>
      <span className="text-small text-ink-faint tabular-nums">{messages.prose.words(counted?.words ?? stored)}</span>
      {counted?.long ? <span className="text-small text-warn">{messages.prose.longScene}</span> : null}
    </>
  )
}

interface CaretState {
  readonly user?: { readonly name?: unknown; readonly canWrite?: unknown } | undefined
  readonly cursor?: unknown
}

/** "Mara is writing here": other people whose caret stands in this text. */
export function PeopleHere({ session }: { session: ProseSession }) {
  const [names, setNames] = useState('')
  // Syncs the names with the carets of others.
  useEffect(() => {
    const { awareness } = session.provider
    const read = () => {
      const others: string[] = []
      for (const [id, state] of awareness.getStates() as Map<number, CaretState>) {
        const name = state.user?.name
        if (id !== session.ydoc.clientID && state.cursor && state.user?.canWrite && typeof name === 'string')
          others.push(name)
      }
      setNames(others.sort().join('\n'))
    }
    read()
    awareness.on('change', read)
    return () => awareness.off('change', read)
  }, [session])
  if (names === '') return null
  return (
    <span role="status" className="truncate text-small text-ink-soft">
      {messages.prose.people(names.split('\n'))}
    </span>
  )
}
