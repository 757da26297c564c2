'use client'
import { ReactFlowProvider, useStore as useFlow } from '@xyflow/react'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { Button } from '#components/ui/button.tsx'
import { ForkDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { BranchPanel } from './branch-panel.tsx'
import { CanvasToolbar } from './canvas-toolbar.tsx'
import { CanvasView } from './canvas-view.tsx'
import { ForkDialog } from './fork-dialog.tsx'
import { GraphContext } from './graph-context.tsx'
import type { CanvasCamera, GraphContextValue } from './graph-context.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { Outline } from './outline.tsx'
import { needsQuestion, RemoveDialog } from './remove-dialog.tsx'
import type { Removal } from './remove-dialog.tsx'
import { useCamera } from './use-camera.ts'
import { useCanvasModel } from './use-canvas-model.ts'
import { useGraphActions } from './use-graph-actions.ts'
import { useGraphCommands } from './use-graph-commands.ts'

const words = messages.canvas

type Asked =
  | { readonly kind: 'remove'; readonly removal: Removal }
  | { readonly kind: 'fork'; readonly sceneId: string }
  | { readonly kind: 'link'; readonly fromId: string }

/** The graph of the story: canvas or outline, with the branches beside it. */
export function GraphPlace() {
  return (
    <ReactFlowProvider>
      <Graph />
    </ReactFlowProvider>
  )
}

function Graph() {
  const model = useCanvasModel()
  const camera = useCamera(model)
  const mayWrite = useMay('story.write')
  const [editingId, setEditing] = useState<string | null>(null)
  const [focusId, focus] = useState<string | null>(null)
  const [asked, ask] = useState<Asked | null>(null)
  const [outline, setOutline] = useState(false)
  const [branches, setBranches] = useState(false)
  const [showMeaning, setShowMeaning] = useState(false)
  /** The keyboard goes with the title that is typed, and stays with its scene afterwards. */
  const edit = useCallback((sceneId: string | null) => {
    setEditing(sceneId)
    if (sceneId) focus(sceneId)
  }, [])
  const actions = useGraphActions(model, edit)
  const { select } = useViewActions()
  const router = useRouter()
  const linkTo = usePlaceLink()
  const linkRef = useRef(linkTo)
  linkRef.current = linkTo

  const graph = useMemo<GraphContextValue>(
    () => ({
      model,
      actions,
      camera,
      mayWrite,
      editingId,
      edit: (sceneId) => edit(mayWrite ? sceneId : null),
      focusId,
      focus,
      dialogs: {
        remove: (sceneIds, edgeIds) => {
          const removal = { sceneIds, edgeIds }
          if (needsQuestion(actions, removal)) ask({ kind: 'remove', removal })
          else actions.remove(sceneIds, edgeIds)
        },
        fork: (sceneId) => ask({ kind: 'fork', sceneId }),
        link: (fromId) => ask({ kind: 'link', fromId }),
      },
      open: (sceneId) => {
        select([sceneId])
        // The address takes the selection over before the place is left.
        router.push(withScene(linkRef.current('write'), sceneId))
      },
    }),
    [model, actions, camera, mayWrite, editingId, edit, focusId, select, router],
  )
  useGraphCommands(graph, {
    outline,
    toggleOutline: () => setOutline((on) => !on),
    toggleBranches: () => setBranches((on) => !on),
    toggleMeaning: () => setShowMeaning((on) => !on),
  })
  const close = () => ask(null)
  useReturnFocus(asked !== null)

  return (
    <GraphContext value={graph}>
      <section aria-label={words.place} className="flex h-full min-h-0 flex-col">
        <CanvasToolbar
          outline={outline}
          branches={branches}
          onOutline={() => setOutline((on) => !on)}
          onBranches={() => setBranches((on) => !on)}
        />
        <div className="relative flex min-h-0 flex-1">
          {branches ? <BranchPanel actions={actions} onHide={() => setBranches(false)} /> : null}
          <div className="relative min-h-0 min-w-0 flex-1">
            {/* Before the canvas, which brings a scene nearer still when its title is typed. */}
            <FollowSelection reveal={outline ? null : camera.reveal} onSelected={focus} />
            {outline ? (
              <Outline />
            ) : (
              <>
                <CanvasView showMeaning={showMeaning} minimap={model.drawn.size > 8} />
                <OpeningView camera={camera} />
              </>
            )}
            {model.drawn.size === 0 ? (
              <Nothing onMake={mayWrite ? () => actions.createScene({ x: 0, y: 0 }) : null} />
            ) : null}
          </div>
        </div>
      </section>
      {asked?.kind === 'remove' ? <RemoveDialog removal={asked.removal} actions={actions} onClose={close} /> : null}
      {asked?.kind === 'fork' ? <ForkDialog sceneId={asked.sceneId} actions={actions} onClose={close} /> : null}
      {asked?.kind === 'link' ? (
        <LinkDialog fixedId={asked.fromId} model={model} actions={actions} onClose={close} />
      ) : null}
    </GraphContext>
  )
}

/** A dialog that was opened by a key hands the focus back to where it was, unless something newer took it. */
function useReturnFocus(open: boolean) {
  const before = useRef<Element | null>(null)
  // Syncs the browser's focus with the dialogs of this place, which have no button to go back to.
  useLayoutEffect(() => {
    if (!open) return
    before.current = document.activeElement
    return () => {
      setTimeout(() => {
        const lost = document.activeElement === document.body || document.activeElement === null
        if (lost && before.current instanceof HTMLElement && before.current.isConnected) before.current.focus()
      }, 30)
    }
  }, [open])
}

function withScene(address: string, sceneId: string): string {
  const [path = '', search = ''] = address.split('?')
  const params = new URLSearchParams(search)
  params.set('scenes', sceneId)
  return `${path}?${params}`
}

function Nothing({ onMake }: { onMake: (() => void) | null }) {
  const ready = useStory((page) => page.ready)
  if (!ready) return null
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <EmptyState
        drawing={<ForkDrawing />}
        title={words.empty.title}
        action={
          // Only the button takes the pointer: a double-click on the words makes a scene, as they promise.
          onMake ? (
            <Button className="pointer-events-auto" onClick={onMake}>
              {words.empty.action}
            </Button>
          ) : null
        }
      >
        {onMake ? words.empty.text : words.empty.toRead}
      </EmptyState>
    </div>
  )
}

