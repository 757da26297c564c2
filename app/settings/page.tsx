import type { Metadata } from 'next'
import { messages } from '#components/messages/messages.ts'
import { SettingsPage } from '#components/shell/settings/settings-page.tsx'

export const metadata: Metadata = { title: messages.settings.title }

export default function Page() {
  return <SettingsPage />
}
