import type { NewId } from '#lib/kernel/ids.ts'
import { branchChain } from '#lib/story/branch.ts'
import type { Scene, StoryState } from '#lib/story/state.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'
import type { RunItem, RunView } from '#lib/writer/run.ts'

const GAP_PX = 120
const STEP_PX = 40

export interface Acceptance {
  readonly run: RunView
  readonly item: RunItem
  readonly newBranch: boolean
  readonly label: string
}

/**
 * The one command that makes a suggestion a scene: a branch if wished, the scene with its first lines, and the choice
 * that leads to it. One undo step. Null when the scene it was suggested for is gone.
 */
export function acceptCommand(state: StoryState, accept: Acceptance, newId: NewId): StoryCommandInput | null {
  const { run, item, newBranch, label } = accept
  const from = state.scenes.get(run.sceneId)
  if (!from) return null
  // A run keeps plain ids; they were parsed when it was started and name branches of this story.
  const stand = (
    branchChain(state, run.branchId).includes(from.branchId) ? run.branchId : from.branchId
  ) as Scene['branchId']
  const branchId = newBranch ? newId('branch') : stand
  const scene = {
    type: 'CreateScene' as const,
    sceneId: item.sceneId,
    branchId,
    ...freePlace(state, from),
    fields: { title: item.title, summary: item.hook, draftState: 'drafting' as const },
    link: { edgeId: newId('edge'), from: from.id, type: 'choice' as const, choiceText: item.choiceText },
    origin: { kind: 'ai' as const, runId: run.id, model: run.label },
    prose: proseOf(item.firstLines, run.id),
  }
  const branch = {
    type: 'CreateBranch' as const,
    branchId,
    name: item.title,
    parentId: stand,
    forkSceneId: from.id,
    reason: item.hook.slice(0, 500),
  }
  return { type: 'Batch', label: label.slice(0, 120), commands: newBranch ? [branch, scene] : [scene] }
}

/** Right of the scene it leads on from, below whatever stands there. */
function freePlace(state: StoryState, from: Scene): { x: number; y: number } {
  const x = from.x + from.width + GAP_PX
  let y = from.y
  const inTheWay = [...state.scenes.values()]
    .filter((scene) => scene.x < x + from.width && scene.x + scene.width > x && scene.type !== 'group')
    .sort((a, b) => a.y - b.y)
  for (const scene of inTheWay)
    if (scene.y < y + from.height && scene.y + scene.height > y) y = scene.y + scene.height + STEP_PX
  return { x: Math.round(x), y: Math.round(y) }
}

/** First lines as an editor document; every word carries the mark of the run that wrote it. */
function proseOf(text: string, runId: string) {
  const marks = [{ type: 'ai', attrs: { runId } }]
  const paragraphs = text.split(/\n+/).filter((line) => line.trim() !== '')
  return {
    type: 'doc',
    content: paragraphs.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line.trim(), marks }] })),
  }
}
