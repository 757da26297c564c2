'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Select } from '#components/ui/select.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { notify } from '#components/ui/toast.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { previewImport, storeImport } from '#lib/client/exchange.ts'
import { FileDrop } from './file-drop.tsx'
import { LossReportView } from './loss-report.tsx'
import { OutlineView } from './outline-view.tsx'

const words = messages.exchange
const ANY = 'any'
const FORMATS = [
  { value: ANY, label: words.byItself },
  ...Object.entries(words.readable).map(([value, label]) => ({ value, label })),
]

function isStop(cause: Error | null): boolean {
  return cause?.name === 'AbortError'
}

/** Choose a file, see what it becomes and what gets lost, then import it as a new story and open it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null)
  const [format, setFormat] = useState<string>(ANY)
  const [title, setTitle] = useState('')
  const router = useRouter()
  const queries = useQueryClient()
  const wanted = file && { file, format: format === ANY ? null : format, title: title.trim() === '' ? null : title }
  const preview = useQuery({
    queryKey: ['import-preview', file?.name, file?.size, file?.lastModified, format],
    queryFn: ({ signal }) => {
      if (!file) throw new TypeError('no file')
      return previewImport({ file, format: format === ANY ? null : format, title: null }, signal)
    },
    enabled: file !== null,
    retry: false,
    gcTime: 0,
  })
  const stop = useRef(new AbortController())
  // Syncs with the request: a dialog that is gone waits for no story and opens none.
  useEffect(() => () => stop.current.abort(), [])
  const store = useMutation({
    mutationFn: (chosen: NonNullable<typeof wanted>) => {
      stop.current = new AbortController()
      return storeImport(chosen, stop.current.signal)
    },
    onSuccess: ({ storyId }) => {
      notify.done(words.done(title.trim() === '' ? (preview.data?.outline.title ?? '') : title.trim()))
      void queries.invalidateQueries()
      router.push(`/stories/${storyId}`)
    },
    onError: (cause) => {
      // Whether the server was quicker shows on the shelf.
      if (isStop(cause)) void queries.invalidateQueries()
    },
  })
  const problem = (isStop(store.error) ? null : store.error) ?? (file ? preview.error : null)

  function handleClose() {
    if (store.isPending) notify.info(words.stopped, { description: words.stoppedDetail })
    onClose()
  }

  function handleFile(next: File) {
    stop.current.abort()
    setFile(next)
    setTitle('')
    store.reset()
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : handleClose())}
      size="lg"
      title={words.importTitle}
      description={words.importLead}
      footer={
        <>
          <Button variant="ghost" onClick={() => (store.isPending ? stop.current.abort() : handleClose())}>
            {store.isPending ? words.stop : words.close}
          </Button>
          <Button
            variant="primary"
            busy={store.isPending}
            disabled={!preview.data || !wanted}
            onClick={() => wanted && store.mutate(wanted)}
          >
            {words.store}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <FileDrop file={file} onFile={handleFile} />
        {file ? (
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={words.title}>
              <Input
                value={title}
                maxLength={200}
                placeholder={preview.data?.outline.title ?? ''}
                onChange={(event) => setTitle(event.currentTarget.value)}
              />
            </Field>
            <Field label={words.readAs}>
              <Select value={format} onChange={setFormat} options={FORMATS} label={words.readAs} />
            </Field>
          </div>
        ) : null}
        {problem ? (
          <Notice tone="danger" live title={words.refused}>
            {problem instanceof ApiProblem ? problem.detail : problem.message} {words.nothingStored}
          </Notice>
        ) : null}
        {store.isPending ? (
          <Notice tone="info" live>
            {words.storing}
          </Notice>
        ) : null}
        {isStop(store.error) ? (
          <Notice tone="warn" live title={words.stopped}>
            {words.stoppedDetail}
          </Notice>
        ) : null}
        {file && preview.isFetching ? (
          <div role="status" aria-label={words.reading}>
            <SkeletonLines lines={5} />
          </div>
        ) : null}
        {preview.data && !preview.isFetching ? (
          <>
            <LossReportView report={preview.data.report} fileName={file?.name ?? 'import'} />
            <OutlineView outline={preview.data.outline} />
          </>
        ) : null}
      </div>
    </Dialog>
  )
}
