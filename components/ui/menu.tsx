'use client'
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { cn } from './cn.ts'
import { Kbd } from './kbd.tsx'

export const menuLook =
  'entering max-h-(--available-height) min-w-48 overflow-y-auto rounded-md border border-control bg-raised p-1 text-ink outline-none'
const itemLook =
  'flex min-h-row cursor-default items-center gap-2 rounded-sm px-2 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0'

export interface MenuProps {
  trigger: ReactElement
  side?: 'top' | 'right' | 'bottom' | 'left'
  align?: 'start' | 'center' | 'end'
  children: ReactNode
}

/** A list of commands behind a button. Fill it with MenuItem, MenuChoice and MenuSeparator. */
export function Menu({ trigger, side = 'bottom', align = 'start', children }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50">
          <Base.Popup className={menuLook}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export interface MenuItemProps {
  onSelect: () => void
  icon?: ReactNode
  keys?: string | undefined
  danger?: boolean | undefined
  disabled?: boolean | undefined
  /** Why it is off, or a word more about it. */
  hint?: ReactNode
  children: ReactNode
}

/** One command of a Menu or ContextMenu. */
export function MenuItem({ onSelect, icon, keys, danger, disabled, hint, children }: MenuItemProps) {
  return (
    <Base.Item onClick={onSelect} disabled={disabled} className={cn(itemLook, danger && 'text-danger')}>
      {icon ? <span className={cn('inline-flex', !danger && 'text-ink-faint')}>{icon}</span> : null}
      <span className="flex-1">
        {children}
        {hint ? <span className="block text-small text-ink-faint">{hint}</span> : null}
      </span>
      {keys ? <Kbd keys={keys} /> : null}
    </Base.Item>
  )
}

export interface MenuChoiceProps<T extends string> {
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: ReactNode; icon?: ReactNode; hint?: ReactNode }[]
  label?: string | undefined
}

/** One of several, with a tick at the present one. */
export function MenuChoice<T extends string>({ value, onChange, options, label }: MenuChoiceProps<T>) {
  return (
    <Base.Group>
      {label ? <Base.GroupLabel className="px-2 py-1 text-small text-ink-faint">{label}</Base.GroupLabel> : null}
      <Base.RadioGroup value={value} onValueChange={(next: T) => onChange(next)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} closeOnClick className={itemLook}>
            {option.icon}
            <span className="flex-1">
              {option.label}
              {option.hint ? <span className="block text-small text-ink-faint">{option.hint}</span> : null}
            </span>
            <Base.RadioItemIndicator>
              <Check aria-hidden className="text-madder" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}

/** A hairline between groups of items. */
export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 border-t" />
}
