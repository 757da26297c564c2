import { useSyncExternalStore } from 'react'

const never = () => () => undefined
const readMac = () => /mac|iphone|ipad/i.test(navigator.platform)

/** True on Apple keyboards. False while rendering on the server, so both sides agree at first. */
export function useIsMac(): boolean {
  return useSyncExternalStore(never, readMac, () => false)
}
