'use client'
import { ChevronLeft, ChevronRight, Dices, Pencil } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useMayHere } from '#components/accounts/session.ts'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel as Section } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { notify } from '#components/ui/toast.tsx'
import { isFinished } from '#lib/jobs/job.ts'
import type { ComicPage, PlacedPanel } from '#lib/panels/comic.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import { versionsOfPanel } from '#lib/panels/panel.ts'
import { needsDrawing } from '#lib/panels/seed.ts'
import type { SceneId } from '#lib/kernel/ids.ts'
import { useStory } from '#stores/story.ts'
import { JobLine } from './job-line.tsx'
import { LetteredPicture } from './lettered-picture.tsx'
import { NoPanels } from './no-panels.tsx'
import { QcView } from './qc-view.tsx'
import { useArt } from './use-art.ts'
import { usePanelReport } from './use-checks.ts'
import { useBackends, useComicPages, useComicState, useLetteringFont, usePanelJobs } from './use-comic.ts'
import { useDrawing } from './use-drawing.ts'
import { VersionCompare } from './version-compare.tsx'
import { VersionFacts, VersionStrip } from './version-strip.tsx'

const words = messages.panels

interface StudioProps {
  readonly sceneId: SceneId
  readonly panelId: string | null
  readonly onPanel: (id: string) => void
  readonly onShotList: () => void
}

/** Panel studio: one panel large, with its versions, checks and the drawing of new ones. */
export function Studio({ sceneId, panelId, onPanel, onShotList }: StudioProps) {
  const pages = useComicPages(sceneId)
  const placed = pages.flatMap((page) => page.panels)
  const index = Math.max(
    0,
    placed.findIndex((entry) => entry.panel.id === panelId),
  )
  const entry = placed[index]
  const page = pages.find((one) => entry && one.panels.includes(entry))
  const font = useLetteringFont()
  const go = (by: number) => {
    const next = placed[index + by]
    if (next) onPanel(next.panel.id)
  }
  useCommandList([
    { id: 'comic.next-panel', title: words.nextPanel, group: 'comic', keys: 'J', run: () => go(1) },
    {
      id: 'comic.previous-panel',
      title: words.previousPanel,
      group: 'comic',
      keys: 'K',
      run: () => go(-1),
    },
  ])
  if (!entry || !page) return <NoPanels onShotList={onShotList} />
  return (
    <div className="mx-auto flex max-w-7xl flex-col gap-3 p-3">
      <div className="flex items-center gap-2">
        <IconButton
          label={words.previousPanel}
          keys="K"
          icon={<ChevronLeft aria-hidden />}
          disabled={index === 0}
          onClick={() => go(-1)}
        />
        <h2 className="font-serif text-title">{words.panel(index + 1)}</h2>
        <IconButton
          label={words.nextPanel}
          keys="J"
          icon={<ChevronRight aria-hidden />}
          disabled={index >= placed.length - 1}
          onClick={() => go(1)}
        />
      </div>
      <QueryState query={font}>
        {(face) => <StudioPanel key={entry.panel.id} page={page} placed={entry} all={placed} font={face} />}
      </QueryState>
    </div>
  )
}

interface StudioPanelProps {
  readonly page: ComicPage
  readonly placed: PlacedPanel
  readonly all: readonly PlacedPanel[]
  readonly font: LetteringFont
}

