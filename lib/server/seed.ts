import { userId } from '#lib/kernel/ids.ts'
import { breakDown } from '#lib/panels/breakdown.ts'
import { versionsOfPanel } from '#lib/panels/panel.ts'
import { docFromText, docText } from '#lib/prose/text.ts'
import { storyOf } from '#lib/story/state.ts'
import { decideAndFold, emptyStream, storyCommand } from '#lib/stream/stream.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'
import {
  demoBranches,
  demoComicScenes,
  demoCharacters,
  demoEdges,
  demoLogline,
  demoScenes,
  demoTitle,
  demoVariables,
} from '#prisma/seed/demo-story.ts'
import type { Services } from './container.ts'
import { queueRender } from './panels/render-queue.ts'

const SYSTEM = { id: 'system', kind: 'system' } as const

/**
 * Puts the demo story into a data folder that never held a story, and answers its id; null when there was one. The whole
 * story, panels included, is one command, so it is there whole or not at all. Their drawing is queued afterwards, panel by
 * panel; what an end of the program left out is made up for at the next start.
 */
export async function seedDemoStory(services: Services): Promise<string | null> {
  const written = services.events.log.lastPosition() > 0 ? null : await writeDemoStory(services)
  try {
    await queueDrawings(services)
  } catch (cause) {
    // Pictures are no reason not to start.
    services.log.error({ err: cause }, 'the panels of the demo story were not queued; the next start tries again')
  }
  return written
}

async function writeDemoStory({ stories, newId, log }: Services): Promise<string> {
  const storyId = newId('story')
  const ids = {
    branch: new Map<string, ReturnType<typeof newId<'branch'>>>([
      ['main', newId('branch')],
      ...demoBranches.map((branch) => [branch.key, newId('branch')] as const),
    ]),
    scene: new Map(demoScenes.map((scene) => [scene.id, newId('scene')])),
    variable: new Map(demoVariables.map((variable) => [variable.key as string, newId('variable')])),
    character: new Map(demoCharacters.map((character) => [character.key as string, newId('character')])),
  }
  const create = {
    type: 'CreateStory',
    storyId,
    title: demoTitle,
    logline: demoLogline,
    canonBranchId: need(ids.branch, 'main'),
    canonBranchName: 'The boat',
  } as const
  const story = [create, ...demoCommands(ids, newId)]
  const commands = [...story, ...panelCommands(ids, story, newId)]
  const outcome = await stories.act(
    storyId,
    { type: 'Batch', label: 'Demo story', commands: commands as never },
    SYSTEM,
  )
  if (outcome.status !== 'committed') throw new Error(`the demo story was refused: ${JSON.stringify(outcome)}`)
  log.info({ storyId }, 'demo story written')
  return storyId
}

/** The shot lists of the comic scenes, drafted from their prose as a person would. */
function panelCommands(ids: Ids, story: readonly StoryCommandInput[], newId: Services['newId']): StoryCommandInput[] {
  // Folded for the characters' records; nothing is stored here.
  const state = emptyStream()
  const batch = storyCommand.parse({ type: 'Batch', commands: story })
  const decided = decideAndFold(state, batch, { actorId: SYSTEM.id, at: 0 })
  if (!decided.ok) throw new Error(`the demo story does not fit together: ${JSON.stringify(decided.error)}`)
  return demoComicScenes.map((key) => {
    const scene = state.scenes.get(need(ids.scene, key))
    const text = demoScenes.find(({ id }) => id === key)?.prose
    if (!scene || text === undefined) throw new RangeError(`the demo story has no scene ${key}`)
    const prose = docText(docFromText(text))
    const drafted = breakDown({ sceneId: scene.id, prose, cast: [...state.characters.values()], newId })
    return { type: 'AddPanels', sceneId: scene.id, panels: drafted.map(({ sceneId: _scene, ...panel }) => panel) }
  }) as StoryCommandInput[]
}

