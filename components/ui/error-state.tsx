'use client'
import { CircleAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from './button.tsx'
import { CopyText } from './copy-text.tsx'
import { cn } from './cn.ts'

export interface ErrorStateProps {
  /** What happened. */
  title?: ReactNode
  /** Why, as far as known. */
  detail?: ReactNode
  /** What is safe. */
  safe?: ReactNode
  requestId?: string | undefined
  onRetry?: (() => void) | undefined
  /** It is all there is on the page, so its heading is the page's. */
  wholePage?: boolean | undefined
  className?: string | undefined
}

/** Something failed: what happened, what is safe, what to do, and the request id to copy. Stays until it is dealt with. */
export function ErrorState({ title, detail, safe, requestId, onRetry, wholePage, className }: ErrorStateProps) {
  const Heading = wholePage ? 'h1' : 'h2'
  return (
    <div role="alert" className={cn('flex flex-col items-center gap-2 px-6 py-8 text-center', className)}>
      <CircleAlert aria-hidden className="size-6 text-danger" />
      <Heading className="font-serif text-title font-medium text-balance">{title ?? messages.ui.errorTitle}</Heading>
      {detail ? <p className="max-w-md text-pretty text-ink-soft">{detail}</p> : null}
      <p className="max-w-md text-small text-ink-faint">{safe ?? messages.ui.errorSafe}</p>
      <div className="mt-2 flex flex-wrap items-center justify-center gap-2">
        {onRetry ? (
          <Button icon={<RotateCw aria-hidden />} onClick={onRetry}>
            {messages.ui.retry}
          </Button>
        ) : null}
      </div>
      {requestId ? (
        <p className="mt-1 flex items-center gap-2 text-small text-ink-faint">
          {messages.ui.requestId} <code className="font-mono">{requestId}</code>
          <CopyText text={requestId} label={messages.ui.copyRequestId} />
        </p>
      ) : null}
    </div>
  )
}
