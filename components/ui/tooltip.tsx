'use client'
import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd.tsx'

export interface TooltipProps {
  label: ReactNode
  /** A shortcut in registry notation, such as `Mod+K`. */
  keys?: string | undefined
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
  children: ReactElement
}

/** Words for a control on hover and focus, for the eye only: the control keeps its own accessible name. */
export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup
            aria-hidden
            className="entering flex max-w-72 items-center gap-2 rounded-sm border border-control bg-ink px-2 py-1 text-small text-paper"
          >
            {label}
            {keys ? <Kbd keys={keys} quiet /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
