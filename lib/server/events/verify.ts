import type { Difference, RecordProjection } from '../projections/records.ts'
import { toSnapshot } from '#lib/stream/stream.ts'
import type { EventLog } from './log.ts'

export interface StoryVerdict {
  readonly storyId: string
  readonly events: number
  readonly differences: readonly Difference[]
  /** Whether the state by way of the cached snapshot equals the full replay. */
  readonly snapshotEqual: boolean
}

/**
 * Replays every story's log from event 0 and compares with the projections row for row. A story that has rows and no
 * event is among them: all its rows are extra.
 */
export function verifyStories(log: EventLog, projection: RecordProjection): StoryVerdict[] {
  return [...new Set([...log.storyIds(), ...projection.storyIds()])].map((storyId) => {
    const state = log.replay(storyId)
    return {
      storyId,
      events: state.version,
      differences: projection.compare(storyId, state),
      snapshotEqual: JSON.stringify(toSnapshot(log.load(storyId))) === JSON.stringify(toSnapshot(state)),
    }
  })
}
