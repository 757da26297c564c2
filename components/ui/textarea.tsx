'use client'
import { Field } from '@base-ui/react/field'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'
import { controlLook } from './input.tsx'

/** Several lines of text. It grows with what is written in it. Inside a Field it takes label, description and error. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <Field.Control
      render={
        <textarea
          className={cn(controlLook, 'field-sizing-content min-h-18 resize-y px-2.5 py-1.5', className)}
          {...rest}
        />
      }
    />
  )
}
