'use client'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { useStory } from '#stores/story.ts'

const words = messages.shell.status

/** Asks for a reload once the server was updated under this page (CL8). Nothing before. */
export function OutdatedLine() {
  const outdated = useStory((page) => page.connection === 'outdated')
  if (!outdated) return null
  return (
    <Notice
      live
      tone="warn"
      className="m-2"
      title={words.outdated}
      action={<Button onClick={() => window.location.reload()}>{words.reload}</Button>}
    >
      {words.outdatedNote}
    </Notice>
  )
}
