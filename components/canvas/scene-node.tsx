'use client'
import { Handle, Position, useStore, type Node, type NodeProps } from '@xyflow/react'
import { Flag, Pin, Rocket } from 'lucide-react'
import { memo, useRef } from 'react'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import { branchHue, branchVar } from '#components/ui/tokens.ts'
import type { Detail, Drawn } from './canvas-model.ts'
import { useGraph } from './graph-context.tsx'
import { SceneTypeIcon } from './scene-type-icon.tsx'
import { TitleField } from './title-field.tsx'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas

/** Somebody else who has the scene selected. */
export interface Halo {
  readonly name: string
  readonly colour: number
}

export interface SceneNodeData extends Record<string, unknown> {
  readonly drawn: Drawn
  readonly detail: Detail
  readonly editing: boolean
  readonly branchName: string
  /** Address of the scene's first chosen picture. */
  readonly picture: string | undefined
  readonly halos: readonly Halo[]
  /** While it is dragged. */
  readonly moving: boolean
}
export type SceneFlowNode = Node<SceneNodeData, 'scene' | 'frame'>

/** A scene on the canvas: a card near, a title further off, a coloured dot from afar. */
export const SceneNode = memo(function SceneNode({ data, selected }: NodeProps<SceneFlowNode>) {
  const { drawn } = data
  const face = useFace(data)
  if (face === 'dot') return <Dot data={data} selected={selected} />
  const untouched = drawn.scene.draftState === 'empty' && drawn.scene.words === 0
  return (
    <div className="relative h-full w-full">
      <div
        className={cn(
          'relative flex h-full w-full flex-col overflow-hidden rounded-md border',
          // Scenes of other branches step back, but stay readable: fainter words and lines, no veil over them.
          drawn.onBranch ? 'border-control bg-raised text-ink' : 'border-line bg-paper text-ink-faint',
          untouched && 'border-dashed',
          selected && 'border-madder outline-2 outline-madder',
        )}
        style={{ boxShadow: haloOf(data.halos) }}
        data-halos={data.halos.length || undefined}
      >
        <BranchStripe colour={drawn.colour} />
        {face === 'card' ? <CardFace data={data} /> : <TitleFace data={data} />}
      </div>
      <Handle type="target" position={Position.Left} isConnectableStart={false} className="loom-handle" />
      <Handle type="source" position={Position.Right} className="loom-handle" />
    </div>
  )
})

/**
 * Which face a scene shows. While its title is typed it keeps the one it began with, which is never a dot: another face
 * would be another field, and what was typed so far would be gone.
 */
function useFace({ detail, editing }: SceneNodeData): 'card' | 'title' | 'dot' {
  const kept = useRef<'card' | 'title' | null>(null)
  const typed = detail === 'card' ? 'card' : 'title'
  kept.current = editing ? (kept.current ?? typed) : null
  return kept.current ?? (detail === 'overview' ? 'dot' : detail)
}

/** The rings of the people who have a scene selected, as a shadow. */
export function haloOf(halos: readonly Halo[], widened = 1): string | undefined {
  if (halos.length === 0) return undefined
  return halos.map((halo, at) => `0 0 0 ${(3 + at * 3) * widened}px ${branchVar(halo.colour)}`).join(', ')
}

/** The branch line at the card's head: its hue, and its dash pattern so that colour is not the only sign. */
function BranchStripe({ colour }: { colour: number }) {
  return (
    <svg aria-hidden className="absolute inset-x-0 top-0 h-1 w-full" preserveAspectRatio="none">
      <line
        x1="0"
        y1="2"
        x2="2000"
        y2="2"
        stroke={branchVar(colour)}
        strokeWidth="4"
        strokeDasharray={branchHue(colour).dash}
      />
    </svg>
  )
}

function Title({ data, className }: { data: SceneNodeData; className: string }) {
  const { actions, edit } = useGraph()
  const { scene } = data.drawn
  if (data.editing) {
    return (
      <TitleField
        title={scene.title}
        onSave={(title) => actions.update(scene.id, { title })}
        onDone={() => edit(null)}
      />
    )
  }
  return <div className={cn(className, !scene.title.trim() && 'text-ink-faint italic')}>{titleOf(scene)}</div>
}

