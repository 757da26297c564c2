import sharp from 'sharp'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { pagesOfScene, previewSeed } from '#lib/panels/comic.ts'
import type { ComicPage, PlacedPanel } from '#lib/panels/comic.ts'
import { composePage } from '#lib/panels/page.ts'
import type { PanelArt } from '#lib/panels/page.ts'
import { storyboard, storyboardMarkup } from '#lib/panels/storyboard.ts'
import type { PanelFacts } from '#lib/panels/storyboard.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import type { Images } from '../blobs/images.ts'
import { letteringFont, svgToPng } from './raster.ts'
import { comicInfo, storedZip } from './cbz.ts'

interface ComicSource {
  readonly storyId: string
  readonly state: StreamState
  readonly images: Images
}

/** Said on every page that shows a drawing by rules; it is never passed off as generated art. */
const BY_RULES = 'Storyboard, drawn by rules'

/** Pages of the given scenes in order. Throws NotFoundError where no scene has panels. */
export function comicPages(source: ComicSource, sceneIds: readonly string[]): ComicPage[] {
  const direction = storyOf(source.state)?.direction ?? 'ltr'
  const pages = sceneIds.flatMap((sceneId) => pagesOfScene(source.state, sceneId, direction))
  if (pages.length === 0) throw new NotFoundError('There are no panels to export yet. Make a shot list first.')
  return pages
}

/** One page as PNG, `widthPx` wide (1600 by default). */
export async function pagePng(source: ComicSource, page: ComicPage, widthPx?: number): Promise<Buffer> {
  const panels = await Promise.all(
    page.panels.map(async (placed) => ({
      id: placed.panel.id,
      lines: placed.panel.lines,
      balloons: placed.panel.balloons,
      altText: placed.blueprint.altText,
      art: await artOf(source, placed),
    })),
  )
  const byRules = page.panels.some(({ panel }) => {
    const version = panel.chosenVersionId === null ? undefined : source.state.panelVersions.get(panel.chosenVersionId)
    return version === undefined || version.drawnBy === 'rules'
  })
  const composed = composePage({
    cells: page.panels.map((placed) => placed.cell),
    direction: page.direction,
    font: letteringFont(),
    panels,
    ...(byRules ? { note: BY_RULES } : {}),
  })
  return svgToPng(composed.svg, widthPx)
}

/** The chosen picture of a panel, or its storyboard where nothing was drawn yet. */
async function artOf(source: ComicSource, placed: PlacedPanel): Promise<PanelArt> {
  const { panel, blueprint } = placed
  const version = panel.chosenVersionId === null ? undefined : source.state.panelVersions.get(panel.chosenVersionId)
  const picture = version && (await source.images.read(source.storyId, version.image.sha256))
  if (!version || !picture) {
    const board = storyboard(blueprint, previewSeed(panel.id))
    return {
      width: board.width,
      height: board.height,
      facts: board.facts,
      content: { kind: 'markup', markup: storyboardMarkup(board) },
    }
  }
  const png = picture.row.mime === 'image/png' ? picture.bytes : await sharp(picture.bytes).png().toBuffer()
  // Facts were written by the drawing of this version (RecordPanelVersion) and by nobody else.
  const facts = version.facts as PanelFacts | null
  return {
    width: version.image.width,
    height: version.image.height,
    facts,
    content: { kind: 'image', href: `data:image/png;base64,${Buffer.from(png).toString('base64')}` },
  }
}

/** The pages as a CBZ: a stored zip of zero-padded pages and ComicInfo.xml at its root; the same state gives the same bytes. */
export async function comicCbz(
  source: ComicSource,
  pages: readonly ComicPage[],
  sceneTitle: string | null,
): Promise<Uint8Array> {
  const story = storyOf(source.state)
  const files: [string, Uint8Array][] = []
  const info: { width: number; height: number; bytes: number }[] = []
  const digits = Math.max(3, String(pages.length).length)
  for (const [i, page] of pages.entries()) {
    const png = await pagePng(source, page)
    files.push([`page-${String(i + 1).padStart(digits, '0')}.png`, png])
    info.push({ width: 1600, height: 2400, bytes: png.byteLength })
  }
  const shown = new Set(
    pages.flatMap((page) =>
      page.panels.flatMap(({ panel }) => panel.figures.map((figure) => figure.characterId as string)),
    ),
  )
  const names = [...source.state.characters.values()]
    .filter((character) => shown.has(character.id))
    .map((character) => character.name)
  const rules = pages.some((page) =>
    page.panels.some(
      ({ panel }) =>
        (panel.chosenVersionId === null ? 'rules' : source.state.panelVersions.get(panel.chosenVersionId)?.drawnBy) ===
        'rules',
    ),
  )
  const xml = comicInfo({
    title: sceneTitle ?? story?.title ?? '',
    series: story?.title ?? '',
    summary: story?.logline ?? '',
    notes: rules ? BY_RULES : '',
    language: story?.language ?? '',
    manga: pages[0]?.direction === 'rtl' ? 'YesAndRightToLeft' : 'No',
    characters: names,
    pages: info,
  })
  return storedZip([['ComicInfo.xml', new TextEncoder().encode(xml)], ...files])
}
