import type { z } from 'zod'
import { refusal } from '#lib/exchange/format.ts'
import type { ImportRefusal } from '#lib/exchange/format.ts'
import { distinctEdges } from '#lib/exchange/repair.ts'
import type { Place, ReportWriter } from '#lib/exchange/report.ts'
import type { DocumentEdge, DocumentPanel, StoryDocument } from '#lib/exchange/story-document.ts'
import { addPanels, recordPanelVersion, setComicLayout, updatePanel } from '#lib/panels/panel.ts'
import { createCharacter } from '#lib/characters/character.ts'
import { err, ok } from '#lib/kernel/result.ts'
import type { Result } from '#lib/kernel/result.ts'
import { condition, effect } from '#lib/story/logic.ts'
import { defineVariable, fits } from '#lib/story/variable.ts'
import type { Condition, Effect } from '#lib/story/logic.ts'
import type { GesturePart } from '#lib/stream/stream.ts'
import { gesturePart } from '#lib/stream/stream.ts'

/** Most commands of one batch; the stream's own limit. */
const MOST_COMMANDS = 50_000

export interface ImportCommands {
  readonly commands: readonly GesturePart[]
  /** True when pictures come along: recording their versions is the program's own command. */
  readonly system: boolean
}

/**
 * The commands that make the document a story, in an order in which each finds what it names (EX100). `pictures` are the
 * hashes that were stored; versions whose picture is missing are left out with an entry. Refuses a story of too many parts,
 * and one with a part the graph cannot hold, and says which.
 */
export function commandsFromDocument(
  document: StoryDocument,
  pictures: ReadonlySet<string>,
  report: ReportWriter,
): Result<ImportCommands, ImportRefusal> {
  const commands: unknown[] = []
  const { story } = document
  const canon = document.branches.find((branch) => branch.id === story.canonBranchId)
  commands.push({
    type: 'CreateStory',
    storyId: story.id,
    title: story.title.trim() === '' ? 'Imported story' : story.title,
    logline: story.logline,
    language: story.language,
    direction: story.direction,
    canonBranchId: story.canonBranchId,
    canonBranchName: canon?.name.trim() || 'Main',
    foreign: story.foreign,
  })
  if (canon && (canon.colour !== 1 || canon.reason !== '')) {
    commands.push({ type: 'UpdateBranch', branchId: canon.id, fields: { colour: canon.colour, reason: canon.reason } })
  }
  const variables = variableCommands(document, report)
  commands.push(...variables, ...characterCommands(document, report))
  commands.push(...treeCommands(document, report))
  if (story.startSceneId !== null) commands.push({ type: 'UpdateStory', fields: { startSceneId: story.startSceneId } })
  else if (document.scenes.length > 0) commands.push({ type: 'UpdateStory', fields: { startSceneId: null } })
  const known = new Set(variables.map((variable) => variable.variableId))
  const scenes = new Set<string>(document.scenes.map((scene) => scene.id))
  const titles = new Map<string, string>(document.scenes.map((scene) => [scene.id, scene.title]))
  const edges = document.edges.map((edge) => holdableEdge(edge, known, scenes, titles, report))
  for (const { id, from, to, ...fields } of distinctEdges(edges, titles, report))
    commands.push({ type: 'LinkScenes', edgeId: id, from, to, fields })
  for (const branch of document.branches) {
    if (branch.status === 'active' || branch.id === story.canonBranchId) continue
    if (branch.status === 'merged') report.changed('branch', `The merged branch "${branch.name}" comes in as archived.`)
    commands.push({ type: 'ArchiveBranch', branchId: branch.id, reason: branch.reason })
  }
  const comic = comicCommands(document, pictures, report)
  commands.push(...comic)
  if (commands.length > MOST_COMMANDS) {
    const most = MOST_COMMANDS.toLocaleString('en')
    return err(refusal('too-large', `The story has more scenes, edges and panels than one import can hold (${most}).`))
  }
  // Every command is proved here, so that a refusal of the batch can only be about the graph.
  const proved: GesturePart[] = []
  for (const command of commands) {
    const parsed = gesturePart.safeParse(command)
    if (!parsed.success) {
      const why = `A part of the story cannot be stored (${firstIssue(parsed.error)}).`
      return err(refusal('damaged', why, placeOf(command, titles)))
    }
    proved.push(parsed.data)
  }
  return ok({ commands: proved, system: proved.some((command) => command.type === 'RecordPanelVersion') })
}

/** Where in the story a command's part stands, for a person to find it. */
function placeOf(command: unknown, titles: ReadonlyMap<string, string>): Place {
  const { type, sceneId, from } = command as { type: string; sceneId?: string; from?: string }
  const scene = titles.get(sceneId ?? from ?? '')
  return { path: type, ...(scene === undefined ? {} : { scene }) }
}

