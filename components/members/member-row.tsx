'use client'
import { Crown, Ellipsis, SlidersHorizontal, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Avatar } from '#components/ui/avatar.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { dateText } from '#components/ui/time-text.ts'
import { handOver, type MemberView, removeMember } from '#lib/client/members.ts'
import { shareText } from './share-text.ts'
import { useMemberChange } from './use-member-change.ts'

const words = messages.members

export interface MemberRowProps {
  storyId: string
  member: MemberView
  mayChange: boolean
  mayHandOver: boolean
  renew: () => Promise<unknown>
  /** Asks what the member may do. */
  onChange: () => void
}

/** One member: who, what they may do, and what can be done about it. Oneself is not removed here: leaving has its own button. */
export function MemberRow({ storyId, member, mayChange, mayHandOver, renew, onChange }: MemberRowProps) {
  const { userId, name } = member
  const [asking, setAsking] = useState<'remove' | 'hand-over' | null>(null)
  async function done() {
    setAsking(null)
    await renew()
  }
  const remove = useMemberChange(() => removeMember(storyId, userId), words.removed(name), done)
  const give = useMemberChange(() => handOver(storyId, userId), words.handedOver(name), done)
  const changeable = mayChange && !member.owner
  const givable = mayHandOver && !member.owner

  return (
    <li className="flex items-center gap-3 border-b py-2.5 last:border-b-0" aria-label={name}>
      <Avatar name={name} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate font-medium">{name}</span>
          {member.login === null ? null : <span className="truncate text-small text-ink-faint">{member.login}</span>}
          {member.owner ? <Badge tone="madder">{words.owner}</Badge> : null}
          {member.you ? <Badge>{words.you}</Badge> : null}
        </p>
        <p className="text-small text-ink-soft">
          {shareText(member)} <span className="text-ink-faint">{words.since(dateText(Date.parse(member.since)))}</span>
        </p>
      </div>
      {changeable || givable ? (
        <Menu align="end" trigger={<IconButton label={words.more(name)} icon={<Ellipsis aria-hidden />} />}>
          {changeable ? (
            <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={onChange}>
              {words.changeOf(name)}
            </MenuItem>
          ) : null}
          {givable ? (
            <MenuItem icon={<Crown aria-hidden />} onSelect={() => setAsking('hand-over')}>
              {words.handOver}
            </MenuItem>
          ) : null}
          {changeable && !member.you ? (
            <MenuItem icon={<UserMinus aria-hidden />} danger onSelect={() => setAsking('remove')}>
              {words.remove}
            </MenuItem>
          ) : null}
        </Menu>
      ) : null}
      <AlertDialog
        open={asking === 'remove'}
        onOpenChange={() => setAsking(null)}
        title={words.removeTitle(name)}
        description={words.removeText(name)}
        confirmLabel={words.remove}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
      <AlertDialog
        open={asking === 'hand-over'}
        onOpenChange={() => setAsking(null)}
        title={words.handOverTitle(name)}
        description={words.handOverText(name)}
        confirmLabel={words.handOverYes}
        busy={give.isPending}
        onConfirm={() => give.mutate()}
      />
    </li>
  )
}
