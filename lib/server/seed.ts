import type { StoryId } from '#lib/kernel/ids.ts'
import { userId } from '#lib/kernel/ids.ts'
import { breakDown } from '#lib/panels/breakdown.ts'
import { docFromText, docText } from '#lib/prose/text.ts'
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
 * Puts the demo story into a data folder that never held a story, and answers its id; null when there was one.
 * The whole story is one command, so it is there whole or not at all.
 */
export async function seedDemoStory(services: Services): Promise<string | null> {
  const { events, stories, newId, log } = services
  if (events.log.lastPosition() > 0) return null
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
  const created = await stories.act(
    storyId,
    {
      type: 'CreateStory',
      storyId,
      title: demoTitle,
      logline: demoLogline,
      canonBranchId: need(ids.branch, 'main'),
      canonBranchName: 'The boat',
    },
    SYSTEM,
  )
  if (created.status !== 'committed') throw new Error(`the demo story was not stored: ${created.status}`)
  const outcome = await stories.act(
    storyId,
    { type: 'Batch', label: 'Demo story', commands: demoCommands(ids, newId) as never },
    SYSTEM,
  )
  if (outcome.status !== 'committed') throw new Error(`the demo story was refused: ${JSON.stringify(outcome)}`)
  for (const key of demoComicScenes) await seedPanels(services, storyId, need(ids.scene, key))
  log.info({ storyId }, 'demo story written')
  return storyId
}

/** Drafts a scene's shot list from its prose and queues the drawings, as a person would; the background service draws. */
async function seedPanels(services: Services, storyId: StoryId, sceneId: string): Promise<void> {
  const state = services.events.state(storyId)
  const scene = state?.scenes.get(sceneId)
  if (!state || !scene) throw new Error('the demo story has no such scene')
  const prose = docText(services.prose.content(sceneId))
  const drafted = breakDown({ sceneId: scene.id, prose, cast: [...state.characters.values()], newId: services.newId })
  const panels = drafted.map(({ sceneId: _scene, ...panel }) => panel)
  const outcome = await services.stories.act(
    storyId,
    { type: 'AddPanels', sceneId: scene.id, panels: panels as never },
    SYSTEM,
  )
  if (outcome.status !== 'committed') throw new Error(`the demo panels were refused: ${JSON.stringify(outcome)}`)
  for (const { id } of panels) {
    await queueRender(services, {
      storyId,
      userId: userId.parse(SYSTEM.id),
      panelId: id,
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
