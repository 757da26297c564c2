'use client'
import Link from 'next/link'
import { messages } from '#components/messages/messages.ts'
import { Table } from '#components/ui/table.tsx'
import { dateTimeText, timeAgo } from '#components/ui/time-text.ts'
import type { ShelfStory } from '#lib/client/shelf.ts'
import { Cover } from './cover.tsx'
import { StoryMenu, type StoryMenuProps } from './story-menu.tsx'

const words = messages.shelf

export type StoryListProps = Omit<StoryMenuProps, 'story'> & { stories: readonly ShelfStory[] }

/** A story's title; a link while the story is on the shelf. */
function StoryTitle({ story, className }: { story: ShelfStory; className: string }) {
  if (story.trashedAt !== null) return <span className={className}>{story.title}</span>
  return (
    <Link href={`/stories/${story.id}`} className={className}>
      {story.title}
    </Link>
  )
}

/** Stories as cards. The whole card opens the story; its menu stays apart. */
export function StoryCards({ stories, ...actions }: StoryListProps) {
  return (
    <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
      {stories.map((story) => (
        <li
          key={story.id}
          className="group relative flex flex-col overflow-hidden rounded-lg border bg-raised transition-colors focus-within:border-control hover:border-control"
        >
          <Cover id={story.id} branches={story.branches} />
          <div className="flex flex-1 flex-col gap-1 p-4 pt-3">
            <h2 className="pr-8 font-serif text-title leading-7 font-medium text-balance">
              <StoryTitle story={story} className="after:absolute after:inset-0 after:rounded-lg" />
            </h2>
            {story.logline ? <p className="line-clamp-2 text-pretty text-ink-soft">{story.logline}</p> : null}
            <p className="mt-auto pt-3 text-small text-ink-soft tabular-nums">
              {words.words(story.words)} · {words.scenes(story.scenes)} · {words.branches(story.branches)}
            </p>
            <p className="text-small text-ink-faint" title={dateTimeText(story.changedAt)}>
              {words.changed(timeAgo(story.changedAt))}
            </p>
          </div>
          <div className="absolute top-16 right-2">
            <StoryMenu story={story} {...actions} />
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Stories as a compact table. */
export function StoryTable({ stories, ...actions }: StoryListProps) {
  return (
    <Table<ShelfStory>
      caption={words.title}
      rows={stories}
      rowKey={(story) => story.id}
      columns={[
        {
          id: 'title',
          header: words.columns.title,
          cell: (story) => (
            <StoryTitle story={story} className="font-serif text-lead underline-offset-4 hover:underline" />
          ),
        },
        {
          id: 'words',
          header: words.columns.words,
          align: 'right',
          cell: (story) => story.words.toLocaleString('en'),
        },
        {
          id: 'scenes',
          header: words.columns.scenes,
          align: 'right',
          className: 'hidden sm:table-cell',
          cell: (story) => story.scenes.toLocaleString('en'),
        },
        {
          id: 'branches',
          header: words.columns.branches,
          align: 'right',
          className: 'hidden md:table-cell',
          cell: (story) => story.branches.toLocaleString('en'),
        },
        {
          id: 'changed',
          header: words.columns.changed,
          className: 'hidden pl-6 text-ink-soft sm:table-cell',
          cell: (story) => <span title={dateTimeText(story.changedAt)}>{timeAgo(story.changedAt)}</span>,
        },
        {
          id: 'actions',
          header: <span className="sr-only">{words.columns.actions}</span>,
          align: 'right',
          cell: (story) => <StoryMenu story={story} {...actions} />,
        },
      ]}
    />
  )
}
