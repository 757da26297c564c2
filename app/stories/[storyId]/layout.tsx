import type { ReactNode } from 'react'
import { preload } from 'react-dom'
import { StoryShell } from '#components/shell/story-shell.tsx'
import { storyId as storyIdSchema } from '#lib/kernel/ids.ts'

/** What the page will ask for once its code runs; the browser asks while the code is on its way. */
function preloadStory(storyId: string): void {
  if (!storyIdSchema.safeParse(storyId).success) return
  for (const path of ['/api/auth/state', `/api/stories/${storyId}/access`, `/api/stories/${storyId}/snapshot`]) {
    preload(path, { as: 'fetch', crossOrigin: 'anonymous' })
  }
}

export default async function StoryLayout({
  params,
  children,
}: {
  params: Promise<{ storyId: string }>
  children: ReactNode
}) {
  const { storyId } = await params
  preloadStory(storyId)
  return <StoryShell storyId={storyId}>{children}</StoryShell>
}
