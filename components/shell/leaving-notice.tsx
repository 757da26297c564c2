'use client'
import { useEffect, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { linkAllowed } from '#lib/kernel/links.ts'

const words = messages.ui.leaving

/** The link a press would follow to another place, or null where it stays here or only sets the caret. */
function leavingLink(event: MouseEvent): HTMLAnchorElement | null {
  if (event.type === 'auxclick' && event.button !== 1) return null
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!(link instanceof HTMLAnchorElement) || link.origin === window.location.origin) return null
  const writing = link.isContentEditable && event.type === 'click' && !event.ctrlKey && !event.metaKey
  return writing ? null : link
}

/** Asks before a link leads to another site, wherever in the app it stands (C8). */
export function LeavingNotice() {
  const [href, setHref] = useState<string | null>(null)

  useEffect(() => {
    const ask = (event: MouseEvent) => {
      const link = leavingLink(event)
      if (!link) return
      event.preventDefault()
      event.stopPropagation()
      if (linkAllowed(link.href)) setHref(link.href)
    }
    document.addEventListener('click', ask, true)
    document.addEventListener('auxclick', ask, true)
    return () => {
      document.removeEventListener('click', ask, true)
      document.removeEventListener('auxclick', ask, true)
    }
  }, [])

  const go = () => {
    if (href === null) return
    // A mail address opens a program, not a page; an empty tab would stay behind.
    if (href.startsWith('mailto:')) window.location.assign(href)
    else window.open(href, '_blank', 'noopener,noreferrer')
    setHref(null)
  }

  return (
    <AlertDialog
      open={href !== null}
      onOpenChange={(open) => (open ? undefined : setHref(null))}
      title={words.title}
      description={words.detail}
      confirmLabel={words.open}
      cancelLabel={words.stay}
      onConfirm={go}
    >
      <p className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3 py-2 font-mono text-small break-all">{href}</p>
    </AlertDialog>
  )
}
