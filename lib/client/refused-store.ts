import { openDB } from 'idb'
import type { DBSchema } from 'idb'
import type { StoryId } from '#lib/kernel/ids.ts'
import type { RefusedCommand } from './story-sync-ports.ts'

interface RefusedDb extends DBSchema {
  refused: {
    key: string
    value: RefusedCommand & { userId: string; storyId: string }
    indexes: { byStory: [string, string] }
  }
}

/**
 * Refused commands of one person in one story, in the browser's storage: the words in them are nowhere else. A store of
 * its own beside the outbox, because they wait for the person and not for the server. Never rejects; where the browser
 * refuses storage nothing is kept, which the outbox says.
 */
export function createRefusedStore(storyId: StoryId, userId: string) {
  const opened = openDB<RefusedDb>('loom-refused', 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('refused', { keyPath: 'id' }).createIndex('byStory', ['userId', 'storyId'])
    },
  }).catch(() => null)
  return {
    all: async (): Promise<readonly RefusedCommand[]> => {
      const rows = await (await opened)?.getAllFromIndex('refused', 'byStory', [userId, storyId]).catch(() => [])
      return (rows ?? []).map(({ id, command, refusal }) => ({ id, command, refusal }))
    },
    keep: async (refused: RefusedCommand): Promise<void> => {
      await (await opened)?.put('refused', { ...refused, userId, storyId }).catch(() => undefined)
    },
    forget: async (id: RefusedCommand['id']): Promise<void> => {
      await (await opened)?.delete('refused', id).catch(() => undefined)
    },
    close: async (): Promise<void> => (await opened)?.close(),
  }
}
