'use client'
import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn.ts'
import { useReadOnly } from './read-only.tsx'
import { Spinner } from './spinner.tsx'

const look = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'border-madder bg-madder text-on-madder hover:brightness-110 dark:hover:brightness-105',
        plain:
          'border-control bg-raised text-ink hover:bg-hover aria-pressed:bg-wash aria-pressed:border-madder data-popup-open:bg-hover',
        ghost:
          'border-transparent bg-transparent text-ink-soft hover:bg-hover hover:text-ink aria-pressed:bg-wash aria-pressed:text-madder data-popup-open:bg-hover data-popup-open:text-ink',
        danger: 'border-danger bg-transparent text-danger hover:bg-danger hover:text-paper',
        link: 'border-transparent bg-transparent text-madder underline decoration-from-font underline-offset-4 hover:decoration-2',
      },
      size: {
        sm: 'h-7 px-2 text-small touch:h-11',
        md: 'h-row px-3 text-ui',
        lg: 'h-10 px-5 text-ui touch:h-12',
        icon: 'size-row p-0',
        'icon-sm': 'size-7 p-0 touch:size-11',
      },
    },
    defaultVariants: { variant: 'plain', size: 'md' },
  },
)

type Look = VariantProps<typeof look>

/** Class names of a button, for links that look like one. */
export function buttonLook(options: Look & { className?: string | undefined } = {}): string {
  return cn(look({ variant: options.variant, size: options.size }), options.className)
}

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'size'>, Look {
  icon?: ReactNode
  /** Shows a spinner and refuses a second press while work is under way. */
  busy?: boolean | undefined
  /** It changes what is shown: where that may only be read it is not drawn. */
  edits?: boolean | undefined
}

/** A button. One `primary` per screen; everything else is plain, ghost or danger. */
export function Button({
  variant,
  size,
  icon,
  busy,
  edits,
  className,
  children,
  disabled,
  type,
  ...rest
}: ButtonProps) {
  const readOnly = useReadOnly()
  if (edits && readOnly) return null
  return (
    <button
      type={type ?? 'button'}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={buttonLook({ variant, size, className })}
      {...rest}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  )
}
