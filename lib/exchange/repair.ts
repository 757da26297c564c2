import type { ReportWriter } from './report.ts'
import { sortKeys } from './sort-keys.ts'
import type { DocumentEdge, DocumentScene, StoryDocument } from './story-document.ts'

/**
 * Makes a parsed document consistent, saying each change (EX5): ids unique, every reference known, no circle of groups
 * or of branch parents, canon and start known. What cannot be kept is dropped with an entry; nothing is invented.
 */
export function repairDocument(document: StoryDocument, report: ReportWriter): StoryDocument {
  const branches = repairBranches(document, report)
  const branchIds = new Set<string>(branches.map((branch) => branch.id))
  const canon = branchIds.has(document.story.canonBranchId)
    ? document.story.canonBranchId
    : (branches.find((branch) => branch.parentId === null) ?? branches[0])?.id
  if (!canon) throw new RangeError('a document has at least one branch')
  if (canon !== document.story.canonBranchId)
    report.warn('canon', 'The canon branch was unknown; the first root branch is canon now.')
  const scenes = repairScenes(document, branchIds, canon, report)
  const sceneIds = new Set<string>(scenes.map((scene) => scene.id))
  const titles = new Map(scenes.map((scene) => [scene.id as string, scene.title]))
  const connected = unique(document.edges, 'edge', report).filter((edge) => {
    const known = sceneIds.has(edge.from) && sceneIds.has(edge.to)
    if (!known)
      report.dropped('dangling-edge', `An edge had no scene at one end (${edge.from} to ${edge.to}).`, {
        scene: titles.get(edge.from) ?? edge.from,
      })
    return known
  })
  const edges = distinctEdges(connected, titles, report)
  const start = document.story.startSceneId
  if (start !== null && !sceneIds.has(start))
    report.warn('start', 'The start scene was unknown; the story has no start now.')
  const panels = unique(document.panels, 'panel', report).filter((panel) => {
    if (!sceneIds.has(panel.sceneId)) report.dropped('panel', 'A panel belonged to no scene.', { path: panel.id })
    return sceneIds.has(panel.sceneId)
  })
  return {
    ...document,
    story: {
      ...document.story,
      canonBranchId: canon,
      startSceneId: start !== null && sceneIds.has(start) ? start : null,
    },
    branches: branches.map((branch) =>
      branch.forkSceneId !== null && !sceneIds.has(branch.forkSceneId) ? { ...branch, forkSceneId: null } : branch,
    ),
    scenes,
    edges,
    panels,
    variables: uniqueNames(unique(document.variables, 'variable', report), report),
    characters: unique(document.characters, 'character', report),
  }
}

function unique<T extends { readonly id: string }>(items: readonly T[], noun: string, report: ReportWriter): T[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    if (seen.has(item.id)) {
      report.dropped('duplicate-id', `A second ${noun} had the id ${item.id}.`)
      return false
    }
    seen.add(item.id)
    return true
  })
}

/**
 * The graph refuses a scene that leads to itself without a choice, and exact duplicates. Two equal choices are legal in
 * files: the later ones are numbered in `foreign.copy` so that both stay. Storing asks again, once it knows which
 * conditions the story can hold.
 */
export function distinctEdges(
  edges: readonly DocumentEdge[],
  titles: ReadonlyMap<string, string>,
  report: ReportWriter,
): DocumentEdge[] {
  const seen = new Map<string, number>()
  return edges.flatMap((edge) => {
    const where = { scene: titles.get(edge.from) ?? edge.from }
    if (edge.from === edge.to && edge.type !== 'choice') {
      report.dropped('self-edge', 'A scene led to itself without a choice.', where)
      return []
    }
    const key = meaningOf(edge)
    let copies = (seen.get(key) ?? 0) + 1
    seen.set(key, copies)
    if (copies === 1) return [edge]
    if (edge.type !== 'choice') {
      report.changed('duplicate-edge', 'Two equal edges became one.', where)
      return []
    }
    const numbered = (): DocumentEdge => ({ ...edge, foreign: { ...edge.foreign, copy: copies } })
    // The file may hold such a number already.
    while (seen.has(meaningOf(numbered()))) copies++
    seen.set(key, copies).set(meaningOf(numbered()), 1)
    return [numbered()]
  })
}

