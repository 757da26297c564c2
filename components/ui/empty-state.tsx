import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export interface EmptyStateProps {
  /** One of our line drawings (components/ui/drawings.tsx). */
  drawing?: ReactNode
  title: ReactNode
  /** What this place is for. */
  children?: ReactNode
  /** The one thing to do next. */
  action?: ReactNode
  /** It is all there is on the page, so its heading is the page's. */
  wholePage?: boolean | undefined
  className?: string | undefined
}

/** Nothing here yet: what the place is for, and one action. */
export function EmptyState({ drawing, title, children, action, wholePage, className }: EmptyStateProps) {
  const Heading = wholePage ? 'h1' : 'h2'
  return (
    <div className={cn('flex flex-col items-center justify-center gap-3 px-6 py-10 text-center', className)}>
      {drawing ? <div className="mb-1 w-44 text-ink-soft [&_svg]:h-auto [&_svg]:w-full">{drawing}</div> : null}
      <Heading className="font-serif text-title font-medium text-balance">{title}</Heading>
      {children ? <div className="max-w-md text-pretty text-ink-soft">{children}</div> : null}
      {action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  )
}
