import { nodeSvg, num } from './draw/shape.ts'
import type { LetteringFont } from './font.ts'
import { letterInFrame, PAGE } from './page.ts'
import type { PanelVersion } from './panel.ts'
import type { PlacedPanel } from './comic.ts'
import type { PanelFacts } from './storyboard.ts'

/**
 * A panel's lettering alone, as SVG of the picture's shape, to lie over the picture where it is shown outside its page
 * (player, reading, playable page). Null where nothing is said. Deterministic.
 */
export function lettersSvg(placed: PlacedPanel, version: PanelVersion, font: LetteringFont): string | null {
  const { panel, cell, direction } = placed
  if (panel.lines.length === 0) return null
  const { width, height } = version.image
  const frame = { x: 0, y: 0, w: cell.w, h: Math.round((cell.w * height) / width) }
  // Facts were written by the drawing of this version and by nobody else.
  const facts = version.facts as PanelFacts | null
  const art = { width, height, facts }
  const { lettering } = letterInFrame(panel, art, frame, { font, sizePx: PAGE.fontPx, direction })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${num(frame.w)} ${num(frame.h)}">${nodeSvg(lettering.tree)}</svg>`
}
