'use client'
import { LogOut, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { notify } from '#components/ui/toast.tsx'
import { timeAgo } from '#components/ui/time-text.ts'
import { PasswordInput } from './password-input.tsx'
import { fieldProblem, formProblem } from './problem-text.ts'
import {
  type OpenSession,
  type SessionUser,
  useChangePassword,
  useEndSession,
  useOpenSessions,
  useSignOut,
} from './session.ts'

const words = messages.accounts.account

/** Who one is, the password, and the open sessions. */
export function AccountPanels({ user }: { user: SessionUser }) {
  const signOut = useSignOut()
  return (
    <>
      <Panel title={words.title}>
        <div className="flex flex-wrap items-center gap-3">
          <span>{words.signedInAs(user.name)}</span>
          {user.owner ? <Badge>{words.owner}</Badge> : null}
          <span className="flex-1" />
          <Button icon={<LogOut aria-hidden />} busy={signOut.isPending} onClick={() => signOut.mutate()}>
            {messages.shell.person.signOut}
          </Button>
        </div>
      </Panel>
      <PasswordPanel />
      <SessionsPanel />
    </>
  )
}

function PasswordPanel() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useChangePassword()
  const problem = formProblem(change.error)

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
      <form onSubmit={handleSubmit} className="flex max-w-sm flex-col gap-4">
        <Field label={words.current}>
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

function SessionsPanel() {
  const sessions = useOpenSessions()
  const end = useEndSession()
  return (
    <Panel title={words.sessionsTitle}>
      <QueryState query={sessions}>
        {({ sessions: rows }) => (
          <Table<OpenSession>
            caption={words.sessionsTitle}
            rows={rows}
            rowKey={(row) => row.id}
            columns={[
              {
                id: 'device',
                header: words.device,
                cell: (row) => (
                  <span className="flex items-center gap-2">
                    <span className="max-w-80 truncate" title={row.userAgent}>
                      {browserOf(row.userAgent)}
                    </span>
                    {row.current ? <Badge tone="ok">{words.thisOne}</Badge> : null}
                  </span>
                ),
              },
              { id: 'address', header: words.address, cell: (row) => row.address, className: 'hidden sm:table-cell' },
              { id: 'used', header: words.lastUsed, cell: (row) => timeAgo(Date.parse(row.lastUsedAt)) },
              {
                id: 'end',
                header: <span className="sr-only">{words.end}</span>,
                align: 'right',
                cell: (row) =>
                  row.current ? null : (
                    <IconButton
                      size="icon-sm"
                      label={words.end}
                      icon={<X aria-hidden />}
                      onClick={() => end.mutate(row.id, { onSuccess: () => notify.done(words.ended) })}
                    />
                  ),
              },
            ]}
          />
        )}
      </QueryState>
    </Panel>
  )
}

/** A browser and system in two words; the whole string stands in the tooltip. */
function browserOf(userAgent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(userAgent)?.[1] ?? userAgent.split('/')[0] ?? ''
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1]
  return system ? `${browser}, ${system}` : browser
}
