import type { ReactNode } from 'react'
import { cn } from './cn.ts'

const TONES = {
  neutral: 'border-line text-ink-soft',
  madder: 'border-madder text-madder',
  ok: 'border-ok text-ok',
  warn: 'border-warn text-warn',
  danger: 'border-danger text-danger',
  info: 'border-info text-info',
}

/** A short word about a state. The word says it; the tone only supports. */
export function Badge({
  tone = 'neutral',
  icon,
  className,
  children,
}: {
  tone?: keyof typeof TONES
  icon?: ReactNode
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1 rounded-sm border px-1.5 text-micro font-medium whitespace-nowrap [&_svg]:size-3',
        TONES[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  )
}
