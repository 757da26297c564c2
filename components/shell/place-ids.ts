/** What a story's address may name: the five places, and play and read below them. Apart from places.tsx, so that the places themselves may name each other. */
export const PLACE_IDS = ['write', 'graph', 'comic', 'world', 'room', 'play', 'read'] as const
export type PlaceId = (typeof PLACE_IDS)[number]
