'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { downloadExport, readExportReport } from '#lib/client/exchange.ts'
import { saveFile } from '#lib/client/save-file.ts'
import { useStory } from '#stores/story.ts'
import { LossReportView } from './loss-report.tsx'

const words = messages.exchange
type FormatId = keyof typeof words.formats
const FORMATS = Object.keys(words.formats) as FormatId[]

interface ExportDialogProps {
  onClose: () => void
  /** Shows the report of the import this story came from; null where there was none. */
  onReport: (() => void) | null
}

/** Choose a format, see what it cannot hold, take the file. */
export function ExportDialog({ onClose, onReport }: ExportDialogProps) {
  const storyId = useStory((page) => page.storyId)
  const version = useStory((page) => page.shown.version)
  const [format, setFormat] = useState<FormatId>('play-html')
  const facts = useQuery({
    queryKey: ['export-report', storyId, format, version],
    queryFn: ({ signal }) => readExportReport(storyId, format, signal),
    retry: false,
  })
  const download = useMutation({
    mutationFn: () => downloadExport(storyId, format),
    onSuccess: (blob) => saveFile(blob, facts.data?.fileName ?? `story.${format}`),
  })
  const problem = download.error ?? facts.error
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      size="lg"
      title={words.exportTitle}
      description={words.exportLead}
      footer={
        <>
          {onReport ? (
            <Button variant="ghost" className="mr-auto" onClick={onReport}>
              {words.importReport}
            </Button>
          ) : null}
          <Button variant="ghost" onClick={onClose}>
            {words.close}
          </Button>
          <Button variant="primary" busy={download.isPending} disabled={!facts.data} onClick={() => download.mutate()}>
            {words.download}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <fieldset className="grid gap-2">
          <legend className="mb-2 font-medium">{words.format}</legend>
          {FORMATS.map((id) => (
            <label
              key={id}
              className="flex cursor-pointer items-start gap-3 rounded-md border px-3 py-2.5 has-checked:border-madder has-checked:bg-wash"
            >
              <input
                type="radio"
                name="export-format"
                value={id}
                checked={format === id}
                onChange={() => setFormat(id)}
                className="mt-1 accent-(--madder)"
              />
              <span className="grid">
                <span className="font-medium">{words.formats[id].name}</span>
                <span className="text-ink-soft">{words.formats[id].hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {problem ? (
          <Notice tone="danger" live>
            {problem instanceof ApiProblem ? problem.detail : problem.message}
          </Notice>
        ) : null}
        {facts.isFetching ? (
          <div role="status" aria-label={words.measuring}>
            <SkeletonLines lines={3} />
          </div>
        ) : null}
        {facts.data && !facts.isFetching ? (
          <>
            <p>
              <span className="font-medium">{facts.data.fileName}</span>{' '}
              <span className="text-ink-soft">{words.size(facts.data.bytes)}</span>
            </p>
            <LossReportView report={facts.data.report} fileName={facts.data.fileName} />
          </>
        ) : null}
      </div>
    </Dialog>
  )
}
