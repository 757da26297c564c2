import type { EventsDb } from './database.ts'

/** Undo reaches this many commands back (product.md 6). */
const DEPTH = 100
/** A command whose events begin here made the story: to take that back is to delete the story, which is no undo. */
export const FIRST_VERSION = 1
/**
 * A story is put in the trash and taken out by a right of its own, in its own place. Taken back by undo it would need
 * only the right to write, which its sender may have kept when they lost the other.
 */
const NO_STEP: ReadonlySet<string> = new Set(['TrashStory', 'RestoreStory'])

interface Stacks {
  readonly undo: string[]
  readonly redo: string[]
}

interface OutcomeRow {
  readonly command_id: string
  readonly type: string
  readonly undo_of: string | null
}

/**
 * What each person can take back in each story, newest last: their own commands, not what jobs and agents did for them,
 * not the one that made or imported the story (EV13), and not its way to the trash and back (EV14). Derived from the stored outcomes, so it survives a reload; kept
 * in memory only as a cache that is dropped on rollback.
 */
export interface UndoStacks {
  readonly of: (storyId: string, actorId: string) => Stacks
  /** Notes a committed command. */
  readonly record: (
    storyId: string,
    actorId: string,
    command: { commandId: string; type: string; undoOf: string | null },
  ) => void
  readonly drop: (storyId: string) => void
}

/** Prepares the stacks over the writer's connection. */
export function createUndoStacks(db: EventsDb): UndoStacks {
  const select = db.prepare<[string, string], OutcomeRow>(`
    SELECT command_id, type, undo_of FROM (
      SELECT rowid, command_id, type, undo_of FROM command_outcomes
      WHERE story_id = ? AND actor_id = ? AND actor_kind = 'human' AND (status = 'committed' OR undo_of IS NOT NULL)
        AND coalesce(json_extract(outcome, '$.from'), 0) <> ${FIRST_VERSION}
      ORDER BY rowid DESC LIMIT ${DEPTH * 4}
    ) ORDER BY rowid`)
  const cache = new Map<string, Map<string, Stacks>>()

  function of(storyId: string, actorId: string): Stacks {
    let people = cache.get(storyId)
    if (!people) cache.set(storyId, (people = new Map()))
    let stacks = people.get(actorId)
    if (!stacks) {
      stacks = { undo: [], redo: [] }
      for (const row of select.all(storyId, actorId))
        push(stacks, { commandId: row.command_id, type: row.type, undoOf: row.undo_of })
      people.set(actorId, stacks)
    }
    return stacks
  }

  return {
    of,
    record: (storyId, actorId, command) => {
      // Read first: the row of this command may already be in the table, and must not count twice.
      const known = cache.get(storyId)?.has(actorId) ?? false
      const stacks = of(storyId, actorId)
      if (known) push(stacks, command)
    },
    drop: (storyId) => cache.delete(storyId),
  }
}

function push(stacks: Stacks, command: { commandId: string; type: string; undoOf: string | null }): void {
  if (NO_STEP.has(command.type)) return
  if (command.type === 'Undo') {
    removeLast(stacks.undo, command.undoOf)
    stacks.redo.push(command.commandId)
  } else if (command.type === 'Redo') {
    removeLast(stacks.redo, command.undoOf)
    stacks.undo.push(command.commandId)
  } else {
    stacks.undo.push(command.commandId)
    stacks.redo.length = 0
  }
  if (stacks.undo.length > DEPTH) stacks.undo.shift()
}

function removeLast(list: string[], commandId: string | null): void {
  const at = commandId === null ? -1 : list.lastIndexOf(commandId)
  if (at >= 0) list.splice(at, 1)
}
