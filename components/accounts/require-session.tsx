'use client'
import { usePathname, useRouter } from 'next/navigation'
import { useEffect, type ReactNode } from 'react'
import { QueryState } from '#components/ui/query-state.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { NoToken } from './no-token.tsx'
import { useSession } from './session.ts'

/**
 * Shows its children to whoever is signed in, and leads everybody else to the right door. A comfort only: what may be
 * read or written is decided by the API.
 */
export function RequireSession({ children }: { children: (user: SessionUser) => ReactNode }) {
  const session = useSession()
  const router = useRouter()
  const path = usePathname()
  const lost = session.data !== undefined && session.data.ownerExists && session.data.user === null
  // Syncs the address with the session.
  useEffect(() => {
    if (lost) router.replace(`/sign-in?next=${encodeURIComponent(path + window.location.search)}`)
  }, [lost, router, path])

  return (
    <QueryState query={session}>
      {(state) => {
        if (!state.ownerExists) return <NoToken />
        return state.user ? children(state.user) : null
      }}
    </QueryState>
  )
}
