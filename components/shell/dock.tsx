'use client'
import { Suspense, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { ErrorBoundary } from '#components/ui/error-boundary.tsx'
import { Sheet } from '#components/ui/sheet.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { TabPanel, Tabs } from '#components/ui/tabs.tsx'
import { useSettled } from '#components/ui/when-idle.ts'
import type { DockTab } from './dock-tabs.tsx'

const words = messages.shell.dock
const MIN_PX = 280
const MAX_PX = 640
const START_PX = 372
const STEP_PX = 16

const clamp = (px: number) => Math.min(MAX_PX, Math.max(MIN_PX, Math.round(px)))

function readWidth(key: string): number {
  const stored = Number(localStorage.getItem(key))
  return stored > 0 ? clamp(stored) : START_PX
}

interface DockProps {
  storyId: string
  tabs: readonly DockTab[]
  /** The open tab's id. */
  value: string
  onChange: (tab: string) => void
}

/** The dock at the right of the place. Its width is kept per story; drag or use the arrow keys on its edge. */
export function Dock({ storyId, ...tabs }: DockProps) {
  const key = `loom.dock.${storyId}`
  const [width, setWidth] = useState(() => readWidth(key))
  const drag = useRef<{ x: number; width: number } | null>(null)

  function keep(px: number) {
    setWidth(clamp(px))
    localStorage.setItem(key, String(clamp(px)))
  }
  function handlePointerDown(event: PointerEvent<HTMLDivElement>) {
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, width }
  }
  function handlePointerMove(event: PointerEvent) {
    if (drag.current) setWidth(clamp(drag.current.width + drag.current.x - event.clientX))
  }
  function handlePointerUp() {
    if (drag.current) keep(width)
    drag.current = null
  }
  function handleKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowLeft' ? STEP_PX : event.key === 'ArrowRight' ? -STEP_PX : 0
    if (step === 0) return
    event.preventDefault()
    keep(width + step)
  }

  return (
    <aside aria-label={words.label} style={{ width }} className="relative flex min-h-0 border-l bg-paper">
      <div
        role="separator"
        aria-label={words.resize}
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={MIN_PX}
        aria-valuemax={MAX_PX}
        tabIndex={0}
        className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none hover:bg-madder/30"
        onPointerDown={handlePointerDown}
        onPointerMove={handlePointerMove}
        onPointerUp={handlePointerUp}
        onKeyDown={handleKeyDown}
      />
      <DockTabs {...tabs} />
    </aside>
  )
}

/** The dock of a phone: the same tabs in a sheet from below. */
export function DockSheet({
  open,
  onOpenChange,
  ...tabs
}: Omit<DockProps, 'storyId'> & { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Sheet side="bottom" title={words.label} open={open} onOpenChange={onOpenChange}>
      <DockTabs {...tabs} />
    </Sheet>
  )
}

function DockTabs({ tabs, value, onChange }: Omit<DockProps, 'storyId'>) {
  // The place comes first when a page opens: what stands beside it would take its time.
  const settled = useSettled()
  return (
    <Tabs
      fill
      label={words.label}
      className="min-w-0 flex-1"
      value={value}
      onChange={onChange}
      items={tabs.map(({ id, badge: Badge }) => ({
        id: id as string,
        label: words.tabs[id],
        badge:
          settled && Badge ? (
            <Suspense>
              <Badge />
            </Suspense>
          ) : undefined,
      }))}
    >
      {tabs.map(({ id, component: Body }) => (
        <TabPanel key={id} id={id}>
          <ErrorBoundary name={words.tabs[id]}>
            <Suspense fallback={<SkeletonLines />}>{settled ? <Body /> : <SkeletonLines />}</Suspense>
          </ErrorBoundary>
        </TabPanel>
      ))}
    </Tabs>
  )
}