/** Queues a picture of each panel of the demo story that has none and never had a job; the background service draws. */
async function queueDrawings(services: Services): Promise<void> {
  const { events, jobs } = services
  // The demo story is the first thing a data folder ever holds.
  const [first] = events.log.afterPosition(0, 1)
  const state = first?.actor.id === SYSTEM.id ? events.state(first.storyId) : null
  const story = state && storyOf(state)
  if (!state || !story || story.trashedAt !== null) return
  for (const panel of state.panels.values()) {
    if (panel.createdBy !== SYSTEM.id || versionsOfPanel(state, panel.id).length > 0) continue
    if ((await jobs.list({ storyId: story.id, subject: panel.id, limit: 1 })).length > 0) continue
    await queueRender(services, {
      storyId: story.id,
      userId: userId.parse(SYSTEM.id),
      panelId: panel.id,
      vary: false,
      backend: 'storyboard',
    })
  }
}

interface Ids {
  readonly branch: ReadonlyMap<string, ReturnType<Services['newId']> & string>
  readonly scene: ReadonlyMap<string, string>
  readonly variable: ReadonlyMap<string, string>
  readonly character: ReadonlyMap<string, string>
}

/** Parents first: variables and characters, shared scenes, branches at their fork, their scenes, then edges. */
function demoCommands(ids: Ids, newId: Services['newId']): StoryCommandInput[] {
  const scenesOf = (branch: string) =>
    demoScenes.filter((scene) => scene.branch === branch).map((scene) => sceneCommand(ids, scene))
  const commands: unknown[] = [
    ...demoVariables.map(({ key, name, kind, initial, description }) => ({
      type: 'DefineVariable',
      variableId: need(ids.variable, key),
      name,
      kind,
      default: initial,
      description,
    })),
    ...demoCharacters.map(({ key, name, ...fields }) => ({
      type: 'CreateCharacter',
      characterId: need(ids.character, key),
      name,
      fields,
    })),
    ...scenesOf('main'),
    ...demoBranches.flatMap((branch) => [
      {
        type: 'CreateBranch',
        branchId: need(ids.branch, branch.key),
        name: branch.name,
        parentId: need(ids.branch, branch.parent),
        forkSceneId: need(ids.scene, branch.fork),
        reason: branch.reason,
      },
      ...scenesOf(branch.key),
    ]),
    ...demoEdges.map((edge) => ({
      type: 'LinkScenes',
      edgeId: newId('edge'),
      from: need(ids.scene, edge.from),
      to: need(ids.scene, edge.to),
      fields: {
        type: edge.type,
        choiceText: edge.text ?? '',
        condition: edge.needs
          ? {
              op: 'compare',
              variableId: need(ids.variable, edge.needs.variable),
              by: typeof edge.needs.value === 'number' ? 'ge' : 'eq',
              value: edge.needs.value,
            }
          : null,
        effects: edge.gives ? [giving(need(ids.variable, edge.gives.variable), edge.gives.value)] : [],
      },
    })),
  ]
  // Built from typed demo data; the decider parses each command again before it believes it.
  return commands as StoryCommandInput[]
}

function giving(variableId: string, value: boolean | number) {
  return typeof value === 'number' ? { op: 'add', variableId, amount: value } : { op: 'set', variableId, value }
}

function sceneCommand(ids: Ids, scene: (typeof demoScenes)[number]) {
  return {
    type: 'CreateScene',
    sceneId: need(ids.scene, scene.id),
    branchId: need(ids.branch, scene.branch),
    x: scene.x,
    y: scene.y,
    fields: {
      type: scene.type,
      title: scene.title,
      summary: scene.summary,
      moods: scene.moods,
      cast: scene.cast.map((key) => need(ids.character, key)),
      metadata: scene.metadata ?? {},
      draftState: 'final',
    },
    prose: docFromText(scene.prose),
  }
}

function need<T>(map: ReadonlyMap<string, T>, key: string): T {
  const found = map.get(key)
  if (found === undefined) throw new RangeError(`the demo story names ${key}, which it does not have`)
  return found
}
