'use client'
import { useMemo } from 'react'
import { pictureUrl } from '#lib/client/comic.ts'
import { previewSeed } from '#lib/panels/comic.ts'
import type { PlacedPanel } from '#lib/panels/comic.ts'
import type { PanelArt } from '#lib/panels/page.ts'
import type { PanelVersion } from '#lib/panels/panel.ts'
import { storyboard, storyboardMarkup } from '#lib/panels/storyboard.ts'
import type { PanelFacts } from '#lib/panels/storyboard.ts'

/** The picture of a version, or the live storyboard where there is none. */
export function artOf(storyId: string, placed: PlacedPanel, version: PanelVersion | null): PanelArt {
  if (version) {
    // Facts were written by the drawing of this version and by nobody else.
    return {
      width: version.image.width,
      height: version.image.height,
      facts: version.facts as PanelFacts | null,
      content: { kind: 'image', href: pictureUrl(storyId, version.image.sha256) },
    }
  }
  const board = storyboard(placed.blueprint, previewSeed(placed.panel.id))
  return {
    width: board.width,
    height: board.height,
    facts: board.facts,
    content: { kind: 'markup', markup: storyboardMarkup(board) },
  }
}

/** The same, drawn once per change. */
export function useArt(storyId: string, placed: PlacedPanel, version: PanelVersion | null): PanelArt {
  return useMemo(() => artOf(storyId, placed, version), [storyId, placed, version])
}
