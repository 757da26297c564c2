'use client'
import Link from 'next/link'
import { messages } from '#components/messages/messages.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { fileNameOf, saveFile } from '#lib/client/save-file.ts'
import { CLOSE } from '#lib/prose/wire.ts'
import { editorOf } from './editor-api.ts'

const words = messages.prose

interface EndedProps {
  readonly code: number
  readonly sceneId: string
  readonly title: string
  readonly onRetry: () => void
  readonly onReopen: () => void
}

/** The server ended this text for good: why, what is safe, and the way out. The text stays on the page. */
export function TextEnded({ code, sceneId, title, onRetry, onReopen }: EndedProps) {
  const said = words.ended[code] ?? words.endedOther
  const again = code !== CLOSE.epochChanged
  return (
    <Notice tone="danger" live title={said.title}>
      <p>{said.detail}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        {code === CLOSE.signedOut ? (
          <Link href="/sign-in" className={buttonLook({ size: 'sm' })}>
            {words.signIn}
          </Link>
        ) : null}
        {code === CLOSE.epochChanged ? (
          <Button size="sm" onClick={onReopen}>
            {words.openNew}
          </Button>
        ) : null}
        {again ? (
          <Button size="sm" onClick={onRetry}>
            {words.tryAgain}
          </Button>
        ) : null}
        <Button size="sm" onClick={() => downloadText(sceneId, title)}>
          {words.download}
        </Button>
      </div>
    </Notice>
  )
}

/** Hands what is on the page to the person as a file. */
function downloadText(sceneId: string, title: string): void {
  const text = editorOf(sceneId)?.getText({ blockSeparator: '\n\n' }) ?? ''
  saveFile(text, fileNameOf(title || words.untitled, 'txt'))
}
