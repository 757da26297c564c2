'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState, useSyncExternalStore, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { FrontPage } from './front-page.tsx'
import { PasswordInput } from './password-input.tsx'
import { fieldProblem, formProblem } from './problem-text.ts'
import { offerFirstSteps } from '#lib/client/first-steps.ts'
import { firstStory } from '#lib/client/shelf.ts'
import { useSession, useSetUp } from './session.ts'

const words = messages.accounts.setup

function onHash(listener: () => void) {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** First run: the owner's account, made with the token in the link's fragment, which no log ever sees. */
export function SetupPage() {
  const session = useSession()
  const token = useSyncExternalStore(
    onHash,
    () => window.location.hash.slice(1),
    () => '',
  )
  return (
    <QueryState query={session}>
      {(state) => {
        if (state.ownerExists) return <SetupOver />
        if (token === '') return <NoToken />
        return (
          <FrontPage title={words.title} lead={words.lead}>
            <SetupForm token={token} plainHttp={state.plainHttpWarning} />
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

/** Shown wherever nobody owns the installation yet and no link was opened. */
export function NoToken() {
  return (
    <FrontPage title={words.noTokenTitle} lead={words.noToken}>
      <Notice>{words.restart}</Notice>
    </FrontPage>
  )
}

function SetupForm({ token, plainHttp }: { token: string; plainHttp: boolean }) {
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const setUp = useSetUp()
  const router = useRouter()

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    setUp.mutate(
      { token, name, login, password },
      {
        onSuccess: async () => {
          const sample = await firstStory()
          if (sample !== null) offerFirstSteps(sample)
          router.replace(sample === null ? '/' : `/stories/${sample}`)
        },
      },
    )
  }

  const problem = formProblem(setUp.error)
  return (
    <form onSubmit={handleSubmit} className="flex flex-col gap-5">
      {plainHttp ? <Notice tone="warn">{messages.accounts.signIn.plainHttp}</Notice> : null}
      <Field label={words.name} description={words.nameHint} error={fieldProblem(setUp.error, 'name')}>
        <Input
          required
          autoFocus
          autoComplete="name"
          className="h-10"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.login} description={words.loginHint} error={fieldProblem(setUp.error, 'login')}>
        <Input
          required
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          className="h-10"
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.password} description={words.passwordHint} error={fieldProblem(setUp.error, 'password')}>
        <PasswordInput required autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
      {problem ? (
        <Notice tone="danger" live>
          {problem}
        </Notice>
      ) : null}
      <Button type="submit" variant="primary" size="lg" busy={setUp.isPending}>
        {words.submit}
      </Button>
    </form>
  )
}
