'use client'
import { useQuery } from '@tanstack/react-query'
import { readMembers } from '#lib/client/members.ts'

export const membersKey = (storyId: string) => ['members', storyId]

/** Everybody in a story, with the invitations that wait where the asker may invite. */
export function useMembers(storyId: string) {
  return useQuery({
    queryKey: membersKey(storyId),
    queryFn: ({ signal }) => readMembers(storyId, signal),
    // Others come in by their links at any moment, and no message says so: whoever looks asks, and goes on asking.
    staleTime: 0,
    refetchInterval: 15_000,
  })
}

/** Name of whoever owns the story; null while it is not known, or for a story of the house. */
export function useOwnerName(storyId: string): string | null {
  return useMembers(storyId).data?.members.find((member) => member.owner)?.name ?? null
}
