'use client'
import { notFound, useRouter, useSearchParams } from 'next/navigation'
import { useEffect } from 'react'
import { placeById, PLACES } from './places.tsx'

/** Draws the place an address names. */
export function PlaceView({ place }: { place: string }) {
  const found = placeById(place)
  if (!found) notFound()
  const Body = found.component
  return <Body />
}

/** Leads a story's bare address to its first place: the map where there is one. */
export function ToFirstPlace({ storyId }: { storyId: string }) {
  const router = useRouter()
  const search = useSearchParams().toString()
  const first = placeById('graph') ?? PLACES[0]
  const target = first ? `/stories/${storyId}/${first.id}${search ? `?${search}` : ''}` : '/'
  // Syncs the address with the place that is shown.
  useEffect(() => router.replace(target), [router, target])
  return null
}
