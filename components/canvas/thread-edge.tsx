'use client'
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type Edge as FlowEdge, type EdgeProps } from '@xyflow/react'
import { GitMerge, HelpCircle, Repeat } from 'lucide-react'
import { memo } from 'react'
import { cn } from '#components/ui/cn.ts'
import { branchHue, branchVar } from '#components/ui/tokens.ts'
import { isStructure } from '#lib/story/queries.ts'
import type { Edge } from '#lib/story/state.ts'
import type { DrawnEdge } from './canvas-model.ts'

export interface ThreadEdgeData extends Record<string, unknown> {
  readonly drawn: DrawnEdge
  /** Whether labels are near enough to be read. */
  readonly labels: boolean
}
export type ThreadFlowEdge = FlowEdge<ThreadEdgeData, 'thread'>

/** An edge in the line of the branch it leads to. Meaning edges are dotted, links made by code dashed. */
export const ThreadEdge = memo(function ThreadEdge(props: EdgeProps<ThreadFlowEdge>) {
  const { data, selected, markerEnd, style: _style } = props
  const [path, x, y] = getBezierPath(props)
  if (!data) return null
  const { edge, colour, onBranch } = data.drawn
  const text = textOf(edge)
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={18}
        {...(markerEnd ? { markerEnd } : {})}
        style={{
          stroke: selected ? 'var(--madder)' : branchVar(colour),
          strokeWidth: selected ? 3 : 2,
          strokeDasharray: dashOf(data.drawn),
          opacity: onBranch || selected ? 1 : 0.35,
        }}
      />
      {data.labels && (text || edge.condition || edge.once || edge.type === 'converges') ? (
        <EdgeLabelRenderer>
          <div
            className={cn(
              'nopan pointer-events-none absolute flex max-w-44 items-center gap-1 rounded-sm border bg-paper px-1.5 text-micro',
              // A fainter ink and not a share of it: what is off the branch is still to be read.
              onBranch ? 'text-ink-soft' : 'text-ink-faint',
            )}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {edge.condition ? <HelpCircle aria-hidden className="size-3 shrink-0" /> : null}
            {edge.once ? <Repeat aria-hidden className="size-3 shrink-0" /> : null}
            {edge.type === 'converges' ? <GitMerge aria-hidden className="size-3 shrink-0" /> : null}
            {text ? <span className="truncate">{text}</span> : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  )
})

/** SVG dash array of an edge's line; empty is solid. */
export function dashOf({ edge, colour }: DrawnEdge): string {
  if (edge.dynamic) return '8 6'
  return isStructure(edge) ? branchHue(colour).dash : '2 5'
}

/** What a painted edge says: its words, led by a sign for what an element shows as an icon. Empty when it says nothing. */
export function labelOf(edge: Edge): string {
  const signs = [edge.condition ? '?' : '', edge.once ? '↻' : '', edge.type === 'converges' ? '⇥' : '']
  return [...signs, textOf(edge)].filter(Boolean).join(' ')
}

function textOf(edge: Edge): string {
  return edge.type === 'choice' ? edge.choiceText || edge.label : edge.label
}
