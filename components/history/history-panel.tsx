'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useEffect } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ProblemState } from '#components/ui/query-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { dateTimeText, timeAgo } from '#components/ui/time-text.ts'
import { api } from '#lib/client/api.ts'
import { useStory } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { groupEntries, type HistoryEntry, type HistoryGroup } from './group-entries.ts'

const words = messages.history

/** One list of everybody's changes, newest first, each leading to the scenes it touched. */
export function HistoryPanel() {
  const storyId = useStory((page) => page.storyId)
  const version = useStory((page) => page.shown.version)
  const query = useInfiniteQuery({
    queryKey: ['history', storyId],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      api<{ entries: HistoryEntry[] }>(
        'GET',
        `/api/stories/${storyId}/history?limit=50${pageParam > 0 ? `&before=${pageParam}` : ''}`,
        { signal },
      ),
    getNextPageParam: (last) => (last.entries.length < 50 ? undefined : last.entries.at(-1)?.version),
  })
  const { refetch } = query
  // Syncs the list with the story's newest version.
  useEffect(() => {
    const timer = setTimeout(() => void refetch(), 400)
    return () => clearTimeout(timer)
  }, [version, refetch])

  if (query.isError && !query.data) return <ProblemState problem={query.error} onRetry={() => void refetch()} />
  if (!query.data) return <SkeletonLines lines={8} />
  const entries = query.data.pages.flatMap((page) => page.entries)
  if (entries.length === 0) {
    return (
      <EmptyState drawing={<History aria-hidden className="size-8" />} title={words.emptyTitle}>
        {words.empty}
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col">
      <ol aria-label={words.list} className="flex flex-col">
        {groupEntries(entries, words.did).map((group) => (
          <HistoryRow key={group[0].commandId} group={group} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button variant="ghost" onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
          {words.more}
        </Button>
      )}
    </div>
  )
}

/** One change, or several that read the same, with their count. */
function HistoryRow({ group }: { readonly group: HistoryGroup }) {
  const scenes = useStory((page) => page.shown.scenes)
  const { select } = useViewActions()
  const [entry] = group
  const ids = new Set(group.flatMap((one) => one.ids))
  const touched = [...ids].flatMap((id) => scenes.get(id) ?? [])
  const first = touched[0]
  const name =
    entry.actorKind === 'system'
      ? words.system
      : entry.actorKind === 'agent'
        ? words.agent(entry.actorName)
        : entry.actorName
  return (
    <li className="flex flex-col gap-0.5 border-b border-line px-4 py-2.5">
      <p className="text-sm">
        <span className="font-medium">{name}</span> {words.did(entry.types)}
        {group.length > 1 && <span className="text-ink-soft"> {words.times(group.length)}</span>}
        {entry.undone && <Badge className="ml-2">{words.undone}</Badge>}
      </p>
      <p className="flex flex-wrap items-baseline gap-x-2 text-xs text-ink-soft">
        <time dateTime={new Date(entry.at).toISOString()} title={dateTimeText(entry.at)}>
          {timeAgo(entry.at)}
        </time>
        <span>{words.versions(group.at(-1)?.version ?? entry.version, entry.version)}</span>
        {first && (
          <button
            type="button"
            className="underline decoration-line underline-offset-2 hover:text-ink"
            aria-label={words.show(first.title || words.untitled)}
            onClick={() => select(touched.map((scene) => scene.id))}
          >
            {first.title || words.untitled}
          </button>
        )}
      </p>
    </li>
  )
}
