'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { messages } from '#components/messages/messages.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { offerFirstSteps } from '#lib/client/first-steps.ts'
import { firstStory } from '#lib/client/shelf.ts'
import { AccountForm, PlainHttpNotice } from './account-form.tsx'
import { useFragmentToken } from './fragment-token.ts'
import { FrontPage } from './front-page.tsx'
import { NoToken } from './no-token.tsx'
import { useSession, useSetUp } from './session.ts'

const words = messages.accounts.setup

/** First run: the owner's account, made with the token in the link's fragment, which no log ever sees. */
export function SetupPage() {
  const session = useSession()
  const found = useFragmentToken()
  return (
    <QueryState query={session}>
      {(state) => {
        if (state.ownerExists) return <SetupOver />
        if (found === null) return null
        if (found.token === '') return <NoToken />
        return (
          <FrontPage title={words.title} lead={words.lead}>
            <SetupForm token={found.token} plainHttp={state.plainHttpWarning} />
          </FrontPage>
        )
      }}
    </QueryState>
  )
}

function SetupOver() {
  return (
    <FrontPage title={words.doneTitle} lead={words.done}>
      <Link href="/sign-in" className={buttonLook({ variant: 'primary', size: 'lg' })}>
        {words.toSignIn}
      </Link>
    </FrontPage>
  )
}

function SetupForm({ token, plainHttp }: { token: string; plainHttp: boolean }) {
  const router = useRouter()
  const setUp = useSetUp(handleDone)

  async function handleDone() {
    const sample = await firstStory()
    if (sample !== null) offerFirstSteps(sample)
    router.replace(sample === null ? '/' : `/stories/${sample}`)
  }

  return (
    <AccountForm
      kind="new"
      submit={words.submit}
      busy={setUp.isPending}
      problem={setUp.error}
      onSubmit={(answers) => setUp.mutate({ token, ...answers })}
    >
      <PlainHttpNotice shown={plainHttp} />
    </AccountForm>
  )
}
