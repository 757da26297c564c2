import type { Page } from '@playwright/test'

let seq = 0
const client = `cl_e2e${process.pid}${Date.now()}`

/** Changes a story behind the page's back, as the signed-in person in another window would. Throws when it is refused. */
export async function act(page: Page, storyId: string, command: { type: string; [field: string]: unknown }) {
  seq++
  const origin = new URL(page.url()).origin
  const answer = await page.request.post(`${origin}/api/stories/${storyId}/commands`, {
    headers: { origin },
    data: { clientId: client, seq, commandId: `co_e2e${Date.now()}_${seq}`, storyId, command },
  })
  const outcome = (await answer.json()) as { status?: unknown }
  if (outcome.status !== 'committed') throw new Error(`${command.type} was not done: ${JSON.stringify(outcome)}`)
}

/** Every record of one kind in a story, as the server has it. */
export async function recordsOf<T>(page: Page, storyId: string, kind: string): Promise<readonly T[]> {
  const origin = new URL(page.url()).origin
  const answer = await page.request.get(`${origin}/api/stories/${storyId}/snapshot`)
  const { collections } = (await answer.json()) as { collections: Record<string, T[]> }
  return collections[kind] ?? []
}
