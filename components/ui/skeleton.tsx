import { messages } from '#components/messages/messages.ts'
import { cn } from './cn.ts'

/** One grey bar where content will be. Size it by class. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return <span aria-hidden className={cn('block animate-pulse rounded-sm bg-hover', className)} />
}

/** Several lines of waiting, shown only after 150 ms. Never put it over content that is already there. */
export function SkeletonLines({ lines = 3, className }: { lines?: number; className?: string | undefined }) {
  return (
    <div role="status" aria-busy className={cn('late flex flex-col gap-2 p-4', className)}>
      <span className="sr-only">{messages.ui.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={cn('h-4', index === lines - 1 ? 'w-3/5' : 'w-full')} />
      ))}
    </div>
  )
}
