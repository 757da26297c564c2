'use client'
import { messages } from '#components/messages/messages.ts'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { dateTimeText } from '#components/ui/time-text.ts'
import { inputTokens } from '#lib/writer/generation.ts'
import { finishReason } from '#lib/writer/generation.ts'
import type { UsageRow, UsageSummary } from '#lib/writer/run.ts'
import { useUsage } from './use-writer.ts'

const all = messages.writer
const words = all.usage

/** What the writer used, per provider and call by call. Cost nobody knows is named unknown. */
export function UsagePanel({ storyId }: { storyId: string | null }) {
  const usage = useUsage(storyId)
  return (
    <Panel title={words.title}>
      <QueryState query={usage}>
        {(summary) =>
          summary.calls.length === 0 ? (
            <p className="text-ink-soft">{words.empty}</p>
          ) : (
            <div className="flex flex-col gap-4">
              <Totals totals={summary.totals} />
              <Calls calls={summary.calls} />
            </div>
          )
        }
      </QueryState>
    </Panel>
  )
}

type Total = UsageSummary['totals'][number]

function Totals({ totals }: { totals: readonly Total[] }) {
  return (
    <Table
      caption={words.totals}
      rows={totals}
      rowKey={(row) => row.label}
      columns={[
        { id: 'label', header: words.label, cell: (row: Total) => row.label },
        { id: 'calls', header: words.count, align: 'right', cell: (row: Total) => row.calls },
        { id: 'input', header: words.input, align: 'right', cell: (row: Total) => row.input.toLocaleString('en') },
        { id: 'output', header: words.output, align: 'right', cell: (row: Total) => row.output.toLocaleString('en') },
        {
          id: 'cost',
          header: words.cost,
          align: 'right',
          cell: (row: Total) => (row.unknownCost > 0 ? words.unknown(row.unknownCost) : all.cost(row.costMicros)),
        },
      ]}
    />
  )
}

function Calls({ calls }: { calls: readonly UsageRow[] }) {
  const about = (row: UsageRow, tokens: number): string =>
    `${row.source === 'provider' ? '' : `${words.estimated} `}${tokens.toLocaleString('en')}`
  const ending = (row: UsageRow): string => {
    const known = finishReason.safeParse(row.finishReason)
    return known.success ? all.ending(known.data) : row.finishReason
  }
  return (
    <Table
      caption={words.calls}
      rows={calls}
      rowKey={(row) => row.id}
      columns={[
        { id: 'at', header: words.when, cell: (row: UsageRow) => dateTimeText(Date.parse(row.at)) },
        { id: 'purpose', header: words.purpose, cell: (row: UsageRow) => words.purposes[row.purpose] ?? row.purpose },
        { id: 'label', header: words.label, cell: (row: UsageRow) => row.label },
        { id: 'input', header: words.input, align: 'right', cell: (row: UsageRow) => about(row, inputTokens(row)) },
        { id: 'output', header: words.output, align: 'right', cell: (row: UsageRow) => about(row, row.output) },
        { id: 'time', header: words.time, align: 'right', cell: (row: UsageRow) => words.seconds(row.durationMs) },
        { id: 'ending', header: words.ending, cell: ending },
        { id: 'cost', header: words.cost, align: 'right', cell: (row: UsageRow) => all.cost(row.costMicros) },
      ]}
    />
  )
}
