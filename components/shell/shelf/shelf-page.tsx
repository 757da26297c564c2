'use client'
import { LayoutGrid, Plus, Rows3 } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { RequireSession } from '#components/accounts/require-session.tsx'
import { useMayHere } from '#components/accounts/session.ts'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'
import { LoomDrawing, PagesDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Input } from '#components/ui/input.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import type { ShelfStory } from '#lib/client/shelf.ts'
import { HouseBar } from '../house-bar.tsx'
import { fold } from '../palette-rank.ts'
import { usePaletteSource } from '../palette-sources.ts'
import { usePreferences } from '../preferences.tsx'
import { useCommand } from '../shortcuts.ts'
import { SHELF_ACTIONS } from './shelf-actions.tsx'
import { StoryCards, StoryTable } from './story-list.tsx'
import { TitleDialog } from './title-dialog.tsx'
import { useMakeStory, useShelf, useShelfActions } from './use-shelf.ts'

const words = messages.shelf

/** All stories of the house; the first page after sign-in. */
export function ShelfPage() {
  return (
    <RequireSession>
      {(user) => (
        <div className="min-h-dvh">
          <HouseBar user={user} />
          <Shelf />
        </div>
      )}
    </RequireSession>
  )
}

function Shelf() {
  const router = useRouter()
  const trash = useSearchParams().get('view') === 'trash'
  const stories = useShelf(trash)
  const [making, setMaking] = useState(false)
  const [query, setQuery] = useState('')
  const make = useMakeStory()
  const mayMake = useMayHere('story.create')
  const newButton = mayMake ? (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setMaking(true)}>
      {words.newStory}
    </Button>
  ) : null

  useCommand({
    id: 'story.new',
    title: words.newStory,
    group: 'general',
    run: () => setMaking(true),
    when: () => mayMake,
  })
  usePaletteSource({
    id: 'stories',
    title: messages.shell.palette.stories,
    of: trash ? null : stories.data,
    read: () =>
      (trash ? [] : (stories.data ?? [])).map((story) => ({
        id: `story:${story.id}`,
        title: story.title,
        hint: words.scenes(story.scenes),
        run: () => router.push(`/stories/${story.id}`),
      })),
  })

  return (
    <main id="content" className="mx-auto max-w-6xl px-4 pt-8 pb-24 md:px-8">
      <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <h1 className="font-serif text-display font-medium">{words.title}</h1>
        <div className="flex flex-wrap items-center gap-2">
          {SHELF_ACTIONS.map((Action, index) => (
            <Action key={index} />
          ))}
          {newButton}
        </div>
      </header>
      <ShelfBar trash={trash} query={query} onQuery={setQuery} />
      <QueryState query={stories} lines={6}>
        {(all) => <Stories all={all} trash={trash} query={query} newButton={newButton} />}
      </QueryState>
      <TitleDialog
        open={making}
        onOpenChange={setMaking}
        heading={words.newTitle}
        lead={words.newLead}
        confirmLabel={words.create}
        busy={make.isPending}
        problem={make.error?.message}
        onConfirm={(title) => make.mutate(title, { onSuccess: (id) => router.push(`/stories/${id}`) })}
      />
    </main>
  )
}

function ShelfBar({ trash, query, onQuery }: { trash: boolean; query: string; onQuery: (query: string) => void }) {
  const router = useRouter()
  const [{ shelfView }, change] = usePreferences()
  const views = [
    { id: 'cards', label: words.cards, icon: <LayoutGrid aria-hidden /> },
    { id: 'table', label: words.table, icon: <Rows3 aria-hidden /> },
  ] as const
  const shelves = [
    { label: words.onShelf, on: !trash, href: '/' },
    { label: words.trash, on: trash, href: '/?view=trash' },
  ]
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2 border-b pb-3">
      <nav aria-label={words.title} className="flex gap-1">
        {shelves.map(({ label, on, href }) => (
          <Button
            key={href}
            variant="ghost"
            aria-current={on ? 'page' : undefined}
            className={cn(on && 'bg-wash text-madder')}
            onClick={() => router.replace(href)}
          >
            {label}
          </Button>
        ))}
      </nav>
      <span className="hidden flex-1 sm:block" />
      <Input
        type="search"
        aria-label={words.find}
        placeholder={words.find}
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
        className="w-full flex-1 sm:w-56 sm:flex-none"
      />
      <div role="group" aria-label={words.view} className="flex">
        {views.map(({ id, label, icon }) => (
          <IconButton
            key={id}
            label={label}
            icon={icon}
            aria-pressed={shelfView === id}
            onClick={() => change({ shelfView: id })}
          />
        ))}
      </div>
    </div>
  )
}

interface StoriesProps {
  all: readonly ShelfStory[]
  trash: boolean
  query: string
  newButton: ReactNode
}

function Stories({ all, trash, query, newButton }: StoriesProps) {
  const [{ shelfView }] = usePreferences()
  const [renaming, setRenaming] = useState<ShelfStory | null>(null)
  const { rename, trash: moveToTrash, restore } = useShelfActions()
  const wanted = fold(query)
  const stories = all.filter((story) => wanted === '' || fold(`${story.title} ${story.logline}`).includes(wanted))

  if (all.length === 0) {
    return trash ? (
      <EmptyState drawing={<PagesDrawing />} title={words.trashEmptyTitle}>
        {words.trashNote}
      </EmptyState>
    ) : (
      <EmptyState drawing={<LoomDrawing />} title={words.emptyTitle} action={newButton}>
        {newButton ? words.empty : words.emptyGuest}
      </EmptyState>
    )
  }
  if (stories.length === 0) return <EmptyState title={words.noneFoundTitle}>{words.noneFound(query)}</EmptyState>

  const List = shelfView === 'cards' ? StoryCards : StoryTable
  return (
    <>
      {trash ? <p className="mb-4 text-ink-soft">{words.trashNote}</p> : null}
      <List
        stories={stories}
        onRename={setRenaming}
        onTrash={(story) => moveToTrash.mutate(story)}
        onRestore={(story) => restore.mutate(story)}
      />
      <TitleDialog
        open={renaming !== null}
        onOpenChange={(open) => (open ? undefined : setRenaming(null))}
        heading={words.renameTitle}
        confirmLabel={words.save}
        initial={renaming?.title ?? ''}
        busy={rename.isPending}
        onConfirm={(title) => {
          if (renaming) rename.mutate({ story: renaming, title }, { onSuccess: () => setRenaming(null) })
        }}
      />
    </>
  )
}
