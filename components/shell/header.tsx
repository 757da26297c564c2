'use client'
import { ChevronLeft, PanelRight, Redo2, Search, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { PlainHttpSign } from '#components/accounts/plain-http-sign.tsx'
import { useMay } from '#components/members/may.tsx'
import { cn } from '#components/ui/cn.ts'
import type { SessionUser } from '#lib/client/accounts.ts'
import { messages } from '#components/messages/messages.ts'
import { ErrorBoundary } from '#components/ui/error-boundary.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { BranchSwitcher } from './branch-switcher.tsx'
import { Breadcrumb } from './breadcrumb.tsx'
import { HEADER_SLOTS } from './frame-slots.tsx'
import { People } from './people.tsx'
import { PersonMenu } from './person-menu.tsx'
import { SaveSign } from './save-sign.tsx'
import { useRunCommand } from './shortcuts.ts'

const words = messages.shell

export interface HeaderProps {
  user: SessionUser
  /** Null where the place has no dock. */
  dock: { open: boolean; onToggle: () => void } | null
}

/** Story, branch, where one is, who is here. */
export function Header({ user, dock }: HeaderProps) {
  const title = useStory((page) => storyOf(page.shown)?.title)
  const run = useRunCommand()
  const mayWrite = useMay('story.write')
  return (
    <header className="flex h-12 items-center gap-0.5 border-b px-1 touch:h-14 sm:gap-1.5 sm:px-2 md:gap-2 md:px-3">
      <Link
        href="/"
        prefetch={false}
        aria-label={`${title ?? ''} ${words.header.toShelf}`}
        className="flex h-row min-w-11 items-center gap-1 rounded-md pr-2 transition-colors hover:bg-hover"
      >
        <ChevronLeft aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <span className="max-w-56 truncate font-serif text-lead font-medium">{title}</span>
      </Link>
      <BranchSwitcher />
      <Breadcrumb />
      <span className="flex-1" />
      {HEADER_SLOTS.map((Slot, index) => (
        <ErrorBoundary key={index} quiet name={words.part}>
          <Slot />
        </ErrorBoundary>
      ))}
      <People />
      <span className="md:hidden">
        <SaveSign short />
      </span>
      <span className={cn('hidden items-center', mayWrite && 'sm:flex')}>
        <IconButton
          label={words.commands.undo}
          keys="Mod+Z"
          icon={<Undo2 aria-hidden />}
          onClick={() => run('story.undo')}
        />
        <IconButton
          label={words.commands.redo}
          keys="Mod+Shift+Z"
          icon={<Redo2 aria-hidden />}
          onClick={() => run('story.redo')}
        />
      </span>
      <PlainHttpSign />
      <IconButton
        label={words.commands.palette}
        keys="Mod+K"
        icon={<Search aria-hidden />}
        onClick={() => run('general.palette')}
      />
      {dock ? (
        <IconButton
          label={dock.open ? words.dock.close : words.dock.open}
          keys="I"
          aria-expanded={dock.open}
          icon={<PanelRight aria-hidden />}
          onClick={dock.onToggle}
        />
      ) : null}
      <span className="hidden sm:block md:hidden">
        <PersonMenu user={user} />
      </span>
    </header>
  )
}
