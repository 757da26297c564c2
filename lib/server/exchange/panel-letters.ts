import { pagesOfScene } from '#lib/panels/comic.ts'
import { lettersSvg } from '#lib/panels/letters.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import { letteringFont } from '../panels/raster.ts'

/** Lettering of every panel with a chosen picture, as SVG by panel id. */
export function panelLetters(state: StreamState): Map<string, string> {
  const letters = new Map<string, string>()
  const direction = storyOf(state)?.direction ?? 'ltr'
  for (const sceneId of new Set([...state.panels.values()].map((panel) => panel.sceneId))) {
    for (const placed of pagesOfScene(state, sceneId, direction).flatMap((page) => page.panels)) {
      const version = state.panelVersions.get(placed.panel.chosenVersionId ?? '')
      const svg = version && lettersSvg(placed, version, letteringFont())
      if (svg) letters.set(placed.panel.id, svg)
    }
  }
  return letters
}
