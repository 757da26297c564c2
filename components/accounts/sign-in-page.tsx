'use client'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { FrontPage } from './front-page.tsx'
import { PasswordInput } from './password-input.tsx'
import { formProblem } from './problem-text.ts'
import { safeNext } from '#lib/accounts/safe-next.ts'
import { useSession, useSignIn } from './session.ts'
import { NoToken } from './setup-page.tsx'

const words = messages.accounts.signIn

/** Name and password, then back to where the person wanted to go. */
export function SignInPage() {
  const session = useSession()
  const router = useRouter()
  const next = safeNext(useSearchParams().get('next'))
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
            <SignInForm plainHttp={state.plainHttpWarning} />
          </FrontPage>
        )
      }}
    </QueryState>
  )
}

function SignInForm({ plainHttp }: { plainHttp: boolean }) {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const problem = formProblem(signIn.error)

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    signIn.mutate({ login, password })
  }

  return (
    <form onSubmit={handleSubmit} className="flex flex-col gap-5">
      {plainHttp ? <Notice tone="warn">{words.plainHttp}</Notice> : null}
      <Field label={words.login}>
        <Input
          required
          autoFocus
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          className="h-10"
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.password}>
        <PasswordInput required autoComplete="current-password" value={password} onChange={setPassword} />
      </Field>
      {problem ? (
        <Notice tone="danger" live>
          {problem}
        </Notice>
      ) : null}
      <Button type="submit" variant="primary" size="lg" busy={signIn.isPending}>
        {words.submit}
      </Button>
    </form>
  )
}
