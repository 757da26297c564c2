import type { Metadata } from 'next'
import { JoinPage } from '#components/accounts/join-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.accounts.join.title, referrer: 'no-referrer' }

export default function Page() {
  return <JoinPage />
}
