'use client'
import { Field as Base } from '@base-ui/react/field'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { cn } from './cn.ts'

export interface FieldProps {
  label: ReactNode
  description?: ReactNode
  error?: ReactNode
  required?: boolean | undefined
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean | undefined
  className?: string | undefined
  children: ReactNode
}

/** Label, control, help and error in one; the control inside is tied to all three. */
export function Field({ label, description, error, required, hideLabel, className, children }: FieldProps) {
  return (
    <Base.Root invalid={Boolean(error)} className={cn('flex flex-col gap-1', className)}>
      <Base.Label className={cn('text-small font-medium text-ink-soft', hideLabel && 'sr-only')}>
        {label}
        {required ? <span className="text-ink-faint"> ({messages.ui.required})</span> : null}
      </Base.Label>
      {children}
      {description ? <Base.Description className="text-small text-ink-faint">{description}</Base.Description> : null}
      {error ? (
        <Base.Error match className="text-small text-danger">
          {error}
        </Base.Error>
      ) : null}
    </Base.Root>
  )
}
