'use client'
import { useId, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { changeMember, type MemberView, type ShareWish } from '#lib/client/members.ts'
import { ShareFields } from './share-fields.tsx'
import { useMemberChange } from './use-member-change.ts'

const words = messages.members

export interface ChangeDialogProps {
  storyId: string
  member: MemberView
  onChanged: () => unknown
  onClose: () => void
}

/** Asks what a member may do from now on. */
export function ChangeDialog({ storyId, member, onChanged, onClose }: ChangeDialogProps) {
  const formId = useId()
  const [share, setShare] = useState<ShareWish>({ role: member.role, rights: member.rights })
  const change = useMemberChange(
    () => changeMember(storyId, member.userId, share),
    words.changed(member.name),
    () => (onClose(), onChanged()),
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.changeTitle(member.name)}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {messages.ui.cancel}
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={change.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <ShareFields share={share} onChange={setShare} />
      </form>
    </Dialog>
  )
}
