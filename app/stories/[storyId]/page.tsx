import { Suspense } from 'react'
import { ToFirstPlace } from '#components/shell/place-view.tsx'

export default async function Page({ params }: { params: Promise<{ storyId: string }> }) {
  const { storyId } = await params
  return (
    <Suspense>
      <ToFirstPlace storyId={storyId} />
    </Suspense>
  )
}
