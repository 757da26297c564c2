'use client'
import { useId } from 'react'
import { cn } from '#components/ui/cn.ts'
import { BRANCH_HUES, branchVar } from '#components/ui/tokens.ts'

interface HuePickerProps {
  /** 1..12 */
  readonly value: number
  readonly onChange: (colour: number) => void
  readonly label: string
}

/** Picks one of the twelve branch lines: hue and dash pattern, each with its name. */
export function HuePicker({ value, onChange, label }: HuePickerProps) {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 text-small font-medium text-ink-soft">{label}</legend>
      <div className="grid grid-cols-6 gap-1">
        {BRANCH_HUES.map((hue, index) => (
          <label
            key={hue.name}
            title={hue.name}
            className={cn(
              'flex h-row cursor-pointer items-center justify-center rounded-sm border px-1 has-focus-visible:outline-2 has-focus-visible:outline-madder',
              value === index + 1 ? 'border-madder bg-wash' : 'border-transparent hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              aria-label={hue.name}
              checked={value === index + 1}
              onChange={() => onChange(index + 1)}
            />
            <svg aria-hidden viewBox="0 0 40 8" className="h-2 w-full">
              <line
                x1="0"
                y1="4"
                x2="40"
                y2="4"
                stroke={branchVar(index + 1)}
                strokeWidth="4"
                strokeDasharray={hue.dash}
              />
            </svg>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