/** Equal for edges the graph takes for the same: the order of keys and what is null say nothing. */
function meaningOf(edge: DocumentEdge): string {
  const words = edge.type === 'choice' ? [edge.choiceText, edge.condition, edge.foreign] : []
  const parts: unknown = sortKeys([edge.from, edge.to, edge.type, ...words])
  return JSON.stringify(parts, (_key, value: unknown) => value ?? undefined)
}

function uniqueNames(variables: StoryDocument['variables'], report: ReportWriter): StoryDocument['variables'] {
  const seen = new Set<string>()
  return variables.map((variable) => {
    let name = variable.name
    for (let n = 2; seen.has(name.toLocaleLowerCase('en')); n++) name = `${variable.name.slice(0, 55)} ${n}`
    seen.add(name.toLocaleLowerCase('en'))
    if (name !== variable.name)
      report.changed('variable-name', `A second variable was called "${variable.name}"; it is "${name}" now.`)
    return { ...variable, name }
  })
}

function repairBranches(document: StoryDocument, report: ReportWriter): StoryDocument['branches'] {
  const branches = unique(document.branches, 'branch', report)
  const parents = new Map<string, string | null>(branches.map((branch) => [branch.id, branch.parentId]))
  return branches.map((branch) => {
    const seen = new Set<string>([branch.id])
    for (let up = branch.parentId; up !== null;) {
      const next: string | null | undefined = parents.get(up)
      if (next === undefined || seen.has(up)) {
        report.changed('branch-parent', `Branch "${branch.name}" had an impossible parent; it stands alone now.`)
        parents.set(branch.id, null)
        return { ...branch, parentId: null, forkSceneId: null }
      }
      seen.add(up)
      up = next as typeof up
    }
    return branch
  })
}

const HOLDERS: readonly DocumentScene['type'][] = ['group', 'chapter', 'volume']

function repairScenes(
  document: StoryDocument,
  branchIds: ReadonlySet<string>,
  canon: DocumentScene['branchId'],
  report: ReportWriter,
): DocumentScene[] {
  const scenes = unique(document.scenes, 'scene', report)
  const byId = new Map<string, DocumentScene>(scenes.map((scene) => [scene.id, scene]))
  const groups = new Map<string, string | null>()
  for (const scene of scenes) {
    const group = scene.groupId === null ? undefined : byId.get(scene.groupId)
    groups.set(scene.id, group && HOLDERS.includes(group.type) ? group.id : null)
  }
  for (const scene of scenes) {
    const seen = new Set<string>()
    for (let at: string | null = scene.id; at !== null; at = groups.get(at) ?? null) {
      if (seen.has(at)) {
        groups.set(at, null)
        break
      }
      seen.add(at)
    }
  }
  return scenes.map((scene) => {
    const groupId = scene.groupId !== null && groups.get(scene.id) === scene.groupId ? scene.groupId : null
    if (groupId !== scene.groupId)
      report.changed('group', 'A scene was in an unknown or circular group; it is in none now.', { scene: scene.title })
    const branchId = branchIds.has(scene.branchId) ? scene.branchId : canon
    if (branchId !== scene.branchId)
      report.changed('scene-branch', 'A scene was on an unknown branch; it is on the canon branch now.', {
        scene: scene.title,
      })
    const tags = plainWords(scene.tags, 'tag', scene, report)
    const moods = plainWords(scene.moods, 'mood', scene, report)
    return { ...scene, groupId, branchId, tags, moods }
  })
}

/** Tags or moods as the graph keeps them: without outer blanks, and none of blanks alone (EX5). */
function plainWords(
  words: readonly string[],
  noun: 'tag' | 'mood',
  scene: DocumentScene,
  report: ReportWriter,
): string[] {
  const where = { scene: scene.title }
  return words.flatMap((word) => {
    const plain = word.trim()
    if (plain === '') report.dropped(noun, `A ${noun} of blanks alone was left out.`, where)
    else if (plain !== word) report.changed(noun, `Blanks around the ${noun} "${plain}" were cut off.`, where)
    return plain === '' ? [] : [plain]
  })
}
