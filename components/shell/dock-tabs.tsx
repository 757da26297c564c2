import dynamic from 'next/dynamic'
import type { ComponentType } from 'react'
import type { PlaceId } from './place-ids.ts'

export const DOCK_TAB_IDS = ['details', 'text', 'writer', 'comments', 'problems', 'history', 'jobs'] as const
export type DockTabId = (typeof DOCK_TAB_IDS)[number]

export interface DockTab {
  readonly id: DockTabId
  /** Draws the panel; reads story and view from their stores. Its heading is the tab itself. */
  readonly component: ComponentType
  /** Places in which the tab makes sense; all when left out. Two areas may fill the same tab in different places. */
  readonly places?: readonly PlaceId[] | undefined
  /** A short count or sign beside the label. */
  readonly badge?: ComponentType | undefined
}

/**
 * The panels of the right dock: one line each. Only tabs with an engine behind them.
 *
 *   { id: 'details', places: ['graph', 'write'], component: dynamic(() => import('#components/canvas/scene-details.tsx').then((m) => m.SceneDetails)) },
 */
export const DOCK_TABS: readonly DockTab[] = [
  {
    id: 'details',
    places: ['graph', 'write'],
    component: dynamic(() => import('#components/canvas/details/details-panel.tsx').then((m) => m.DetailsPanel)),
  },
  {
    id: 'text',
    places: ['graph', 'comic'],
    component: dynamic(() => import('#components/prose/text-panel.tsx').then((m) => m.TextPanel)),
  },
  {
    id: 'problems',
    places: ['graph', 'write'],
    component: dynamic(() => import('#components/canvas/problems-panel.tsx').then((m) => m.ProblemsPanel)),
    badge: dynamic(() => import('#components/canvas/problems-panel.tsx').then((m) => m.ProblemsBadge)),
  },
  {
    id: 'history',
    component: dynamic(() => import('#components/history/history-panel.tsx').then((m) => m.HistoryPanel)),
  },
  {
    id: 'writer',
    places: ['graph', 'write', 'room'],
    component: dynamic(() => import('#components/writer/writer-panel.tsx').then((m) => m.WriterPanel)),
  },
  {
    id: 'jobs',
    component: dynamic(() => import('#components/jobs/jobs-panel.tsx').then((m) => m.JobsPanel)),
    badge: dynamic(() => import('#components/jobs/jobs-panel.tsx').then((m) => m.JobsBadge)),
  },
]

/** The tabs of a place, in the order of DOCK_TAB_IDS, one per id. */
export function dockTabsOf(place: PlaceId): readonly DockTab[] {
  return DOCK_TAB_IDS.flatMap((id) => {
    const tab = DOCK_TABS.find((one) => one.id === id && (one.places?.includes(place) ?? true))
    return tab ? [tab] : []
  })
}
