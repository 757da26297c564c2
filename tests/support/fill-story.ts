import type { APIRequestContext } from '@playwright/test'
import { syntheticCommands } from '#tests/fixtures/synthetic-story.ts'
import type { SyntheticOptions } from '#tests/fixtures/synthetic-story.ts'

/** Commands sent together: a request stays below the door's 256 KB. */
const TOGETHER = 700

/** Makes a seeded story through the door a person's browser uses, and answers its id. Throws when a part is refused. */
export async function fillStory(request: APIRequestContext, url: string, options: SyntheticOptions): Promise<string> {
  const headers = { origin: url }
  const title = `Synthetic ${options.scenes}`
  const made = await request.post(`${url}/api/stories`, { headers, data: { title } })
  const { storyId } = (await made.json()) as { storyId: string }
  const snapshot = await request.get(`${url}/api/stories/${storyId}/snapshot`)
  const { collections } = (await snapshot.json()) as { collections: { branches: { id: string }[] } }
  const canonId = collections.branches[0]?.id ?? ''
  const [, batch] = syntheticCommands(options)
  if (batch?.type !== 'Batch') throw new Error('the fixture holds no batch')
  const mark = storyId.slice(3)
  // Ids belong to one story: two fixtures on one server need their own.
  const text = JSON.stringify(batch.commands).replaceAll('br_000000', canonId)
  const commands = JSON.parse(text.replace(/"(sc|gr)_(\d{6})"/g, `"$1_${mark}_$2"`)) as unknown[]
  for (let at = 0, seq = 1; at < commands.length; at += TOGETHER, seq++) {
    const command = { type: 'Batch', label: 'fixture', commands: commands.slice(at, at + TOGETHER) }
    const data = { clientId: `cl_${mark}`, seq, commandId: `co_${mark}${seq}`, storyId, command }
    const answer = await request.post(`${url}/api/stories/${storyId}/commands`, { headers, data })
    const outcome = (await answer.json()) as { status?: unknown }
    if (outcome.status !== 'committed') throw new Error(`the fixture was refused: ${JSON.stringify(outcome)}`)
  }
  return storyId
}
