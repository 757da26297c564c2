'use client'
import { Input as Base } from '@base-ui/react/input'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'
import { useReadOnly } from './read-only.tsx'

export const controlLook =
  'w-full rounded-md border border-control bg-raised text-ui text-ink transition-colors touch:text-lead hover:border-ink-faint focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-madder disabled:cursor-not-allowed disabled:opacity-50 data-invalid:border-danger'

/** A line of text. Inside a Field it takes the field's label, description and error by itself. */
export function Input({
  className,
  readOnly,
  ...rest
}: Omit<ComponentProps<typeof Base>, 'className'> & { className?: string | undefined }) {
  const shut = useReadOnly()
  return (
    <Base
      className={cn(controlLook, 'h-row px-2.5 read-only:bg-sunken', className)}
      readOnly={readOnly || shut}
      {...rest}
    />
  )
}
