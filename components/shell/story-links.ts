'use client'
import { useStory } from '#stores/story.ts'
import { useView, viewSearch } from '#stores/view.ts'
import type { PlaceId } from './place-ids.ts'

/** Makes addresses of this story's places that keep what one looks at: branch, selection, dock tab. */
export function usePlaceLink(): (place: PlaceId) => string {
  const storyId = useStory((page) => page.storyId)
  const search = useView(viewSearch)
  return (place) => `/stories/${storyId}/${place}${search}`
}
