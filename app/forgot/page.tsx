import type { Metadata } from 'next'
import { ForgotPage } from '#components/accounts/forgot-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.accounts.forgot.title, referrer: 'no-referrer' }

export default function Page() {
  return <ForgotPage />
}
