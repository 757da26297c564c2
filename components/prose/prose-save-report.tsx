'use client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useSession } from '#components/accounts/session.ts'
import { messages } from '#components/messages/messages.ts'
import { useReportSave } from '#components/shell/save-state.tsx'
import { proseSum, resumeUnsent } from '#lib/client/prose-sessions.ts'
import { useStory } from '#stores/story.ts'

const CALM = { unsent: 0, connected: true, kept: true, stuck: 0 }

/** Tells the status bar what all texts say about saving, those left unsent by an earlier page among them. Draws nothing. */
export function ProseSaveReport() {
  const { unsent, connected, kept, stuck } = useSyncExternalStore(proseSum.subscribe, proseSum.read, () => CALM)
  const opening = !useResumed()
  const trouble = stuck > 0 ? messages.prose.trouble : undefined
  useReportSave('prose', { unsaved: unsent, connected, opening, kept, trouble })
  return null
}

/** Whether it is known what earlier pages of this person left unsent in this story's texts. */
function useResumed(): boolean {
  const storyId = useStory((page) => page.storyId)
  const scenes = useStory((page) => (page.ready ? page.shown.scenes : null))
  const userId = useSession().data?.user?.id
  const [resumed, setResumed] = useState<string | null>(null)
  const open = scenes !== null && userId !== undefined

  // Syncs with what this browser kept, once per story: what this page itself leaves unsent stays open and counted.
  useEffect(() => {
    if (!open || resumed === storyId) return
    let gone = false
    const done = () => {
      if (!gone) setResumed(storyId)
    }
    // Where the browser refuses storage, nothing was kept.
    resumeUnsent(storyId, userId, scenes.keys()).then(done, done)
    return () => {
      gone = true
    }
  }, [open, resumed, storyId, userId, scenes])
  return resumed === storyId
}
