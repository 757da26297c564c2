'use client'
import { useMutation } from '@tanstack/react-query'
import { Ban, DoorClosed, Ellipsis, KeyRound, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { ShownOnce } from '#components/ui/shown-once.tsx'
import { dateTimeText } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import { changePerson, endSessionsOf, makeResetLink, type PersonView } from '#lib/client/admin.ts'

const words = messages.admin.people

export interface PersonActionsProps {
  person: PersonView
  /** Id of whoever looks. */
  you: string
  onChanged: () => unknown
}

/** Suspend or restore, end sessions, a link for a new password. Nobody does these to the owner or to themselves (AC32-AC34). */
export function PersonActions({ person, you, onChanged }: PersonActionsProps) {
  const { id, name } = person
  const [asking, setAsking] = useState<'suspend' | 'sessions' | null>(null)
  const close = () => setAsking(null)
  const suspend = usePersonChange(
    (suspended: boolean) => changePerson(id, { suspended }),
    (suspended) => (suspended ? words.suspendDone(name) : words.restored(name)),
    () => (close(), onChanged()),
  )
  const end = usePersonChange(
    () => endSessionsOf(id),
    () => words.sessionsEnded(name),
    () => (close(), onChanged()),
  )
  const reset = usePersonChange(() => makeResetLink(id), null, onChanged)
  if (person.owner || id === you) return null
  return (
    <>
      <Menu align="end" trigger={<IconButton label={words.more(name)} icon={<Ellipsis aria-hidden />} />}>
        <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => reset.mutate(undefined)}>
          {words.resetLink}
        </MenuItem>
        <MenuItem icon={<DoorClosed aria-hidden />} onSelect={() => setAsking('sessions')}>
          {words.endSessions}
        </MenuItem>
        {person.suspended ? (
          <MenuItem icon={<RotateCcw aria-hidden />} onSelect={() => suspend.mutate(false)}>
            {words.restore}
          </MenuItem>
        ) : (
          <MenuItem icon={<Ban aria-hidden />} danger onSelect={() => setAsking('suspend')}>
            {words.suspend}
          </MenuItem>
        )}
      </Menu>
      <AlertDialog
        open={asking === 'suspend'}
        onOpenChange={close}
        title={words.suspendTitle(name)}
        description={words.suspendText(name)}
        confirmLabel={words.suspend}
        danger
        busy={suspend.isPending}
        onConfirm={() => suspend.mutate(true)}
      />
      <AlertDialog
        open={asking === 'sessions'}
        onOpenChange={close}
        title={words.endSessionsTitle(name)}
        description={words.endSessionsText(name)}
        confirmLabel={words.endSessions}
        busy={end.isPending}
        onConfirm={() => end.mutate(undefined)}
      />
      {reset.data ? (
        <Dialog open onOpenChange={() => reset.reset()} title={words.resetTitle(name)}>
          <ShownOnce
            title={words.resetLink}
            note={words.resetText(dateTimeText(Date.parse(reset.data.expiresAt)))}
            label={words.link}
            secret={reset.data.link}
            copyLabel={words.copy}
            doneLabel={messages.members.hide}
            onDone={() => reset.reset()}
          />
        </Dialog>
      ) : null}
    </>
  )
}

/** One change about a person: said when done, and said why not. */
function usePersonChange<Wish, Answer>(
  change: (wish: Wish) => Promise<Answer>,
  done: ((wish: Wish) => string) | null,
  onDone: () => unknown,
) {
  return useMutation({
    mutationFn: change,
    onSuccess: (_, wish) => {
      if (done) notify.done(done(wish))
      return onDone()
    },
    onError: (problem) => notify.problem(messages.members.failed, { description: problem.message }),
  })
}