function variableCommands(document: StoryDocument, report: ReportWriter): z.infer<typeof defineVariable>[] {
  return document.variables.flatMap((variable) => {
    const { id, ...body } = variable
    const parsed = defineVariable.safeParse({ type: 'DefineVariable', variableId: id, ...body })
    if (parsed.success && fits(parsed.data.kind, parsed.data.default, parsed.data.options)) return [parsed.data]
    report.dropped('variable', `The variable "${variable.name}" is not well formed.`)
    return []
  })
}

function characterCommands(document: StoryDocument, report: ReportWriter): z.infer<typeof createCharacter>[] {
  const taken = new Set<string>()
  return document.characters.flatMap((character) => {
    const { id, name, record } = character
    const parsed = createCharacter.safeParse({ type: 'CreateCharacter', characterId: id, name, fields: record })
    if (!parsed.success) {
      report.dropped('character', `The character "${name}" is not well formed.`)
      return []
    }
    const { fields } = parsed.data
    const aliases = (fields.aliases ?? []).filter((alias) => !taken.has(nameKey(alias)))
    if (taken.has(nameKey(parsed.data.name))) {
      report.dropped('character', `Two characters are called "${name}".`)
      return []
    }
    for (const used of [parsed.data.name, ...aliases]) taken.add(nameKey(used))
    return [{ ...parsed.data, fields: { ...fields, aliases } }]
  })
}

/** Names are compared as the character slice does. */
function nameKey(name: string): string {
  return name.toLocaleLowerCase('en')
}

/** Branches and scenes by turns: a branch needs its parent and fork scene, a scene its branch and group. */
function treeCommands(document: StoryDocument, report: ReportWriter): unknown[] {
  const commands: unknown[] = []
  const branches = new Map<string, StoryDocument['branches'][number]>(
    document.branches.map((branch) => [branch.id, branch]),
  )
  const madeBranches = new Set<string>([document.story.canonBranchId])
  const branchOf = new Map<string, string>(document.scenes.map((scene) => [scene.id, scene.branchId]))
  const madeScenes = new Set<string>()
  const chain = (from: string | null): Set<string> => {
    const ids = new Set<string>()
    for (let id = from; id !== null && !ids.has(id); id = branches.get(id)?.parentId ?? null) ids.add(id)
    return ids
  }
  let waitingBranches = document.branches.filter((branch) => branch.id !== document.story.canonBranchId)
  let waitingScenes = document.scenes
  let force = false
  while (waitingBranches.length + waitingScenes.length > 0) {
    const before = waitingBranches.length + waitingScenes.length
    waitingBranches = waitingBranches.filter((branch) => {
      const parentId = branch.parentId ?? document.story.canonBranchId
      const fork = branch.forkSceneId
      if (!force && (!madeBranches.has(parentId) || (fork !== null && !madeScenes.has(fork)))) return true
      const parent = madeBranches.has(parentId) ? parentId : document.story.canonBranchId
      const legal = fork !== null && madeScenes.has(fork) && chain(parent).has(branchOf.get(fork) ?? '')
      if (branch.parentId === null || parent !== parentId || (fork !== null && !legal)) {
        report.changed('branch', `The branch "${branch.name}" could not keep its place; it forks before the start.`)
      }
      madeBranches.add(branch.id)
      commands.push({
        type: 'CreateBranch', branchId: branch.id, name: branch.name.trim() || 'Branch', kind: branch.kind, parentId: parent,
        forkSceneId: legal ? fork : null, colour: branch.colour, reason: branch.reason,
      }) // prettier-ignore
      return false
    })
    waitingScenes = waitingScenes.filter((scene) => {
      if (!madeBranches.has(scene.branchId)) return true
      if (scene.groupId !== null && !madeScenes.has(scene.groupId)) return true
      const { id, branchId, x, y, originId, prose, ...fields } = scene
      madeScenes.add(id)
      commands.push({
        type: 'CreateScene', sceneId: id, branchId, x, y, originId, fields, origin: { kind: 'import' },
        ...(prose.length > 0 ? { prose: { type: 'doc', content: prose } } : {}),
      }) // prettier-ignore
      return false
    })
    // Nothing moved: a branch waits for a scene that waits for the branch. Let branches go first.
    force = waitingBranches.length + waitingScenes.length === before
  }
  return commands
}

