'use client'
import { Download, FileArchive } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Editable, useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { exportUrl } from '#lib/client/comic.ts'
import type { SceneId } from '#lib/kernel/ids.ts'
import type { ComicPage } from '#lib/panels/comic.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import { composePage, templatesFor } from '#lib/panels/page.ts'
import { withReadability } from '#lib/qc/report.ts'
import { useStory } from '#stores/story.ts'
import { FindingOverlay } from './finding-overlay.tsx'
import { NoPanels } from './no-panels.tsx'
import { Drawn } from './picture.tsx'
import { FindingList, VerdictBadge } from './qc-view.tsx'
import { artOf } from './use-art.ts'
import { usePageChecks } from './use-checks.ts'
import { useCast, useComicPages, useComicState, useLetteringFont, useSend } from './use-comic.ts'
import { wordOf } from './vocabulary.ts'

const words = messages.panels
type Direction = keyof typeof words.directions

interface PagesViewProps {
  readonly sceneId: SceneId
  readonly onOpen: (panelId: string) => void
  readonly onShotList: () => void
}

/** The scene's pages with lettering, their layout and reading direction, and export. */
export function PagesView({ sceneId, onOpen, onShotList }: PagesViewProps) {
  const pages = useComicPages(sceneId)
  const storyId = useStory((page) => page.storyId)
  const { comicLayouts } = useComicState()
  const font = useLetteringFont()
  const send = useSend()
  const mayExport = useMay('story.export')
  const [overlay, setOverlay] = useState(true)
  const direction: Direction = comicLayouts.get(sceneId)?.direction ?? 'story'
  if (pages.length === 0) return <NoPanels onShotList={onShotList} />
  const chosen = pages.map((page) => page.template.id)
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-5 p-3">
      <div className="flex flex-wrap items-end gap-3">
        <Editable>
          <Field label={words.direction} className="w-48">
            <Select<Direction>
              value={direction}
              onChange={(next) => send({ type: 'SetComicLayout', sceneId, fields: { direction: next } })}
              options={(Object.keys(words.directions) as Direction[]).map((value) => ({
                value,
                label: words.directions[value],
              }))}
            />
          </Field>
        </Editable>
        {mayExport ? (
          <a
            className={buttonLook({ variant: 'primary', className: '[&_svg]:size-4' })}
            href={exportUrl(storyId, sceneId, 'cbz')}
            download
          >
            <FileArchive aria-hidden />
            {words.exportCbz}
          </a>
        ) : null}
        <Switch checked={overlay} onChange={setOverlay} label={words.overlayPages} />
      </div>
      <QueryState query={font}>
        {(face) =>
          pages.map((page, index) => (
            <PageSheet
              key={page.panels[0]?.panel.id ?? index}
              page={page}
              index={index}
              font={face}
              sceneId={sceneId}
              overlay={overlay}
              onOpen={onOpen}
              onTemplate={(id) =>
                send({
                  type: 'SetComicLayout',
                  sceneId,
                  fields: { templates: chosen.map((present, i) => (i === index ? id : present)) },
                })
              }
            />
          ))
        }
      </QueryState>
    </div>
  )
}

interface PageSheetProps {
  readonly page: ComicPage
  readonly index: number
  readonly font: LetteringFont
  readonly sceneId: SceneId
  /** Draws what the checks found over the page. */
  readonly overlay: boolean
  readonly onOpen: (panelId: string) => void
  readonly onTemplate: (id: string) => void
}

function PageSheet({ page, index, font, sceneId, overlay, onOpen, onTemplate }: PageSheetProps) {
  const storyId = useStory((state) => state.storyId)
  const { panelVersions } = useComicState()
  const mayExport = useMay('story.export')
  const label = words.pageImage(index + 1, page.panels.length)
  const composed = useMemo(() => {
    const versionOf = (id: string | null) => (id === null ? null : (panelVersions.get(id) ?? null))
    const byRules = page.panels.some(({ panel }) => (versionOf(panel.chosenVersionId)?.drawnBy ?? 'rules') === 'rules')
    return composePage({
      cells: page.panels.map((placed) => placed.cell),
      direction: page.direction,
      label,
      font,
      ...(byRules ? { note: words.byRules } : {}),
      panels: page.panels.map((placed) => ({
        id: placed.panel.id,
        art: artOf(storyId, placed, versionOf(placed.panel.chosenVersionId)),
        lines: placed.panel.lines,
        balloons: placed.panel.balloons,
        altText: placed.blueprint.altText,
      })),
    })
  }, [page, label, font, storyId, panelVersions])
  const checks = usePageChecks(page, font).page
  const report = withReadability(null, checks)
  const options = templatesFor(page.panels.length)
  return (
    <section aria-label={words.page(index + 1)} className="flex flex-col gap-2">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="flex-1 font-serif text-title">{words.page(index + 1)}</h2>
        {options.length > 1 ? (
          <Editable>
            <Select
              className="w-48"
              label={words.template}
              value={page.template.id}
              onChange={onTemplate}
              options={options.map((template) => ({ value: template.id, label: wordOf(template.id) }))}
            />
          </Editable>
        ) : null}
        {mayExport ? (
          <a
            className={buttonLook({ className: '[&_svg]:size-4' })}
            href={exportUrl(storyId, sceneId, 'png', index + 1)}
            download
          >
            <Download aria-hidden />
            {words.exportPng}
          </a>
        ) : null}
      </header>
      <div className="relative">
        <Drawn markup={composed.svg} />
        {composed.panels.map((panel, at) => (
          <button
            key={panel.id}
            type="button"
            aria-label={`${words.openStudio}: ${words.panel(at + 1)}`}
            onClick={() => onOpen(panel.id)}
            className="absolute rounded-sm border-2 border-transparent hover:border-madder"
            style={{
              left: `${(panel.frame.x / composed.width) * 100}%`,
              top: `${(panel.frame.y / composed.height) * 100}%`,
              width: `${(panel.frame.w / composed.width) * 100}%`,
              height: `${(panel.frame.h / composed.height) * 100}%`,
            }}
          />
        ))}
        <FindingOverlay width={composed.width} height={composed.height} findings={overlay ? checks.findings : []} />
      </div>
      <p className="flex items-center gap-2 text-small">
        {words.pageChecks} <VerdictBadge verdict={report.verdict} />
      </p>
      {checks.findings.length > 0 ? <FindingList findings={checks.findings} /> : null}
      <Transcript page={page} />
    </section>
  )
}

/** The page in words: what is seen and said, in reading order. */
function Transcript({ page }: { page: ComicPage }) {
  const cast = useCast()
  const nameOf = (id: string | null) => cast.find((member) => member.id === id)?.name
  return (
    <details className="text-small">
      <summary className="cursor-pointer text-ink-soft">{words.transcript}</summary>
      <ol className="mt-1 flex list-decimal flex-col gap-1 pl-5">
        {page.panels.map(({ panel, blueprint }) => (
          <li key={panel.id}>
            <p className="text-ink-soft">{blueprint.altText}</p>
            {panel.lines.map((line) => (
              <p key={line.id}>{nameOf(line.speakerId) ? `${nameOf(line.speakerId)}: ${line.text}` : line.text}</p>
            ))}
          </li>
        ))}
      </ol>
    </details>
  )
}
