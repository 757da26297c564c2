import { RENDER_PANEL } from '#lib/jobs/render-panel.ts'
import type { JobView } from '#lib/jobs/view.ts'
import { ConflictError, NotConfiguredError, NotFoundError } from '#lib/kernel/errors.ts'
import type { JobId, PanelVersionId, StoryId, UserId } from '#lib/kernel/ids.ts'
import { placedPanel } from '#lib/panels/comic.ts'
import { versionsOfPanel } from '#lib/panels/panel.ts'
import type { Panel, PanelVersion } from '#lib/panels/panel.ts'
import type { CastMember } from '#lib/panels/script.ts'
import { nextSeed, sameRecipe } from '#lib/panels/seed.ts'
import { describe } from '#lib/panels/blueprint.ts'
import { fingerprint, inputHash } from '#lib/panels/stale.ts'
import { storyboard, STORYBOARD_VERSION, storyboardSvg } from '#lib/panels/storyboard.ts'
import { looksAlike } from '#lib/qc/alike.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Services } from '../container.ts'
import { STORYBOARD_BACKEND } from './render-handler.ts'
import { pixelsOf, svgToPng } from './raster.ts'

interface RenderWish {
  readonly storyId: StoryId
  readonly userId: UserId
  readonly panelId: string
  /** Another seed even where the panel changed; without it a changed panel keeps its seed (PA33). */
  readonly vary: boolean
  readonly backend: string
}

/**
 * Queues one picture of a panel. The storyboard is drawn first: it is the control image a backend follows.
 * Throws NotFoundError for a panel that is gone, NotConfiguredError where nobody runs the backend, ConflictError for a twin wish
 * and for a drawing by rules in which another seed would not show (PA34).
 */
export async function queueRender(services: Services, wish: RenderWish): Promise<JobView> {
  const state = services.events.state(wish.storyId)
  const placed = state && placedPanel(state, wish.panelId, storyOf(state)?.direction ?? 'ltr')
  if (!state || !placed) throw new NotFoundError('There is no such panel in this story.')
  await checkBackend(services, wish)
  const running = await services.jobs.list({
    storyId: wish.storyId,
    subject: wish.panelId,
    states: ['queued', 'leased'],
  })
  if (running.length > 0) throw new ConflictError('This panel is being drawn already.', { jobId: running[0]?.id })
  const versions = versionsOfPanel(state, wish.panelId)
  const { blueprint, panel } = placed
  const cast = [...state.characters.values()]
  const blueprintHash = inputHash(fingerprint(blueprint, STORYBOARD_VERSION))
  const prompt = promptOf(panel, cast)
  const shown = versions.find((version) => version.id === panel.chosenVersionId) ?? null
  const same = sameRecipe(versions, { backend: wish.backend, blueprintHash, prompt })
  const seed = nextSeed(panel.id, same, shown, wish.vary)
  const board = storyboard(blueprint, seed)
  const bytes = await svgToPng(storyboardSvg(board))
  if (wish.backend === STORYBOARD_BACKEND) await refuseAlike(services, wish, bytes, same, versions)
  const control = await services.images.add({
    storyId: wish.storyId,
    bytes,
    source: 'drawn',
    recipe: { backend: STORYBOARD_BACKEND, drawingVersion: STORYBOARD_VERSION, seed },
  })
  const pixels = blueprint.width * blueprint.height
  return services.jobs.enqueue({
    id: services.newId('job') satisfies JobId,
    kind: RENDER_PANEL,
    class: 'interactive',
    storyId: wish.storyId,
    userId: wish.userId,
    subject: wish.panelId,
    input: {
      panelId: panel.id,
      sceneId: panel.sceneId,
      versionId: services.newId('panelVersion') satisfies PanelVersionId,
      parentVersionId: panel.chosenVersionId,
      reason: versions.length === 0 ? 'first' : wish.vary ? 'vary-seed' : 'redraw',
      backend: wish.backend,
      widthPx: blueprint.width,
      heightPx: blueprint.height,
      seed,
      control: {
        sha256: control.sha256,
        kind: 'storyboard',
        drawingVersion: STORYBOARD_VERSION,
        blueprintHash,
      },
      prompt,
      promptVersion: 'rules-1',
      palette: 'colour',
    },
    needs: { backend: wish.backend, model: null, loras: [], pixels, shape: `${blueprint.width}x${blueprint.height}` },
    inputs: [control.sha256],
    reuse: false,
  })
}

/** What the picture shows and how its people look, in words. */
function promptOf(panel: Panel, cast: readonly CastMember[]): string {
  const looks = cast
    .filter((member) => panel.figures.some((figure) => figure.characterId === member.id))
    .map(({ build, hair, wardrobe, marks }) => [build, hair, wardrobe, marks].filter((part) => part !== '').join(', '))
  return `${describe(panel, cast)} ${looks.join('; ')}`.trim().slice(0, 4000)
}

/**
 * The storyboard is its own control drawing: whether another seed shows at all is known before anything is queued. A
 * version that looks like one that is there is not worth a place among them.
 */
async function refuseAlike(
  services: Services,
  wish: RenderWish,
  bytes: Uint8Array,
  same: readonly PanelVersion[],
  versions: readonly PanelVersion[],
): Promise<void> {
  const drawing = await pixelsOf(bytes)
  // Whoever asks for another seed wants its strokes; whoever draws again wants another picture.
  const look = wish.vary ? 'closely' : 'glance'
  for (const version of same.toReversed()) {
    const picture = await services.images.read(wish.storyId, version.image.sha256)
    if (!picture || !looksAlike(await pixelsOf(picture.bytes), drawing, look)) continue
    throw new ConflictError(
      `Nothing would change: another seed does not show in this panel, it looks like version ${versions.indexOf(version) + 1}. Change its shot, place or light for another picture.`,
      { versionId: version.id },
    )
  }
}

/** Image backends that could draw for a story now: this process by rules, and what remote workers offered lately. */
export async function liveBackends(services: Services, storyId: string): Promise<string[]> {
  const remote = (await services.workers.live())
    .filter(({ kinds, stories }) => kinds.includes(RENDER_PANEL) && (stories?.includes(storyId) ?? true))
    .flatMap((worker) => worker.backends)
  return [...new Set([STORYBOARD_BACKEND, ...remote])]
}

async function checkBackend(services: Services, { storyId, backend }: RenderWish): Promise<void> {
  if ((await liveBackends(services, storyId)).includes(backend)) return
  throw new NotConfiguredError(
    'No worker offers this image backend to this story. Connect a GPU worker with a worker key; the storyboard works without one.',
    { backend },
  )
}
