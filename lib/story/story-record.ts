import { z } from 'zod'
import { branchId, sceneId, storyId } from '../kernel/ids.ts'
import { changedFields, recordNoun } from '../kernel/records.ts'
import type { Changed, Created, EventMeta } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import type { BranchEvent } from './branch.ts'
import { storyOf } from './state.ts'
import type { Story, StoryState } from './state.ts'

// The story's own record: title, start, canon, state, trash. Rules ST1-ST9 in SPEC.md.

const foreign = z.record(z.string().max(100), z.unknown())
const title = z.string().trim().min(1).max(200)

export const createStory = z.strictObject({
  type: z.literal('CreateStory'),
  storyId,
  title,
  logline: z.string().max(500).default(''),
  language: z.string().max(35).default('en'),
  direction: z.enum(['ltr', 'rtl']).default('ltr'),
  canonBranchId: branchId,
  canonBranchName: z.string().trim().min(1).max(120).default('Main'),
  foreign: foreign.default({}),
})

export const updateStory = z.strictObject({
  type: z.literal('UpdateStory'),
  fields: z
    .strictObject({
      title,
      logline: z.string().max(500),
      language: z.string().max(35),
      direction: z.enum(['ltr', 'rtl']),
      startSceneId: sceneId.nullable(),
      canonBranchId: branchId,
      state: z.enum(['draft', 'review', 'published', 'archived']),
      foreign,
    })
    .partial(),
})

export const trashStory = z.strictObject({ type: z.literal('TrashStory') })
export const restoreStory = z.strictObject({ type: z.literal('RestoreStory') })

export type StoryCommand =
  z.infer<typeof createStory> | z.infer<typeof updateStory> | z.infer<typeof trashStory> | z.infer<typeof restoreStory>

export type StoryRecordEvent =
  | Created<'StoryCreated', Story>
  | Changed<'StoryChanged', Story>
  | { readonly type: 'StoryDeleted'; readonly id: string }

export type StoryRefusal =
  | { readonly kind: 'story-exists' }
  | { readonly kind: 'no-story' }
  | { readonly kind: 'unknown-scene'; readonly data: { sceneId: string } }
  | { readonly kind: 'unknown-branch'; readonly data: { branchId: string } }
  | { readonly kind: 'archived-branch'; readonly data: { branchId: string } }

/** Says which events follow from a command on the story's own record, or why it is refused (ST1-ST5). */
export function decideStoryRecord(
  state: StoryState,
  command: StoryCommand,
  meta: EventMeta,
): Result<(StoryRecordEvent | BranchEvent)[], StoryRefusal> {
  const story = storyOf(state)
  if (command.type === 'CreateStory') return story ? err({ kind: 'story-exists' }) : ok(created(command, meta))
  if (!story) return err({ kind: 'no-story' })
  const change = (fields: Changed<'StoryChanged', Story>['fields']): Result<StoryRecordEvent[], StoryRefusal> => {
    const differing = changedFields(story, fields as Partial<Story>)
    return ok(differing ? [{ type: 'StoryChanged', id: story.id, fields: differing }] : [])
  }
  if (command.type === 'TrashStory') return change(story.trashedAt === null ? { trashedAt: meta.at } : {})
  if (command.type === 'RestoreStory') return change({ trashedAt: null })
  const { startSceneId, canonBranchId } = command.fields
  if (startSceneId && !state.scenes.has(startSceneId))
    return err({ kind: 'unknown-scene', data: { sceneId: startSceneId } })
  if (canonBranchId && !state.branches.has(canonBranchId)) {
    return err({ kind: 'unknown-branch', data: { branchId: canonBranchId } })
  }
  if (canonBranchId && state.branches.get(canonBranchId)?.status === 'archived')
    return err({ kind: 'archived-branch', data: { branchId: canonBranchId } })
  return change(command.fields as Changed<'StoryChanged', Story>['fields'])
}

function created(command: z.infer<typeof createStory>, meta: EventMeta): (StoryRecordEvent | BranchEvent)[] {
  return [
    {
      type: 'StoryCreated',
      record: {
        id: command.storyId,
        title: command.title,
        logline: command.logline,
        language: command.language,
        direction: command.direction,
        startSceneId: null,
        canonBranchId: command.canonBranchId,
        state: 'draft',
        trashedAt: null,
        foreign: command.foreign,
      },
    },
    {
      type: 'BranchCreated',
      record: {
        id: command.canonBranchId,
        name: command.canonBranchName,
        kind: 'timeline',
        parentId: null,
        forkSceneId: null,
        forkVersion: meta.version,
        future: 'empty',
        status: 'active',
        colour: 1,
        reason: '',
        mergedInto: null,
      },
    },
  ]
}

export const storyRecordNoun = recordNoun<StoryState, Story, 'StoryCreated', 'StoryChanged', 'StoryDeleted'>({
  created: 'StoryCreated',
  changed: 'StoryChanged',
  deleted: 'StoryDeleted',
  collection: 'stories',
  records: (state) => state.stories,
  blocked: (state, story) => {
    if (story.startSceneId !== null && !state.scenes.has(story.startSceneId)) return 'end-missing'
    const canon = state.branches.get(story.canonBranchId)
    return canon && canon.status !== 'archived' ? null : 'end-missing'
  },
  // A story is put in the trash, never undone away.
  removeBlocked: () => 'in-use',
})
