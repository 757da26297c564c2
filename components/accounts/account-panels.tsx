'use client'
import { LogOut } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { notify } from '#components/ui/toast.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { PasswordInput } from './password-input.tsx'
import { fieldProblem, formProblem } from './problem-text.ts'
import { useChangePassword, useRename, useSignOut } from './session.ts'

const words = messages.accounts.account

/** Who one is: the name others see, the name to sign in with, and the way out. */
export function AccountPanel({ user }: { user: SessionUser }) {
  const signOut = useSignOut()
  return (
    <Panel
      title={words.title}
      actions={
        <Button
          size="sm"
          variant="ghost"
          icon={<LogOut aria-hidden />}
          busy={signOut.isPending}
          onClick={() => signOut.mutate(undefined)}
        >
          {messages.shell.person.signOut}
        </Button>
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className="text-ink-soft">{words.login}</span>
        <span className="font-medium">{user.login}</span>
        {user.owner ? <Badge>{words.owner}</Badge> : null}
      </p>
      <NameForm key={user.name} name={user.name} />
    </Panel>
  )
}

function NameForm({ name: known }: { name: string }) {
  const [name, setName] = useState(known)
  const rename = useRename()
  return (
    <form
      className="flex max-w-md flex-col items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate(name, { onSuccess: () => notify.done(words.nameSaved) })
      }}
    >
      <Field
        label={words.name}
        description={words.nameHint}
        error={fieldProblem(rename.error, 'name') ?? formProblem(rename.error)}
        className="w-full"
      >
        <Input required autoComplete="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Button type="submit" busy={rename.isPending} disabled={name.trim() === '' || name === known}>
        {words.saveName}
      </Button>
    </form>
  )
}

/** A new password for the old one. */
export function PasswordPanel() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useChangePassword()
  const problem = formProblem(change.error, ['current', 'next'])

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    change.mutate(
      { current, next },
      {
        onSuccess: () => {
          setCurrent('')
          setNext('')
          notify.done(words.changed)
        },
      },
    )
  }

  return (
    <Panel title={words.passwordTitle}>
      <p className="text-ink-soft">{words.passwordNote}</p>
      <form onSubmit={handleSubmit} className="flex max-w-md flex-col gap-4">
        <Field label={words.current} error={fieldProblem(change.error, 'current')}>
          <PasswordInput required autoComplete="current-password" value={current} onChange={setCurrent} />
        </Field>
        <Field
          label={words.next}
          description={messages.accounts.setup.passwordHint}
          error={fieldProblem(change.error, 'next')}
        >
          <PasswordInput required autoComplete="new-password" value={next} onChange={setNext} />
        </Field>
        {problem ? (
          <Notice tone="danger" live>
            {problem}
          </Notice>
        ) : null}
        <Button type="submit" className="self-start" busy={change.isPending}>
          {words.change}
        </Button>
      </form>
    </Panel>
  )
}
