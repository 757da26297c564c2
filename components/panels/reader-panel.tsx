'use client'
import { useMemo } from 'react'
import type { PlacedPanel } from '#lib/panels/comic.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import { composePage, PAGE } from '#lib/panels/page.ts'
import type { PanelVersion } from '#lib/panels/panel.ts'
import { useStory } from '#stores/story.ts'
import { Drawn } from './picture.tsx'
import { useArt } from './use-art.ts'

/** One panel as a reader sees it: the chosen picture with its balloons, named by its alt text. */
export function ReaderPanel({
  placed,
  version,
  font,
}: {
  placed: PlacedPanel
  version: PanelVersion
  font: LetteringFont
}) {
  const storyId = useStory((page) => page.storyId)
  const art = useArt(storyId, placed, version)
  const { cell, panel, blueprint, direction } = placed
  const markup = useMemo(() => {
    const frame = { x: 0, y: 0, w: cell.w, h: cell.h }
    const spoken = panel.lines.map((line) => line.text).join(' ')
    return composePage({
      cells: [frame],
      direction,
      font,
      format: { ...PAGE, width: cell.w, height: cell.h, margin: 0 },
      label: `${blueprint.altText} ${spoken}`.trim(),
      panels: [{ id: panel.id, art, lines: panel.lines, balloons: panel.balloons, altText: '' }],
    }).svg
  }, [cell, panel, blueprint, direction, art, font])
  return <Drawn markup={markup} />
}
