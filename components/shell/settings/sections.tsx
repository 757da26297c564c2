import type { ComponentType } from 'react'
import { messages } from '#components/messages/messages.ts'
import { WriterSettings } from '#components/writer/providers-panel.tsx'
import { WorkersPanel } from './workers-panel.tsx'

export interface SettingsSection {
  /** Anchor in the address. */
  readonly id: string
  readonly title: string
  /** Draws one or more Panels. */
  readonly component: ComponentType
  /** Shown only to those who hold it; the server refuses everybody else too. */
  readonly permission?: 'admin' | undefined
}

/** Sections that other areas add to the settings page: one line each. Only what has an engine. */
export const EXTRA_SECTIONS: readonly SettingsSection[] = [
  { id: 'writer', title: messages.writer.settings.title, component: WriterSettings, permission: 'admin' },
  { id: 'workers', title: messages.workers.title, component: WorkersPanel, permission: 'admin' },
]
