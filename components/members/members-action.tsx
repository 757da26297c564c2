'use client'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useCommand } from '#components/shell/shortcuts.ts'
import { usePreload } from '#components/ui/when-idle.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'

const load = () => import('./members-dialog.tsx').then((m) => m.MembersDialog)
const MembersDialog = dynamic(load)

/** The members of the open story, behind the people in the header and in the palette. */
export function MembersAction() {
  const storyId = useStory((page) => page.storyId)
  const title = useStory((page) => storyOf(page.shown)?.title ?? '')
  /** Null until it is first opened. */
  const [open, setOpen] = useState<boolean | null>(null)
  usePreload(load)
  useCommand({
    id: 'story.members',
    title: messages.members.open,
    group: 'story',
    keywords: ['invite', 'share', 'people', 'leave', 'owner', 'rights'],
    run: () => setOpen(true),
  })
  if (open === null) return null
  return <MembersDialog storyId={storyId} storyTitle={title} open={open} onOpenChange={setOpen} />
}
