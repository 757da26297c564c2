'use client'
import { notFound, useSelectedLayoutSegment } from 'next/navigation'
import { Suspense, type ReactNode } from 'react'
import { RequireSession } from '#components/accounts/require-session.tsx'
import { storyId as storyIdSchema } from '#lib/kernel/ids.ts'
import { StoryProvider } from '#stores/story.ts'
import { ViewProvider } from '#stores/view.ts'
import { placeById } from './places.tsx'
import { SaveProvider } from './save-state.tsx'
import { StoryFrame } from './story-frame.tsx'

/** One story, live, around all its places: it stays connected while one walks from place to place. */
export function StoryShell({ storyId, children }: { storyId: string; children: ReactNode }) {
  const segment = useSelectedLayoutSegment()
  const place = segment === null ? null : placeById(segment)
  const id = storyIdSchema.safeParse(storyId)
  if (!id.success) notFound()
  // An address without a place is on its way to one; an unknown place draws its own page.
  if (!place) return children
  return (
    <RequireSession>
      {(user) => (
        <StoryProvider key={`${id.data} ${user.id}`} storyId={id.data} userId={user.id}>
          <ViewProvider>
            <SaveProvider>
              <Suspense>
                <StoryFrame place={place} user={user}>
                  {children}
                </StoryFrame>
              </Suspense>
            </SaveProvider>
          </ViewProvider>
        </StoryProvider>
      )}
    </RequireSession>
  )
}
