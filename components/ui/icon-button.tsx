'use client'
import type { ReactNode } from 'react'
import { Button, type ButtonProps } from './button.tsx'
import { useReadOnly } from './read-only.tsx'
import { Tooltip, type TooltipProps } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children' | 'size'> {
  /** What it does, in words: accessible name and tooltip. */
  label: string
  icon: ReactNode
  keys?: string | undefined
  size?: 'icon' | 'icon-sm'
  side?: TooltipProps['side']
}

/** A button with a line icon only. It always has a name and a tooltip. */
export function IconButton({ label, icon, keys, side, variant = 'ghost', size = 'icon', ...rest }: IconButtonProps) {
  const readOnly = useReadOnly()
  if (rest.edits && readOnly) return null
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <Button aria-label={label} variant={variant} size={size} icon={icon} {...rest} />
    </Tooltip>
  )
}
