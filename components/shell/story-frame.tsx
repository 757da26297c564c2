'use client'
import { Suspense, useEffect, useState, type ReactNode } from 'react'
import { ReadingLine } from '#components/members/may.tsx'
import { StoryClosed } from '#components/members/story-closed.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { messages } from '#components/messages/messages.ts'
import { ErrorBoundary } from '#components/ui/error-boundary.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { storyOf } from '#lib/story/state.ts'
import type { LiveStatus } from '#lib/client/live-socket.ts'
import { usePublishPresence } from '#stores/presence.ts'
import { useStory, useStoryPage } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { Dock, DockSheet } from './dock.tsx'
import { dockTabsOf } from './dock-tabs.tsx'
import { FirstSteps } from './first-steps.tsx'
import { STORY_PARTS } from './frame-slots.tsx'
import { Header } from './header.tsx'
import { HouseBar } from './house-bar.tsx'
import { OutdatedLine } from './outdated-line.tsx'
import type { Place } from './places.tsx'
import { Rail } from './rail.tsx'
import { useReportSave } from './save-state.tsx'
import { useCommandList } from './shortcuts.ts'
import { StatusBar } from './status-bar.tsx'
import { StoryCommands } from './story-commands.tsx'
import { StoryGate } from './story-gate.tsx'
import { useMedia } from './use-media.ts'

const words = messages.shell

export interface StoryFrameProps {
  place: Place
  user: SessionUser
  children: ReactNode
}

/** The frame around every place of a story: rail, header, dock, status bar. */
export function StoryFrame({ place, user, children }: StoryFrameProps) {
  const storyId = useStory((page) => page.storyId)
  const title = useStory((page) => storyOf(page.shown)?.title)
  const closed = useStory((page) => page.connection === 'closed')
  const wide = useMedia('(min-width: 900px)', true)
  const chosen = useView((view) => view.dockTab)
  const { setDockTab } = useViewActions()
  const [sheet, setSheet] = useState(false)
  const tabs = place.withoutDock ? [] : dockTabsOf(place.id)
  const first = tabs[0]?.id
  const open = wide ? chosen !== null : sheet
  const value = tabs.find((tab) => tab.id === chosen)?.id ?? first

  function handleToggle() {
    if (wide) setDockTab(chosen === null ? (first ?? null) : null)
    else setSheet((before) => !before)
  }

  useCommandList([
    {
      id: 'view.dock',
      title: words.commands.dock,
      group: 'view',
      keys: 'I',
      run: handleToggle,
      when: () => tabs.length > 0,
    },
    ...tabs.map(({ id }) => ({
      id: `view.dock-${id}`,
      title: words.commands.dockTab(words.dock.tabs[id]),
      group: 'view' as const,
      run: () => {
        setDockTab(id)
        setSheet(true)
      },
    })),
  ])
  useStorySaveReport()
  usePublishedPlace(place.id)
  usePageTitle(words.places[place.id])

  if (closed) {
    return (
      <div className="min-h-dvh">
        <HouseBar user={user} />
        <main id="content" className="mx-auto max-w-5xl">
          <StoryClosed />
        </main>
      </div>
    )
  }
  const dock = value ? { tabs, value, onChange: (tab: string) => setDockTab(tab) } : null
  return (
    <div className="grid h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)_auto] overflow-hidden md:grid-cols-[68px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md border border-control bg-raised px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {words.skipToContent}
      </a>
      <Rail place={place.id} user={user} />
      <Header user={user} dock={dock ? { open, onToggle: handleToggle } : null} />
      <div className="flex min-h-0 min-w-0">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <OutdatedLine />
          {place.withoutDock ? null : <ReadingLine />}
          <main id="content" tabIndex={-1} className="relative min-h-0 min-w-0 flex-1 overflow-auto outline-none">
            <h1 className="sr-only">{words.frameTitle(title ?? '', words.places[place.id])}</h1>
            <ErrorBoundary key={place.id} name={words.places[place.id]}>
              {/* A place or part whose code is still on its way waits by itself: the frame stays. */}
              <Suspense fallback={<SkeletonLines lines={8} className="mx-auto max-w-prose pt-16" />}>
                <StoryGate>{children}</StoryGate>
              </Suspense>
            </ErrorBoundary>
          </main>
        </div>
        {dock && wide && open ? <Dock key={storyId} storyId={storyId} {...dock} /> : null}
      </div>
      <StatusBar />
      {dock && !wide ? <DockSheet open={sheet} onOpenChange={setSheet} {...dock} /> : null}
      <StoryCommands />
      <FirstSteps shown={place.id === 'graph'} />
      {STORY_PARTS.map((Part, index) => (
        <ErrorBoundary key={index} quiet name={words.part}>
          <Suspense>
            <Part />
          </Suspense>
        </ErrorBoundary>
      ))}
    </div>
  )
}

const TROUBLE: Readonly<Partial<Record<LiveStatus, string>>> = {
  refused: words.status.signedOut,
  crowded: words.status.crowded,
  outdated: words.status.outdated,
}

/** Says to the status bar what the graph's own commands wait for. */
function useStorySaveReport() {
  const { pending, connection, ready, keepsUnsent } = useStoryPage()
  useReportSave('graph', {
    unsaved: pending,
    connected: connection === 'online' || (connection === 'connecting' && !ready),
    opening: !ready,
    kept: keepsUnsent,
    trouble: TROUBLE[connection],
  })
}

/** Lets others see in which place and on which branch this page is. */
function usePublishedPlace(place: string) {
  const publish = usePublishPresence()
  const branchId = useView((view) => view.branchId)
  // Syncs the room with where this page is.
  useEffect(() => publish({ place, branchId }), [publish, place, branchId])
}

/** The window's title: story and place. */
function usePageTitle(place: string) {
  const title = useStory((page) => storyOf(page.shown)?.title)
  // Syncs the window's title, which Next does not know: the story arrives after the page.
  useEffect(() => {
    if (title) document.title = `${title} · ${place} · ${words.appName}`
  }, [title, place])
}
