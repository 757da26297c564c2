import type { Metadata } from 'next'
import { Suspense } from 'react'
import { messages } from '#components/messages/messages.ts'
import { SettingsPage } from '#components/shell/settings/settings-page.tsx'

export const metadata: Metadata = { title: messages.settings.title }

export default function Page() {
  return (
    <Suspense>
      <SettingsPage />
    </Suspense>
  )
}
