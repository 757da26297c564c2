'use client'
import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export interface TabItem<T extends string> {
  id: T
  label: string
  icon?: ReactNode
  /** A short count or sign after the label. */
  badge?: ReactNode
}

export interface TabsProps<T extends string> {
  value: T
  onChange: (value: T) => void
  items: readonly TabItem<T>[]
  label: string
  className?: string | undefined
  /** Spreads the tabs over the width with little air and a second row where they need one, so that none is cut off. */
  fill?: boolean | undefined
  /** TabPanel elements, one per item. */
  children: ReactNode
}

/** Several panels, one at a time. */
export function Tabs<T extends string>({
  value,
  onChange,
  items,
  label,
  className,
  fill = false,
  children,
}: TabsProps<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className={cn('flex min-h-0 flex-col', className)}
    >
      <Base.List
        aria-label={label}
        className={cn('relative flex shrink-0 border-b', fill ? 'flex-wrap px-1' : 'gap-1 overflow-x-auto px-2')}
      >
        {items.map((item) => (
          <Base.Tab
            key={item.id}
            value={item.id}
            className={cn(
              '-mb-px flex h-row items-center gap-1.5 border-b-2 border-transparent whitespace-nowrap text-ink-soft transition-colors outline-offset-[-2px] hover:text-ink data-active:border-madder data-active:text-ink [&_svg]:size-4',
              fill ? 'gap-1 px-1.5' : 'px-2',
            )}
          >
            {item.icon}
            {item.label}
            {item.badge}
          </Base.Tab>
        ))}
      </Base.List>
      {children}
    </Base.Root>
  )
}

/** What one tab shows. Mounted only while it is the open one. */
export function TabPanel({
  id,
  className,
  children,
}: {
  id: string
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <Base.Panel value={id} className={cn('min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]', className)}>
      {children}
    </Base.Panel>
  )
}
