'use client'
import { useState } from 'react'
import type { ComponentProps } from 'react'
import { Input } from '#components/ui/input.tsx'
import { Textarea } from '#components/ui/textarea.tsx'

interface Kept {
  readonly value: string
  /** Called when the field is left with other words. */
  readonly onKeep: (value: string) => void
}

/** What is typed, until the field is left; another person's change shows as soon as nobody types here. */
function useKept({ value, onKeep }: Kept) {
  const [typed, setTyped] = useState<string | null>(null)
  return {
    value: typed ?? value,
    onChange: (event: { target: { value: string } }) => setTyped(event.target.value),
    onBlur: () => {
      if (typed !== null && typed !== value) onKeep(typed)
      setTyped(null)
    },
  }
}

/** A text area that keeps its words as one command when it is left. */
export function KeptTextarea({
  value,
  onKeep,
  ...rest
}: Kept & Omit<ComponentProps<typeof Textarea>, 'value' | 'onChange' | 'onBlur'>) {
  return <Textarea {...rest} {...useKept({ value, onKeep })} />
}

/** A line of text that keeps its words as one command when it is left. */
export function KeptInput({
  value,
  onKeep,
  ...rest
}: Kept & Omit<ComponentProps<typeof Input>, 'value' | 'onChange' | 'onBlur'>) {
  return <Input {...rest} {...useKept({ value, onKeep })} />
}
