import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import type { StoryId } from '#lib/kernel/ids.ts'
import { api } from './api.ts'
import { newId } from './ids.ts'

/** A story as the shelf shows it (lib/server/http/stories.ts). Times are UTC ms. */
export interface ShelfStory {
  readonly id: StoryId
  readonly title: string
  readonly logline: string
  readonly words: number
  readonly scenes: number
  readonly branches: number
  readonly changedAt: number
  readonly createdAt: number
  readonly trashedAt: number | null
}

/** Stories on the shelf or in the trash, newest change first. */
export async function readShelf(trash: boolean, signal: AbortSignal): Promise<readonly ShelfStory[]> {
  const { stories } = await api<{ stories: ShelfStory[] }>('GET', `/api/stories?trash=${trash}`, { signal })
  return stories
}

/** Makes an empty story and answers its id. */
export async function makeStory(title: string): Promise<string> {
  const { storyId } = await api<{ storyId: string }>('POST', '/api/stories', { body: { title } })
  return storyId
}

/** Puts a story in the trash; nothing is erased. */
export function trashStory(id: StoryId): Promise<undefined> {
  return api('DELETE', `/api/stories/${id}`)
}

/** Takes a story out of the trash, whole. */
export function restoreStory(id: StoryId): Promise<undefined> {
  return api('POST', `/api/stories/${id}/restore`)
}

/** Gives a story another title. The page that does this has no story open, so it speaks as a client of one command. */
export async function renameStory(id: StoryId, title: string): Promise<void> {
  const envelope: CommandEnvelope = {
    clientId: newId('client'),
    seq: 1,
    commandId: newId('command'),
    storyId: id,
    command: { type: 'UpdateStory', fields: { title } },
  }
  const outcome = await api<{ status: string }>('POST', `/api/stories/${id}/commands`, { body: envelope })
  if (outcome.status !== 'committed' && outcome.status !== 'no-effect') {
    throw new Error(`The story answered "${outcome.status}".`)
  }
}

/** The newest story on the shelf, which on a fresh installation is the sample; null when there is none or it cannot be read. */
export async function firstStory(): Promise<StoryId | null> {
  try {
    const { stories } = await api<{ stories: ShelfStory[] }>('GET', '/api/stories?trash=false')
    return stories[0]?.id ?? null
  } catch {
    // The shelf itself says what is wrong with it.
    return null
  }
}
