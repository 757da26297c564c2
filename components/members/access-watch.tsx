'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import { useAccessChanges, useStory } from '#stores/story.ts'
import { accessKey, useAccess } from './use-access.ts'
import { membersKey } from './use-members.ts'

const words = messages.members

/** Reads one's rights again when the server says they changed, and says what that means from now on. */
export function AccessWatch() {
  const storyId = useStory((page) => page.storyId)
  const queries = useQueryClient()
  const { data: access } = useAccess(storyId)
  const before = useRef(access)
  useAccessChanges(
    useCallback(() => {
      void queries.invalidateQueries({ queryKey: accessKey(storyId) })
      void queries.invalidateQueries({ queryKey: membersKey(storyId) })
      // A role on the installation reaches into every story, so the word comes by the same way.
      void queries.invalidateQueries({ queryKey: ['auth', 'me'] })
    }, [queries, storyId]),
  )
  // Syncs the notices with a change of what one may do.
  useEffect(() => {
    const was = before.current
    before.current = access
    if (!was || !access || was.permissions.join() === access.permissions.join()) return
    const [wrote, writes] = [was, access].map(({ permissions }) => permissions.includes('story.write'))
    // One notice: a later change takes the place of an earlier one.
    notify.info(wrote === writes ? words.nowOther : writes ? words.nowWrite : words.nowRead, { id: 'access' })
  }, [access])
  return null
}
