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
import { FindingOverlay, percent } from './finding-overlay.tsx'
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
  const { cell, panel, direction } = placed
  const mayWrite = useMay('story.write')
  const composed = useMemo(() => {
    const frame = { x: 0, y: 0, w: cell.w, h: cell.h }
    return composePage({
      cells: [frame],
      direction,
      font,
      lettered,
      label: placed.blueprint.altText,
      format: { ...PAGE, width: cell.w, height: cell.h, margin: 0 },
      panels: [{ id: panel.id, art, lines: panel.lines, balloons: panel.balloons, altText: '' }],
    })
  }, [cell, panel, direction, art, font, lettered, placed.blueprint.altText])
  const { scale, dx, dy } = coverFit(art, cell)
  const inCell = ({ x, y, w, h }: Finding['region']) => ({
    x: x * scale + dx,
    y: y * scale + dy,
    w: w * scale,
    h: h * scale,
  })
  const marks = findings.map((finding) => ({ ...finding, region: inCell(finding.region) }))
  return (
    <div className="relative">
      <Drawn markup={composed.svg} />
      {lettered && mayWrite
        ? composed.panels[0]?.lettering.balloons.map((balloon) => (
            <BalloonHandle key={balloon.lineId} balloon={balloon} placed={placed} />
          ))
        : null}
      <FindingOverlay width={cell.w} height={cell.h} findings={marks} />
    </div>
  )
}

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
