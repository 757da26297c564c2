import { z } from 'zod'
import { branchId, sceneId } from '../kernel/ids.ts'
import { changedFields, recordNoun } from '../kernel/records.ts'
import type { Changed, Created, Deleted, EventMeta, Noun } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import { storyOf } from './state.ts'
import type { Branch, StoryState } from './state.ts'

// Branches: named timelines that diverge from a parent at a scene. Rules ST45-ST54 in SPEC.md.

const name = z.string().trim().min(1).max(120)
const colour = z.number().int().min(1).max(12)

export const createBranch = z.strictObject({
  type: z.literal('CreateBranch'),
  branchId,
  name,
  kind: z.enum(['timeline', 'take', 'proposal', 'scratch']).default('timeline'),
  parentId: branchId,
  forkSceneId: sceneId.nullable(),
  colour: colour.optional(),
  reason: z.string().max(500).default(''),
})
export const updateBranch = z.strictObject({
  type: z.literal('UpdateBranch'),
  branchId,
  fields: z.strictObject({ name, colour, reason: z.string().max(500) }).partial(),
})
export const archiveBranch = z.strictObject({
  type: z.literal('ArchiveBranch'),
  branchId,
  reason: z.string().max(500).default(''),
})
export const restoreBranch = z.strictObject({ type: z.literal('RestoreBranch'), branchId })

export type BranchCommand =
  | z.infer<typeof createBranch>
  | z.infer<typeof updateBranch>
  | z.infer<typeof archiveBranch>
  | z.infer<typeof restoreBranch>

export type BranchEvent = Created<'BranchCreated', Branch> | Changed<'BranchChanged', Branch> | Deleted<'BranchDeleted'>

export type BranchRefusal =
  | { readonly kind: 'branch-exists'; readonly data: { branchId: string } }
  | { readonly kind: 'unknown-branch'; readonly data: { branchId: string } }
  | { readonly kind: 'unknown-scene'; readonly data: { sceneId: string } }
  | { readonly kind: 'canon-branch'; readonly data: { branchId: string } }
  | { readonly kind: 'scene-not-on-branch'; readonly data: { sceneId: string; branchId: string } }

/** Says which events follow from a command on branches, or why it is refused (ST45-ST54). */
export function decideBranch(
  state: StoryState,
  command: BranchCommand,
  meta: EventMeta,
): Result<BranchEvent[], BranchRefusal> {
  if (command.type === 'CreateBranch') return decideCreate(state, command, meta)
  const branch = state.branches.get(command.branchId)
  if (!branch) return err({ kind: 'unknown-branch', data: { branchId: command.branchId } })
  const change = (wanted: Partial<Branch>): Result<BranchEvent[], BranchRefusal> => {
    const fields = changedFields(branch, wanted)
    return ok(fields ? [{ type: 'BranchChanged', id: branch.id, fields }] : [])
  }
  if (command.type === 'UpdateBranch') return change(command.fields as Partial<Branch>)
  if (command.type === 'RestoreBranch') return change({ status: 'active' })
  if (storyOf(state)?.canonBranchId === branch.id) return err({ kind: 'canon-branch', data: { branchId: branch.id } })
  return change({ status: 'archived', reason: command.reason })
}

function decideCreate(
  state: StoryState,
  command: z.infer<typeof createBranch>,
  meta: EventMeta,
): Result<BranchEvent[], BranchRefusal> {
  const { branchId: id, parentId, forkSceneId } = command
  if (state.branches.has(id)) return err({ kind: 'branch-exists', data: { branchId: id } })
  if (!state.branches.has(parentId)) return err({ kind: 'unknown-branch', data: { branchId: parentId } })
  if (forkSceneId !== null) {
    const fork = state.scenes.get(forkSceneId)
    if (!fork) return err({ kind: 'unknown-scene', data: { sceneId: forkSceneId } })
    if (!branchChain(state, parentId).includes(fork.branchId)) {
      return err({ kind: 'scene-not-on-branch', data: { sceneId: forkSceneId, branchId: parentId } })
    }
  }
  const record: Created<'BranchCreated', Branch>['record'] = {
    id,
    name: command.name,
    kind: command.kind,
    parentId,
    forkSceneId,
    forkVersion: meta.version,
    future: 'empty',
    status: 'active',
    colour: command.colour ?? nextColour(state),
    reason: command.reason,
    mergedInto: null,
  }
  return ok([{ type: 'BranchCreated', record }])
}

/** A branch and its ancestors, nearest first. */
export function branchChain(state: Pick<StoryState, 'branches'>, from: string): string[] {
  const chain: string[] = []
  for (
    let id: string | null = from;
    id !== null && !chain.includes(id);
    id = state.branches.get(id)?.parentId ?? null
  ) {
    chain.push(id)
  }
  return chain
}

/** The least used of the twelve hues, lowest number first. */
function nextColour(state: Pick<StoryState, 'branches'>): number {
  const used = new Array<number>(13).fill(0)
  for (const branch of state.branches.values()) used[branch.colour] = (used[branch.colour] ?? 0) + 1
  let best = 1
  for (let hue = 2; hue <= 12; hue++) if ((used[hue] ?? 0) < (used[best] ?? 0)) best = hue
  return best
}

export const branchNoun: Noun<StoryState, BranchEvent> = recordNoun<
  StoryState,
  Branch,
  'BranchCreated',
  'BranchChanged',
  'BranchDeleted'
>({
  created: 'BranchCreated',
  changed: 'BranchChanged',
  deleted: 'BranchDeleted',
  collection: 'branches',
  records: (state) => state.branches,
  blocked: (state, branch) => {
    if (branch.parentId !== null && !state.branches.has(branch.parentId)) return 'end-missing'
    if (branch.forkSceneId !== null && !state.scenes.has(branch.forkSceneId)) return 'end-missing'
    return branch.status !== 'active' && storyOf(state)?.canonBranchId === branch.id ? 'in-use' : null
  },
  removeBlocked: (state, branch) => {
    if (storyOf(state)?.canonBranchId === branch.id) return 'in-use'
    for (const scene of state.scenes.values()) if (scene.branchId === branch.id) return 'in-use'
    for (const other of state.branches.values()) if (other.parentId === branch.id) return 'in-use'
    return null
  },
})
