import { CopyText } from './copy-text.tsx'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

export interface ShownOnceProps {
  title: string
  /** What it does, and that it is not shown again. */
  note: string
  /** Name of the secret for screen readers. */
  label: string
  secret: string
  copyLabel: string
  doneLabel: string
  onDone: () => void
}

/** A secret, this one time: a key or a link. Large enough to select by hand where the clipboard is shut. */
export function ShownOnce({ title, note, label, secret, copyLabel, doneLabel, onDone }: ShownOnceProps) {
  return (
    <Notice tone="ok" live title={title}>
      <p>{note}</p>
      <div className="mt-2 flex items-start gap-2">
        <pre
          tabIndex={0}
          role="region"
          aria-label={label}
          className="min-w-0 flex-1 rounded-md border bg-paper p-3 font-mono text-small break-all whitespace-pre-wrap text-ink select-all"
        >
          {secret}
        </pre>
        <CopyText text={secret} label={copyLabel} />
      </div>
      <Button size="sm" variant="ghost" className="mt-2" onClick={onDone}>
        {doneLabel}
      </Button>
    </Notice>
  )
}
