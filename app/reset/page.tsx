import type { Metadata } from 'next'
import { ResetPage } from '#components/accounts/reset-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.accounts.reset.title, referrer: 'no-referrer' }

export default function Page() {
  return <ResetPage />
}
