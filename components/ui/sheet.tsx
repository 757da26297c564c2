'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import { cn } from './cn.ts'
import { Window, WindowClose, type WindowProps } from './window.tsx'

export interface SheetProps extends WindowProps {
  side?: 'left' | 'right' | 'bottom'
}

const SIDES = {
  left: 'inset-y-0 left-0 w-[min(92vw,420px)] border-r data-ending-style:-translate-x-full data-starting-style:-translate-x-full',
  right:
    'inset-y-0 right-0 w-[min(92vw,420px)] border-l data-ending-style:translate-x-full data-starting-style:translate-x-full',
  bottom:
    'inset-x-0 bottom-0 max-h-[86vh] rounded-t-lg border-t data-ending-style:translate-y-full data-starting-style:translate-y-full',
}

/** A sheet shows something to read first; a phone's keyboard must not jump up. */
const itself = (popup: HTMLElement | null) => popup

/** A panel that slides in from a side; on phones the dock lives in one. */
export function Sheet({ title, side = 'right', footer, children, ...window }: SheetProps) {
  return (
    <Window
      {...window}
      focus={itself}
      className={cn(
        'fixed z-40 flex flex-col border-control bg-paper text-ink transition-transform duration-200 outline-none',
        SIDES[side],
      )}
    >
      <header className="flex items-center gap-3 border-b px-4 py-2">
        <Base.Title className="min-w-0 flex-1 truncate font-medium">{title}</Base.Title>
        <WindowClose />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
      {footer ? <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</footer> : null}
    </Window>
  )
}
