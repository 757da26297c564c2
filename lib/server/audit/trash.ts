import type { EventEnvelope } from '#lib/kernel/envelope.ts'
import type { EventWriter } from '../events/writer.ts'
import type { Audit } from './audit.ts'

/**
 * Records stories that went into the trash or came out of it, over whichever door, undo included. Answers how to stop.
 * The story's own log is the proof; here it is found beside everything else, so it is written after the fact.
 */
export function recordTrash(events: Pick<EventWriter, 'onCommitted'>, audit: Pick<Audit, 'record'>): () => void {
  return events.onCommitted((storyId, committed) => {
    for (const { event, actor } of committed) {
      const trashed = trashedBy(event)
      if (trashed === null) continue
      const action = trashed ? 'story-trashed' : 'story-restored'
      // What could not be written is in the log already; the story itself is safe.
      void audit.record({ action, actor: actor.id, subject: storyId }).catch(() => undefined)
    }
  })
}

/** True into the trash, false out of it, null for any other event. */
function trashedBy(event: EventEnvelope['event']): boolean | null {
  if (event.type !== 'StoryChanged' || !('fields' in event)) return null
  const { fields } = event
  if (typeof fields !== 'object' || fields === null || !('trashedAt' in fields)) return null
  return fields.trashedAt !== null
}
