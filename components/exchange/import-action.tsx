'use client'
import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { useMayHere } from '#components/accounts/session.ts'
import { messages } from '#components/messages/messages.ts'
import { useCommand } from '#components/shell/shortcuts.ts'
import { Button } from '#components/ui/button.tsx'
import { ImportDialog } from './import-dialog.tsx'

const words = messages.exchange

/** The shelf's way in by file. */
export function ImportAction() {
  const [open, setOpen] = useState(false)
  const mayImport = useMayHere('story.import')
  useCommand({
    id: 'story.import',
    title: words.importTitle,
    group: 'general',
    keywords: ['twee', 'twine', 'markdown', 'file', 'archive'],
    run: () => setOpen(true),
    when: () => mayImport,
  })
  if (!mayImport) return null
  return (
    <>
      <Button icon={<FileUp aria-hidden />} onClick={() => setOpen(true)}>
        {words.import}
      </Button>
      {open ? <ImportDialog onClose={() => setOpen(false)} /> : null}
    </>
  )
}
