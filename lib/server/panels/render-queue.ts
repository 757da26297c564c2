import { RENDER_PANEL } from '#lib/jobs/render-panel.ts'
import type { JobView } from '#lib/jobs/view.ts'
import { ConflictError, NotConfiguredError, NotFoundError } from '#lib/kernel/errors.ts'
import type { JobId, PanelVersionId, StoryId, UserId } from '#lib/kernel/ids.ts'
import { placedPanel, previewSeed } from '#lib/panels/comic.ts'
import { versionsOfPanel } from '#lib/panels/panel.ts'
import { describe } from '#lib/panels/blueprint.ts'
import { fingerprint, inputHash } from '#lib/panels/stale.ts'
import { storyboard, STORYBOARD_VERSION, storyboardSvg } from '#lib/panels/storyboard.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Services } from '../container.ts'
import { STORYBOARD_BACKEND } from './render-handler.ts'
import { svgToPng } from './raster.ts'

interface RenderWish {
  readonly storyId: StoryId
  readonly userId: UserId
  readonly panelId: string
  /** The panel's first picture keeps the preview's seed; `vary` draws with the next one. */
  readonly vary: boolean
  readonly backend: string
}

/**
 * Queues one picture of a panel. The storyboard is drawn first: it is the control image a backend follows.
 * Throws NotFoundError for a panel that is gone, NotConfiguredError where nobody runs the backend, ConflictError for a twin wish.
 */
export async function queueRender(services: Services, wish: RenderWish): Promise<JobView> {
  const state = services.events.state(wish.storyId)
  const placed = state && placedPanel(state, wish.panelId, storyOf(state)?.direction ?? 'ltr')
  if (!state || !placed) throw new NotFoundError('There is no such panel in this story.')
  await checkBackend(services, wish.backend)
  const running = await services.jobs.list({
    storyId: wish.storyId,
    subject: wish.panelId,
    states: ['queued', 'leased'],
  })
  if (running.length > 0) throw new ConflictError('This panel is being drawn already.', { jobId: running[0]?.id })
  const versions = versionsOfPanel(state, wish.panelId)
  const seed = (previewSeed(wish.panelId) + (wish.vary ? versions.length : 0)) >>> 0
  const { blueprint, panel } = placed
  const board = storyboard(blueprint, seed)
  const control = await services.images.add({
    storyId: wish.storyId,
    bytes: await svgToPng(storyboardSvg(board)),
    source: 'drawn',
    recipe: { backend: STORYBOARD_BACKEND, drawingVersion: STORYBOARD_VERSION, seed },
  })
  const cast = [...state.characters.values()]
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
        blueprintHash: inputHash(fingerprint(blueprint, STORYBOARD_VERSION)),
      },
      prompt: `${describe(panel, cast)} ${cast
        .filter((member) => panel.figures.some((figure) => figure.characterId === member.id))
        .map((member) =>
          [member.build, member.hair, member.wardrobe, member.marks].filter((part) => part !== '').join(', '),
        )
        .join('; ')}`
        .trim()
        .slice(0, 4000),
      promptVersion: 'rules-1',
      palette: 'colour',
    },
    needs: { backend: wish.backend, model: null, loras: [], pixels, shape: `${blueprint.width}x${blueprint.height}` },
    inputs: [control.sha256],
    reuse: false,
  })
}

/** Image backends that could draw now: this process by rules, and what remote workers offered lately. */
export async function liveBackends(services: Services): Promise<string[]> {
  const remote = (await services.workers.live())
    .filter((worker) => worker.kinds.includes(RENDER_PANEL))
    .flatMap((worker) => worker.backends)
  return [...new Set([STORYBOARD_BACKEND, ...remote])]
}

async function checkBackend(services: Services, backend: string): Promise<void> {
  if ((await liveBackends(services)).includes(backend)) return
  throw new NotConfiguredError(
    'No worker offers this image backend. Connect a GPU worker with a worker key; the storyboard works without one.',
    { backend },
  )
}
