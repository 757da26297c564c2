'use client'
import { useMutation } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { dateText } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import type { PendingInvitation } from '#lib/client/members.ts'
import { shareText } from './share-text.ts'

const words = messages.members

export interface PendingListProps {
  invitations: readonly PendingInvitation[]
  revoke: (id: string) => Promise<unknown>
  onRevoked: () => unknown
}

/** Invitations nobody has taken up yet, each to be taken back. */
export function PendingList({ invitations, revoke, onRevoked }: PendingListProps) {
  const taking = useMutation({
    mutationFn: revoke,
    onSuccess: () => {
      notify.done(words.revoked)
      return onRevoked()
    },
    onError: (problem) => notify.problem(words.failed, { description: problem.message }),
  })
  if (invitations.length === 0) return <p className="text-ink-faint">{words.nonePending}</p>
  return (
    <ul aria-label={words.pending} className="flex flex-col">
      {invitations.map((invitation) => {
        const name = invitation.note || words.untitledInvitation
        return (
          <li key={invitation.id} className="flex items-center gap-3 border-b py-2 last:border-b-0">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{name}</p>
              <p className="text-small text-ink-soft">
                {shareText(invitation)}
                {'. '}
                <span className="text-ink-faint">
                  {words.pendingFrom(invitation.invitedBy, dateText(Date.parse(invitation.expiresAt)))}
                </span>
              </p>
            </div>
            <Button
              size="sm"
              variant="ghost"
              aria-label={words.revokeNamed(name)}
              busy={taking.isPending && taking.variables === invitation.id}
              onClick={() => taking.mutate(invitation.id)}
            >
              {words.revoke}
            </Button>
          </li>
        )
      })}
    </ul>
  )
}
