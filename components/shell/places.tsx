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
  /** Sends for its code. May be called again. */
  readonly load: () => void
  /** Full page without the dock, such as reading. */
  readonly withoutDock?: boolean | undefined
}

/**
 * The places that exist: one line each; the rail orders them as PLACE_IDS. A place that is not here is not linked and its
 * address is not found. Its code is loaded when it is opened, so that a place costs nothing until then.
 */
export const PLACES: readonly Place[] = [
  place('write', () => import('#components/prose/write-place.tsx').then((m) => m.WritePlace)),
  place('graph', () => import('#components/canvas/graph-place.tsx').then((m) => m.GraphPlace)),
  place('comic', () => import('#components/panels/comic-place.tsx').then((m) => m.ComicPlace)),
  place('world', () => import('#components/characters/world-place.tsx').then((m) => m.WorldPlace)),
  place('room', () => import('#components/room/room-place.tsx').then((m) => m.RoomPlace)),
  place('play', () => import('#components/play/play-place.tsx').then((m) => m.PlayPlace), { withoutDock: true }),
  place('read', () => import('#components/play/read-place.tsx').then((m) => m.ReadPlace), { withoutDock: true }),
]

function place(id: PlaceId, load: () => Promise<ComponentType>, rest: Pick<Place, 'withoutDock'> = {}): Place {
  return { id, component: dynamic(load), load: () => void load().catch(() => undefined), ...rest }
}

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

// The page was opened at a place: its code comes along while the rest is still being run, and not after the story.
if (typeof window !== 'undefined') placeById(window.location.pathname.split('/')[3] ?? '')?.load()
