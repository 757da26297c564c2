import type { Metadata } from 'next'
import { Suspense } from 'react'
import { RegisterPage } from '#components/accounts/register-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.accounts.register.title, referrer: 'no-referrer' }

export default function Page() {
  return (
    <Suspense>
      <RegisterPage />
    </Suspense>
  )
}
