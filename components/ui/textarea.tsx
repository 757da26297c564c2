'use client'
import { Field } from '@base-ui/react/field'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'
import { controlLook } from './input.tsx'
import { useReadOnly } from './read-only.tsx'

/** Several lines of text. It grows with what is written in it. Inside a Field it takes label, description and error. */
export function Textarea({ className, readOnly, ...rest }: ComponentProps<'textarea'>) {
  const shut = useReadOnly()
  return (
    <Field.Control
      render={
        <textarea
          className={cn(
            controlLook,
            'field-sizing-content min-h-18 resize-y px-2.5 py-1.5 read-only:bg-sunken',
            className,
          )}
          readOnly={readOnly || shut}
          {...rest}
        />
      }
    />
  )
}
