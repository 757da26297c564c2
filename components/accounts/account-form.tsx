'use client'
import { useState, type FormEvent, type ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { PasswordInput } from './password-input.tsx'
import { fieldProblem, formProblem } from './problem-text.ts'

const words = messages.accounts.setup

/** What each kind asks for. */
const FIELDS = { new: ['name', 'login', 'password'], known: ['login', 'password'], password: ['password'] } as const

interface Answers {
  readonly name: string
  readonly login: string
  readonly password: string
}

export interface AccountFormProps {
  /** `new` asks for a name too and chooses a password; `known` proves one; `password` only chooses one. */
  kind: 'new' | 'known' | 'password'
  submit: string
  busy: boolean
  problem: Error | null
  onSubmit: (answers: Answers) => void
  /** Said above the fields. */
  children?: ReactNode
}

/** The one form of every door: set-up, sign-in, registration, invitation, new password. */
export function AccountForm({ kind, submit, busy, problem, onSubmit, children }: AccountFormProps) {
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const fresh = kind !== 'known'
  const said = formProblem(problem, FIELDS[kind])

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    onSubmit({ name, login, password })
  }

  return (
    <form onSubmit={handleSubmit} className="flex flex-col gap-5">
      {children}
      {kind === 'new' ? (
        <Field label={words.name} description={words.nameHint} error={fieldProblem(problem, 'name')}>
          <Input
            required
            autoFocus
            autoComplete="name"
            className="h-10"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Field>
      ) : null}
      {kind === 'password' ? null : (
        <Field
          label={words.login}
          description={fresh ? words.loginHint : undefined}
          error={fieldProblem(problem, 'login')}
        >
          <Input
            required
            autoFocus={kind === 'known'}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            className="h-10"
            value={login}
            onChange={(event) => setLogin(event.currentTarget.value)}
          />
        </Field>
      )}
      <Field
        label={kind === 'password' ? messages.accounts.reset.password : words.password}
        description={fresh ? words.passwordHint : undefined}
        error={fieldProblem(problem, 'password')}
      >
        <PasswordInput
          required
          autoComplete={fresh ? 'new-password' : 'current-password'}
          value={password}
          onChange={setPassword}
        />
      </Field>
      {said ? (
        <Notice tone="danger" live>
          {said}
        </Notice>
      ) : null}
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {submit}
      </Button>
    </form>
  )
}

/** Warns whoever is about to type a password into a page that others can read along. */
export function PlainHttpNotice({ shown }: { shown: boolean }) {
  return shown ? <Notice tone="warn">{messages.accounts.signIn.plainHttp}</Notice> : null
}
