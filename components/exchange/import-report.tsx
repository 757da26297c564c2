'use client'
import { useQuery } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { Dialog } from '#components/ui/dialog.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { readImportReport } from '#lib/client/exchange.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { LossReportView } from './loss-report.tsx'

const words = messages.exchange

/** Whether this story came out of a file, so that a report of its import is kept. */
export function useWasImported(): boolean {
  return useStory((page) => storyOf(page.shown)?.foreign['loomImport'] !== undefined)
}

/** What the import of this story changed and left out, as kept with the story. */
export function ImportReportDialog({ onClose }: { onClose: () => void }) {
  const storyId = useStory((page) => page.storyId)
  const kept = useQuery({
    queryKey: ['import-report', storyId],
    queryFn: ({ signal }) => readImportReport(storyId, signal),
    staleTime: Infinity,
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      size="lg"
      title={words.importReport}
      description={kept.data ? words.importedFrom(kept.data.fileName, new Date(kept.data.at)) : undefined}
    >
      <QueryState query={kept}>
        {({ report, fileName }) => <LossReportView report={report} fileName={fileName} />}
      </QueryState>
    </Dialog>
  )
}
