import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** False while rendering on the server and in the first pass of the browser, true afterwards. */
export function useMounted(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
