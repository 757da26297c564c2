'use client'
import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { controlLook } from './input.tsx'
import { useReadOnly } from './read-only.tsx'

export interface SelectOption<T extends string> {
  value: T
  label: string
  /** A sign before the words, such as a branch's colour. */
  icon?: ReactNode
  disabled?: boolean | undefined
}

export interface SelectProps<T extends string> {
  value: T | null
  onChange: (value: T) => void
  options: readonly SelectOption<T>[]
  /** Accessible name where no Field gives one. */
  label?: string | undefined
  placeholder?: string | undefined
  disabled?: boolean | undefined
  className?: string | undefined
}

/** Picks one of a short list of words. */
export function Select<T extends string>({
  value,
  onChange,
  options,
  label,
  placeholder,
  disabled,
  className,
}: SelectProps<T>) {
  const readOnly = useReadOnly()
  const items = options.map((option) => ({ value: option.value, label: option.label }))
  return (
    <Base.Root
      items={items}
      value={value}
      disabled={disabled}
      readOnly={readOnly}
      onValueChange={(next) => {
        if (next !== null) onChange(next)
      }}
    >
      <Base.Trigger
        aria-label={label}
        className={cn(
          controlLook,
          'flex h-row items-center justify-between gap-2 px-2.5 text-left',
          readOnly && 'bg-sunken',
          className,
        )}
      >
        <Base.Value className="truncate" placeholder={placeholder} />
        <Base.Icon className="text-ink-faint">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="entering max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-md border border-control bg-raised p-1">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex min-h-row cursor-default items-center gap-2 rounded-sm px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-hover"
              >
                {option.icon}
                <Base.ItemText className="flex-1">{option.label}</Base.ItemText>
                <Base.ItemIndicator>
                  <Check aria-hidden className="size-4 text-madder" />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
