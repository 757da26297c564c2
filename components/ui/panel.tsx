import { useId, type ReactNode } from 'react'
import { cn } from './cn.ts'

export interface PanelProps {
  title: ReactNode
  /** Buttons at the right of the heading. */
  actions?: ReactNode
  /** Leaves the heading to screen readers, where a tab already shows it. */
  hideTitle?: boolean | undefined
  className?: string | undefined
  children: ReactNode
}

/** A titled section with a hairline under its heading: the unit of docks, settings and sheets. */
export function Panel({ title, actions, hideTitle, className, children }: PanelProps) {
  const headingId = useId()
  return (
    <section aria-labelledby={headingId} className={cn('flex flex-col', className)}>
      <header
        className={cn(
          'flex min-h-row items-center justify-between gap-2 border-b px-4 py-1',
          hideTitle && !actions && 'sr-only',
        )}
      >
        <h2 id={headingId} className={cn('text-small font-semibold text-ink-soft', hideTitle && 'sr-only')}>
          {title}
        </h2>
        {actions ? <div className="flex items-center gap-1">{actions}</div> : null}
      </header>
      <div className="flex flex-col gap-3 p-4">{children}</div>
    </section>
  )
}
