'use client'
import { LockOpen } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import { useSession } from './session.ts'

/** Stays on every page while the server is reached over plain HTTP from other machines (S1); otherwise nothing. */
export function PlainHttpSign() {
  const session = useSession()
  if (!session.data?.plainHttpWarning) return null
  return (
    <Tooltip label={messages.accounts.plainHttp.why}>
      <button type="button" aria-label={`${messages.accounts.plainHttp.sign}. ${messages.accounts.plainHttp.why}`}>
        <Badge tone="danger" icon={<LockOpen aria-hidden />}>
          {messages.accounts.plainHttp.sign}
        </Badge>
      </button>
    </Tooltip>
  )
}
