import { useEffect, useState } from 'react'

/** However busy the page is, what waits for a quiet moment does not wait longer, ms. */
const PATIENCE_MS = 1000
/** Safari has no idle callbacks: a moment later then. */
const MOMENT_MS = 100

/** Runs something when the browser has nothing better to do; answers how to call it off. */
export function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(run, MOMENT_MS)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(run, { timeout: PATIENCE_MS })
  return () => cancelIdleCallback(handle)
}

let settled = false

/** Whether this page has had a quiet moment since it was loaded: what stands beside the work can come after the work. */
export function useSettled(): boolean {
  const [now, setNow] = useState(settled)
  // Syncs with the browser's first quiet moment.
  useEffect(
    () =>
      whenIdle(() => {
        settled = true
        setNow(true)
      }),
    [],
  )
  return now
}

/** Loads code that is wanted later in a quiet moment, so that it is here before the line can fall. */
export function usePreload(load: () => Promise<unknown>): void {
  // Syncs with the browser's next quiet moment.
  useEffect(() => whenIdle(() => void load().catch(() => undefined)), [load])
}
