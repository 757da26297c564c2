'use client'
import { useQuery } from '@tanstack/react-query'
import type { StoryPermission } from '#lib/accounts/policy.ts'
import { readAccess } from '#lib/client/members.ts'

export const accessKey = (storyId: string) => ['access', storyId]

/** What this person holds in a story, by the policy the server asks too. */
export function useAccess(storyId: string) {
  return useQuery({ queryKey: accessKey(storyId), queryFn: ({ signal }) => readAccess(storyId, signal) })
}

/** Whether this person may do something in a story; false until that is known. */
export function useMayIn(storyId: string, permission: StoryPermission): boolean {
  return useAccess(storyId).data?.permissions.includes(permission) ?? false
}
