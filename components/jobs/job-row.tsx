'use client'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { dateTimeText, timeAgo } from '#components/ui/time-text.ts'
import type { JobView } from '#lib/jobs/view.ts'
import { isUnderWay, useJobAction } from './use-jobs.ts'

const words = messages.jobs
const TONES = {
  queued: 'neutral',
  leased: 'info',
  done: 'ok',
  failed: 'danger',
  cancelled: 'neutral',
  quarantined: 'warn',
} as const

/** One job: state, phase and steps, why it waits or failed with its remedy, and its one action. */
export function JobRow({ job }: { readonly job: JobView }) {
  const kind = words.kinds[job.kind] ?? words.otherKind(job.kind)
  const stopping = job.cancelRequested && job.state === 'leased'
  return (
    <li className="flex flex-col gap-1.5 border-b px-4 py-3">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{kind}</span>
        <Badge tone={TONES[job.state]}>{stopping ? words.stopping : words.states[job.state]}</Badge>
      </div>
      <p className="text-small text-ink-soft">
        <time dateTime={new Date(job.createdAt).toISOString()} title={dateTimeText(job.createdAt)}>
          {timeAgo(job.createdAt)}
        </time>
        {facts(job).map((fact) => (
          <span key={fact}>{` · ${fact}`}</span>
        ))}
      </p>
      {job.state === 'leased' && job.progress ? <JobProgress job={job} kind={kind} /> : null}
      <JobNotes job={job} />
      <JobAction job={job} kind={kind} />
    </li>
  )
}

function facts(job: JobView): string[] {
  const took = job.state === 'done' && !job.reused && job.usage ? (job.usage.wallMs / 1000).toFixed(1) : null
  return [
    job.backend === null ? null : words.by(job.backend),
    job.attempt > 1 ? words.attempt(job.attempt, job.maxAttempts) : null,
    job.state === 'queued' && job.waitingFor === 'turn' && job.ahead !== null ? words.ahead(job.ahead) : null,
    took === null ? null : words.took(took),
    job.reused ? words.reused : null,
  ].filter((fact) => fact !== null)
}

/** Phase and steps as the worker told them. Without a known length there is no bar, only words. */
function JobProgress({ job, kind }: { readonly job: JobView; readonly kind: string }) {
  if (!job.progress) return null
  const { phase, step, steps } = job.progress
  return (
    <div className="flex flex-col gap-1">
      {steps === null ? null : (
        <progress
          aria-label={words.progressOf(kind)}
          className="h-1.5 w-full accent-madder"
          value={Math.min(step, steps)}
          max={steps}
        />
      )}
      <p className="text-small text-ink-soft tabular-nums">{words.progress(words.phases[phase], step, steps)}</p>
    </div>
  )
}

function JobNotes({ job }: { readonly job: JobView }) {
  const waits = job.state === 'queued' && job.waitingFor ? words.waiting[job.waitingFor] : null
  const refused = job.followUp === 'refused' ? words.refusedByStory(job.followUpNote ?? '') : null
  return (
    <>
      {waits ? <p className="text-small text-warn">{waits}</p> : null}
      {job.failure && job.state !== 'done' && job.state !== 'cancelled' ? (
        <p className="text-small">
          <span className="text-danger">{job.failure.message}</span>{' '}
          <span className="text-ink-soft">
            {job.state === 'quarantined'
              ? words.quarantined
              : (words.remedies[job.failure.code] ?? words.remedies[job.failure.class])}
          </span>
        </p>
      ) : null}
      {refused ? <p className="text-small text-warn">{refused}</p> : null}
    </>
  )
}

function JobAction({ job, kind }: { readonly job: JobView; readonly kind: string }) {
  const cancel = useJobAction('cancel')
  const retry = useJobAction('retry')
  const mayDraw = useMay('panel.render')
  if (!mayDraw) return null
  if (isUnderWay(job)) {
    return (
      <Button
        size="sm"
        className="self-start"
        aria-label={words.cancelOne(kind)}
        busy={cancel.isPending || job.cancelRequested}
        onClick={() => cancel.mutate(job)}
      >
        {words.cancel}
      </Button>
    )
  }
  if (job.state === 'done') return null
  return (
    <Button
      size="sm"
      className="self-start"
      aria-label={words.retryOne(kind)}
      busy={retry.isPending}
      onClick={() => retry.mutate(job)}
    >
      {words.retry}
    </Button>
  )
}
