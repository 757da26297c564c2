import type { StoryPermission } from '#lib/accounts/policy.ts'
import type { StoryCommand } from './stream.ts'

type Named = Exclude<StoryCommand['type'], 'Batch'>

/**
 * The right each command needs at the doors, whoever sends it. A command without a row does not compile. 'nobody' are
 * commands only the program itself sends. Undo and Redo reach the sender's own commands only.
 */
export const COMMAND_PERMISSIONS: Readonly<Record<Named, StoryPermission | 'nobody'>> = {
  CreateStory: 'nobody',
  UpdateStory: 'story.write',
  TrashStory: 'story.delete',
  RestoreStory: 'story.delete',
  CreateScene: 'story.write',
  UpdateScene: 'story.write',
  MoveScenes: 'story.write',
  DeleteScenes: 'story.write',
  RecordProseCheckpoint: 'nobody',
  LinkScenes: 'story.write',
  UpdateEdge: 'story.write',
  ReconnectEdge: 'story.write',
  UnlinkScenes: 'story.write',
  CreateBranch: 'story.write',
  UpdateBranch: 'story.write',
  ArchiveBranch: 'story.write',
  RestoreBranch: 'story.write',
  DefineVariable: 'story.write',
  UpdateVariable: 'story.write',
  DeleteVariable: 'story.write',
  CreateCharacter: 'story.write',
  UpdateCharacter: 'story.write',
  DeleteCharacter: 'story.write',
  AddPanels: 'story.write',
  UpdatePanel: 'story.write',
  ReorderPanels: 'story.write',
  DeletePanels: 'story.write',
  RecordPanelVersion: 'nobody',
  ChoosePanelVersion: 'story.write',
  SetComicLayout: 'story.write',
  Undo: 'story.write',
  Redo: 'story.write',
}

/** Every right a command as it came in needs; a batch needs those of all its parts. What nobody knows needs 'story.write'. */
export function permissionsOf(command: { readonly type: string }): ReadonlySet<StoryPermission | 'nobody'> {
  const parts = command.type === 'Batch' && 'commands' in command ? command.commands : null
  const types = Array.isArray(parts) ? parts.map((part: { type?: unknown } | null) => part?.type) : [command.type]
  return new Set(
    types.map((type) =>
      typeof type === 'string' && Object.hasOwn(COMMAND_PERMISSIONS, type)
        ? COMMAND_PERMISSIONS[type as Named]
        : 'story.write',
    ),
  )
}
