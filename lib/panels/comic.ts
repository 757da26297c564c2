import { blueprintOf } from './blueprint.ts'
import type { Blueprint } from './blueprint.ts'
import type { Box } from './draw/figure-pen.ts'
import { cellsOf, PAGE, paginate } from './page.ts'
import type { LetteredPanel, PageTemplate } from './page.ts'
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
      return cell ? [{ panel, cell, blueprint: blueprintOf(panel, cast, cell.w / cell.h, panel.overrides) }] : []
    })
    return { template, direction, panels: placed }
  })
}

/** The panel's place on its page, or null where the panel is gone. */
export function placedPanel(state: ComicState, panelId: string, storyDirection: 'ltr' | 'rtl'): PlacedPanel | null {
  const panel = state.panels.get(panelId)
  if (!panel) return null
  return (
    pagesOfScene(state, panel.sceneId, storyDirection)
      .flatMap((page) => page.panels)
      .find((entry) => entry.panel.id === panelId) ?? null
  )
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

/** A lettered panel as plain geometry for checks: boxes in page px, what each balloon says about itself. */
export function readablePanel(placed: LetteredPanel) {
  const { frame, lettering, busy } = placed
  const move = (box: Box): Box => ({ x: box.x + frame.x, y: box.y + frame.y, w: box.w, h: box.h })
  // Heads may lie partly outside the frame; only what is seen can be covered.
  const seen = (box: Box): Box => {
    const [x0, y0] = [Math.max(0, box.x), Math.max(0, box.y)]
    return {
      x: x0,
      y: y0,
      w: Math.max(0, Math.min(frame.w, box.x + box.w) - x0),
      h: Math.max(0, Math.min(frame.h, box.y + box.h) - y0),
    }
  }
  return {
    id: placed.id,
    frame,
    faces: busy.heads
      .map((head) => ({ id: head.id, box: move(seen(head.box)) }))
      .filter((face) => face.box.w * face.box.h > 0),
    hands: busy.hands.map((hand) => move(seen(hand))).filter((hand) => hand.w * hand.h > 0),
    balloons: lettering.balloons.map((balloon) => ({
      id: balloon.lineId,
      box: move({ x: balloon.cx - balloon.rx, y: balloon.cy - balloon.ry, w: balloon.rx * 2, h: balloon.ry * 2 }),
      words: balloon.words,
      sizePx: balloon.block.sizePx,
      speakerId: balloon.speakerId,
      tip: balloon.tip ? ([balloon.tip[0] + frame.x, balloon.tip[1] + frame.y] as const) : null,
      needsTail:
        balloon.speakerId !== null &&
        balloon.kind !== 'caption' &&
        balloon.kind !== 'location' &&
        balloon.kind !== 'sfx',
      missing: balloon.block.missing,
      // Ink #1b1815 on paper or caption ground; sound words wear a light edge around madder.
      contrast: balloon.kind === 'sfx' ? 8.2 : 16.5,
    })),
  }
}
