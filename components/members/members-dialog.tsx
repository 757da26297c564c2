'use client'
import { useQueryClient } from '@tanstack/react-query'
import { DoorOpen, UserPlus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { notify } from '#components/ui/toast.tsx'
import {
  inviteToStory,
  leaveStory,
  revokeStoryInvitation,
  type MemberView,
  type ShareWish,
  type StoryPeople,
} from '#lib/client/members.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberRow } from './member-row.tsx'
import { PendingList } from './pending-list.tsx'
import { ShareFields } from './share-fields.tsx'
import { accessKey, useMayIn } from './use-access.ts'
import { membersKey, useMembers } from './use-members.ts'

const words = messages.members

export interface MembersDialogProps {
  storyId: string
  storyTitle: string
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Who belongs to a story and what each may do; inviting, changing, removing, handing over, leaving. */
export function MembersDialog({ storyId, storyTitle, open, onOpenChange }: MembersDialogProps) {
  const renew = useRenewMembers(storyId)
  /** One window at a time: inviting and changing take the place of the list, and lead back to it. */
  const [step, setStep] = useState<'list' | 'invite' | MemberView>('list')
  const back = () => setStep('list')
  if (open && step === 'invite') return <InviteMember storyId={storyId} onMade={renew} onClose={back} />
  if (open && typeof step === 'object')
    return <ChangeDialog storyId={storyId} member={step} onChanged={renew} onClose={back} />
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="lg" title={words.titleOf(storyTitle)}>
      <Members
        storyId={storyId}
        renew={renew}
        onInvite={() => setStep('invite')}
        onChange={setStep}
        onLeft={() => onOpenChange(false)}
      />
    </Dialog>
  )
}

/** Reads the members again, and one's own rights with them. */
function useRenewMembers(storyId: string) {
  const queries = useQueryClient()
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: membersKey(storyId) }),
      queries.invalidateQueries({ queryKey: accessKey(storyId) }),
    ])
}

interface MembersProps {
  storyId: string
  renew: () => Promise<unknown>
  onInvite: () => void
  onChange: (member: MemberView) => void
  onLeft: () => void
}

function Members(props: MembersProps) {
  const members = useMembers(props.storyId)
  return <QueryState query={members}>{(people) => <People people={people} {...props} />}</QueryState>
}

function People({ storyId, people, renew, onInvite, onChange, onLeft }: MembersProps & { people: StoryPeople }) {
  const mayChange = useMayIn(storyId, 'story.members')
  const mayHandOver = useMayIn(storyId, 'story.own')
  const [leaving, setLeaving] = useState(false)
  const me = people.members.find((member) => member.you)
  return (
    <div className="flex flex-col gap-6">
      <section aria-label={words.list}>
        <ul className="flex flex-col">
          {people.members.map((member) => (
            <MemberRow
              key={member.userId}
              storyId={storyId}
              member={member}
              mayChange={mayChange}
              mayHandOver={mayHandOver}
              renew={renew}
              onChange={() => onChange(member)}
            />
          ))}
        </ul>
        <p className="pt-2 text-small text-ink-faint">{words.houseAdmins}</p>
      </section>
      {mayChange ? (
        <section aria-labelledby="pending-invitations" className="flex flex-col gap-2">
          <header className="flex flex-wrap items-center justify-between gap-2">
            <h3 id="pending-invitations" className="font-medium">
              {words.pending}
            </h3>
            <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={onInvite}>
              {words.invite}
            </Button>
          </header>
          <PendingList
            invitations={people.invitations}
            revoke={(id) => revokeStoryInvitation(storyId, id)}
            onRevoked={renew}
          />
        </section>
      ) : null}
      {me ? (
        <footer className="flex flex-wrap items-center gap-3 border-t pt-4">
          {me.owner ? (
            <p className="text-ink-faint">{words.ownerCannotLeave}</p>
          ) : (
            <Button variant="ghost" icon={<DoorOpen aria-hidden />} onClick={() => setLeaving(true)}>
              {words.leave}
            </Button>
          )}
        </footer>
      ) : null}
      <Leave storyId={storyId} open={leaving} onOpenChange={setLeaving} onLeft={onLeft} />
    </div>
  )
}

function InviteMember({ storyId, onMade, onClose }: { storyId: string; onMade: () => void; onClose: () => void }) {
  const [share, setShare] = useState<ShareWish>({ role: 'editor', rights: [] })
  return (
    <InviteDialog
      title={words.inviteTitle}
      invite={(wish) => inviteToStory(storyId, { ...wish, ...share })}
      onMade={onMade}
      onClose={onClose}
    >
      <ShareFields share={share} onChange={setShare} />
    </InviteDialog>
  )
}

interface LeaveProps {
  storyId: string
  open: boolean
  onOpenChange: (open: boolean) => void
  onLeft: () => void
}

function Leave({ storyId, open, onOpenChange, onLeft }: LeaveProps) {
  const queries = useQueryClient()
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  async function handleLeave() {
    setBusy(true)
    try {
      await leaveStory(storyId)
      onLeft()
      await queries.invalidateQueries({ queryKey: ['stories'] })
      router.push('/')
    } catch (problem) {
      notify.problem(words.failed, { description: problem instanceof Error ? problem.message : undefined })
      setBusy(false)
    }
  }
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.leaveTitle}
      description={words.leaveText}
      confirmLabel={words.leaveYes}
      danger
      busy={busy}
      onConfirm={() => void handleLeave()}
    />
  )
}
