'use client'
import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from './button.tsx'
import { veilLook } from './window.tsx'

export interface AlertDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** What will happen and what it takes along. */
  description: ReactNode
  confirmLabel: string
  cancelLabel?: string | undefined
  onConfirm: () => void
  danger?: boolean | undefined
  busy?: boolean | undefined
  children?: ReactNode
}

/** Asks before something heavy. Escape and the cancel button leave everything as it is. */
export function AlertDialog(props: AlertDialogProps) {
  return (
    <Base.Root open={props.open} onOpenChange={(next) => props.onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={veilLook} />
        <Base.Popup className="fixed top-[18vh] left-1/2 z-40 flex w-[calc(100vw-24px)] max-w-md -translate-x-1/2 flex-col gap-2 rounded-lg border border-control bg-raised p-5 text-ink transition-opacity outline-none data-ending-style:opacity-0 data-starting-style:opacity-0">
          <Base.Title className="font-serif text-title font-medium text-balance">{props.title}</Base.Title>
          <Base.Description className="text-ink-soft">{props.description}</Base.Description>
          {props.children}
          <footer className="mt-3 flex flex-wrap justify-end gap-2">
            <Base.Close render={<Button variant="ghost">{props.cancelLabel ?? messages.ui.cancel}</Button>} />
            <Button variant={props.danger ? 'danger' : 'primary'} busy={props.busy} onClick={props.onConfirm}>
              {props.confirmLabel}
            </Button>
          </footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
