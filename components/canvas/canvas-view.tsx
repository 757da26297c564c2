'use client'
import '@xyflow/react/dist/base.css'
import './canvas.css'
import { Panel, ReactFlow, useReactFlow, useStore, useStoreApi, type FinalConnectionState } from '@xyflow/react'
import { useTheme } from 'next-themes'
import { useEffect, useMemo, useRef, useState, type MouseEvent, type PointerEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useRunCommand } from '#components/shell/shortcuts.ts'
import { useMedia } from '#components/shell/use-media.ts'
import { DARK, LIGHT } from '#components/ui/tokens.ts'
import { pictureUrl } from '#lib/client/comic.ts'
import type { Panel as ComicPanel } from '#lib/panels/panel.ts'
import { isStructure } from '#lib/story/queries.ts'
import { usePresence } from '#stores/presence.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { CanvasMenu } from './canvas-menu.tsx'
import { ghostsOf, shownIn } from './canvas-model.ts'
import type { Drawn, DrawnEdge, Shown } from './canvas-model.ts'
import { edgeAt } from './edge-curve.ts'
import { ElementCache } from './flow-elements.ts'
import { FrameNode } from './frame-node.tsx'
import { useGraph } from './graph-context.tsx'
import { Minimap } from './minimap.tsx'
import { PaintLayer } from './paint-layer.tsx'
import { LABEL_ZOOM } from './paint-story.ts'
import { PresenceLayer } from './presence-layer.tsx'
import { SceneNode } from './scene-node.tsx'
import type { Halo } from './scene-node.tsx'
import { ThreadEdge } from './thread-edge.tsx'
import { useNearTitle } from './use-camera.ts'
import { useCanvasKeys } from './use-canvas-keys.ts'
import { useCanvasWindow } from './use-canvas-window.ts'
import { usePaced } from './use-paced.ts'
import { usePanningMark } from './use-panning.ts'
import { useSceneDrag } from './use-scene-drag.ts'
import { useSteady } from './use-steady.ts'

const words = messages.canvas
const NODE_TYPES = { scene: SceneNode, frame: FrameNode }
const EDGE_TYPES = { thread: ThreadEdge }
const NO_SCENES: readonly Drawn[] = []
const NO_EDGES: readonly DrawnEdge[] = []
const MIDDLE_BUTTON = [1]
/** How near the pointer has to be to a painted edge, px on screen. */
const EDGE_REACH = 9
/** Selected scenes beyond this many are not kept as elements outside the view. */
const KEPT_SELECTION = 50

