'use client'
import { Slider as Base } from '@base-ui/react/slider'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { useReadOnly } from './read-only.tsx'

export interface SliderProps {
  value: number
  onChange: (value: number) => void
  /** After the person let go: the moment to save. */
  onCommit?: ((value: number) => void) | undefined
  label: ReactNode
  min?: number
  max?: number
  step?: number
  format?: Intl.NumberFormatOptions | undefined
  disabled?: boolean | undefined
  className?: string | undefined
}

/** Picks a number in a range; label on the left, value on the right. */
export function Slider({
  value,
  onChange,
  onCommit,
  label,
  min = 0,
  max = 100,
  step = 1,
  format,
  disabled,
  className,
}: SliderProps) {
  const readOnly = useReadOnly()
  return (
    <Base.Root
      value={value}
      min={min}
      max={max}
      step={step}
      format={format}
      disabled={disabled || readOnly}
      onValueChange={(next) => onChange(next)}
      onValueCommitted={(next) => onCommit?.(next)}
      className={cn('grid grid-cols-2 gap-x-4', disabled && 'opacity-50', className)}
    >
      <Base.Label className="text-small font-medium text-ink-soft">{label}</Base.Label>
      <Base.Value className="text-right text-small text-ink-faint tabular-nums" />
      <Base.Control className="col-span-2 flex h-6 touch-none items-center touch:h-11">
        <Base.Track className="h-1 w-full rounded-full bg-control">
          <Base.Indicator className="rounded-full bg-madder" />
          <Base.Thumb className="size-4 rounded-full border-2 border-madder bg-raised has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-madder" />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  )
}
