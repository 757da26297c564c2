'use client'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { AccountForm, PlainHttpNotice } from './account-form.tsx'
import { FrontPage, plainLink } from './front-page.tsx'
import { ProviderLinks } from './provider-links.tsx'
import { elsewhereProblem } from './problem-text.ts'
import { safeNext } from '#lib/accounts/safe-next.ts'
import { useSession, useSignIn } from './session.ts'
import { NoToken } from './no-token.tsx'

const words = messages.accounts.signIn

/** Name and password, then back to where the person wanted to go. */
export function SignInPage() {
  const session = useSession()
  const router = useRouter()
  const search = useSearchParams()
  const next = safeNext(search.get('next'))
  const refused = elsewhereProblem(search.get('problem'))
  const signedIn = Boolean(session.data?.user)
  // Syncs the address with the session: who is signed in has nothing to do here.
  useEffect(() => {
    if (signedIn) router.replace(next)
  }, [signedIn, router, next])

  return (
    <QueryState query={session}>
      {(state) => {
        if (!state.ownerExists) return <NoToken />
        return (
          <FrontPage title={words.title} lead={words.lead}>
            {refused ? (
              <Notice tone="danger" live title={words.providerRefused} className="mb-5">
                {refused}
              </Notice>
            ) : null}
            <SignInForm plainHttp={state.plainHttpWarning} />
            <ProviderLinks providers={state.providers} next={next} />
            <p className="mt-6 flex flex-wrap justify-between gap-x-6 gap-y-1">
              <Link href="/forgot" className={plainLink}>
                {words.forgot}
              </Link>
              {state.registration === 'open' ? (
                <Link href={`/register?next=${encodeURIComponent(next)}`} className={plainLink}>
                  {words.register}
                </Link>
              ) : null}
            </p>
          </FrontPage>
        )
      }}
    </QueryState>
  )
}

function SignInForm({ plainHttp }: { plainHttp: boolean }) {
  const signIn = useSignIn()
  return (
    <AccountForm
      kind="known"
      submit={words.submit}
      busy={signIn.isPending}
      problem={signIn.error}
      onSubmit={({ login, password }) => signIn.mutate({ login, password })}
    >
      <PlainHttpNotice shown={plainHttp} />
    </AccountForm>
  )
}
