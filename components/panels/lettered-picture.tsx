'use client'
import { useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import type { PlacedPanel } from '#lib/panels/comic.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import type { Balloon } from '#lib/panels/lettering.ts'
import { composePage, coverFit, PAGE } from '#lib/panels/page.ts'
import type { PanelArt } from '#lib/panels/page.ts'
import type { BalloonOverride } from '#lib/panels/panel.ts'
import type { Finding } from '#lib/qc/report.ts'
import { Drawn } from './picture.tsx'
import { useSend } from './use-comic.ts'

const words = messages.panels

interface LetteredPictureProps {
  readonly placed: PlacedPanel
  readonly art: PanelArt
  readonly font: LetteringFont
  readonly lettered: boolean
  /** Findings to draw over the picture; their regions are in pixels of the art. */
  readonly findings: readonly Finding[]
}

/** The panel as it stands on its page: picture, balloons that can be moved, and what checks found. */
export function LetteredPicture({ placed, art, font, lettered, findings }: LetteredPictureProps) {
  const { cell, panel } = placed
  const mayWrite = useMay('story.write')
  const composed = useMemo(() => {
    const frame = { x: 0, y: 0, w: cell.w, h: cell.h }
    return composePage({
      cells: [frame],
      direction: 'ltr',
      font,
      lettered,
      label: placed.blueprint.altText,
      format: { ...PAGE, width: cell.w, height: cell.h, margin: 0 },
      panels: [{ id: panel.id, art, lines: panel.lines, balloons: panel.balloons, altText: '' }],
    })
  }, [cell, panel, art, font, lettered, placed.blueprint.altText])
  return (
    <div className="relative">
      <Drawn markup={composed.svg} />
      {lettered && mayWrite
        ? composed.panels[0]?.lettering.balloons.map((balloon) => (
            <BalloonHandle key={balloon.lineId} balloon={balloon} placed={placed} />
          ))
        : null}
      {findings.length > 0 ? <FindingOverlay art={art} placed={placed} findings={findings} /> : null}
    </div>
  )
}

const percent = (value: number) => `${Math.round(value * 10_000) / 100}%`

/** An invisible handle over a balloon: drag or arrow keys move it, Delete gives it back to the rules. */
function BalloonHandle({ balloon, placed }: { balloon: Balloon; placed: PlacedPanel }) {
  const send = useSend()
  const { panel, cell } = placed
  const start = useRef<{ x: number; y: number; width: number; height: number } | null>(null)
  const [shift, setShift] = useState<{ x: number; y: number } | null>(null)
  const keep = (x: number, y: number) => {
    const others = panel.balloons.filter((entry) => entry.lineId !== balloon.lineId)
    const shape = panel.balloons.find((entry) => entry.lineId === balloon.lineId)?.shape ?? null
    const clamp = (value: number) => Math.min(1.2, Math.max(-0.2, Math.round(value * 1000) / 1000))
    const moved: BalloonOverride = { lineId: balloon.lineId, x: clamp(x), y: clamp(y), shape }
    send({ type: 'UpdatePanel', panelId: panel.id, fields: { balloons: [...others, moved] } })
  }
  const [cx, cy] = [balloon.cx / cell.w, balloon.cy / cell.h]
  function handleKey(event: KeyboardEvent) {
    const step = event.shiftKey ? 0.05 : 0.01
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key]
    if (by) {
      event.preventDefault()
      keep(cx + (by[0] ?? 0), cy + (by[1] ?? 0))
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && balloon.locked) {
      event.preventDefault()
      if (
        send({
          type: 'UpdatePanel',
          panelId: panel.id,
          fields: { balloons: panel.balloons.filter((entry) => entry.lineId !== balloon.lineId) },
        })
      )
        notify.info(words.balloonFree)
    }
  }
  function handleDown(event: PointerEvent<HTMLButtonElement>) {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (!box) return
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { x: event.clientX, y: event.clientY, width: box.width, height: box.height }
  }
  function handleMove(event: PointerEvent) {
    const from = start.current
    if (from) setShift({ x: (event.clientX - from.x) / from.width, y: (event.clientY - from.y) / from.height })
  }
  function handleUp() {
    if (shift && Math.abs(shift.x) + Math.abs(shift.y) > 0.004) keep(cx + shift.x, cy + shift.y)
    start.current = null
    setShift(null)
  }
  return (
    <button
      type="button"
      aria-label={words.moveBalloon(balloon.text)}
      onKeyDown={handleKey}
      onPointerDown={handleDown}
      onPointerMove={handleMove}
      onPointerUp={handleUp}
      onPointerCancel={handleUp}
      className={`absolute cursor-move touch-none rounded-md border border-transparent hover:border-madder ${shift ? 'border-madder bg-wash/60' : ''}`}
      style={{
        left: percent(cx - balloon.rx / cell.w + (shift?.x ?? 0)),
        top: percent(cy - balloon.ry / cell.h + (shift?.y ?? 0)),
        width: percent((balloon.rx * 2) / cell.w),
        height: percent((balloon.ry * 2) / cell.h),
      }}
    />
  )
}

