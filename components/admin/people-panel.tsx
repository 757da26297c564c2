'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { Table } from '#components/ui/table.tsx'
import { dateTimeText, timeAgo } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import { PERSON_ROLES, type PersonRole } from '#lib/accounts/policy.ts'
import type { SessionUser } from '#lib/client/accounts.ts'
import { changePerson, type PersonView, readPeople } from '#lib/client/admin.ts'
import { PersonActions } from './person-actions.tsx'

const words = messages.admin.people
const QUERY = ['admin', 'people']

/** Everybody with an account: role, sessions, stories, and what can be done about each. */
export function PeoplePanel({ user }: { user: SessionUser }) {
  const queries = useQueryClient()
  const people = useQuery({ queryKey: QUERY, queryFn: ({ signal }) => readPeople(signal) })
  const renew = () => queries.invalidateQueries({ queryKey: ['admin'] })
  return (
    <Panel title={words.title}>
      <QueryState query={people}>
        {(list) => (
          <Table<PersonView>
            caption={words.title}
            rows={list}
            rowKey={(person) => person.id}
            columns={[
              {
                id: 'name',
                header: words.name,
                cell: (person) => (
                  <>
                    <PersonName person={person} you={user.id} />
                    <div className="pb-2 sm:hidden">
                      <RoleOf person={person} you={user.id} onChanged={renew} />
                    </div>
                  </>
                ),
              },
              {
                id: 'role',
                header: words.role,
                className: 'hidden sm:table-cell',
                cell: (person) => <RoleOf person={person} you={user.id} onChanged={renew} />,
              },
              {
                id: 'stories',
                header: words.stories,
                align: 'right',
                className: 'hidden sm:table-cell',
                cell: (person) => person.stories,
              },
              {
                id: 'sessions',
                header: words.sessions,
                align: 'right',
                className: 'hidden sm:table-cell',
                cell: (person) => person.sessions,
              },
              {
                id: 'seen',
                header: words.seen,
                className: 'hidden pl-6 text-ink-soft lg:table-cell',
                cell: ({ lastSeenAt }) =>
                  lastSeenAt === null ? (
                    words.never
                  ) : (
                    <span title={dateTimeText(Date.parse(lastSeenAt))}>{timeAgo(Date.parse(lastSeenAt))}</span>
                  ),
              },
              {
                id: 'actions',
                header: <span className="sr-only">{words.actions}</span>,
                align: 'right',
                cell: (person) => <PersonActions person={person} you={user.id} onChanged={renew} />,
              },
            ]}
          />
        )}
      </QueryState>
    </Panel>
  )
}

function PersonName({ person, you }: { person: PersonView; you: string }) {
  return (
    <span className="flex flex-col py-1">
      <span className="flex flex-wrap items-center gap-1.5">
        <span className="max-w-56 truncate">{person.name}</span>
        {person.owner ? <Badge tone="madder">{words.owner}</Badge> : null}
        {person.id === you ? <Badge>{words.you}</Badge> : null}
        {person.suspended ? <Badge tone="danger">{words.suspended}</Badge> : null}
      </span>
      <span className="max-w-56 truncate text-small font-normal text-ink-faint">{person.login}</span>
    </span>
  )
}

/** The role on the installation; nobody changes the owner's or their own. */
function RoleOf({ person, you, onChanged }: { person: PersonView; you: string; onChanged: () => unknown }) {
  const change = useMutation({
    mutationFn: (role: PersonRole) => changePerson(person.id, { role }),
    onSuccess: (_, role) => {
      notify.done(words.roleSaved(person.name, messages.members.roles[role]))
      return onChanged()
    },
    onError: (problem) => notify.problem(messages.members.failed, { description: problem.message }),
  })
  if (person.owner || person.id === you) {
    return <span className="font-normal text-ink-soft">{messages.members.roles[person.role]}</span>
  }
  return (
    <Select
      className="w-28"
      label={words.roleOf(person.name)}
      value={change.isPending ? change.variables : person.role}
      disabled={change.isPending}
      onChange={(role) => change.mutate(role)}
      options={PERSON_ROLES.map((value) => ({ value, label: messages.members.roles[value] }))}
    />
  )
}
