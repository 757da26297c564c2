import type { Metadata } from 'next'
import { SetupPage } from '#components/accounts/setup-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.accounts.setup.title, referrer: 'no-referrer' }

export default function Page() {
  return <SetupPage />
}