function StudioPanel({ page, placed, all, font }: StudioPanelProps) {
  const storyId = useStory((story) => story.storyId)
  const state = useComicState()
  const jobs = usePanelJobs()
  const [lookId, setLookId] = useState<string | null>(null)
  const [lettered, setLettered] = useState(true)
  const [overlay, setOverlay] = useState(true)
  const versions = versionsOfPanel(state, placed.panel.id)
  const version = versions.find((entry) => entry.id === (lookId ?? placed.panel.chosenVersionId)) ?? null
  const art = useArt(storyId, placed, version)
  const report = usePanelReport(page, font, { panelId: placed.panel.id, version })
  const job = jobs.get(placed.panel.id)
  const mayDraw = useMay('panel.render')
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
      <div className="flex min-w-0 flex-col gap-2">
        <LetteredPicture
          placed={placed}
          art={art}
          font={font}
          lettered={lettered}
          findings={overlay ? report.findings : []}
        />
        <p className="text-small text-ink-faint">{version ? words.drawnBy[version.drawnBy] : words.byRules}</p>
        <div className="flex flex-wrap gap-4">
          <Switch checked={lettered} onChange={setLettered} label={words.balloons} />
          <Switch checked={overlay} onChange={setOverlay} label={words.overlay} />
        </div>
        {versions.length > 0 ? (
          <VersionStrip placed={placed} versions={versions} shownId={version?.id ?? null} onLook={setLookId} />
        ) : null}
        {version && versions.length > 1 ? <VersionCompare versions={versions} version={version} /> : null}
      </div>
      <aside className="flex flex-col gap-4">
        {mayDraw ? (
          <DrawBox
            placed={placed}
            all={all}
            hasVersions={versions.length > 0}
            busy={job !== undefined && !isFinished(job.state)}
            onQueued={() => setLookId(null)}
          />
        ) : null}
        <JobLine job={job} />
        <Section title={words.versions}>
          <VersionFacts placed={placed} version={version} />
        </Section>
        <Section title={words.qc}>
          <QcView report={report} />
        </Section>
      </aside>
    </div>
  )
}

function DrawBox({
  placed,
  all,
  hasVersions,
  busy,
  onQueued,
}: {
  placed: PlacedPanel
  all: readonly PlacedPanel[]
  hasVersions: boolean
  busy: boolean
  onQueued: () => void
}) {
  const backends = useBackends()
  const names = backends.data ?? ['storyboard']
  const [backend, setBackend] = useState('storyboard')
  const { draw, sending } = useDrawing(onQueued)
  const { panelVersions } = useComicState()
  const one = [placed.panel.id]
  // Pictures that fit their panels stay: somebody chose them.
  function drawAll() {
    const needed = all.filter((entry) =>
      needsDrawing(entry, panelVersions.get(entry.panel.chosenVersionId ?? '') ?? null, backend),
    )
    if (needed.length === 0) notify.info(words.allDrawn)
    else
      void draw(
        needed.map((entry) => entry.panel.id),
        false,
        backend,
      )
  }
  const admin = useMayHere('admin')
  useCommandList([
    {
      id: 'comic.draw',
      title: hasVersions ? words.redraw : words.draw,
      group: 'comic',
      run: () => void draw(one, false, backend),
      when: () => !busy,
    },
    { id: 'comic.draw-all', title: words.drawAll, group: 'comic', run: drawAll },
  ])
  return (
    <div className="flex flex-col gap-2">
      {names.length > 1 ? (
        <Select
          label={words.backend}
          value={backend}
          onChange={setBackend}
          options={names.map((name) => ({ value: name, label: name === 'storyboard' ? words.byRules : name }))}
        />
      ) : (
        <Notice title={words.noBackendTitle}>
          <p>{words.noBackend}</p>
          {admin ? (
            <Link href="/settings#workers" className="text-madder underline underline-offset-4">
              {words.workersLink}
            </Link>
          ) : null}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          icon={<Pencil aria-hidden />}
          busy={sending}
          disabled={busy}
          onClick={() => void draw(one, false, backend)}
        >
          {hasVersions ? words.redraw : words.draw}
        </Button>
        {hasVersions ? (
          <Button icon={<Dices aria-hidden />} disabled={busy || sending} onClick={() => void draw(one, true, backend)}>
            {words.vary}
          </Button>
        ) : null}
        <Button variant="ghost" disabled={sending} onClick={drawAll}>
          {words.drawAll}
        </Button>
      </div>
    </div>
  )
}
