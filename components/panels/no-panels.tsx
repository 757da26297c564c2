'use client'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { PanelsDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'

const words = messages.panels

/** Said where a scene has no panels yet, with the way to its shot list. */
export function NoPanels({ onShotList }: { onShotList: () => void }) {
  return (
    <EmptyState
      drawing={<PanelsDrawing />}
      title={words.emptyTitle}
      action={
        <Button variant="primary" onClick={onShotList}>
          {words.shotList}
        </Button>
      }
    >
      {words.empty}
    </EmptyState>
  )
}
