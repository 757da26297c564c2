import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query holds now. On the server and in the first pass it is `assumed`. */
export function useMedia(query: string, assumed: boolean): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => assumed,
  )
}