/** The canvas: React Flow for gestures, our own choice of what becomes an element and what is painted. */
export function CanvasView({ showMeaning, minimap }: { showMeaning: boolean; minimap: boolean }) {
  const graph = useGraph()
  const { model, actions, mayWrite, editingId, focusId, focus, open } = graph
  const { select, toggle, clear } = useViewActions()
  const runCommand = useRunCommand()
  const sceneIds = useView((view) => view.sceneIds)
  const edgeIds = useView((view) => view.edgeIds)
  const state = useStory((page) => page.shown)
  const halos = useHalos()
  const pictures = usePictures()
  const canvasWindow = useCanvasWindow()
  const { drag, handlers } = useSceneDrag()
  const { screenToFlowPosition, getZoom } = useReactFlow()
  const cache = useRef(new ElementCache())
  const coarse = useMedia('(pointer: coarse)', false)
  const { resolvedTheme } = useTheme()
  const [connecting, setConnecting] = useState(false)
  const [hoveredId, setHovered] = useState<string | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const reconnecting = useRef(false)
  const handleKeyDown = useCanvasKeys(box)
  usePanningMark(box)

  const always = useMemo(() => {
    const ids = new Set([...(drag?.ids ?? []), ...[...sceneIds].slice(0, KEPT_SELECTION), ...edgeIds])
    for (const id of [editingId, focusId, hoveredId]) if (id) ids.add(id)
    return ids
  }, [drag?.ids, sceneIds, edgeIds, editingId, focusId, hoveredId])
  const shownBefore = useRef<Shown | null>(null)
  const shown = useMemo(
    () => canvasWindow && shownIn(model, canvasWindow.area, canvasWindow.zoom, always, shownBefore.current),
    [model, canvasWindow, always],
  )
  // Syncs the memory of what was shown last, which decides what a pan keeps painted.
  useEffect(() => {
    shownBefore.current = shown
  }, [shown])
  const elements = usePaced(shown, model, always)
  useNearTitle(graph.camera, editingId, shown?.detail)
  const visibleEdges = useMemo(() => {
    const visible = ({ edge }: DrawnEdge) =>
      isStructure(edge) || showMeaning || edgeIds.has(edge.id) || sceneIds.has(edge.from) || sceneIds.has(edge.to)
    return model.edges.filter(visible)
  }, [model, showMeaning, edgeIds, sceneIds])
  const wanted = useMemo(() => {
    const visible = new Set(visibleEdges)
    return shown?.edges.filter((entry) => visible.has(entry)) ?? NO_EDGES
  }, [shown, visibleEdges])

  const detail = shown?.detail
  const nodes = useMemo(() => {
    if (!detail) return []
    cache.current.trim(6000)
    const name = (entry: Drawn) => state.branches.get(entry.scene.branchId)?.name ?? ''
    const flags = (entry: Drawn, ghost: boolean) => ({
      detail,
      selected: sceneIds.has(entry.id),
      editing: editingId === entry.id,
      ghost,
      branchName: name(entry),
      picture: pictures.get(entry.id),
      halos: halos.get(entry.id),
      dx: drag?.ids.has(entry.id) ? drag.dx : 0,
      dy: drag?.ids.has(entry.id) ? drag.dy : 0,
    })
    const all = [
      ...ghostsOf(wanted, elements).map((entry) => cache.current.node(entry, flags(entry, true))),
      ...elements.map((entry) => cache.current.node(entry, flags(entry, false))),
    ]
    // In one order whatever is shown: an element that changed its place among the others would lose the keyboard.
    return all.sort((a, b) => (a.id < b.id ? -1 : 1))
  }, [detail, elements, wanted, sceneIds, editingId, halos, drag, state.branches, pictures])

  const labels = (canvasWindow?.zoom ?? 1) >= LABEL_ZOOM
  const edges = useMemo(
    () => wanted.map((entry) => cache.current.edge(entry, labels, edgeIds.has(entry.edge.id))),
    [wanted, labels, edgeIds],
  )
  const paintsEdges = shown?.paintsEdges ?? false
  // By their ids, so that a window that moves on over the same picked edges does not paint anew.
  // An edge that is only pointed at looks the same as its painted line, which may stay.
  const picked = wanted.filter((entry) => entry.edge.id !== hoveredId || edgeIds.has(entry.edge.id))
  const pickedEdges = paintsEdges ? picked.map((entry) => entry.edge.id).join() : ''
  const painted = useMemo(() => {
    const without = new Set(pickedEdges.split(','))
    return {
      frames:
        paintsEdges && detail !== 'overview' ? model.frames.filter((entry) => !drag?.ids.has(entry.id)) : NO_SCENES,
      edges: paintsEdges ? visibleEdges.filter((entry) => !without.has(entry.edge.id)) : NO_EDGES,
      dots: detail === 'overview' ? model.cards : NO_SCENES,
      selected: sceneIds,
      ground: resolvedTheme === 'dark' ? DARK : LIGHT,
    }
  }, [paintsEdges, visibleEdges, pickedEdges, detail, model, drag?.ids, sceneIds, resolvedTheme])

  function hitAt(event: { clientX: number; clientY: number }): string | null {
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    return model.grid.hit(at.x, at.y)?.id ?? null
  }
  /** The painted edge under the pointer. */
  function edgeUnder(event: { clientX: number; clientY: number }): string | null {
    if (!paintsEdges || detail === 'overview') return null
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    return edgeAt(visibleEdges, at.x, at.y, EDGE_REACH / getZoom())?.edge.id ?? null
  }
  function handlePointerMove(event: PointerEvent) {
    const onPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane')
    if (onPane && event.buttons === 0) setHovered(edgeUnder(event))
  }
  function pickEdge(event: MouseEvent, id: string) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) toggle('edge', id)
    else select([], [id])
  }
  function handlePaneClick(event: MouseEvent) {
    const id = hitAt(event)
    const edgeId = id ? null : edgeUnder(event)
    if (edgeId) return pickEdge(event, edgeId)
    if (!id) return clear()
    focus(id)
    if (event.shiftKey || event.ctrlKey || event.metaKey) toggle('scene', id)
    else select([id])
  }
  function handleDoubleClick(event: MouseEvent) {
    if (!(event.target instanceof Element) || !event.target.closest('.react-flow__pane')) return
    const id = hitAt(event)
    if (id) return graph.camera.reveal(id, true)
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    actions.createScene({ x: at.x - 110, y: at.y - 48, exact: true })
  }
  function handleConnectEnd(event: globalThis.MouseEvent | TouchEvent, connection: FinalConnectionState) {
    setConnecting(false)
    // The canvas library ends a moved edge here too; that is no new edge.
    const moved = reconnecting.current
    reconnecting.current = false
    if (moved) return
    const from = connection.fromNode?.id
    if (!from || connection.isValid) return
    const point = 'changedTouches' in event ? event.changedTouches[0] : event
    if (!point) return
    const over = sceneUnder(point) ?? hitAt(point)
    if (over) return void actions.link(from, over)
    const at = screenToFlowPosition({ x: point.clientX, y: point.clientY })
    actions.createScene({ x: at.x, y: at.y - 48, from, exact: true })
  }

  const steady = useSteady({
    onNodeClick: (event: MouseEvent, node: { id: string }) => {
      focus(node.id)
      if (event.shiftKey || event.ctrlKey || event.metaKey) toggle('scene', node.id)
      else select([node.id])
    },
    onNodeDoubleClick: (_event: MouseEvent, node: { id: string }) =>
      model.drawn.get(node.id)?.frame ? graph.edit(node.id) : open(node.id),
    onEdgeClick: (event: MouseEvent, edge: { id: string }) => pickEdge(event, edge.id),
    onEdgeMouseLeave: () => setHovered(null),
    onEdgeDoubleClick: () => runCommand('graph.details'),
    onPaneClick: handlePaneClick,
    onConnectStart: () => setConnecting(true),
    onConnect: ({ source, target }: Ends) => void actions.link(source, target),
    onConnectEnd: handleConnectEnd,
    onReconnectStart: () => {
      reconnecting.current = true
    },
    onReconnect: (edge: { id: string }, { source, target }: Ends) => actions.reconnect(edge.id, source, target),
    onReconnectEnd: (
      event: globalThis.MouseEvent | TouchEvent,
      edge: { id: string } & Ends,
      fixed: 'source' | 'target',
      connection: FinalConnectionState,
    ) => {
      const point = 'changedTouches' in event ? event.changedTouches[0] : event
      const over = connection.isValid || !point ? null : (sceneUnder(point) ?? hitAt(point))
      if (!over) return
      if (fixed === 'source') actions.reconnect(edge.id, edge.source, over)
      else actions.reconnect(edge.id, over, edge.target)
    },
  })

  return (
    <CanvasMenu
      hitAt={hitAt}
      edgeAt={edgeUnder}
      placeOf={(event) => screenToFlowPosition({ x: event.clientX, y: event.clientY })}
    >
      <div
        ref={box}
        role="application"
        aria-label={words.canvasLabel}
        tabIndex={0}
        className="loom-canvas relative h-full w-full overflow-hidden bg-paper"
        data-connecting={connecting || undefined}
        data-scenes={model.drawn.size}
        data-paints-edges={paintsEdges || undefined}
        onDoubleClick={handleDoubleClick}
        onKeyDown={handleKeyDown}
        onPointerMove={handlePointerMove}
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          minZoom={0.02}
          maxZoom={2.5}
          zoomOnDoubleClick={false}
          selectionOnDrag={!coarse}
          panOnDrag={coarse ? true : MIDDLE_BUTTON}
          nodesFocusable={false}
          edgesFocusable={false}
          nodesDraggable={mayWrite && !coarse}
          nodesConnectable={mayWrite}
          selectNodesOnDrag={false}
          nodeDragThreshold={0}
          edgesReconnectable={mayWrite}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          disableKeyboardA11y
          connectionRadius={40}
          elevateNodesOnSelect={false}
          attributionPosition="bottom-left"
          ariaLabelConfig={words.flow}
          {...steady}
          {...handlers}
        >
          <PaintLayer painted={painted} />
          <BoxSelect />
          <PresenceLayer model={model} state={state} />
          {minimap ? (
            <Panel position="bottom-right" className="!m-3 max-sm:hidden">
              <Minimap model={model} />
            </Panel>
          ) : null}
        </ReactFlow>
      </div>
    </CanvasMenu>
  )
}

