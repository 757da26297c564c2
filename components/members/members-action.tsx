'use client'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useCommand } from '#components/shell/shortcuts.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { MembersDialog } from './members-dialog.tsx'

/** The members of the open story, behind the people in the header and in the palette. */
export function MembersAction() {
  const storyId = useStory((page) => page.storyId)
  const title = useStory((page) => storyOf(page.shown)?.title ?? '')
  const [open, setOpen] = useState(false)
  useCommand({
    id: 'story.members',
    title: messages.members.open,
    group: 'story',
    keywords: ['invite', 'share', 'people', 'leave', 'owner', 'rights'],
    run: () => setOpen(true),
  })
  return <MembersDialog storyId={storyId} storyTitle={title} open={open} onOpenChange={setOpen} />
}