/** A story whose titles can be read when it is fitted opens whole; a larger one at its selection or start. */
function OpeningView({ camera }: { camera: CanvasCamera }) {
  const sized = useFlow((flow) => flow.width > 0)
  const ready = useStory((page) => page.ready)
  const count = useStory((page) => page.shown.scenes.size)
  const startId = useStory((page) => storyOf(page.shown)?.startSceneId ?? null)
  const edges = useStory((page) => page.shown.edges)
  const selected = useView(
    ({ sceneIds, edgeIds }) => [...sceneIds][0] ?? edges.get([...edgeIds][0] ?? '')?.from ?? null,
  )
  const opened = useRef(false)
  // Syncs the first view with the story once both are there.
  useEffect(() => {
    if (opened.current || !ready || !sized) return
    opened.current = true
    // An empty story keeps its view: the first scene stays where it is made.
    if (count === 0) return
    const at = selected ?? startId
    if (at) camera.open(at)
    else camera.fit()
  }, [ready, sized, count, selected, startId, camera])
  return null
}

interface FollowProps {
  /** Null while there is no canvas. */
  readonly reveal: CanvasCamera['reveal'] | null
  readonly onSelected: (sceneId: string) => void
}

/** A scene that was selected elsewhere (palette, details, problems) comes into view, and the keys go on from it. */
function FollowSelection({ reveal, onSelected }: FollowProps) {
  const sceneIds = useView((view) => view.sceneIds)
  const last = useRef(sceneIds)
  // Syncs the view and the focus of the keys with the selection. A scene that others were let go of stays where it is.
  useEffect(() => {
    const before = last.current
    if (before === sceneIds) return
    last.current = sceneIds
    const [only] = sceneIds
    if (!only || sceneIds.size !== 1 || before.has(only)) return
    onSelected(only)
    reveal?.(only)
  }, [sceneIds, reveal, onSelected])
  return null
}
