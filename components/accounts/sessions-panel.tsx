'use client'
import { X } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { timeAgo } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import type { OpenSession } from '#lib/client/accounts.ts'
import { useEndSession, useEndOtherSessions, useOpenSessions } from './session.ts'

const words = messages.accounts.account

/** Where one is signed in, and the ending of any of it. */
export function SessionsPanel() {
  const sessions = useOpenSessions()
  const end = useEndSession()
  const endOthers = useEndOtherSessions()
  const [asking, setAsking] = useState(false)
  const others = (sessions.data ?? []).some((session) => !session.current)
  return (
    <Panel
      title={words.sessionsTitle}
      actions={
        others ? (
          <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
            {words.endOthers}
          </Button>
        ) : null
      }
    >
      <QueryState query={sessions}>
        {(rows) => (
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
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.endOthersTitle}
        description={words.endOthersText}
        confirmLabel={words.endOthers}
        busy={endOthers.isPending}
        onConfirm={() =>
          endOthers.mutate(undefined, {
            onSuccess: () => {
              setAsking(false)
              notify.done(words.othersEnded)
            },
          })
        }
      />
    </Panel>
  )
}

/** A browser and system in two words; the whole string stands in the tooltip. */
function browserOf(userAgent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(userAgent)?.[1] ?? userAgent.split('/')[0] ?? ''
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1]
  return system ? `${browser}, ${system}` : browser
}
