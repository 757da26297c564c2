'use client'
import { ArrowDown, ArrowUp, Combine, Scissors, SquareArrowOutUpRight, Trash2 } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Field } from '#components/ui/field.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { previewSeed } from '#lib/panels/comic.ts'
import type { PlacedPanel } from '#lib/panels/comic.ts'
import type { Panel } from '#lib/panels/panel.ts'
import { ANGLES, LIGHTS, SETTINGS, SHOTS } from '#lib/panels/script.ts'
import { useStoryActions } from '#stores/story.ts'
import { FigureEditor } from './figure-editor.tsx'
import { KeptTextarea } from './kept-text.tsx'
import { LineEditor } from './line-editor.tsx'
import { StoryboardPicture } from './picture.tsx'
import { joinPanels, splitPanel } from './shot-edits.ts'
import { useSend } from './use-comic.ts'
import { optionsOf } from './vocabulary.ts'

const words = messages.panels

interface ShotRowProps {
  readonly placed: PlacedPanel
  readonly index: number
  readonly all: readonly Panel[]
  readonly prose: string | null
  readonly onOpen: (panelId: string) => void
}

/** One row of the shot list: the storyboard as it would be drawn now, and everything it is drawn from. */
export function ShotRow({ placed, index, all, prose, onOpen }: ShotRowProps) {
  const { panel, blueprint } = placed
  const send = useSend()
  const set = (fields: Partial<Panel>) => void send({ type: 'UpdatePanel', panelId: panel.id, fields: fields as never })
  return (
    <li
      aria-label={words.panel(index + 1)}
      className="grid gap-3 rounded-md border bg-raised p-3 md:grid-cols-[minmax(180px,260px)_1fr]"
    >
      <div className="flex flex-col gap-1">
        <StoryboardPicture blueprint={blueprint} seed={previewSeed(panel.id)} />
        <p className="text-small text-ink-faint">{words.byRules}</p>
        <RowActions panel={panel} index={index} all={all} onOpen={onOpen} />
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <Field label={`${words.panel(index + 1)}: ${words.beat}`}>
          <KeptTextarea value={panel.beat} rows={2} maxLength={600} onKeep={(beat) => set({ beat })} />
        </Field>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5">
          <Field label={words.shot}>
            <Select value={panel.shot} onChange={(shot) => set({ shot })} options={optionsOf(SHOTS)} />
          </Field>
          <Field label={words.angle}>
            <Select value={panel.angle} onChange={(angle) => set({ angle })} options={optionsOf(ANGLES)} />
          </Field>
          <Field label={words.setting}>
            <Select value={panel.setting} onChange={(setting) => set({ setting })} options={optionsOf(SETTINGS)} />
          </Field>
          <Field label={words.light}>
            <Select value={panel.light} onChange={(light) => set({ light })} options={optionsOf(LIGHTS)} />
          </Field>
          <Field label={words.weight}>
            <Select
              value={String(panel.weight)}
              onChange={(weight) => set({ weight: Number(weight) })}
              options={[1, 2, 3, 4, 5].map((value) => ({ value: String(value), label: words.weights[value] ?? '' }))}
            />
          </Field>
        </div>
        <FigureEditor figures={panel.figures} onChange={(figures) => set({ figures })} />
        <LineEditor lines={panel.lines} figures={panel.figures} prose={prose} onChange={(lines) => set({ lines })} />
        <Switch checked={panel.turn} onChange={(turn) => set({ turn })} label={words.turn} />
        {panel.source ? (
          <details className="text-small text-ink-soft">
            <summary className="cursor-pointer">{words.source}</summary>
            <blockquote className="mt-1 border-l-2 pl-3 font-serif whitespace-pre-line">
              {panel.source.quote}
            </blockquote>
          </details>
        ) : null}
      </div>
    </li>
  )
}

function RowActions({ panel, index, all, onOpen }: Omit<ShotRowProps, 'placed' | 'prose'> & { panel: Panel }) {
  const send = useSend()
  const { newId } = useStoryActions()
  const next = all[index + 1]
  function move(by: number) {
    const ids = all.map((entry) => entry.id)
    const [id] = ids.splice(index, 1)
    if (id) ids.splice(index + by, 0, id)
    send({ type: 'ReorderPanels', sceneId: panel.sceneId, panelIds: ids })
  }
  return (
    <div className="flex flex-wrap gap-1">
      <IconButton
        size="icon-sm"
        label={words.openStudio}
        icon={<SquareArrowOutUpRight aria-hidden />}
        onClick={() => onOpen(panel.id)}
      />
      <IconButton
        edits
        size="icon-sm"
        label={words.up}
        icon={<ArrowUp aria-hidden />}
        disabled={index === 0}
        onClick={() => move(-1)}
      />
      <IconButton
        edits
        size="icon-sm"
        label={words.down}
        icon={<ArrowDown aria-hidden />}
        disabled={!next}
        onClick={() => move(1)}
      />
      <IconButton
        edits
        size="icon-sm"
        label={words.split}
        icon={<Scissors aria-hidden />}
        onClick={() => send(splitPanel(panel, newId('panel')))}
      />
      <IconButton
        edits
        size="icon-sm"
        label={words.join}
        icon={<Combine aria-hidden />}
        disabled={!next}
        onClick={() => next && send(joinPanels(panel, next))}
      />
      <IconButton
        edits
        size="icon-sm"
        label={words.remove}
        icon={<Trash2 aria-hidden />}
        onClick={() => send({ type: 'DeletePanels', panelIds: [panel.id] })}
      />
    </div>
  )
}
