'use client'
import { useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { DoorDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { unsentTexts } from '#lib/client/prose-sessions.ts'
import { fileNameOf, saveFile } from '#lib/client/save-file.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory, useStoryActions } from '#stores/story.ts'

const words = messages.members

/** In place of a story that was taken away: what happened, the way out, and what was not stored, to take along. */
export function StoryClosed() {
  const queries = useQueryClient()
  // Syncs the shelf with what is gone from it.
  useEffect(() => void queries.invalidateQueries({ queryKey: ['stories'] }), [queries])
  return (
    <EmptyState
      wholePage
      drawing={<DoorDrawing />}
      title={words.closedTitle}
      action={
        <Link href="/" className={buttonLook({ variant: 'primary' })}>
          {words.toShelf}
        </Link>
      }
    >
      {words.closed}
      <Unsent />
    </EmptyState>
  )
}

function Unsent() {
  const storyId = useStory((page) => page.storyId)
  const title = useStory((page) => storyOf(page.shown)?.title ?? '')
  const scenes = useStory((page) => page.shown.scenes)
  const pending = useStory((page) => page.pending)
  const { unsent } = useStoryActions()
  const [texts] = useState(() => unsentTexts(storyId))
  if (pending === 0 && texts.length === 0) return null
  async function handleCommands() {
    saveFile(JSON.stringify(await unsent(), null, 2), fileNameOf(title, 'json'))
  }
  return (
    <span className="mt-4 flex flex-col gap-2 rounded-md border bg-raised p-3 text-left">
      <span>{words.closedUnsent}</span>
      {texts.map(({ sceneId, text }) => {
        const scene = scenes.get(sceneId)?.title || messages.prose.untitled
        return (
          <span key={sceneId} className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate text-ink">{words.closedText(scene)}</span>
            <Button
              size="sm"
              icon={<Download aria-hidden />}
              aria-label={`${words.download}: ${words.closedText(scene)}`}
              onClick={() => saveFile(text, fileNameOf(scene, 'txt'))}
            >
              {words.download}
            </Button>
          </span>
        )
      })}
      {pending > 0 ? (
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 text-ink">{words.closedCommands(pending)}</span>
          <Button size="sm" icon={<Download aria-hidden />} onClick={() => void handleCommands()}>
            {words.download}
          </Button>
        </span>
      ) : null}
    </span>
  )
}
