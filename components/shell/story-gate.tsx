'use client'
import type { ReactNode } from 'react'
import { useAccess } from '#components/members/use-access.ts'
import { messages } from '#components/messages/messages.ts'
import { ProblemState } from '#components/ui/query-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { useStory } from '#stores/story.ts'
import { LeadsNowhere } from './not-found-page.tsx'

const words = messages.shell.notFound

/** Shows the place once the story is there; before that the wait, or why it does not come. */
export function StoryGate({ children }: { children: ReactNode }) {
  const ready = useStory((page) => page.ready)
  const failure = useStory((page) => page.failure)
  const storyId = useStory((page) => page.storyId)
  const known = useAccess(storyId).isFetched
  // What one may do decides what the place draws: nothing flickers in only to go again.
  if (ready && known) return children
  if (failure instanceof ApiProblem && failure.status === 404) return <LeadsNowhere title={words.storyTitle} />
  if (failure instanceof Error) return <ProblemState problem={failure} onRetry={() => window.location.reload()} />
  return <SkeletonLines lines={8} className="mx-auto max-w-prose pt-16" />
}
