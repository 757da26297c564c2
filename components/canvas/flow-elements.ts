import { Position } from '@xyflow/react'
import { messages } from '#components/messages/messages.ts'
import type { Detail, Drawn, DrawnEdge } from './canvas-model.ts'
import type { Halo, SceneFlowNode } from './scene-node.tsx'
import type { ThreadFlowEdge } from './thread-edge.tsx'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas
const NO_HALOS: readonly Halo[] = []

/** What decides how one scene's element looks; equal flags give the same element back. */
export interface NodeFlags {
  readonly detail: Detail
  readonly selected: boolean
  readonly editing: boolean
  readonly ghost: boolean
  readonly branchName: string
  readonly picture: string | undefined
  readonly halos: readonly Halo[] | undefined
  readonly dx: number
  readonly dy: number
}

/** Keeps elements between renders, so that the canvas library skips what did not change. */
export class ElementCache {
  private nodes = new Map<string, { drawn: Drawn; flags: NodeFlags; node: SceneFlowNode }>()
  private edges = new Map<string, { drawn: DrawnEdge; labels: boolean; selected: boolean; edge: ThreadFlowEdge }>()

  /** The element of a scene. Sizes and handles are given, so nothing has to be measured. */
  node(drawn: Drawn, flags: NodeFlags): SceneFlowNode {
    const kept = this.nodes.get(drawn.id)
    if (kept && kept.drawn === drawn && sameFlags(kept.flags, flags)) return kept.node
    const node = makeNode(drawn, flags)
    this.nodes.set(drawn.id, { drawn, flags, node })
    return node
  }

  edge(drawn: DrawnEdge, labels: boolean, selected: boolean): ThreadFlowEdge {
    const id = drawn.edge.id
    const kept = this.edges.get(id)
    if (kept && kept.drawn === drawn && kept.labels === labels && kept.selected === selected) return kept.edge
    const { edge: record } = drawn
    const label = words.edgeLabel(titleOf(drawn.from.scene), titleOf(drawn.to.scene), words.edgeTypes[record.type])
    const edge: ThreadFlowEdge = {
      id,
      type: 'thread',
      source: record.from,
      target: record.to,
      selected,
      data: { drawn, labels },
      ariaLabel: label,
      zIndex: selected ? 2 : 0,
    }
    this.edges.set(id, { drawn, labels, selected, edge })
    return edge
  }

  /** Forgets everything beyond a bound, so that a long walk over a large story does not pile up. */
  trim(most: number): void {
    if (this.nodes.size > most) this.nodes.clear()
    if (this.edges.size > most) this.edges.clear()
  }
}

function sameFlags(a: NodeFlags, b: NodeFlags): boolean {
  return (Object.keys(a) as (keyof NodeFlags)[]).every((key) => a[key] === b[key])
}

function makeNode(drawn: Drawn, flags: NodeFlags): SceneFlowNode {
  const { width, height, frame } = drawn
  const middle = height / 2
  return {
    id: drawn.id,
    type: frame ? 'frame' : 'scene',
    position: { x: drawn.x + flags.dx, y: drawn.y + flags.dy },
    width,
    height,
    measured: { width, height },
    handles: [
      { type: 'target', position: Position.Left, x: 0, y: middle, width: 1, height: 1 },
      { type: 'source', position: Position.Right, x: width - 1, y: middle, width: 1, height: 1 },
    ],
    data: {
      drawn,
      detail: flags.detail,
      editing: flags.editing,
      branchName: flags.branchName,
      picture: flags.picture,
      halos: flags.halos ?? NO_HALOS,
      moving: flags.dx !== 0 || flags.dy !== 0,
    },
    selected: flags.selected,
    // The end of an edge that lies outside the view: it has a place, and nothing is built for it.
    hidden: flags.ghost,
    draggable: !flags.ghost && !flags.editing,
    connectable: !flags.ghost && !frame,
    zIndex: frame ? -2 : flags.selected ? 1 : 0,
    ...(frame ? { dragHandle: '.loom-frame-head' } : {}),
    ...(flags.ghost
      ? {}
      : {
          ariaRole: 'group' as const,
          ariaLabel: labelOf(drawn, flags),
          domAttributes: { tabIndex: -1 },
        }),
  }
}

function labelOf({ scene }: Drawn, flags: NodeFlags): string {
  const label = words.sceneLabel(
    titleOf(scene),
    words.types[scene.type],
    words.drafts[scene.draftState],
    flags.branchName,
  )
  if (!flags.halos || flags.halos.length === 0) return label
  return `${label}. ${words.others(flags.halos.map((halo) => halo.name).join(', '))}`
}