/** The edge with what of its condition and effects the story can hold. */
function holdableEdge(
  edge: DocumentEdge,
  variables: ReadonlySet<string>,
  scenes: ReadonlySet<string>,
  titles: ReadonlyMap<string, string>,
  report: ReportWriter,
): DocumentEdge {
  const { condition: rawCondition, effects: rawEffects } = edge
  const where = { scene: titles.get(edge.from) ?? edge.from }
  const read = rawCondition === null ? null : condition.safeParse(rawCondition)
  const legal = read?.success && conditionKnown(read.data, variables, scenes) ? read.data : null
  if (read !== null && legal === null)
    report.dropped('condition', 'A condition is not well formed or names something unknown.', where)
  const effects = rawEffects.flatMap((raw): Effect[] => {
    const parsed = effect.safeParse(raw)
    if (parsed.success && variables.has(parsed.data.variableId)) return [parsed.data]
    report.dropped('effect', 'An effect is not well formed or names an unknown variable.', where)
    return []
  })
  // Conditions and effects are JSON by their schemas.
  return { ...edge, condition: legal as DocumentEdge['condition'], effects: effects as DocumentEdge['effects'] }
}

function conditionKnown(wanted: Condition, variables: ReadonlySet<string>, scenes: ReadonlySet<string>): boolean {
  switch (wanted.op) {
    case 'and':
    case 'or':
      return wanted.items.every((item) => conditionKnown(item, variables, scenes))
    case 'not':
      return conditionKnown(wanted.item, variables, scenes)
    case 'visited':
      return scenes.has(wanted.sceneId)
    default:
      return variables.has(wanted.variableId)
  }
}

const version = recordPanelVersion.shape.version.extend({ id: recordPanelVersion.shape.versionId })

function comicCommands(document: StoryDocument, pictures: ReadonlySet<string>, report: ReportWriter): unknown[] {
  const commands: unknown[] = []
  const characters = new Set<string>(document.characters.map((character) => character.id))
  const versions = new Set<string>()
  for (const panel of [...document.panels].sort((a, b) => a.order - b.order))
    commands.push(...panelCommands(panel, characters, pictures, versions, report))
  const scenes = new Set<string>(document.scenes.map((scene) => scene.id))
  for (const layout of document.records['comicLayouts'] ?? []) {
    const { id, ...fields } = layout
    const parsed = setComicLayout.safeParse({ type: 'SetComicLayout', sceneId: id, fields })
    if (parsed.success && scenes.has(parsed.data.sceneId)) commands.push(parsed.data)
    else report.dropped('layout', 'A page layout is not well formed.')
  }
  for (const name of Object.keys(document.records)) {
    if (name !== 'comicLayouts') report.dropped('records', `Records of kind "${name.slice(0, 60)}" are not known here.`)
  }
  return commands
}

/** Where and why a record does not fit, in few words. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  return `${(issue?.path ?? []).join('.')}: ${issue?.message ?? ''}`.slice(0, 300)
}

function panelCommands(
  panel: DocumentPanel,
  characters: ReadonlySet<string>,
  pictures: ReadonlySet<string>,
  /** Ids of versions so far; this panel's are added. */
  taken: Set<string>,
  report: ReportWriter,
): unknown[] {
  const where = { path: panel.id }
  const { versions, chosenVersionId, overrides, balloons, ...script } = panel.record
  const added = addPanels.safeParse({
    type: 'AddPanels',
    sceneId: panel.sceneId,
    panels: [{ ...script, id: panel.id }],
  })
  if (!added.success) {
    report.dropped('panel', `A panel is not well formed (${firstIssue(added.error)}).`, where)
    return []
  }
  const commands: unknown[] = [
    {
      ...added.data,
      panels: added.data.panels.map((item) => ({
        ...item,
        figures: item.figures.filter((figure) => characters.has(figure.characterId)),
      })),
    },
  ]
  const shaped = updatePanel.safeParse({ type: 'UpdatePanel', panelId: panel.id, fields: { overrides, balloons } })
  if (shaped.success && (Object.keys(overrides ?? {}).length > 0 || (Array.isArray(balloons) && balloons.length > 0)))
    commands.push(shaped.data)
  else if (!shaped.success) report.dropped('panel', 'The changes by hand of a panel are not well formed.', where)
  for (const raw of Array.isArray(versions) ? versions : []) {
    const parsed = version.safeParse(raw)
    if (!parsed.success || !pictures.has(parsed.data.image.sha256)) {
      report.dropped('picture', 'A version of a panel has no usable picture.', where)
      continue
    }
    const { id: versionId, ...body } = parsed.data
    if (taken.has(versionId)) {
      report.dropped('duplicate-id', `A second version of a panel had the id ${versionId}.`, where)
      continue
    }
    taken.add(versionId)
    const choose = versionId === chosenVersionId
    // Jobs belong to the installation that ran them.
    commands.push({
      type: 'RecordPanelVersion',
      panelId: panel.id,
      versionId,
      choose,
      version: { ...body, jobId: null },
    })
  }
  const recorded = commands.some((command) => (command as { versionId?: unknown }).versionId === chosenVersionId)
  // Recording chooses the first picture by itself; the file may have chosen another, or none.
  if (commands.length > 1 && (chosenVersionId === null || recorded))
    commands.push({ type: 'ChoosePanelVersion', panelId: panel.id, versionId: chosenVersionId })
  return commands
}
