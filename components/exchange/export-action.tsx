'use client'
import { Share } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { usePreload } from '#components/ui/when-idle.ts'
import { ImportReportDialog, useWasImported } from './import-report.tsx'

const load = () => import('./export-dialog.tsx').then((m) => m.ExportDialog)
const ExportDialog = dynamic(load)

const words = messages.exchange

/** The story's way out by file, in the header and the palette. */
export function ExportAction() {
  const [shown, setShown] = useState<'export' | 'report' | null>(null)
  const imported = useWasImported()
  const mayExport = useMay('story.export')
  usePreload(load)
  useCommandList([
    {
      id: 'story.export',
      title: words.exportTitle,
      group: 'story',
      keywords: ['download', 'twee', 'html', 'archive', 'backup'],
      run: () => setShown('export'),
      when: () => mayExport,
    },
    {
      id: 'story.import-report',
      title: words.importReport,
      group: 'story',
      keywords: ['loss', 'import'],
      run: () => setShown('report'),
      when: () => imported,
    },
  ])
  return (
    <>
      {mayExport ? (
        <IconButton label={words.exportTitle} icon={<Share aria-hidden />} onClick={() => setShown('export')} />
      ) : null}
      {shown === 'export' ? (
        <ExportDialog onClose={() => setShown(null)} onReport={imported ? () => setShown('report') : null} />
      ) : null}
      {shown === 'report' ? <ImportReportDialog onClose={() => setShown(null)} /> : null}
    </>
  )
}
