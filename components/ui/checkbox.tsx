'use client'
import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { useReadOnly } from './read-only.tsx'

export interface CheckboxProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  /** Some but not all of what it stands for is on. */
  mixed?: boolean | undefined
  disabled?: boolean | undefined
  className?: string | undefined
}

/** A box to tick, with its words. */
export function Checkbox({ checked, onChange, label, mixed = false, disabled, className }: CheckboxProps) {
  const readOnly = useReadOnly()
  return (
    <label className={cn('flex min-h-row items-center gap-2', disabled && 'opacity-50', className)}>
      <Base.Root
        checked={checked}
        indeterminate={mixed}
        disabled={disabled || readOnly}
        onCheckedChange={(next) => onChange(next)}
        className="grid size-4.5 shrink-0 place-items-center rounded-sm border border-control bg-raised transition-colors data-checked:border-madder data-checked:bg-madder data-indeterminate:border-madder data-indeterminate:bg-madder"
      >
        <Base.Indicator className="text-on-madder">
          {mixed ? (
            <Minus aria-hidden className="size-3.5" />
          ) : (
            <Check aria-hidden className="size-3.5" strokeWidth={3} />
          )}
        </Base.Indicator>
      </Base.Root>
      <span>{label}</span>
    </label>
  )
}
