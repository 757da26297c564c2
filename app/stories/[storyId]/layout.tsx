import type { ReactNode } from 'react'
import { StoryShell } from '#components/shell/story-shell.tsx'

export default async function StoryLayout({
  params,
  children,
}: {
  params: Promise<{ storyId: string }>
  children: ReactNode
}) {
  const { storyId } = await params
  return <StoryShell storyId={storyId}>{children}</StoryShell>
}
