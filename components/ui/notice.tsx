import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'

const TONES = {
  info: { icon: Info, look: 'text-info' },
  ok: { icon: CircleCheck, look: 'text-ok' },
  warn: { icon: TriangleAlert, look: 'text-warn' },
  danger: { icon: CircleAlert, look: 'text-danger' },
}

export interface NoticeProps {
  tone?: keyof typeof TONES
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  /** Announces itself to screen readers when it appears. */
  live?: boolean | undefined
  className?: string | undefined
}

/** A line in the page that tells something and stays: missing backend, read-only, offline, a warning. */
export function Notice({ tone = 'info', title, children, action, live, className }: NoticeProps) {
  const { icon: Icon, look } = TONES[tone]
  return (
    <div
      role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={cn('flex items-start gap-2.5 rounded-md border bg-raised px-3 py-2.5', className)}
    >
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', look)} />
      <div className="min-w-0 flex-1">
        {title ? <p className="font-medium">{title}</p> : null}
        {children ? <div className="text-pretty text-ink-soft">{children}</div> : null}
      </div>
      {action}
    </div>
  )
}
