'use client'
import { CloudOff, Check, Loader, PenOff } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import type { ProseState } from '#lib/client/prose-provider.ts'

const words = messages.prose

/** The truth about saving of one text, in words. "Saved" only after the server's receipt for everything. */
export function saveText(state: ProseState, readOnly = !state.canWrite): string {
  if (state.refused > 0) return words.refused
  if (state.connection === 'online') {
    if (state.unsent > 0) return words.saving
    return readOnly ? words.readOnly : words.saved
  }
  if (state.unsent === 0) return state.connection === 'connecting' ? words.opening : words.offline
  if (state.connection === 'connecting') return words.saving
  return state.keptHere ? words.offlineKept(state.unsent) : words.offlineTab(state.unsent)
}

/** The save line of one text; read only also where the person may write but the text belongs to another branch. */
export function SaveLine({ state, readOnly = !state.canWrite }: { state: ProseState; readOnly?: boolean | undefined }) {
  const Icon = iconOf(state, readOnly)
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-small text-ink-soft" data-save={state.unsent}>
      <Icon aria-hidden className="size-3.5" />
      {saveText(state, readOnly)}
    </span>
  )
}

function iconOf(state: ProseState, readOnly: boolean) {
  if (state.connection === 'offline' || state.connection === 'ended') return CloudOff
  if (state.unsent > 0 || state.connection === 'connecting') return Loader
  return readOnly ? PenOff : Check
}
