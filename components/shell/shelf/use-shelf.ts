'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import { makeStory, readShelf, renameStory, restoreStory, type ShelfStory, trashStory } from '#lib/client/shelf.ts'

const words = messages.shelf

/** Stories on the shelf or in the trash. */
export function useShelf(trash: boolean) {
  return useQuery({ queryKey: ['stories', { trash }], queryFn: ({ signal }) => readShelf(trash, signal) })
}

/** Makes a story; answers its id. */
export function useMakeStory() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: makeStory,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['stories'] }),
  })
}

/** Rename, trash and restore, each with its notice. */
export function useShelfActions() {
  const queries = useQueryClient()
  const renew = () => queries.invalidateQueries({ queryKey: ['stories'] })
  const sayWhy = (problem: Error) => notify.problem(words.failed, { description: problem.message })

  const restore = useMutation({
    mutationFn: (story: ShelfStory) => restoreStory(story.id),
    onSuccess: (_, story) => {
      notify.done(words.restored(story.title))
      return renew()
    },
    onError: sayWhy,
  })
  const trash = useMutation({
    mutationFn: (story: ShelfStory) => trashStory(story.id),
    onSuccess: (_, story) => {
      notify.done(words.trashed(story.title), {
        action: { label: words.undo, run: () => restore.mutate(story) },
      })
      return renew()
    },
    onError: sayWhy,
  })
  const rename = useMutation({
    mutationFn: ({ story, title }: { story: ShelfStory; title: string }) => renameStory(story.id, title),
    onSuccess: renew,
    onError: sayWhy,
  })
  return { rename, trash, restore }
}
