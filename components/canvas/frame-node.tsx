'use client'
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { cn } from '#components/ui/cn.ts'
import { branchVar } from '#components/ui/tokens.ts'
import { useGraph } from './graph-context.tsx'
import { haloOf } from './scene-node.tsx'
import type { SceneFlowNode } from './scene-node.tsx'
import { SceneTypeIcon } from './scene-type-icon.tsx'
import { TitleField } from './title-field.tsx'
import { titleOf } from './use-graph-actions.ts'

/** A group, chapter or volume drawn as a container round its scenes. Only its head catches the pointer. */
export const FrameNode = memo(function FrameNode({ data, selected }: NodeProps<SceneFlowNode>) {
  const { actions, edit } = useGraph()
  const { scene, colour, onBranch } = data.drawn
  return (
    <div
      data-moving={data.moving || undefined}
      data-halos={data.halos.length || undefined}
      style={{ boxShadow: haloOf(data.halos) }}
      className={cn(
        'loom-frame pointer-events-none h-full w-full rounded-lg border border-dashed border-control bg-sunken/60',
        selected && 'border-solid border-madder',
        !onBranch && 'border-line text-ink-faint',
      )}
    >
      <div
        className="loom-frame-head pointer-events-auto flex h-9 cursor-grab items-center gap-2 rounded-t-lg px-3 text-ink-soft"
        style={{ borderTop: `3px solid ${branchVar(colour)}` }}
      >
        <SceneTypeIcon type={scene.type} named />
        {data.editing ? (
          <TitleField
            title={scene.title}
            onSave={(title) => actions.update(scene.id, { title })}
            onDone={() => edit(null)}
          />
        ) : (
          <span className="truncate font-medium">{titleOf(scene)}</span>
        )}
      </div>
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </div>
  )
})
