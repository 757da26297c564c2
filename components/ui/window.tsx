'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef, type ReactElement, type ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from './icon-button.tsx'

export const veilLook =
  'fixed inset-0 z-40 bg-veil transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0'

export interface WindowProps {
  open?: boolean | undefined
  onOpenChange?: ((open: boolean) => void) | undefined
  trigger?: ReactElement | undefined
  title: ReactNode
  /** Buttons at the foot, the primary one last. */
  footer?: ReactNode
  children?: ReactNode
}

interface FrameProps extends Omit<WindowProps, 'title' | 'footer'> {
  readonly className: string
  /** Where the focus goes when it opens. */
  readonly focus: (popup: HTMLElement | null) => HTMLElement | null
}

/** What dialogs and sheets have in common: the button that opens them, the veil, and the focus they hold. */
export function Window({ open, onOpenChange, trigger, className, focus, children }: FrameProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger ? <Base.Trigger render={trigger} /> : null}
      <Base.Portal>
        <Base.Backdrop className={veilLook} />
        <Base.Popup ref={popup} initialFocus={() => focus(popup.current)} className={className}>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The button in a window's corner that closes it. */
export function WindowClose() {
  return <Base.Close render={<IconButton label={messages.ui.close} icon={<X />} className="-mr-2" />} />
}
