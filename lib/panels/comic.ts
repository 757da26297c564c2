import { blueprintOf } from './blueprint.ts'
import type { Blueprint } from './blueprint.ts'
import type { Box } from './draw/figure-pen.ts'
import { cellsOf, PAGE, paginate } from './page.ts'
import type { PageTemplate } from './page.ts'
import { panelsOfScene } from './panel.ts'
import type { ComicLayout, Panel, PanelState, PanelVersion } from './panel.ts'
import type { CastMember } from './script.ts'
import { fingerprint, staleParts } from './stale.ts'
import type { StalePart } from './stale.ts'
import { STORYBOARD_VERSION } from './storyboard.ts'
import { seedFrom } from '../kernel/random.ts'

/** What the comic reads of a story. The stream's state fits it. */
export interface ComicState extends Omit<PanelState, 'scenes'> {
  readonly characters: ReadonlyMap<string, CastMember>
}

/** One panel on its page, with the blueprint its slot asks for. */
export interface PlacedPanel {
  readonly panel: Panel
  readonly cell: Box
  readonly blueprint: Blueprint
  /** Reading direction of its page: the scene's own choice, else the story's. */
  readonly direction: 'ltr' | 'rtl'
}
export interface ComicPage {
  readonly template: PageTemplate
  readonly direction: 'ltr' | 'rtl'
  readonly panels: readonly PlacedPanel[]
}

/** Lays a scene's panels out on pages (PA50-PA54). `storyDirection` is used where the scene has no own choice. */
export function pagesOfScene(state: ComicState, sceneId: string, storyDirection: 'ltr' | 'rtl'): ComicPage[] {
  const layout: ComicLayout | undefined = state.comicLayouts.get(sceneId)
  const direction = !layout || layout.direction === 'story' ? storyDirection : layout.direction
  const cast = [...state.characters.values()]
  return paginate(panelsOfScene(state, sceneId), layout?.templates ?? []).map(({ template, panels }) => {
    const cells = cellsOf(template, direction, PAGE)
    const placed = panels.flatMap((panel, i): PlacedPanel[] => {
      const cell = cells[i]
      if (!cell) return []
      return [{ panel, cell, direction, blueprint: blueprintOf(panel, cast, cell.w / cell.h, panel.overrides) }]
    })
    return { template, direction, panels: placed }
  })
}

/** The page a panel stands on, or null where the panel is gone. */
export function pageOfPanel(state: ComicState, panelId: string, storyDirection: 'ltr' | 'rtl'): ComicPage | null {
  const panel = state.panels.get(panelId)
  if (!panel) return null
  const pages = pagesOfScene(state, panel.sceneId, storyDirection)
  return pages.find((page) => page.panels.some((entry) => entry.panel.id === panelId)) ?? null
}

/** The panel's place on its page, or null where the panel is gone. */
export function placedPanel(state: ComicState, panelId: string, storyDirection: 'ltr' | 'rtl'): PlacedPanel | null {
  const page = pageOfPanel(state, panelId, storyDirection)
  return page?.panels.find((entry) => entry.panel.id === panelId) ?? null
}

/** The seed a panel's preview is drawn with. */
export function previewSeed(panelId: string): number {
  return seedFrom(panelId)
}

/** What went stale in a picture since it was drawn; empty is fresh. */
export function staleOf(version: PanelVersion, blueprint: Blueprint): StalePart[] {
  return staleParts(
    version.fingerprint,
    fingerprint(
      blueprint,
      version.drawnBy === 'rules' ? STORYBOARD_VERSION : String(version.recipe['drawingVersion'] ?? STORYBOARD_VERSION),
    ),
  )
}
