'use client'
import { Layers } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { JobRow } from './job-row.tsx'
import { isUnderWay, useJobs } from './use-jobs.ts'

const words = messages.jobs

/** The queue of this story: what runs, waits, ended or failed, and what can be done about it. */
export function JobsPanel() {
  const query = useJobs()
  return (
    <QueryState query={query} lines={6}>
      {({ jobs }) => {
        if (jobs.length === 0) {
          return (
            <EmptyState drawing={<Layers aria-hidden className="mx-auto max-w-12" />} title={words.emptyTitle}>
              {words.empty}
            </EmptyState>
          )
        }
        const running = jobs.filter(isUnderWay).length
        return (
          <div className="flex flex-col">
            <p role="status" className="px-4 py-2 text-small text-ink-soft">
              {running === 0 ? words.noneRunning : words.running(running)}
            </p>
            <ol aria-label={words.list} className="flex flex-col">
              {jobs.map((job) => (
                <JobRow key={job.id} job={job} />
              ))}
            </ol>
          </div>
        )
      }}
    </QueryState>
  )
}

/** How many jobs run or wait, beside the tab's name; nothing while there are none. */
export function JobsBadge() {
  const { data } = useJobs()
  const count = data?.jobs.filter(isUnderWay).length ?? 0
  if (count === 0) return null
  return (
    <Badge tone="info">
      <span aria-hidden>{count}</span>
      <span className="sr-only">{words.badge(count)}</span>
    </Badge>
  )
}
