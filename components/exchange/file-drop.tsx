'use client'
import { FileText } from 'lucide-react'
import { useRef, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'

const words = messages.exchange
const ACCEPT = '.twee,.tw,.html,.htm,.md,.markdown,.txt,.zip'

/** Takes one file, chosen or dropped. */
export function FileDrop({ file, onFile }: { file: File | null; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const [dropped] = event.dataTransfer.files
        if (dropped) onFile(dropped)
      }}
      className={cn(
        'flex flex-wrap items-center gap-3 rounded-md border border-dashed border-control bg-sunken px-4 py-4',
        over && 'border-madder bg-wash',
      )}
    >
      <FileText aria-hidden className="size-5 text-ink-soft" />
      <p className="min-w-0 flex-1 truncate">
        {file ? (
          <span className="font-medium">{file.name}</span>
        ) : (
          <span className="text-ink-soft">{words.dropHere}</span>
        )}
      </p>
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        aria-label={words.file}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? []
          if (chosen) onFile(chosen)
          event.currentTarget.value = ''
        }}
      />
      <Button onClick={() => input.current?.click()}>{file ? words.chooseOther : words.choose}</Button>
    </div>
  )
}
