'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { InviteDialog } from '#components/members/invite-dialog.tsx'
import { PendingList } from '#components/members/pending-list.tsx'
import { RoleFields } from '#components/members/role-fields.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { PERSON_ROLES, type PersonRole } from '#lib/accounts/policy.ts'
import { inviteToHouse, readInvitations, revokeInvitation } from '#lib/client/admin.ts'

const words = messages.admin.invitations
const QUERY = ['admin', 'invitations']

/** Invitations to the house that wait, and the making of one. */
export function InvitationsPanel() {
  const queries = useQueryClient()
  const invitations = useQuery({ queryKey: QUERY, queryFn: ({ signal }) => readInvitations(signal) })
  const [inviting, setInviting] = useState(false)
  const renew = () => queries.invalidateQueries({ queryKey: QUERY })
  return (
    <Panel
      title={words.title}
      actions={
        <Button size="sm" variant="ghost" icon={<UserPlus aria-hidden />} onClick={() => setInviting(true)}>
          {words.invite}
        </Button>
      }
    >
      <p className="text-ink-soft">{words.note}</p>
      <QueryState query={invitations} lines={2}>
        {(list) => <PendingList invitations={list} revoke={revokeInvitation} onRevoked={renew} />}
      </QueryState>
      {inviting ? <Invite onMade={() => void renew()} onClose={() => setInviting(false)} /> : null}
    </Panel>
  )
}

function Invite({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const [role, setRole] = useState<PersonRole>('editor')
  return (
    <InviteDialog
      title={words.invite}
      invite={(wish) => inviteToHouse({ ...wish, role })}
      onMade={onMade}
      onClose={onClose}
    >
      <RoleFields
        roles={[...PERSON_ROLES].reverse()}
        help={messages.members.houseRoleHelp}
        value={role}
        onChange={setRole}
      />
    </InviteDialog>
  )
}
