'use client'
import { useSyncExternalStore } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useReportSave } from '#components/shell/save-state.tsx'
import { proseSum } from '#lib/client/prose-sessions.ts'

const CALM = { unsent: 0, connected: true, kept: true, stuck: 0 }

/** Tells the status bar what all open texts say about saving. Draws nothing. */
export function ProseSaveReport() {
  const { unsent, connected, kept, stuck } = useSyncExternalStore(proseSum.subscribe, proseSum.read, () => CALM)
  useReportSave('prose', { unsaved: unsent, connected, kept, trouble: stuck > 0 ? messages.prose.trouble : undefined })
  return null
}
