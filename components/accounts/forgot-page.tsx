'use client'
import { useMutation } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { askForReset } from '#lib/client/accounts.ts'
import { FrontPage, plainLink } from './front-page.tsx'
import { formProblem } from './problem-text.ts'
import { useSession } from './session.ts'

const words = messages.accounts.forgot

/** What to do without the password: ask an admin, or have a link sent where the program sends mail. */
export function ForgotPage() {
  const session = useSession()
  return (
    <QueryState query={session}>
      {({ mail }) => (
        <FrontPage title={words.title} lead={mail ? words.byMail : words.askAdmin}>
          {mail ? <AskForm /> : null}
          <p className="mt-6">
            <Link href="/sign-in" className={plainLink}>
              {words.back}
            </Link>
          </p>
        </FrontPage>
      )}
    </QueryState>
  )
}

function AskForm() {
  const [login, setLogin] = useState('')
  const ask = useMutation({ mutationFn: askForReset })
  const problem = formProblem(ask.error)
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        ask.mutate(login)
      }}
    >
      <Field label={messages.accounts.signIn.login}>
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
      {problem ? (
        <Notice tone="danger" live>
          {problem}
        </Notice>
      ) : null}
      {ask.isSuccess ? (
        <Notice tone="ok" live>
          {words.sent}
        </Notice>
      ) : null}
      <Button type="submit" variant="primary" size="lg" busy={ask.isPending}>
        {words.submit}
      </Button>
    </form>
  )
}
