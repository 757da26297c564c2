'use client'
import { useEffect, useState } from 'react'

const KEPT = 'loom.invitation'

export interface FragmentToken {
  /** '' when the address holds none. */
  readonly token: string
  /** It was carried over a sign-in elsewhere, which may have used it up. */
  readonly carried: boolean
}

/**
 * The token of a one-time link. It stands in the fragment, which no server and no log sees, and is taken out of the
 * address bar as soon as it is read. Null before the browser was asked.
 */
export function useFragmentToken(): FragmentToken | null {
  const [found, setFound] = useState<FragmentToken | null>(null)
  // Syncs the token with the address: a second link may be opened in the same tab.
  useEffect(() => {
    function take() {
      const fresh = window.location.hash.slice(1)
      const kept = sessionStorage.getItem(KEPT) ?? ''
      sessionStorage.removeItem(KEPT)
      // Null and not the present state: Next would put its own remembered address, with the token, back.
      if (fresh) window.history.replaceState(null, '', window.location.pathname + window.location.search)
      setFound((before) => (fresh || kept ? { token: fresh || kept, carried: !fresh } : (before ?? NONE)))
    }
    take()
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])
  return found
}

const NONE: FragmentToken = { token: '', carried: false }

/** Carries an invitation's token over a way that leaves this page; within this tab only. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEPT, token)
}
