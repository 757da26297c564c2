'use client'
import { useQuery } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { type Limits, readLimits } from '#lib/client/admin.ts'

const words = messages.admin.limits

/** The limits at work, as the server tells them. */
export function LimitsPanel() {
  const limits = useQuery({ queryKey: ['admin', 'limits'], queryFn: ({ signal }) => readLimits(signal) })
  return (
    <Panel title={words.title}>
      <p className="text-ink-soft">{words.note}</p>
      <QueryState query={limits}>{(known) => <LimitTables limits={known} />}</QueryState>
    </Panel>
  )
}

function LimitTables({ limits }: { limits: Limits }) {
  return (
    <>
      <p className="text-ink-soft">{words.store[limits.store]}</p>
      <Table
        caption={words.rates}
        rows={limits.classes}
        rowKey={(row) => row.name}
        columns={[
          { id: 'name', header: words.name, cell: (row) => row.name },
          {
            id: 'rate',
            header: words.perMinute,
            align: 'right',
            cell: (row) => row.perMinute.toLocaleString('en'),
          },
          { id: 'by', header: words.by, className: 'pl-6 text-ink-soft', cell: (row) => row.by },
        ]}
      />
      <details>
        <summary className="cursor-pointer text-ink-soft">{words.others}</summary>
        <Table
          className="mt-2"
          caption={words.others}
          rows={limits.others}
          rowKey={(row) => row.what}
          columns={[
            { id: 'what', header: words.what, cell: (row) => row.what },
            { id: 'limit', header: words.limit, align: 'right', cell: (row) => row.limit },
          ]}
        />
      </details>
    </>
  )
}
