'use client'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { notify } from '#components/ui/toast.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { cancelJob } from '#lib/client/comic.ts'
import { isFinished } from '#lib/jobs/job.ts'
import type { JobView } from '#lib/jobs/view.ts'

const words = messages.panels

/** Where the drawing of a panel stands: its real step, what it waits for, or why it failed. */
export function JobLine({ job }: { job: JobView | undefined }) {
  const mayDraw = useMay('panel.render')
  if (!job || job.state === 'done') return null
  if (job.state === 'cancelled') return <Notice live>{words.cancelled}</Notice>
  if (isFinished(job.state))
    return <Notice tone="danger" live title={words.failed(job.failure?.message ?? job.state)} />
  const at = job.progress
  const text = job.cancelRequested
    ? words.cancelling
    : job.state === 'queued'
      ? words.queued(job.ahead)
      : at
        ? words.progress(words.phases[at.phase] ?? at.phase, at.step, at.steps)
        : words.drawing
  const wait =
    job.state === 'queued' && job.waitingFor !== null && job.waitingFor !== 'turn'
      ? words.waitingFor[job.waitingFor]
      : null
  return (
    <Notice
      live
      title={`${words.drawing}: ${text}`}
      action={
        mayDraw ? (
          <Button
            size="sm"
            disabled={job.cancelRequested}
            onClick={() =>
              void cancelJob(job.storyId, job.id).catch((cause: unknown) =>
                notify.problem(cause instanceof ApiProblem ? cause.detail : String(cause)),
              )
            }
          >
            {words.cancel}
          </Button>
        ) : null
      }
    >
      {wait}
      {at && at.steps !== null ? (
        <progress className="mt-1 w-full" max={at.steps} value={at.step} aria-label={text} />
      ) : null}
    </Notice>
  )
}
