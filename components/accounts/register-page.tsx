'use client'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { messages } from '#components/messages/messages.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { AccountForm, PlainHttpNotice } from './account-form.tsx'
import { FrontPage, plainLink } from './front-page.tsx'
import { safeNext } from '#lib/accounts/safe-next.ts'
import { useRegister, useSession } from './session.ts'

const words = messages.accounts.register

/** Makes an account by one's own wish, where the admin allows it. */
export function RegisterPage() {
  const session = useSession()
  const router = useRouter()
  const next = safeNext(useSearchParams().get('next'))
  const registering = useRegister(() => router.replace(next))
  return (
    <QueryState query={session}>
      {(state) =>
        state.registration === 'open' ? (
          <FrontPage title={words.title} lead={words.lead}>
            <AccountForm
              kind="new"
              submit={messages.accounts.setup.submit}
              busy={registering.isPending}
              problem={registering.error}
              onSubmit={(answers) => registering.mutate(answers)}
            >
              <PlainHttpNotice shown={state.plainHttpWarning} />
            </AccountForm>
            <p className="mt-6">
              <Link href={`/sign-in?next=${encodeURIComponent(next)}`} className={plainLink}>
                {words.have}
              </Link>
            </p>
          </FrontPage>
        ) : (
          <FrontPage title={words.closedTitle} lead={words.closed}>
            <Link href="/sign-in" className={buttonLook({ variant: 'primary', size: 'lg' })}>
              {messages.accounts.setup.toSignIn}
            </Link>
          </FrontPage>
        )
      }
    </QueryState>
  )
}
