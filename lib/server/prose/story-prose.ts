import { UnavailableError } from '#lib/kernel/errors.ts'
import type { Actor } from '#lib/kernel/envelope.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { Access } from '../auth/access.ts'
import type { Auth } from '../auth/auth.ts'
import type { Members } from '../auth/members.ts'
import type { Stories } from '../events/stories.ts'
import type { EventWriter } from '../events/writer.ts'
import type { Log } from '../log.ts'
import type { Hues } from '../realtime/hues.ts'
import type { Checkpoint } from './ports.ts'
import { createProse, type Prose } from './prose.ts'

/** Prose joined to the house: tickets and roles from sign-in, checkpoints into the story's log, scenes that come and go. */

interface StoryProseParts {
  readonly events: EventWriter
  readonly stories: Stories
  readonly auth: Auth
  readonly access: Access
  readonly members: Pick<Members, 'onChanged'>
  readonly hues: Hues
  readonly clock: Clock
  readonly log: Log
}

const SERVICE: Actor = { id: 'prose', kind: 'system' }

/** Builds the prose service of this process. Close it before the writer. */
export function createStoryProse(parts: StoryProseParts): Prose {
  const { events, stories, auth, access, members, hues, clock, log } = parts
  const storyOfScene = events.db.prepare<[string], { story_id: string }>('SELECT story_id FROM scenes WHERE id = ?')

  async function record(checkpoint: Checkpoint): Promise<number | null> {
    const { storyId, sceneId, hash, words, actors } = checkpoint
    const command = { type: 'RecordProseCheckpoint', sceneId, hash, words, actors: actors.slice(0, 100) } as const
    const outcome = await stories.act(storyId, command as Parameters<Stories['act']>[1], SERVICE)
    if (outcome.status === 'committed') return outcome.to
    if (outcome.status === 'no-effect') return outcome.at
    // A refusal is final: the scene is gone, and its text stays under its hash.
    if (outcome.status === 'refused') return null
    throw new UnavailableError('The checkpoint could not be stored.')
  }

  const prose = createProse({
    writer: events,
    clock,
    report: log,
    onCheckpoint: record,
    storyOf: (sceneId) => storyOfScene.get(sceneId)?.story_id ?? null,
    holdHue: hues.hold,
    consumeTicket: (ticket, doc) => auth.tickets.consume(ticket, doc)?.principal ?? null,
    access: (opened, storyId, sceneId) => {
      // The text was opened with the roles of that moment; what counts are today's.
      const principal = auth.today(opened)
      if (!principal) return 'none'
      if (!events.state(storyId)?.scenes.has(sceneId)) return 'none'
      if (access.decide('story.write', principal, storyId) === 'allowed') return 'write'
      return access.decide('story.read', principal, storyId) === 'allowed' ? 'read' : 'none'
    },
  })

  let seeds: string[] = []
  let recording: Promise<void> = Promise.resolve()
  const stopCommitted = events.onCommitted((_storyId, committed) => {
    for (const { event } of committed) {
      // The envelope's event is untyped here; these two of the scene noun concern us.
      const { type, id, record: made } = event as { type: string; id?: string; record?: { id: string } }
      if (type === 'SceneDeleted' && id !== undefined) prose.sync.closeScene(id)
      if (type === 'SceneCreated' && made) seeds.push(made.id)
    }
    if (seeds.length === 0) return
    const batch = seeds
    seeds = []
    recording = recording.then(() => prose.recordSeeds(batch))
  })
  const stopSessions = auth.onSessionEnded((sessionId) => prose.sync.signOut(sessionId))
  const stopMembers = members.onChanged((_storyId, userId) => prose.sync.recheck(userId))
  const stopUsers = auth.onUserChanged((userId) => prose.sync.recheck(userId))
  void prose.recover()

  return {
    ...prose,
    close: async () => {
      stopCommitted()
      stopSessions()
      stopMembers()
      stopUsers()
      await prose.close()
    },
  }
}