interface Ends {
  readonly source: string
  readonly target: string
}

/** The scene whose element lies under a point of the window. */
function sceneUnder(point: { clientX: number; clientY: number }): string | null {
  const node = document.elementFromPoint(point.clientX, point.clientY)?.closest('.react-flow__node-scene')
  return node?.getAttribute('data-id') ?? null
}

/** Selects what the drawn box touches, while it is drawn, also where scenes are only painted. */
function BoxSelect() {
  const { model } = useGraph()
  const { select } = useViewActions()
  const flow = useStoreApi()
  const rect = useStore((store) => store.userSelectionRect)
  const last = useRef('')
  // Syncs the selection with the box the canvas library draws.
  useEffect(() => {
    if (!rect || rect.width + rect.height < 4) return
    const [x, y, zoom] = flow.getState().transform
    const area = {
      x: (rect.x - x) / zoom,
      y: (rect.y - y) / zoom,
      width: rect.width / zoom,
      height: rect.height / zoom,
    }
    const ids = model.grid.query(area).map((entry) => entry.id)
    const key = ids.join()
    if (key === last.current) return
    last.current = key
    select(ids)
  }, [rect, model, flow, select])
  return null
}

/** Address of each scene's first panel picture, as chosen. */
function usePictures(): ReadonlyMap<string, string> {
  const storyId = useStory((page) => page.storyId)
  const panels = useStory((page) => page.shown.panels)
  const versions = useStory((page) => page.shown.panelVersions)
  return useMemo(() => {
    const first = new Map<string, ComicPanel>()
    for (const panel of panels.values()) {
      const known = first.get(panel.sceneId)
      if (panel.chosenVersionId && (!known || panel.order < known.order)) first.set(panel.sceneId, panel)
    }
    const pictures = new Map<string, string>()
    for (const [sceneId, { chosenVersionId }] of first) {
      const version = chosenVersionId && versions.get(chosenVersionId)
      if (version) pictures.set(sceneId, pictureUrl(storyId, version.image.sha256))
    }
    return pictures
  }, [storyId, panels, versions])
}

/** Other people's selections by scene. */
function useHalos(): ReadonlyMap<string, readonly Halo[]> {
  const people = usePresence(
    (page) => page.people,
    (a, b) => a.length === b.length && a.every((one, at) => one.selection === b[at]?.selection),
  )
  return useMemo(() => {
    const halos = new Map<string, Halo[]>()
    for (const { name, colour, selection } of people) {
      for (const id of selection ?? []) halos.set(id, [...(halos.get(id) ?? []), { name, colour }])
    }
    return halos
  }, [people])
}
