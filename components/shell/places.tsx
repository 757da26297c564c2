import {
  BookOpen,
  Feather,
  LayoutPanelTop,
  MessagesSquare,
  Play,
  UsersRound,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import dynamic from 'next/dynamic'
import type { ComponentType } from 'react'
import type { PlaceId } from './place-ids.ts'

export interface Place {
  readonly id: PlaceId
  /** Draws the whole place inside the frame; reads story and view from their stores. */
  readonly component: ComponentType
  /** Full page without the dock, such as reading. */
  readonly withoutDock?: boolean | undefined
}

/**
 * The places that exist: one line each; the rail orders them as PLACE_IDS. A place that is not here is not linked and its
 * address is not found. Load the component with next/dynamic, so that a place costs nothing until it is opened:
 *
 *   { id: 'graph', component: dynamic(() => import('#components/canvas/graph-place.tsx').then((m) => m.GraphPlace)) },
 */
export const PLACES: readonly Place[] = [
  { id: 'write', component: dynamic(() => import('#components/prose/write-place.tsx').then((m) => m.WritePlace)) },
  { id: 'graph', component: dynamic(() => import('#components/canvas/graph-place.tsx').then((m) => m.GraphPlace)) },
  { id: 'comic', component: dynamic(() => import('#components/panels/comic-place.tsx').then((m) => m.ComicPlace)) },
  { id: 'world', component: dynamic(() => import('#components/characters/world-place.tsx').then((m) => m.WorldPlace)) },
  { id: 'room', component: dynamic(() => import('#components/room/room-place.tsx').then((m) => m.RoomPlace)) },
  {
    id: 'play',
    component: dynamic(() => import('#components/play/play-place.tsx').then((m) => m.PlayPlace)),
    withoutDock: true,
  },
  {
    id: 'read',
    component: dynamic(() => import('#components/play/read-place.tsx').then((m) => m.ReadPlace)),
    withoutDock: true,
  },
]

export const PLACE_ICONS: Readonly<Record<PlaceId, LucideIcon>> = {
  write: Feather,
  graph: Waypoints,
  comic: LayoutPanelTop,
  world: UsersRound,
  room: MessagesSquare,
  play: Play,
  read: BookOpen,
}

/** Single keys of the places; silent while typing. */
export const PLACE_KEYS: Readonly<Record<PlaceId, string>> = {
  write: '1',
  graph: '2',
  comic: '3',
  world: '4',
  room: '5',
  play: '6',
  read: '7',
}

/** The place an address names, or null when there is none. */
export function placeById(id: string): Place | null {
  return PLACES.find((place) => place.id === id) ?? null
}
