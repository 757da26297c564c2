'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { Window, WindowClose, type WindowProps } from './window.tsx'

export interface DialogProps extends WindowProps {
  description?: ReactNode
  size?: 'sm' | 'md' | 'lg' | 'xl'
}

const WIDTHS = { sm: 'max-w-sm', md: 'max-w-lg', lg: 'max-w-2xl', xl: 'max-w-5xl' }

/** Where the focus goes when a window opens: its first field, else the window itself, so that it is read from the top. */
export function firstField(popup: HTMLElement | null): HTMLElement | null {
  return popup?.querySelector<HTMLElement>('input:not([type=hidden]), textarea, [contenteditable=true]') ?? popup
}

/** A window over the page that holds the focus until it is closed. */
export function Dialog({ title, description, footer, size = 'md', children, ...window }: DialogProps) {
  return (
    <Window
      {...window}
      focus={firstField}
      className={cn(
        'fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col rounded-lg border border-control bg-raised text-ink transition-[opacity,translate] outline-none data-ending-style:opacity-0 data-starting-style:translate-y-1 data-starting-style:opacity-0',
        WIDTHS[size],
      )}
    >
      <header className="flex items-start gap-3 px-5 pt-4 pb-2">
        <div className="min-w-0 flex-1">
          <Base.Title className="font-serif text-title font-medium text-balance">{title}</Base.Title>
          {description ? <Base.Description className="mt-1 text-ink-soft">{description}</Base.Description> : null}
        </div>
        <WindowClose />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-4">{children}</div>
      {footer ? <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{footer}</footer> : null}
    </Window>
  )
}
