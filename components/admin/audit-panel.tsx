'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { Table } from '#components/ui/table.tsx'
import { dateTimeText, timeAgo } from '#components/ui/time-text.ts'
import { type AuditEntry, type AuditPage, readAudit, readPeople } from '#lib/client/admin.ts'
import { readShelf } from '#lib/client/shelf.ts'
import { auditDetails, type NameOf } from './audit-details.ts'

const words = messages.admin.audit
const ANY = 'any'
const PAGE = 50

/** The audit log, newest first: filtered by what and by whom, page by page, with the state of its chain. */
export function AuditPanel() {
  const [action, setAction] = useState(ANY)
  const [actor, setActor] = useState(ANY)
  const [before, setBefore] = useState<number | undefined>(undefined)
  const wish = {
    limit: PAGE,
    before,
    action: action === ANY ? undefined : action,
    actor: actor === ANY ? undefined : actor,
  }
  const page = useQuery({
    queryKey: ['admin', 'audit', wish],
    queryFn: ({ signal }) => readAudit(wish, signal),
    placeholderData: keepPreviousData,
  })
  const people = useQuery({ queryKey: ['admin', 'people'], queryFn: ({ signal }) => readPeople(signal) })
  const stories = useQuery({
    queryKey: ['stories', { trash: false }],
    queryFn: ({ signal }) => readShelf(false, signal),
  })
  const names = new Map([
    ...(people.data ?? []).map(({ id, name }) => [id, name] as const),
    ...(stories.data ?? []).map(({ id, title }) => [id as string, `“${title}”`] as const),
  ])
  const nameOf: NameOf = (id) => names.get(id)
  function choose(set: (value: string) => void) {
    return (value: string) => {
      set(value)
      setBefore(undefined)
    }
  }
  return (
    <Panel title={words.title} actions={page.data ? <ChainSign page={page.data} /> : null}>
      <p className="text-ink-soft">{words.note}</p>
      {page.data?.chain === 'broken' ? (
        <Notice tone="danger" live title={words.broken(page.data.brokenAt ?? 0)}>
          {words.brokenText}
        </Notice>
      ) : null}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.action}>
          <Select
            label={words.action}
            value={action}
            onChange={choose(setAction)}
            options={[
              { value: ANY, label: words.anyAction },
              ...Object.entries(words.actions).map(([value, label]) => ({ value, label })),
            ]}
          />
        </Field>
        <Field label={words.actor}>
          <Select
            label={words.actor}
            value={actor}
            onChange={choose(setActor)}
            options={[
              { value: ANY, label: words.anyActor },
              ...(people.data ?? []).map((person) => ({ value: person.id, label: person.name })),
              ...Object.entries(words.actors).map(([value, label]) => ({ value, label })),
            ]}
          />
        </Field>
      </div>
      <QueryState query={page} lines={8}>
        {({ entries }) => (
          <>
            {entries.length === 0 ? (
              <p className="text-ink-faint">{words.none}</p>
            ) : (
              <Entries entries={entries} nameOf={nameOf} />
            )}
            <div className="flex flex-wrap justify-end gap-2">
              {before === undefined ? null : (
                <Button size="sm" variant="ghost" onClick={() => setBefore(undefined)}>
                  {words.newest}
                </Button>
              )}
              {entries.length < PAGE ? null : (
                <Button size="sm" busy={page.isPlaceholderData} onClick={() => setBefore(entries.at(-1)?.seq)}>
                  {words.older}
                </Button>
              )}
            </div>
          </>
        )}
      </QueryState>
    </Panel>
  )
}

function ChainSign({ page }: { page: AuditPage }) {
  return page.chain === 'intact' ? (
    <Badge tone="ok" icon={<ShieldCheck aria-hidden />}>
      {words.intact}
    </Badge>
  ) : (
    <Badge tone="danger">{words.broken(page.brokenAt ?? 0)}</Badge>
  )
}

function Entries({ entries, nameOf }: { entries: readonly AuditEntry[]; nameOf: NameOf }) {
  return (
    <Table<AuditEntry>
      caption={words.title}
      rows={entries}
      rowKey={(entry) => String(entry.seq)}
      columns={[
        {
          id: 'what',
          header: words.action,
          cell: (entry) => (
            <span className="flex flex-col py-1 font-normal">
              <span>
                <span className="font-medium">{actorOf(entry)}</span> {words.actions[entry.action]}
              </span>
              <span className="text-small break-words text-ink-faint">{auditDetails(entry, nameOf)}</span>
            </span>
          ),
        },
        {
          id: 'when',
          header: words.when,
          align: 'right',
          className: 'whitespace-nowrap text-ink-soft',
          cell: (entry) => (
            <time dateTime={entry.at} title={dateTimeText(Date.parse(entry.at))}>
              {timeAgo(Date.parse(entry.at))}
            </time>
          ),
        },
      ]}
    />
  )
}

function actorOf({ actor, actorName }: AuditEntry): string {
  const known: Readonly<Record<string, string>> = words.actors
  return known[actor] ?? actorName
}
