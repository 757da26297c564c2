import type { Job } from '#lib/jobs/job.ts'
import { RENDER_PANEL, renderPanelInput, renderPanelResult, RULE_BACKENDS } from '#lib/jobs/render-panel.ts'
import type { RenderPanelInput } from '#lib/jobs/render-panel.ts'
import { pageOfPanel, placedPanel } from '#lib/panels/comic.ts'
import type { PlacedPanel } from '#lib/panels/comic.ts'
import type { Panel, PanelVersion } from '#lib/panels/panel.ts'
import { readablePage } from '#lib/panels/readable.ts'
import { fingerprint, inputHash } from '#lib/panels/stale.ts'
import { storyboard, STORYBOARD_VERSION, storyboardSvg } from '#lib/panels/storyboard.ts'
import type { PanelFacts } from '#lib/panels/storyboard.ts'
import { groundOf } from '#lib/qc/ground.ts'
import { joinReport } from '#lib/qc/report.ts'
import type { QcReport } from '#lib/qc/report.ts'
import { assessReadability } from '#lib/qc/readability.ts'
import { assessTechnical } from '#lib/qc/technical.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import type { Images } from '../blobs/images.ts'
import type { EventWriter } from '../events/writer.ts'
import type { JobHandler } from '../jobs/handler.ts'
import { JobFailed } from '../jobs/job-failed.ts'
import { letteringFont, pixelsOf, resvgVersion, svgToPng } from './raster.ts'

/** The backend this process is: drawings by rules, never called generated art. */
export const STORYBOARD_BACKEND = 'storyboard'

interface Parts {
  readonly images: Images
  readonly events: EventWriter
}

/**
 * Job kind `render_panel` in this process: draws the storyboard of a panel and records it as a version. The follow-up
 * also checks and records what remote workers drew, so every version carries a report (PA30, QC1).
 */
export function renderPanelHandler({ images, events }: Parts): JobHandler {
  return {
    kind: RENDER_PANEL,
    backends: [STORYBOARD_BACKEND],
    run: async (job, context) => {
      const input = renderPanelInput.parse(job.input)
      const placed = placedNow(events.state(job.storyId), input)
      if (!placed)
        throw new JobFailed(
          'invalid',
          'panel-changed',
          'The panel changed or went away while it waited. Draw it again.',
        )
      await context.step({ phase: 'draw', step: 0, steps: 3 })
      const board = storyboard(placed.blueprint, input.seed)
      await context.step({ phase: 'decode', step: 1, steps: 3 })
      const bytes = await svgToPng(storyboardSvg(board))
      await context.step({ phase: 'upload', step: 2, steps: 3 })
      const row = await images.add({
        storyId: job.storyId,
        bytes,
        source: 'drawn',
        recipe: { backend: STORYBOARD_BACKEND, drawingVersion: STORYBOARD_VERSION, seed: input.seed },
      })
      return {
        result: {
          outputs: [{ role: 'image', sha256: row.sha256, mime: row.mime, width: row.width, height: row.height }],
          recipeEcho: {
            backend: STORYBOARD_BACKEND,
            backendVersion: STORYBOARD_VERSION,
            software: { resvg: resvgVersion(), node: process.versions.node },
            device: 'cpu',
            seed: input.seed,
            widthPx: row.width,
            heightPx: row.height,
            reproducible: 'exact',
          },
        },
      }
    },
    followUp: (job) => followUp({ images, events }, job),
  }
}

/** The panel as it is now, or null when what it shows is no longer what the job was queued for. */
function placedNow(state: StreamState | null, input: RenderPanelInput): PlacedPanel | null {
  const placed = state && placedPanel(state, input.panelId, storyOf(state)?.direction ?? 'ltr')
  if (!placed) return null
  return inputHash(fingerprint(placed.blueprint, STORYBOARD_VERSION)) === input.control.blueprintHash ? placed : null
}

async function followUp({ images, events }: Parts, job: Job): Promise<readonly { readonly type: string }[]> {
  const input = renderPanelInput.parse(job.input)
  const result = renderPanelResult.parse(job.result)
  const output = result.outputs.find((entry) => entry.role === 'image')
  const state = events.state(job.storyId)
  // A panel that is gone needs no version; the picture stays in the store.
  if (!output || !state?.panels.has(input.panelId)) return []
  const picture = await images.read(job.storyId, output.sha256)
  if (!picture) return []
  const placed = placedNow(state, input)
  // The control drawing's facts hold for pictures drawn after it; for a changed panel nothing is known.
  const facts = placed ? storyboard(placed.blueprint, input.seed).facts : null
  const qc = await report(state, input, picture.bytes, facts)
  const command = {
    type: 'RecordPanelVersion',
    panelId: input.panelId,
    versionId: input.versionId,
    choose: true,
    version: {
      image: { sha256: output.sha256, width: output.width, height: output.height, mime: output.mime },
      recipe: {
        backend: result.recipeEcho.backend,
        backendVersion: result.recipeEcho.backendVersion,
        software: result.recipeEcho.software,
        device: result.recipeEcho.device,
        reproducible: result.recipeEcho.reproducible,
        seed: input.seed,
        widthPx: input.widthPx,
        heightPx: input.heightPx,
        drawingVersion: input.control.drawingVersion,
        blueprintHash: input.control.blueprintHash,
        control: input.control.sha256,
        prompt: input.prompt,
        promptVersion: input.promptVersion,
        palette: input.palette,
      },
      drawnBy: RULE_BACKENDS.includes(result.recipeEcho.backend) ? 'rules' : 'model',
      fingerprint: placed ? fingerprint(placed.blueprint, STORYBOARD_VERSION) : {},
      qc,
      facts,
      jobId: job.id,
      parentVersionId: input.parentVersionId,
      reason: input.reason,
    },
  }
  return [command]
}

/** Checks the picture by its pixels, and the lettering it gets on its page. */
async function report(
  state: StreamState,
  input: RenderPanelInput,
  bytes: Uint8Array,
  facts: PanelFacts | null,
): Promise<QcReport> {
  const image = await pixelsOf(bytes)
  const technical = assessTechnical({
    image,
    wanted: { width: input.widthPx, height: input.heightPx },
    siblings: siblingHashes(state, input),
  })
  const picture = { width: image.width, height: image.height, hash: technical.hash, ground: groundOf(image) }
  const page = pageOfPanel(state, input.panelId, storyOf(state)?.direction ?? 'ltr')
  if (!page) return joinReport(picture, [technical])
  const drawn = { image: picture, facts: facts as PanelVersion['facts'], qc: { ground: picture.ground } }
  const shown = (panel: Panel) =>
    panel.id === input.panelId ? drawn : (state.panelVersions.get(panel.chosenVersionId ?? '') ?? null)
  const lettering = assessReadability(readablePage(page, shown, letteringFont())).panels.get(input.panelId)
  return joinReport(picture, lettering ? [technical, lettering] : [technical])
}

/** Hashes of the neighbours' chosen pictures, to tell twins. */
function siblingHashes(state: StreamState, input: RenderPanelInput): { panelId: string; hash: string }[] {
  return [...state.panels.values()].flatMap((panel) => {
    if (panel.id === input.panelId || panel.sceneId !== input.sceneId || panel.chosenVersionId === null) return []
    const hash = state.panelVersions.get(panel.chosenVersionId)?.qc?.['hash']
    return typeof hash === 'string' ? [{ panelId: panel.id, hash }] : []
  })
}
