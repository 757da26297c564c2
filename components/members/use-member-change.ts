'use client'
import { useMutation } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'

/** One change of a member: said when done, and said why not. */
export function useMemberChange<Wish = void>(
  change: (wish: Wish) => Promise<unknown>,
  done: string,
  onDone: () => unknown,
) {
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      notify.done(done)
      return onDone()
    },
    onError: (problem) => notify.problem(messages.members.failed, { description: problem.message }),
  })
}
