import { nodeSvg, num } from './draw/shape.ts'
import type { LetteringFont } from './font.ts'
import { letterPanel } from './lettering.ts'
import { busyIn, PAGE } from './page.ts'
import type { PanelVersion } from './panel.ts'
import type { PlacedPanel } from './comic.ts'
import type { PanelFacts } from './storyboard.ts'

/**
 * A panel's lettering alone, as SVG of the picture's shape, to lie over the picture where it is shown outside its page
 * (player, reading, playable page). Null where nothing is said. Deterministic.
 */
export function lettersSvg(
  placed: PlacedPanel,
  version: PanelVersion,
  font: LetteringFont,
  direction: 'ltr' | 'rtl',
): string | null {
  const { panel, cell } = placed
  if (panel.lines.length === 0) return null
  const frame = { w: cell.w, h: Math.round((cell.w * version.image.height) / version.image.width) }
  // Facts were written by the drawing of this version and by nobody else.
  const facts = version.facts as PanelFacts | null
  const art = {
    width: version.image.width,
    height: version.image.height,
    facts,
    content: { kind: 'markup' as const, markup: '' },
  }
  const lettering = letterPanel({
    width: frame.w,
    height: frame.h,
    lines: panel.lines,
    busy: busyIn(art, frame),
    font,
    sizePx: PAGE.fontPx,
    direction,
    overrides: panel.balloons,
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${num(frame.w)} ${num(frame.h)}">${nodeSvg(lettering.tree)}</svg>`
}
