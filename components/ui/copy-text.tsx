'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from './icon-button.tsx'
import { notify } from './toast.tsx'

/** A button that copies a short text and says so. */
export function CopyText({ text, label = messages.ui.copy }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false)
  async function handleCopy() {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      // Over plain HTTP beyond this machine there is no clipboard, and a browser may refuse one.
      notify.problem(messages.ui.copyFailed)
    }
  }
  return (
    <IconButton
      size="icon-sm"
      label={copied ? messages.ui.copied : label}
      icon={copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
      onClick={() => void handleCopy()}
      onBlur={() => setCopied(false)}
    />
  )
}
