import type { Metadata } from 'next'
import { Suspense } from 'react'
import { SignInPage } from '#components/accounts/sign-in-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.accounts.signIn.submit }

export default function Page() {
  return (
    <Suspense>
      <SignInPage />
    </Suspense>
  )
}
