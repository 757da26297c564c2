'use client'
import { useQuery } from '@tanstack/react-query'
import { api } from '#lib/client/api.ts'
import { proseDoc } from '#lib/prose/document.ts'
import type { ProseDoc } from '#lib/prose/document.ts'
import { z } from 'zod'

const answer = z.object({ content: proseDoc })

/** How often an open scene is read anew, so that the player follows edits. */
const FOLLOW_MS = 4000

/** A scene's text for reading. `mark` changes when the text was recorded anew; `follow` keeps asking while shown. */
export function useSceneProse(storyId: string, sceneId: string, mark: string | null, follow: boolean) {
  return useQuery({
    queryKey: ['scene-prose', storyId, sceneId, mark],
    queryFn: async ({ signal }): Promise<ProseDoc> => {
      const { content } = await api('GET', `/api/stories/${storyId}/scenes/${sceneId}/prose`, {
        signal,
        schema: answer,
      })
      return content
    },
    placeholderData: (previous, query) => (query?.queryKey[2] === sceneId ? previous : undefined),
    ...(follow ? { refetchInterval: FOLLOW_MS } : {}),
  })
}
