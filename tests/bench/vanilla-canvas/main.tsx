import '@xyflow/react/dist/style.css'
import { ReactFlow, type Edge, type Node } from '@xyflow/react'
import { createRoot } from 'react-dom/client'

// The reference of the canvas bench: React Flow as its documentation starts, given the same graph.

interface Graph {
  readonly scenes: readonly { id: string; x: number; y: number; title: string }[]
  readonly edges: readonly { id: string; from: string; to: string }[]
}

const graph = (await (await fetch('./graph.json')).json()) as Graph
const nodes: Node[] = graph.scenes.map(({ id, x, y, title }) => ({ id, position: { x, y }, data: { label: title } }))
const edges: Edge[] = graph.edges.map(({ id, from, to }) => ({ id, source: from, target: to }))
const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')
createRoot(root).render(
  <ReactFlow
    defaultNodes={nodes}
    defaultEdges={edges}
    defaultViewport={{ x: 40, y: 40, zoom: 0.8 }}
    minZoom={0.02}
    panOnDrag={[0, 1]}
  />,
)
