'use client'
import { ContextMenu as Base } from '@base-ui/react/context-menu'
import type { ReactElement, ReactNode } from 'react'
import { menuLook } from './menu.tsx'

export interface ContextMenuProps {
  /** The items: MenuItem and so on. */
  content: ReactNode
  /** The area that answers to right click, long press and the menu key. */
  children: ReactElement
  onOpenChange?: ((open: boolean) => void) | undefined
}

/** A menu at the pointer. Everything in it must also be reachable elsewhere. */
export function ContextMenu({ content, children, onOpenChange }: ContextMenuProps) {
  return (
    <Base.Root onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className="z-50">
          <Base.Popup className={menuLook}>{content}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
