'use client'
import { Switch as Base } from '@base-ui/react/switch'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { useReadOnly } from './read-only.tsx'

export interface SwitchProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  description?: ReactNode
  disabled?: boolean | undefined
  className?: string | undefined
}

/** Turns a setting on or off at once. */
export function Switch({ checked, onChange, label, description, disabled, className }: SwitchProps) {
  const readOnly = useReadOnly()
  return (
    <label className={cn('flex min-h-row items-center justify-between gap-4', disabled && 'opacity-50', className)}>
      <span className="flex flex-col">
        <span>{label}</span>
        {description ? <span className="text-small text-ink-faint">{description}</span> : null}
      </span>
      <Base.Root
        checked={checked}
        disabled={disabled || readOnly}
        onCheckedChange={(next) => onChange(next)}
        className="flex h-5 w-9 shrink-0 items-center rounded-full border border-control bg-sunken px-0.5 transition-colors data-checked:border-madder data-checked:bg-madder"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-control transition-transform data-checked:translate-x-4 data-checked:bg-on-madder" />
      </Base.Root>
    </label>
  )
}
