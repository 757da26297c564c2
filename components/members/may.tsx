'use client'
import { Eye } from 'lucide-react'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { ReadOnly } from '#components/ui/read-only.tsx'
import type { StoryPermission } from '#lib/accounts/policy.ts'
import { useStory } from '#stores/story.ts'
import { useAccess, useMayIn } from './use-access.ts'
import { useOwnerName } from './use-members.ts'

const words = messages.members

/** Whether this person may do something in the story that is open; false until that is known. */
export function useMay(permission: StoryPermission): boolean {
  const storyId = useStory((page) => page.storyId)
  return useMayIn(storyId, permission)
}

/** Fields and editing buttons inside are there for those who may write in the story, and only show for the others. */
export function Editable({ children }: { children: ReactNode }) {
  return <ReadOnly when={!useMay('story.write')}>{children}</ReadOnly>
}

/** Says to those who may only read that it is so, and whom to ask. Nothing for the others. */
export function ReadingLine() {
  const storyId = useStory((page) => page.storyId)
  const access = useAccess(storyId)
  if (!access.data || access.data.permissions.includes('story.write')) return null
  return <ReadingWords storyId={storyId} />
}

function ReadingWords({ storyId }: { storyId: string }) {
  return (
    <section
      aria-label={words.readOnly}
      className="flex items-center gap-2 border-b bg-sunken px-3 py-1 text-small text-ink-soft md:px-4"
    >
      <Eye aria-hidden className="size-3.5 shrink-0" />
      <p>{words.readHere(useOwnerName(storyId))}</p>
    </section>
  )
}