/** Regions of findings with their numbers, over the picture. */
function FindingOverlay({
  art,
  placed,
  findings,
}: {
  art: PanelArt
  placed: PlacedPanel
  findings: readonly Finding[]
}) {
  const { cell } = placed
  const { scale, dx, dy } = coverFit(art, cell)
  const marks = findings.map((finding, index) => {
    const inset = index * 4
    const x = Math.max(2, finding.region.x * scale + dx) + inset
    const y = Math.max(2, finding.region.y * scale + dy) + inset
    const w = Math.max(8, Math.min(cell.w - x - 2, finding.region.w * scale - inset))
    const h = Math.max(8, Math.min(cell.h - y - 2, finding.region.h * scale - inset))
    // A finding about the whole picture frames it and speaks at its foot.
    const whole = finding.region.w * finding.region.h > 0.9 * art.width * art.height
    return { finding, index, x, y, w, h, whole, colour: OVERLAY[finding.severity] ?? OVERLAY.redraw }
  })
  const stackOf = (at: number) =>
    marks.filter(
      (other) =>
        other.index < at &&
        !other.whole &&
        Math.abs(other.x - (marks[at]?.x ?? 0)) < cell.w * 0.05 &&
        Math.abs(other.y - (marks[at]?.y ?? 0)) < cell.h * 0.05,
    ).length
  const atFoot = marks.filter((mark) => mark.whole)
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
      <svg viewBox={`0 0 ${cell.w} ${cell.h}`} className="absolute inset-0 h-full w-full">
        {marks.map(({ finding, index, x, y, w, h, whole, colour }) => (
          <g key={`${finding.category}-${index}`} fill="none">
            <rect x={x} y={y} width={w} height={h} stroke="#ffffff" strokeOpacity={0.85} strokeWidth={8} />
            <rect
              x={x}
              y={y}
              width={w}
              height={h}
              fill={colour}
              fillOpacity={whole ? 0 : 0.1}
              stroke={colour}
              strokeWidth={4}
              strokeDasharray={finding.severity === 'note' ? '10 8' : undefined}
            />
          </g>
        ))}
      </svg>
      {marks
        .filter((mark) => !mark.whole)
        .map((mark) => (
          <span
            key={`${mark.finding.category}-${mark.index}`}
            className="absolute max-w-[60%]"
            style={{
              ...(mark.x > cell.w * 0.6
                ? { right: percent(1 - (mark.x + mark.w) / cell.w) }
                : { left: percent(mark.x / cell.w) }),
              // Labels of findings about one and the same spot stand below each other.
              top: `calc(${percent(mark.y / cell.h)} + ${stackOf(mark.index) * 1.5}rem)`,
            }}
          >
            <FindingLabel finding={mark.finding} index={mark.index} colour={mark.colour} />
          </span>
        ))}
      <div className="absolute inset-x-1 bottom-1 flex flex-col items-start gap-0.5">
        {atFoot.map((mark) => (
          <FindingLabel
            key={`${mark.finding.category}-${mark.index}`}
            finding={mark.finding}
            index={mark.index}
            colour={mark.colour}
          />
        ))}
      </div>
    </div>
  )
}

/** Dark enough under white words, in both themes: the picture below does not change with them. */
const OVERLAY: Readonly<Record<string, string>> & { readonly redraw: string } = {
  note: '#24507a',
  review: '#7d5000',
  redraw: '#a3211a',
}

/** Number and measure of one finding, in letters that keep their size on a small picture; on phones the number alone. */
function FindingLabel({ finding, index, colour }: { finding: Finding; index: number; colour: string }) {
  return (
    <span
      className="block truncate rounded-sm px-1.5 py-0.5 text-small leading-tight font-medium"
      style={{ backgroundColor: '#1c1b19', color: '#ffffff', borderLeft: `4px solid ${colour}` }}
    >
      {index + 1}
      <span className="hidden sm:inline">
        . {words.categories[finding.category] ?? finding.category} {finding.measure} {finding.unit}
      </span>
    </span>
  )
}
