'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { messages } from '#components/messages/messages.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { notify } from '#components/ui/toast.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { AccountForm } from './account-form.tsx'
import { useFragmentToken } from './fragment-token.ts'
import { FrontPage } from './front-page.tsx'
import { useResetPassword } from './session.ts'

const words = messages.accounts.reset

/** A new password by the link an admin made, or that came by mail. */
export function ResetPage() {
  const found = useFragmentToken()
  const router = useRouter()
  const reset = useResetPassword(() => {
    notify.done(words.done)
    router.replace('/')
  })
  if (found === null) return null
  const { token } = found
  if (token === '') return <NoReset why={words.none} />
  if (reset.error instanceof ApiProblem && reset.error.status === 404) return <NoReset why={words.bad} />
  return (
    <FrontPage title={words.title} lead={words.lead}>
      <AccountForm
        kind="password"
        submit={words.submit}
        busy={reset.isPending}
        problem={reset.error}
        onSubmit={({ password }) => reset.mutate({ token, password })}
      />
    </FrontPage>
  )
}

function NoReset({ why }: { why: string }) {
  return (
    <FrontPage title={words.badTitle} lead={why}>
      <Link href="/sign-in" className={buttonLook({ variant: 'primary', size: 'lg' })}>
        {words.toSignIn}
      </Link>
    </FrontPage>
  )
}
