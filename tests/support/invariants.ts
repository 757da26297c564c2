import { branchChain } from '#lib/story/branch.ts'
import { variablesRead } from '#lib/story/logic.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'

/** What must hold in every state of a story (C2): whatever a record names is there, and nothing goes in circles. */
export function violations(state: StreamState): string[] {
  const found: string[] = []
  const expect = (holds: boolean, what: string) => {
    if (!holds) found.push(what)
  }
  const story = storyOf(state)
  if (story) {
    expect(story.startSceneId === null || state.scenes.has(story.startSceneId), 'the story starts nowhere')
    expect(state.branches.has(story.canonBranchId), 'the canon branch is missing')
    expect(state.branches.get(story.canonBranchId)?.status !== 'archived', 'the canon branch is archived')
  }
  for (const edge of state.edges.values()) {
    expect(state.scenes.has(edge.from) && state.scenes.has(edge.to), `dangling edge ${edge.id}`)
    expect(edge.from !== edge.to || edge.type === 'choice', `edge ${edge.id} leads to itself`)
    for (const id of [...variablesRead(edge.condition), ...edge.effects.map((item) => item.variableId)])
      expect(state.variables.has(id), `edge ${edge.id} reads a missing variable`)
  }
  for (const scene of state.scenes.values()) {
    expect(state.branches.has(scene.branchId), `scene ${scene.id} on no branch`)
    expect(scene.groupId === null || state.scenes.has(scene.groupId), `scene ${scene.id} in no group`)
    expect(!inCircle(state, scene.id), `group circle at ${scene.id}`)
  }
  for (const branch of state.branches.values()) {
    expect(branch.parentId === null || state.branches.has(branch.parentId), `orphan branch ${branch.id}`)
    expect(branch.forkSceneId === null || state.scenes.has(branch.forkSceneId), `branch ${branch.id} forks nowhere`)
    const root = branchChain(state, branch.id).at(-1) ?? ''
    expect((state.branches.get(root)?.parentId ?? null) === null, `branch circle at ${branch.id}`)
  }
  for (const panel of state.panels.values()) expect(state.scenes.has(panel.sceneId), `panel ${panel.id} of no scene`)
  for (const version of state.panelVersions.values())
    expect(state.panels.has(version.panelId), `version ${version.id} of no panel`)
  for (const layout of state.comicLayouts.values())
    expect(state.scenes.has(layout.id), `layout of no scene ${layout.id}`)
  return found
}

function inCircle(state: StreamState, id: string): boolean {
  const seen = new Set<string>()
  for (let at: string | null = id; at !== null; at = state.scenes.get(at)?.groupId ?? null) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  return false
}
