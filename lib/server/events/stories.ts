import type { Actor, Outcome } from '#lib/kernel/envelope.ts'
import { UnavailableError } from '#lib/kernel/errors.ts'
import type { NewId, StoryId } from '#lib/kernel/ids.ts'
import { storyId as storyIdSchema } from '#lib/kernel/ids.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'
import type { Members } from '../auth/members.ts'
import type { EventWriter } from './writer.ts'

/** A story as the shelf shows it. Times in UTC ms. */
export interface ShelfStory {
  readonly id: string
  readonly title: string
  readonly logline: string
  readonly words: number
  readonly scenes: number
  readonly branches: number
  readonly changedAt: number
  readonly createdAt: number
  readonly trashedAt: number | null
}

/** One command in the story's history. */
export interface HistoryEntry {
  /** The version its last event made. */
  readonly version: number
  readonly at: number
  readonly actorId: string
  readonly actorName: string
  readonly actorKind: string
  readonly commandId: string
  readonly types: string[]
  readonly ids: string[]
  readonly undone: boolean
}

/** Questions over all stories, and commands the server itself sends. */
export interface Stories {
  /** Of the stories `sees` lets through, those in or out of the trash, newest change first. */
  readonly shelf: (trashed: boolean, sees: (storyId: string) => boolean) => ShelfStory[]
  /** Makes an empty story that belongs to `actor` and returns its id. Throws UnavailableError when it cannot be stored. */
  readonly create: (title: string, actor: Actor) => Promise<StoryId>
  /** Sends one command under a client id of its own. */
  readonly act: (storyId: string, command: StoryCommandInput, actor: Actor) => Promise<Outcome>
  readonly history: (storyId: string, beforeVersion: number, limit: number) => HistoryEntry[]
}

interface ShelfRow {
  readonly id: string
  readonly data: string
  readonly words: number | null
  readonly scenes: number
  readonly branches: number
}

interface HistoryRow {
  readonly version: number
  readonly at: number
  readonly actor_id: string
  readonly actor_kind: string
  readonly command_id: string
  readonly types: string
  readonly payloads: string
  readonly undone: number
}

interface StoriesParts {
  readonly writer: EventWriter
  readonly newId: NewId
  readonly members: Pick<Members, 'owning'>
  /** A person's present name; events hold only ids. */
  readonly nameOf: (actorId: string) => string
}

/** Builds the shelf over the writer's projections. */
export function createStories({ writer, newId, members, nameOf }: StoriesParts): Stories {
  const selectShelf = writer.db.prepare<[], ShelfRow>(`
    SELECT id, data,
      (SELECT sum(words) FROM scenes WHERE story_id = stories.id) AS words,
      (SELECT count(*) FROM scenes WHERE story_id = stories.id) AS scenes,
      (SELECT count(*) FROM branches WHERE story_id = stories.id) AS branches
    FROM stories ORDER BY changed_at DESC`)
  const selectHistory = writer.db.prepare<[string, number, number], HistoryRow>(`
    SELECT max(version) AS version, max(at) AS at, actor_id, actor_kind, command_id,
      json_group_array(type) AS types, json_group_array(json(payload)) AS payloads,
      EXISTS (SELECT 1 FROM command_outcomes o WHERE o.undo_of = events.command_id AND o.story_id = events.story_id AND o.type = 'Undo') AS undone
    FROM events WHERE story_id = ? AND version < ? GROUP BY command_id ORDER BY max(version) DESC LIMIT ?`)
  const selectChanged = writer.db.prepare<[string], { at: number | null }>(
    'SELECT max(at) AS at FROM events WHERE story_id = ?',
  )

  function act(storyId: string, command: StoryCommandInput, actor: Actor): Promise<Outcome> {
    const id = storyIdSchema.parse(storyId)
    return writer.submit(
      { clientId: newId('client'), seq: 1, commandId: newId('command'), storyId: id, command },
      actor,
    )
  }

  return {
    act,
    shelf: (trashed, sees) =>
      selectShelf
        .all()
        .filter((row) => sees(row.id))
        .map((row) => {
          const story = JSON.parse(row.data) as {
            title: string
            logline: string
            createdAt: number
            changedAt: number
            trashedAt: number | null
          }
          return {
            id: row.id,
            title: story.title,
            logline: story.logline,
            words: row.words ?? 0,
            scenes: row.scenes,
            branches: row.branches,
            changedAt: Number(selectChanged.get(row.id)?.at ?? story.changedAt),
            createdAt: story.createdAt,
            trashedAt: story.trashedAt,
          }
        })
        .filter((story) => (story.trashedAt !== null) === trashed)
        .sort((a, b) => b.changedAt - a.changedAt),
    create: async (title, actor) => {
      const storyId = newId('story')
      await members.owning(storyId, actor, async () => {
        const command = { type: 'CreateStory', storyId, title, canonBranchId: newId('branch') } as const
        const outcome = await act(storyId, command, actor)
        if (outcome.status !== 'committed')
          throw new UnavailableError('The story could not be stored. Nothing was changed.')
      })
      return storyId
    },
    history: (storyId, before, limit) =>
      selectHistory.all(storyId, before, limit).map((row) => ({
        version: row.version,
        at: Number(row.at),
        actorId: row.actor_id,
        actorName: nameOf(row.actor_id),
        actorKind: row.actor_kind,
        commandId: row.command_id,
        types: [...new Set(JSON.parse(row.types) as string[])],
        ids: subjects(row.payloads),
        undone: row.undone === 1,
      })),
  }
}

/** Ids of the records a command's events are about, for linking from history. */
function subjects(payloads: string): string[] {
  const events = JSON.parse(payloads) as {
    id?: string
    sceneId?: string
    record?: { id: string }
    moves?: { id: string }[]
  }[]
  const ids = events.flatMap(
    (event) => event.moves?.map((move) => move.id) ?? [event.id ?? event.sceneId ?? event.record?.id ?? ''],
  )
  return [...new Set(ids)].filter((id) => id !== '').slice(0, 20)
}