function CardFace({ data }: { data: SceneNodeData }) {
  const { scene, start } = data.drawn
  return (
    <>
      <div className="flex min-h-0 flex-1 items-start gap-2 px-3 pt-3">
        {data.picture ? (
          <img
            src={data.picture}
            alt=""
            loading="lazy"
            decoding="async"
            draggable={false}
            className="size-11 shrink-0 rounded-sm border bg-sunken object-cover"
          />
        ) : null}
        <SceneTypeIcon type={scene.type} named className="mt-0.5 size-4 shrink-0 text-ink-faint" />
        <Title data={data} className="line-clamp-2 min-w-0 flex-1 leading-5 font-medium" />
        {start ? <Rocket role="img" aria-label={words.start} className="size-4 shrink-0 text-madder" /> : null}
        {scene.pinned ? (
          <Pin role="img" aria-label={words.actions.pin} className="size-3.5 shrink-0 text-ink-faint" />
        ) : null}
        {scene.type === 'ending' ? <Flag aria-hidden className="size-4 shrink-0 text-madder" /> : null}
      </div>
      <div className="flex items-center gap-2 px-3 pb-2 text-micro text-ink-soft">
        <DraftMark state={scene.draftState} />
        <span className="truncate">{words.drafts[scene.draftState]}</span>
        <CastDots count={scene.cast.length} />
        <span className="ml-auto shrink-0 tabular-nums">{words.words(scene.words)}</span>
      </div>
    </>
  )
}

/** Px of a title at life size, and the most that two lines in a card have room for. */
const TITLE_PX = 22
const MOST_TITLE_PX = 40
/** Px a title should have on screen at least. */
const LEAST_ON_SCREEN = 10

/** The title alone. From afar it grows against the zoom, in steps so that zooming does not lay out each frame. */
function TitleFace({ data }: { data: SceneNodeData }) {
  const { scene, start } = data.drawn
  const size = useStore(({ transform: [, , zoom] }) =>
    Math.min(MOST_TITLE_PX, Math.max(TITLE_PX, Math.ceil(LEAST_ON_SCREEN / zoom / 3) * 3)),
  )
  const far = size > 26
  return (
    <div className={cn('flex h-full items-center', far ? 'px-1.5 pt-1' : 'gap-2 px-3')} style={{ fontSize: size }}>
      {far ? null : start ? (
        <Rocket aria-hidden className="size-6 shrink-0 text-madder" />
      ) : (
        <SceneTypeIcon type={scene.type} className="size-6 shrink-0 text-ink-faint" />
      )}
      <Title data={data} className="line-clamp-2 min-w-0 flex-1 leading-[1.1] font-medium break-words" />
    </div>
  )
}

/** Far off a ring has to be wider to be seen. */
const FAR_RING = 3

function Dot({ data, selected }: { data: SceneNodeData; selected: boolean }) {
  const { drawn, halos } = data
  return (
    <div
      className={cn(
        'h-full w-full rounded-lg border-4',
        selected ? 'border-madder' : 'border-transparent',
        !drawn.onBranch && 'opacity-40',
      )}
      style={{ backgroundColor: branchVar(drawn.colour), boxShadow: haloOf(halos, FAR_RING) }}
      data-halos={halos.length || undefined}
    >
      {drawn.start ? <Rocket aria-hidden className="m-auto h-full w-1/3 text-paper" /> : null}
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </div>
  )
}

const FILLS = { empty: 0, drafting: 1, review: 2, final: 3 } as const

/** Three steps to a finished text; the word stands beside it. */
function DraftMark({ state }: { state: keyof typeof FILLS }) {
  return (
    <span aria-hidden className="flex shrink-0 gap-0.5">
      {[1, 2, 3].map((step) => (
        <span
          key={step}
          className={cn('size-1.5 rounded-full border border-ink-faint', FILLS[state] >= step && 'bg-ink-soft')}
        />
      ))}
    </span>
  )
}

function CastDots({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <span role="img" aria-label={words.castCount(count)} className="flex shrink-0 items-center gap-0.5">
      {Array.from({ length: Math.min(count, 4) }, (_, at) => (
        <span key={at} className="size-2 rounded-full bg-ink-faint" />
      ))}
      {count > 4 ? <span>+{count - 4}</span> : null}
    </span>
  )
}
