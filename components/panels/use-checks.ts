'use client'
import { useMemo } from 'react'
import type { ComicPage } from '#lib/panels/comic.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import type { Panel, PanelVersion } from '#lib/panels/panel.ts'
import { readablePage } from '#lib/panels/readable.ts'
import { assessReadability } from '#lib/qc/readability.ts'
import { qcReport, withReadability } from '#lib/qc/report.ts'
import type { QcReport } from '#lib/qc/report.ts'
import { useComicState } from './use-comic.ts'

/** Checks the lettering of a page as it is shown now; one panel may show another version than its chosen one. */
export function usePageChecks(page: ComicPage, font: LetteringFont, look?: Look) {
  const { panelVersions } = useComicState()
  const [lookAt, lookVersion] = [look?.panelId, look?.version ?? null]
  return useMemo(() => {
    const shown = (panel: Panel) =>
      panel.id === lookAt ? lookVersion : (panelVersions.get(panel.chosenVersionId ?? '') ?? null)
    return assessReadability(readablePage(page, shown, font))
  }, [page, font, panelVersions, lookAt, lookVersion])
}
interface Look {
  readonly panelId: string
  readonly version: PanelVersion | null
}

/**
 * The report of a panel as it is shown now: what was measured on its picture when that was drawn, and the readability of
 * the lettering as it stands (QC5). So a moved balloon or a changed line is judged at once.
 */
export function usePanelReport(page: ComicPage, font: LetteringFont, look: Look): QcReport {
  const lettering = usePageChecks(page, font, look).panels.get(look.panelId)
  return useMemo(() => {
    const parsed = qcReport.safeParse(look.version?.qc)
    const stored = parsed.success ? parsed.data : null
    return withReadability(stored, lettering ?? { axes: {}, findings: [], measures: {} })
  }, [look.version, lettering])
}
