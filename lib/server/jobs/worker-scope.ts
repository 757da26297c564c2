import { z } from 'zod'
import { jobKinds } from '#lib/jobs/kinds.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { storyId } from '#lib/kernel/ids.ts'
import type { Services } from '../container.ts'

const KINDS = jobKinds.map((spec) => spec.kind)

/** What a new worker key is to be good for, as a route or the command line is told it (JO26). Left out: everything. */
export const workerScope = z.strictObject({
  kinds: z
    .array(z.string().refine((kind) => KINDS.includes(kind), `The kinds of jobs are ${KINDS.join(', ')}.`))
    .min(1, 'A key is good for at least one kind of job.')
    .max(KINDS.length, 'Each kind once.')
    .default(KINDS),
  stories: z.array(storyId).min(1, 'Name a story, or leave the stories out for all.').max(200).nullable().default(null),
})

/** Throws NotFoundError where one of the stories is not here: a key bound to a slip of the pen would wait for ever. */
export function refuseUnknownStories(
  { events }: Pick<Services, 'events'>,
  { stories }: z.output<typeof workerScope>,
): void {
  for (const id of stories ?? [])
    if (!events.state(id)) throw new NotFoundError('There is no such story.', { storyId: id })
}
